//! `tejun inspect`: what is seen in a runbook.

use crate::cli::args::Inspect;
use crate::cli::exit::Exit;
use crate::cli::opening;
use crate::i18n::Language;
use crate::runbook::model::{
    Block, Command, CommandReason, DangerLevel, DiagnosticSeverity, Due, Procedure, ProcedureKind, Rule, RuleOp,
    Runbook, Shape, Step,
};
use crate::term::sanitise::inline;

pub(super) fn inspect(args: &Inspect, language: Language) -> anyhow::Result<Exit> {
    let opened = opening::open_plain(&args.file, language)?;
    if args.json {
        super::say_json(&serde_json::to_string_pretty(&opened.runbook)?);
        return Ok(Exit::Well);
    }
    let book = &opened.runbook;
    super::say(format!("{}  ({})", inline(&book.title), opened.source.digest.short()));
    if book.procedures.is_empty() {
        super::say(language.pick("実行できる手順はありません", "no procedure to run"));
    }
    for p in &book.procedures {
        say_procedure(p, language);
    }
    say_around(book, language);
    for d in &book.diagnostics {
        let word = match d.severity {
            DiagnosticSeverity::Error => language.pick("誤り", "error"),
            DiagnosticSeverity::Warning => language.pick("注意", "warning"),
            DiagnosticSeverity::Note => language.pick("参考", "note"),
        };
        let message = inline(&crate::runbook::lint::diagnostic(d, language));
        super::say(format!("{word}: {}:{}: {message}", inline(&book.path), d.line));
    }
    Ok(Exit::Well)
}

fn kind(kind: ProcedureKind, language: Language) -> &'static str {
    match kind {
        ProcedureKind::Checklist => language.pick("チェックリスト", "checklist"),
        ProcedureKind::Sequence => language.pick("順番に", "sequence"),
        ProcedureKind::Flow => language.pick("対応フロー", "flow"),
        ProcedureKind::Menu => language.pick("選択", "menu"),
        ProcedureKind::Drill => language.pick("訓練", "drill"),
        ProcedureKind::Troubleshooting => language.pick("切り分け", "troubleshooting"),
    }
}

fn say_procedure(p: &Procedure, language: Language) {
    let path: Vec<String> = p.heading_path.iter().map(|h| inline(h)).collect();
    let rule = p.trigger.rule.as_deref().map(|r| format!("  [{}]", inline(r))).unwrap_or_default();
    let line = language.pick("行", "line");
    super::say(format!("\n{}{rule}  ({}, {line} {})", path.join(" › "), kind(p.kind, language), p.line));
    for caution in &p.cautions {
        super::say(format!("     {}: {}", language.pick("注意", "caution"), inline(&caution.text)));
    }
    let mut phase = None;
    for s in &p.steps {
        let own = s.phase.as_ref().map(|phase| phase.title.as_str());
        if own != phase {
            phase = own;
            if let Some(own) = own {
                super::say(format!("  {}", inline(own)));
            }
        }
        say_step(s, language);
    }
}

fn say_step(s: &Step, language: Language) {
    let mut marks: Vec<String> = Vec::new();
    let told = |block: &&Block| !matches!(block.shape, Shape::ExpectedOutput | Shape::Reference);
    let said = |command: &&Command| command.reason != Some(CommandReason::CommentsOnly);
    match s.blocks.iter().filter(told).flat_map(|block| &block.commands).filter(said).count() {
        _ if s.manual => marks.push(language.pick("手作業", "by hand").to_owned()),
        0 => {}
        1 => marks.push(language.pick("1 コマンド", "1 command").to_owned()),
        count => marks.push(format!("{count} {}", language.pick("コマンド", "commands"))),
    }
    if s.blocks.iter().any(|block| block.alternative) {
        marks.push(language.pick("うち一つを選ぶ", "one to choose").to_owned());
    }
    if s.optional {
        marks.push(language.pick("任意", "optional").to_owned());
    }
    if let Some(deadline) = &s.deadline {
        marks.push(inline(&deadline.text));
    }
    let count = |reason: CommandReason| s.commands().filter(|c| c.reason == Some(reason)).count();
    if count(CommandReason::Hidden) > 0 {
        marks.push(language.pick("見えない文字があり実行できません", "hidden characters: does not run").to_owned());
    }
    if count(CommandReason::Syntax) > 0 {
        marks.push(language.pick("構文が壊れていて実行できません", "broken syntax: does not run").to_owned());
    }
    super::say(format!("  {:>2} {}  {}", inline(&s.number), inline(&s.title), marks.join(", ")));
    let own = s.condition.iter().chain(s.blocks.iter().filter_map(|block| block.condition.as_ref()));
    for condition in own {
        super::say(format!("     {}: {}", language.pick("条件", "when"), inline(condition)));
    }
    for caution in &s.cautions {
        super::say(format!("     {}: {}", language.pick("注意", "caution"), inline(&caution.text)));
    }
    for rule in &s.rules {
        super::say(format!("     {}", rule_words(rule)));
    }
    let mut asked: Vec<String> = Vec::new();
    for command in s.commands() {
        say_dangers(command, language);
        for placeholder in &command.placeholders {
            let name = inline(&placeholder.name);
            if !asked.contains(&name) {
                asked.push(name);
            }
        }
    }
    if !asked.is_empty() {
        super::say(format!("     {}: {}", language.pick("入力が必要", "to fill in"), asked.join(", ")));
    }
}

