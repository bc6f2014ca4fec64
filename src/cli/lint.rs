//! `tejun lint`: what is wrong with runbooks, drawn under their lines or as JSON.

use std::io::IsTerminal as _;
use std::path::Path;

use crate::cli::args::Lint;
use crate::cli::exit::{Exit, Fault};
use crate::i18n::Language;
use crate::runbook::lint::{self, Finding, RULES, Report, Severity};
use crate::runbook::parse;
use crate::term::sanitise::inline;
use crate::vault::source;

mod draw;
mod files;

use draw::Drawing;
use files::Input;

/// The version of the JSON form.
const SCHEMA: u32 = 1;

/// A file that could not be read.
struct Unread {
    path: String,
    message: String,
}

pub(super) fn lint(args: &Lint, language: Language) -> anyhow::Result<Exit> {
    if args.rules {
        return list_rules(args.json, language);
    }
    for name in &args.allow {
        if !RULES.iter().any(|rule| rule.id == name) {
            let head = language.pick("規則がありません", "there is no rule");
            let hint = language.pick("一覧は tejun lint --rules で見られます", "tejun lint --rules lists them");
            return Err(Fault::usage(format!("{head}: {}\n{hint}", inline(name))).into());
        }
    }
    let (inputs, mut unread) = files::collect(&args.files, language);
    let mut reports = Vec::new();
    for input in inputs {
        match read(&input, language) {
            Ok(mut report) => {
                report.findings.retain(|finding| !args.allow.iter().any(|name| name == finding.rule.id));
                reports.push((input.name(), report));
            }
            Err(fault) => unread.push(fault),
        }
    }
    if args.json {
        super::say_json(&serde_json::to_string_pretty(&json(&reports, &unread))?);
    } else {
        draw(&reports, unread.len(), language);
    }
    for fault in &unread {
        super::warn(format!("tejun: {}", inline(&fault.message)));
    }
    let least = if args.strict { Severity::Note } else { Severity::Warning };
    let found = reports.iter().flat_map(|(_, report)| &report.findings).any(|finding| finding.severity >= least);
    Ok(match (unread.is_empty(), found) {
        (false, _) => Exit::Usage,
        (true, true) => Exit::Failed,
        (true, false) => Exit::Well,
    })
}

fn read(input: &Input, language: Language) -> Result<Report, Unread> {
    let unread = |message| Unread { path: input.name(), message };
    let bytes = input.read(language).map_err(unread)?;
    let base = input.folder();
    Ok(lint::lint(&input.name(), &bytes, &|target| follow(&base, target), language))
}

/// What a relative link leads to. A page may be named without its ending, or by its folder, as sites do.
fn follow(base: &Path, target: &str) -> lint::Target {
    let plain = target.trim_end_matches('/');
    let names = [
        target.to_owned(),
        plain.to_owned(),
        format!("{plain}.md"),
        format!("{plain}/index.md"),
        format!("{plain}/README.md"),
    ];
    let html = plain.strip_suffix(".html").map(|stem| format!("{stem}.md"));
    let Some(there) = names.into_iter().chain(html).map(|name| base.join(name)).find(|path| path.exists()) else {
        return lint::Target::Missing;
    };
    let markdown = there.extension().is_some_and(|ending| ending == "md");
    match source::read(&there) {
        Ok(page) if markdown => lint::Target::Text(parse::text(&page.bytes)),
        Ok(_) | Err(_) => lint::Target::There,
    }
}

fn draw(reports: &[(String, Report)], unread: usize, language: Language) {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let width = crossterm::terminal::size().ok().filter(|_| std::io::stdout().is_terminal());
    let mut drawing = Drawing::new(width.map_or(100, |(columns, _)| columns.into()), colour, language);
    for (path, report) in reports {
        for finding in &report.findings {
            super::say(drawing.finding(path, report, finding));
        }
    }
    super::say(summary(reports, unread, language));
}

/// How many of what, in one line.
fn summary(reports: &[(String, Report)], unread: usize, language: Language) -> String {
    let count = |severity| reports.iter().flat_map(|(_, r)| &r.findings).filter(|f| f.severity == severity).count();
    let many = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let n = reports.len();
    let found = match language {
        Language::Ja if errors + warnings + notes == 0 => "指摘はありません".to_owned(),
        Language::Ja => format!("誤り {errors}、注意 {warnings}、参考 {notes}"),
        Language::En if errors + warnings + notes == 0 => "nothing found".to_owned(),
        Language::En => [many(errors, "error"), many(warnings, "warning"), many(notes, "note")].join(", "),
    };
    let missing = match (unread, language) {
        (0, _) => String::new(),
        (unread, Language::Ja) => format!("、読めなかったもの {unread}"),
        (unread, Language::En) => format!(", {unread} not read"),
    };
    match language {
        Language::Ja => format!("{n} ファイル: {found}{missing}"),
        Language::En => format!("{}: {found}{missing}", many(n, "file")),
    }
}

fn json(reports: &[(String, Report)], unread: &[Unread]) -> serde_json::Value {
    let of = |(path, report): &(String, Report)| {
        let path = path.clone();
        report.findings.iter().map(move |finding| json_finding(&path, finding)).collect::<Vec<_>>()
    };
    serde_json::json!({
        "schema": SCHEMA,
        "files": reports.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        "findings": reports.iter().flat_map(of).collect::<Vec<_>>(),
        "unreadable": unread.iter().map(|u| serde_json::json!({ "path": u.path, "message": u.message })).collect::<Vec<_>>(),
    })
}

fn json_finding(path: &str, finding: &Finding) -> serde_json::Value {
    serde_json::json!({
        "path": path,
        "line": finding.line,
        "end_line": finding.end_line,
        "column": finding.column,
        "end_column": finding.end_column,
        "rule": finding.rule.id,
        "severity": finding.severity,
        "message": finding.message,
        "why": finding.why,
        "fix": finding.fix,
        "related": finding.related.iter().map(|r| serde_json::json!({ "line": r.line, "message": r.words })).collect::<Vec<_>>(),
    })
}

fn list_rules(json: bool, language: Language) -> anyhow::Result<Exit> {
    if json {
        let rules = RULES.iter().map(|rule| {
            serde_json::json!({ "rule": rule.id, "severity": rule.severity, "about": rule.about(language),
                "why": rule.why(language), "fix": rule.fix(language) })
        });
        super::say_json(&serde_json::to_string_pretty(&rules.collect::<Vec<_>>())?);
        return Ok(Exit::Well);
    }
    for rule in RULES {
        let severity = draw::word(rule.severity, language);
        let gap = 8usize.saturating_sub(crate::tui::text::width(severity));
        super::say(format!("{:<26}{severity}{}{}", rule.id, " ".repeat(gap), rule.about(language)));
    }
    Ok(Exit::Well)
}
