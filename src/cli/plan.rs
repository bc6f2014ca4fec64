//! What a headless run would do with each step and command, and why it leaves one undone. The same plan is printed by
//! `--dry-run` and carried out by the run, so the two cannot disagree.

use crate::cli::args::Run;
use crate::cli::exit::Fault;
use crate::i18n::Language;
use crate::run::query;
use crate::runbook::model::{Block, Command, CommandReason, ExecutorKind, Procedure, ProcedureKind, Shape, Step};
use crate::term::sanitise::inline;

/// One step of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedStep {
    /// Its place in the procedure.
    pub(super) index: usize,
    /// It was asked for.
    pub(super) chosen: bool,
    /// Its commands, in order.
    pub(super) commands: Vec<PlannedCommand>,
}

/// One command of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedCommand {
    /// Its place among the step's commands.
    pub(super) index: usize,
    /// Why it is left undone; absent when it runs.
    pub(super) undone: Option<Undone>,
}

/// Why something is left undone with nobody there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undone {
    /// There is nothing to run: a person does it.
    Manual,
    /// One of several to choose from.
    Menu,
    /// Dangerous: these rules say so.
    Dangerous(Vec<String>),
    /// Values are missing.
    Placeholder(Vec<String>),
    /// It waits for input.
    Interactive,
    /// It runs until it is stopped.
    NeverEnds,
    /// It is no shell command.
    NotRunnable,
}

impl Undone {
    pub(super) fn words(&self, language: Language) -> String {
        match self {
            Self::Manual => language.pick("手作業", "done by hand").to_owned(),
            Self::Menu => language.pick("選択肢（人が選びます）", "one of several, for a person to choose").to_owned(),
            Self::Dangerous(rules) => {
                format!("{}: {}", language.pick("危険なコマンド", "dangerous"), rules.join(", "))
            }
            Self::Placeholder(names) => {
                let names: Vec<String> = names.iter().map(|n| format!("<{}>", inline(n))).collect();
                format!("{}: {}", language.pick("値が未設定", "needs a value"), names.join(", "))
            }
            Self::Interactive => language.pick("入力を待つコマンド", "waits for input").to_owned(),
            Self::NeverEnds => language.pick("終わらないコマンド", "never ends").to_owned(),
            Self::NotRunnable => language.pick("シェルでは実行できません", "nothing that a shell runs").to_owned(),
        }
    }
}

impl PlannedStep {
    /// All of it runs.
    pub(super) fn runs_whole(&self) -> bool {
        !self.commands.is_empty() && self.commands.iter().all(|c| c.undone.is_none())
    }
}

/// Whether the procedure ends at its first failure whatever is asked.
pub(super) fn is_sequence(procedure: &Procedure) -> bool {
    match procedure.kind {
        ProcedureKind::Sequence | ProcedureKind::Flow | ProcedureKind::Drill => true,
        ProcedureKind::Checklist | ProcedureKind::Menu | ProcedureKind::Troubleshooting => false,
    }
}

/// The plan for `procedure`.
pub(super) fn plan(procedure: &Procedure, args: &Run, language: Language) -> Result<Vec<PlannedStep>, Fault> {
    let find = |wanted: &str| {
        let place = procedure.steps.iter().position(|s| s.number == wanted || s.title == wanted || s.id.0 == wanted);
        let part = || {
            let mut hits = procedure.steps.iter().enumerate().filter(|(_, s)| s.title.contains(wanted)).map(|(i, _)| i);
            hits.next().filter(|_| hits.next().is_none())
        };
        place.or_else(part).ok_or_else(|| {
            let head = language.pick("該当する項目が一つに決まりません", "no single step is meant by");
            let titles: Vec<String> =
                procedure.steps.iter().map(|s| format!("  {} {}", inline(&s.number), inline(&s.title))).collect();
            Fault::usage(format!("{head}: {}\n{}", inline(wanted), titles.join("\n")))
        })
    };
    let only: Vec<usize> = args.only.iter().map(|w| find(w)).collect::<Result<_, _>>()?;
    let from = args.from.as_deref().map(find).transpose()?.unwrap_or(0);
    let steps = procedure.steps.iter().enumerate().map(|(index, step)| PlannedStep {
        index,
        chosen: index >= from && (only.is_empty() || only.contains(&index)),
        commands: commands(procedure, step),
    });
    Ok(steps.collect())
}

fn commands(procedure: &Procedure, step: &Step) -> Vec<PlannedCommand> {
    let with_block = step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c)));
    with_block.enumerate().map(|(index, (b, c))| PlannedCommand { index, undone: undone(procedure, b, c) }).collect()
}

fn undone(procedure: &Procedure, block: &Block, command: &Command) -> Option<Undone> {
    if command.reason == Some(CommandReason::CommentsOnly) || block.shape == Shape::CommentsOnly {
        return Some(Undone::Manual);
    }
    if block.executor != ExecutorKind::Shell {
        return Some(Undone::NotRunnable);
    }
    if !command.placeholders.is_empty() || command.reason == Some(CommandReason::Placeholder) {
        return Some(Undone::Placeholder(command.placeholders.iter().map(|p| p.name.clone()).collect()));
    }
    if !query::can_run(block, command) {
        return Some(Undone::NotRunnable);
    }
    if !command.dangers.is_empty() {
        return Some(Undone::Dangerous(command.dangers.iter().map(|d| d.rule.clone()).collect()));
    }
    if block.shape == Shape::Menu || procedure.kind == ProcedureKind::Menu {
        return Some(Undone::Menu);
    }
    if command.interactive {
        return Some(Undone::Interactive);
    }
    command.never_ends.then_some(Undone::NeverEnds)
}

/// Prints the plan.
pub(super) fn print(procedure: &Procedure, plan: &[PlannedStep], language: Language) {
    let word = |ja, en| language.pick(ja, en);
    super::say(format!(
        "{}  ({})",
        inline(&procedure.title),
        word("予定のみ。何も実行しません", "a plan; nothing is run")
    ));
    for planned in plan {
        let Some(step) = procedure.steps.get(planned.index) else { continue };
        let note = if !planned.chosen {
            format!("  — {}", word("対象外", "not chosen"))
        } else if planned.commands.is_empty() {
            format!("  — {}", word("手作業のため残ります", "left undone: done by hand"))
        } else {
            String::new()
        };
        super::say(format!("{:>2} {}{note}", inline(&step.number), inline(&step.title)));
        for c in planned.commands.iter().filter(|_| planned.chosen) {
            let Some((_, command)) = step.command(c.index) else { continue };
            let head = match &c.undone {
                None => format!("   {} ", word("実行", "run ")),
                Some(why) => format!("   {} ({}) ", word("残す", "left"), why.words(language)),
            };
            let mut lines = command.text.lines();
            super::say(format!("{head}$ {}", inline(lines.next().unwrap_or_default())));
            for line in lines {
                super::say(format!("        {}", inline(line)));
            }
        }
    }
}