fn say_dangers(command: &Command, language: Language) {
    let grave = command.dangers.iter().filter(|danger| danger.level > DangerLevel::Changes);
    for danger in grave {
        let line = language.pick("行", "line");
        super::say(format!("     ! {} ({}, {line} {})", inline(&danger.why), danger.rule, command.line));
    }
}

fn rule_words(rule: &Rule) -> String {
    let op = match rule.op {
        RuleOp::Gt => ">",
        RuleOp::Ge => ">=",
        RuleOp::Lt => "<",
        RuleOp::Le => "<=",
        RuleOp::Eq => "==",
        RuleOp::Event => "",
    };
    let value = rule.value.map(|value| value.to_string()).unwrap_or_default();
    let action = rule.action.as_deref().map(|action| format!(" → {}", inline(action))).unwrap_or_default();
    let unit = inline(rule.unit.as_deref().unwrap_or_default());
    format!("{} {op} {value}{unit}{action}", inline(&rule.subject)).replace("  ", " ")
}

fn minutes(count: Option<u32>, language: Language) -> String {
    count.map_or_else(|| "-".to_owned(), |count| format!("{count} {}", language.pick("分", "min")))
}

/// A list of what stands around the procedures, with its heading; nothing where the list is empty.
fn say_list(heading: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        super::say(format!("\n{heading}"));
        for line in lines {
            super::say(format!("  {line}"));
        }
    }
}

fn say_around(book: &Runbook, language: Language) {
    let due = |due: &Due| {
        let rule = due.rule.clone().unwrap_or_else(|| format!("{:?}", due.frequency).to_lowercase());
        let owner = due.owner.as_deref().map(|owner| format!("  {}", inline(owner))).unwrap_or_default();
        format!("{}: {}{owner}  ({})", inline(&rule), inline(&due.title), due.line)
    };
    say_list(language.pick("予定", "schedule"), book.schedule.iter().map(due).collect());
    let severities = book.severities.iter().map(|s| {
        let target = s.target_text.as_deref().map(inline).unwrap_or_default();
        format!("{} {}  {target}  {}", inline(&s.level), inline(&s.name), inline(&s.definition))
    });
    say_list(language.pick("重要度", "severities"), severities.collect());
    let rungs = book.escalation.iter().map(|r| format!("{}  {}", inline(&r.who), inline(&r.text)));
    say_list(language.pick("エスカレーション", "escalation"), rungs.collect());
    let contacts = book.contacts.iter().map(|c| {
        let unset = if c.unset { language.pick("  （未設定）", "  (not set)") } else { "" };
        format!("{}: {}{unset}", inline(&c.name), inline(&c.value))
    });
    say_list(language.pick("連絡先", "contacts"), contacts.collect());
    let targets = book.recovery_targets.iter().map(|t| {
        format!("{}  RPO {}  RTO {}", inline(&t.service), minutes(t.rpo_min, language), minutes(t.rto_min, language))
    });
    say_list(language.pick("復旧目標", "recovery targets"), targets.collect());
    let scenarios = book.scenarios.iter().map(|s| format!("{}: {}", inline(&s.title), inline(&s.situation)));
    say_list(language.pick("訓練シナリオ", "scenarios"), scenarios.collect());
    say_list(language.pick("監視のしきい値", "thresholds"), book.metric_rules.iter().map(rule_words).collect());
    let guidance = book.guidance.iter().map(|g| format!("{}: {}", inline(&g.title), inline(&g.items.join(" / "))));
    say_list(language.pick("心得", "guidance"), guidance.collect());
    let blocks: usize = book.reference.iter().map(|reference| reference.blocks.len()).sum();
    if blocks > 0 {
        let words = language.pick("読むだけのコードブロック", "fences that are only read");
        super::say(format!("\n{words}: {blocks}"));
    }
}
