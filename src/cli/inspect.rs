//! `tejun inspect`: what is seen in a runbook.

use crate::cli::args::Inspect;
use crate::cli::exit::Exit;
use crate::cli::opening;
use crate::i18n::Language;
use crate::runbook::model::{DiagnosticSeverity, Procedure};
use crate::term::sanitise::inline;

pub(super) fn inspect(args: &Inspect, language: Language) -> anyhow::Result<Exit> {
    let opened = opening::open_plain(&args.file)?;
    if args.json {
        super::say(serde_json::to_string_pretty(&opened.runbook)?);
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
    for d in &book.diagnostics {
        let word = match d.severity {
            DiagnosticSeverity::Error => language.pick("誤り", "error"),
            DiagnosticSeverity::Warning => language.pick("注意", "warning"),
            DiagnosticSeverity::Note => language.pick("参考", "note"),
        };
        super::say(format!("{word}: {}:{}: {}", inline(&book.path), d.line, inline(&d.message)));
    }
    Ok(Exit::Well)
}

fn say_procedure(p: &Procedure, language: Language) {
    let path: Vec<String> = p.heading_path.iter().map(|h| inline(h)).collect();
    let rule = p.trigger.rule.as_deref().map(|r| format!("  [{r}]")).unwrap_or_default();
    super::say(format!("\n{}{rule}  ({}:{})", path.join(" › "), language.pick("行", "line"), p.line));
    for s in &p.steps {
        let commands = s.commands().count();
        let hand = if s.manual { language.pick("手作業", "manual") } else { "" };
        let danger = s.commands().flat_map(|c| &c.dangers).map(|d| d.rule.as_str()).collect::<Vec<_>>();
        let danger = if danger.is_empty() { String::new() } else { format!("  ! {}", danger.join(" ")) };
        let count = if commands == 0 {
            hand.to_owned()
        } else {
            format!("{commands} {}", language.pick("コマンド", if commands == 1 { "command" } else { "commands" }))
        };
        super::say(format!("  {:>2} {}  {count}{danger}", inline(&s.number), inline(&s.title)));
    }
}
