//! A record as one HTML page: nothing is fetched, nothing runs, and no text of the record becomes markup.
//!
//! Made from the record as it is read back, so it can show nothing that the record does not say.

mod timeline;

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset};

use crate::i18n::Language;
use crate::ids::Digest;
use crate::record::escape::{visible_block, visible_line};
use crate::record::model::{CommandRecord, Ended, MarkRecord, Record, ShellWhat, SignOff, StepRecord, Who};
use crate::record::words;
use crate::run::event::Mode;

/// The look: light or dark as the reader has it, and black on white on paper.
const STYLE: &str = include_str!("html/style.css");

/// The page. `file` and `sha256` are of the record that it is made from.
pub fn html(record: &Record, file: &str, sha256: &Digest) -> String {
    let mut page = Html { out: String::new(), language: record.language };
    let title = text(&record.heading);
    page.raw("<!DOCTYPE html>\n<html lang=\"");
    page.raw(record.language.pick("ja", "en"));
    page.raw("\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.raw(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    page.raw(&title);
    page.raw("</title>\n<style>\n");
    page.raw(STYLE);
    page.raw("</style>\n</head>\n<body>\n");
    banner(record, &mut page);
    page.tag("h1", &title);
    page.raw("<dl class=\"block\">\n");
    for field in &record.fields {
        page.pair(&field.name, &field.value);
    }
    page.raw("</dl>\n");
    page.head(("時間の流れ（計画と実際）", "Timeline (planned and actual)"));
    page.raw("<figure>\n");
    page.raw(&timeline::svg(record));
    page.raw("</figure>\n");
    page.head(("各項目", "Steps"));
    for step in &record.steps {
        self::step(step, &mut page);
    }
    if !record.deviations.is_empty() {
        page.head(("手順書からの逸脱", "Deviations from the runbook"));
        page.list(record.deviations.iter().map(|d| format!("{} {}: {}", d.step, d.title, d.text)));
    }
    if !record.notes.is_empty() {
        page.head(("メモ", "Notes"));
        let step = |number: &Option<String>| number.as_ref().map(|n| format!("[{n}] ")).unwrap_or_default();
        page.list(
            record.notes.iter().map(|n| format!("{} {}: {}{}", time(n.at), n.by.operator, step(&n.step), n.text)),
        );
    }
    particulars(record, &mut page);
    evidence(record, &mut page);
    provenance(record, file, sha256, &mut page);
    page.raw("</body>\n</html>\n");
    page.out
}

struct Html {
    out: String,
    language: Language,
}

impl Html {
    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn say(&self, (ja, en): (&'static str, &'static str)) -> &'static str {
        self.language.pick(ja, en)
    }

    /// An element. `inside` is markup.
    fn tag(&mut self, name: &str, inside: &str) {
        let _infallible = writeln!(self.out, "<{name}>{inside}</{name}>");
    }

    fn head(&mut self, words: (&'static str, &'static str)) {
        let words = self.say(words);
        self.tag("h2", words);
    }

    fn pair(&mut self, name: &str, value: &str) {
        let value = if value.is_empty() { "-" } else { value };
        let _infallible = writeln!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", text(name), text(value));
    }

    fn fact(&mut self, name: (&'static str, &'static str), value: &str) {
        let name = self.say(name);
        self.pair(name, value);
    }

    fn list(&mut self, items: impl Iterator<Item = String>) {
        self.raw("<ul>\n");
        for item in items {
            let item = text(&item);
            self.tag("li", &item);
        }
        self.raw("</ul>\n");
    }

    fn code(&mut self, class: &str, code: &str) {
        let _infallible =
            writeln!(self.out, "<pre class=\"{class}\"><code>{}</code></pre>", escape(&visible_block(code)));
    }
}

/// A foreign text on one line.
fn text(text: &str) -> String {
    escape(&visible_line(text))
}

/// Every character that means something in HTML, also within an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn time(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

fn who(by: &Who) -> String {
    let key = by.key.as_ref().map(|key| format!(", {} {}", key.principal, key.fingerprint)).unwrap_or_default();
    format!("{} ({} {}{key})", by.operator, by.user, by.uid)
}

fn banner(record: &Record, page: &mut Html) {
    if record.mode == Mode::Drill {
        let words = page.say(("訓練の記録", "DRILL RECORD"));
        page.raw(&format!("<p class=\"banner drill\">{words}</p>\n"));
    }
    let words = match &record.sign_off {
        SignOff::Signed { .. } => return,
        SignOff::Open => ("未署名（実施中）", "Unsigned: in progress"),
        SignOff::Aborted { .. } => ("中断", "Aborted"),
        SignOff::Unsigned { .. } => ("未署名", "Unsigned"),
    };
    let words = page.say(words);
    page.raw(&format!("<p class=\"banner\">{words}</p>\n"));
}

fn step(step: &StepRecord, page: &mut Html) {
    page.raw("<section class=\"step\">\n");
    let title = text(&format!("{} {}", step.number, step.title));
    let state = text(&step.state);
    page.tag("h3", &format!("{title} <span class=\"state\">{state}</span>"));
    page.raw("<dl>\n");
    if let Some(mark) = &step.mark {
        page.fact(("判定", "Verdict"), &mark_line(mark, page.language));
    }
    if let Some([least, most]) = step.planned_min {
        let unit = page.say(("分", " min"));
        let minutes = if least == most { format!("{least}{unit}") } else { format!("{least}–{most}{unit}") };
        page.fact(("予定時間", "Planned"), &minutes);
    }
    for rule in &step.measured {
        let value = match &rule.shown {
            Some(shown) => format!("{} → {shown}", rule.rule),
            None => format!("{} → {}", rule.rule, page.say(("測定なし", "not measured"))),
        };
        page.fact(("規則", "Rule"), &value);
    }
    for aloud in &step.aloud {
        let answer = match &aloud.answer {
            None => page.say(("回答なし", "no answer")).to_owned(),
            Some(answer) => {
                let word = page.say(if answer.agrees { ("はい", "yes") } else { ("いいえ", "no") });
                let reason = answer.reason.as_deref().unwrap_or_default();
                format!("{word}  {}  {}  {reason}", time(answer.at), who(&answer.by))
            }
        };
        page.fact(("読み上げ確認", "Read aloud"), &answer);
    }
    for check in &step.checks {
        let word = page.say(if check.agrees { ("確認済み", "checked") } else { ("差戻し", "sent back") });
        let comment = check.comment.as_deref().unwrap_or_default();
        page.fact(("独立確認", "Checked"), &format!("{word}  {}  {}  {comment}", time(check.at), who(&check.by)));
    }
    page.raw("</dl>\n");
    for command in &step.commands {
        self::command(command, page);
    }
    page.raw("</section>\n");
}

fn mark_line(mark: &MarkRecord, language: Language) -> String {
    let word = words::mark(mark.what, language);
    let rest = [&mark.reason, &mark.approver, &mark.due, &mark.owner];
    let rest: Vec<&str> = rest.into_iter().flatten().map(String::as_str).collect();
    format!("{word}  {}  {}  {}", time(mark.at), who(&mark.by), rest.join(" / ")).trim_end().to_owned()
}

fn command(command: &CommandRecord, page: &mut Html) {
    page.raw("<div class=\"command\">\n");
    page.code("run", &command.text);
    let ended = match &command.ended {
        Ended::NotRun => page.say(("未実行", "not run")).to_owned(),
        Ended::Running => page.say(("実行中", "running")).to_owned(),
        Ended::Exited { code } => format!("rc {code}"),
        Ended::Signalled { signal } => format!("signal {signal}"),
        Ended::CouldNotStart { why } => format!("{}: {why}", page.say(("起動できず", "could not start"))),
        Ended::Lost { why } => format!("{}: {why}", page.say(("結果不明", "outcome unknown"))),
    };
    let mut facts = vec![ended];
    if let Some(number) = command.number.filter(|n| *n > 1) {
        facts.push(format!("{} {number}", page.say(("試行", "attempt"))));
    }
    facts.extend(command.started.map(time));
    facts.extend(command.duration_ms.map(|ms| format!("{}.{:03} s", ms / 1000, ms % 1000)));
    facts.extend(command.by.as_ref().map(who));
    facts.extend(command.server.as_ref().map(|s| format!("{} {}", s.connection, s.identity)));
    facts.extend(command.bytes.map(|bytes| format!("{bytes} bytes")));
    if command.redactions > 0 {
        facts.push(format!("{} {}", page.say(("伏せ字", "redactions")), command.redactions));
    }
    for left in &command.survivors {
        facts.push(format!("{} {} (pid {})", page.say(("残ったプロセス", "left running")), left.command, left.pid));
    }
    for gap in &command.gaps {
        facts.push(format!("{} @{} {} bytes", page.say(("出力の欠落", "missing output")), gap.at, gap.bytes));
    }
    let facts = text(&facts.join("  ·  "));
    page.raw(&format!("<p class=\"facts\">{facts}</p>\n"));
    if let Some(excerpt) = command.excerpt.as_ref().filter(|excerpt| !excerpt.text.trim().is_empty()) {
        page.code("output", &excerpt.text);
        if excerpt.cut {
            let words = page.say((
                "出力の一部です。全文は証跡ファイルにあります。",
                "A part of the output; all of it is in the evidence.",
            ));
            page.raw(&format!("<p class=\"facts\">{words}</p>\n"));
        }
    }
    page.raw("</div>\n");
}

fn particulars(record: &Record, page: &mut Html) {
    page.head(("詳細", "Details"));
    page.raw("<dl>\n");
    let signed = match &record.sign_off {
        SignOff::Open => page.say(("未署名（実施中）", "unsigned: in progress")).to_owned(),
        SignOff::Signed { completion, by, at } => {
            format!("{}  {}  {}", words::completion(*completion, page.language), time(*at), who(by))
        }
        SignOff::Aborted { reason, by, at } => {
            format!("{}  {}  {}  {reason}", page.say(("中断", "aborted")), time(*at), who(by))
        }
        SignOff::Unsigned { reason, by, at } => {
            format!("{}  {}  {}  {reason}", page.say(("未署名", "unsigned")), time(*at), who(by))
        }
    };
    page.fact(("署名", "Sign-off"), &signed);
    page.fact(("確認者", "Verifier"), record.verifier.as_deref().unwrap_or_default());
    if let Some(alone) = &record.verification.alone {
        page.fact(("一人作業", "Worked alone"), &alone.reason);
    }
    page.fact(("承認者", "Approver"), record.approver.as_deref().unwrap_or_default());
    page.fact(("開始", "Start"), &time(record.started));
    page.fact(("終了", "End"), &record.ended.map(time).unwrap_or_default());
    page.fact(("手順", "Procedure"), &record.procedure);
    page.fact(("手順書", "Runbook"), &record.runbook.title);
    page.fact(("手順書ファイル", "Runbook file"), &record.runbook.path);
    page.fact(("手順書の SHA-256", "Runbook SHA-256"), record.runbook.sha256.as_str());
    for renewal in &record.renewals {
        let was_and_is = format!("{} → {}", renewal.was, renewal.sha256);
        let line = format!("{} {}: {was_and_is}", time(renewal.at), renewal.by.operator);
        page.fact(("実施中に取り込んだ手順書の変更", "Changes of the runbook taken in during the run"), &line);
    }
    for step in &record.clock_steps {
        let line = format!("{}: {:+} s", time(step.at), step.by_s);
        page.fact(("実施中の時計の変更", "Clock set during the run"), &line);
    }
    page.fact(("ホスト", "Host"), &record.host);
    page.fact(("環境", "Environment"), &record.environment);
    page.fact(("実行ユーザー", "User"), &record.user);
    page.fact(("フォルダー", "Folder"), &record.cwd);
    for change in &record.shell_changes {
        let what = match change.what {
            ShellWhat::Set => ("変数の設定", "variable set"),
            ShellWhat::Removed => ("変数の削除", "variable removed"),
            ShellWhat::Folder => ("フォルダーの変更", "folder changed"),
            ShellWhat::Reset => ("シェルの初期化", "shell reset"),
        };
        let said: Vec<&str> = [&change.name, &change.value].into_iter().flatten().map(String::as_str).collect();
        let line = format!("{} {}: {} {}", time(change.at), change.by.operator, page.say(what), said.join(" = "));
        page.fact(("実施中に変更した環境", "Environment changed during the run"), line.trim_end());
    }
    page.raw("</dl>\n");
}

fn evidence(record: &Record, page: &mut Html) {
    if record.evidence.is_empty() {
        return;
    }
    page.head(("証跡", "Evidence"));
    page.raw("<table>\n<tr>");
    for name in [("ファイル", "File"), ("バイト", "Bytes"), ("SHA-256", "SHA-256"), ("状態", "State")] {
        let name = page.say(name);
        page.raw(&format!("<th>{name}</th>"));
    }
    page.raw("</tr>\n");
    for file in &record.evidence {
        let complete =
            page.say(if file.complete { ("欠落なし", "complete") } else { ("欠落あり", "incomplete") });
        let differs = match file.matches {
            Some(false) => page.say(("ジャーナルと不一致", "differs from the journal")),
            Some(true) | None => "",
        };
        let cells =
            [file.file.clone(), file.bytes.to_string(), file.sha256.to_string(), format!("{complete} {differs}")];
        page.raw("<tr>");
        for cell in cells {
            let cell = text(&cell);
            page.raw(&format!("<td>{cell}</td>"));
        }
        page.raw("</tr>\n");
    }
    page.raw("</table>\n");
}

fn provenance(record: &Record, file: &str, sha256: &Digest, page: &mut Html) {
    page.head(("記録の由来", "Provenance"));
    page.raw("<dl>\n");
    page.fact(("元の記録", "Made from"), file);
    page.fact(("その SHA-256", "Its SHA-256"), sha256.as_str());
    page.fact(("実行 ID", "Run"), &record.run.to_string());
    page.fact(("ジャーナル末尾のハッシュ", "Journal head hash"), record.provenance.head.as_str());
    let key = record.provenance.signed_by.as_ref().map(|key| format!("{} {}", key.principal, key.fingerprint));
    page.fact(("署名者の鍵", "Signing key"), &key.unwrap_or_default());
    page.fact(("伏せ字", "Redactions"), &record.provenance.redactions.to_string());
    page.fact(("tejun", "tejun"), &record.provenance.tejun);
    page.raw("</dl>\n");
    let words = page.say((
        "このページは写しです。正本は元の記録で、tejun verify で検証できます。",
        "This page is a copy. The record itself is what counts: tejun verify checks it.",
    ));
    page.raw(&format!("<p class=\"facts\">{words}</p>\n"));
}
