//! What a headless run would do with each step and command, and why it leaves one undone. The same plan is printed by
//! `--dry-run` and carried out by the run, so the two cannot disagree.

use std::collections::BTreeMap;

use crate::cli::args::Run;
use crate::cli::exit::Fault;
use crate::i18n::Language;
use crate::run::server::{self, KnownConnection};
use crate::run::state::RunState;
use crate::run::{branches, query, values};
use crate::runbook::model::{Block, Command, CommandReason, Procedure, ProcedureKind, Shape, Step};
use crate::runbook::shell::filling::{Unfilled, check_value};
use crate::runbook::statements::{self, Nature};
use crate::term::redact::names_a_secret;
use crate::term::sanitise::inline;
use crate::tui::content::refusal;

/// One step of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedStep {
    /// Its place in the procedure.
    pub(super) index: usize,
    /// It was asked for.
    pub(super) chosen: bool,
    /// The condition under which it applies, and which nobody is there to judge.
    pub(super) condition: Option<String>,
    /// Its commands, in order.
    pub(super) commands: Vec<PlannedCommand>,
}

/// One command of the plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedCommand {
    /// Its place among the step's commands.
    pub(super) index: usize,
    /// What runs, with its values; the document's text where it is left undone.
    pub(super) text: String,
    /// Why it is left undone; absent when it runs.
    pub(super) undone: Option<Undone>,
}

/// Why something is left undone with nobody there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undone {
    /// There is nothing to run: a person does it.
    Manual,
    /// It applies only under a condition, which a person knows.
    Conditional(String),
    /// One of several to choose from.
    Menu,
    /// Dangerous: these rules say so.
    Dangerous(Vec<String>),
    /// Values are missing.
    Placeholder(Vec<String>),
    /// A value means more where it stands, and a person must look at it.
    Doubtful(Vec<String>),
    /// It waits for input.
    Interactive,
    /// It runs until it is stopped.
    NeverEnds,
    /// It is no shell command, or none that may run, for this reason.
    NotRunnable(Option<CommandReason>),
    /// It needs a connection that is not set up.
    NoConnection,
}

impl Undone {
    pub(super) fn words(&self, language: Language) -> String {
        match self {
            Self::Manual => language.pick("手作業", "done by hand").to_owned(),
            Self::Menu => language.pick("選択肢（人が選びます）", "one of several, for a person to choose").to_owned(),
            Self::Conditional(condition) => {
                let head =
                    language.pick("条件付き（該当するかは人が判断します）", "only if it applies, for a person to say");
                format!("{head}: {}", inline(condition))
            }
            Self::Dangerous(rules) => {
                format!("{}: {}", language.pick("危険なコマンド", "dangerous"), rules.join(", "))
            }
            Self::Placeholder(names) => {
                let names: Vec<String> = names.iter().map(|n| format!("<{}>", inline(n))).collect();
                format!("{}: {}", language.pick("値が未設定", "needs a value"), names.join(", "))
            }
            Self::Doubtful(names) => {
                let names: Vec<String> = names.iter().map(|n| format!("<{}>", inline(n))).collect();
                format!("{}: {}", language.pick("値を人が確認", "a person must look at the value"), names.join(", "))
            }
            Self::Interactive => language.pick("入力を待つコマンド", "waits for input").to_owned(),
            Self::NeverEnds => language.pick("終わらないコマンド", "never ends").to_owned(),
            Self::NoConnection => language
                .pick(
                    "接続が設定されていません（config.toml の [connections.main]）",
                    "no connection is set up ([connections.main] in config.toml)",
                )
                .to_owned(),
            Self::NotRunnable(reason) => {
                let what = language.pick("シェルでは実行できません", "nothing that a shell runs");
                match reason {
                    Some(reason) => format!("{what}: {}", refusal::not_runnable(*reason, language)),
                    None => what.to_owned(),
                }
            }
        }
    }
}

impl PlannedStep {
    /// All of it runs, but for what counts in some case only.
    pub(super) fn runs_whole(&self) -> bool {
        self.counting() > 0 && self.commands.iter().all(|c| !c.counts() || c.undone.is_none())
    }

    /// How many commands count in any case.
    pub(super) fn counting(&self) -> usize {
        self.commands.iter().filter(|c| c.counts()).count()
    }
}

impl PlannedCommand {
    fn counts(&self) -> bool {
        !matches!(self.undone, Some(Undone::Conditional(_)))
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
pub(super) fn plan(
    procedure: &Procedure,
    args: &Run,
    values: &BTreeMap<String, String>,
    connections: &[KnownConnection],
    language: Language,
) -> Result<Vec<PlannedStep>, Fault> {
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
        // Who names a step says that it applies.
        condition: branches::condition_in(procedure, step).filter(|_| only.is_empty()).map(str::to_owned),
        commands: commands(procedure, step, values, connections),
    });
    Ok(steps.collect())
}

fn commands(
    procedure: &Procedure,
    step: &Step,
    values: &BTreeMap<String, String>,
    connections: &[KnownConnection],
) -> Vec<PlannedCommand> {
    let with_block = step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c)));
    let planned = |(index, (block, command)): (usize, (&Block, &Command))| match ready(
        procedure,
        block,
        command,
        values,
        connections,
    ) {
        Ok(text) => PlannedCommand { index, text, undone: None },
        Err(undone) => PlannedCommand { index, text: command.text.clone(), undone: Some(undone) },
    };
    with_block.enumerate().map(planned).collect()
}

/// What runs, with its values; or why it is left undone.
fn ready(
    procedure: &Procedure,
    block: &Block,
    command: &Command,
    values: &BTreeMap<String, String>,
    connections: &[KnownConnection],
) -> Result<String, Undone> {
    if command.reason == Some(CommandReason::CommentsOnly) || block.shape == Shape::CommentsOnly {
        return Err(Undone::Manual);
    }
    if let Some(condition) = &block.condition {
        return Err(Undone::Conditional(condition.clone()));
    }
    let connection = match server::needs_server(block) {
        true => Some(server::connection_of(connections, block).map_err(|_| Undone::NoConnection)?),
        false => None,
    };
    if !query::could_run(connections, block, command) {
        return Err(Undone::NotRunnable(command.reason));
    }
    let ready = values::preview(&RunState::default(), block, command, values).map_err(|unfilled| match unfilled {
        Unfilled::Missing(names) => Undone::Placeholder(names),
        Unfilled::NoPlace(name) => Undone::Doubtful(vec![name]),
    })?;
    if !ready.secrets.is_empty() {
        return Err(Undone::Placeholder(ready.secrets.into_iter().map(|secret| secret.name).collect()));
    }
    if ready.reason.is_some() {
        return Err(Undone::NotRunnable(ready.reason));
    }
    let writes = connection.is_some_and(|c| statements::nature(&ready.text, c.kind) == Nature::Writes);
    let dangers = query::dangers_on_server(&ready.dangers, writes, Language::En);
    if !dangers.is_empty() {
        return Err(Undone::Dangerous(dangers.into_iter().map(|danger| danger.rule).collect()));
    }
    if !ready.doubts.is_empty() {
        return Err(Undone::Doubtful(ready.doubts.iter().map(|doubt| doubt.name().to_owned()).collect()));
    }
    if block.shape == Shape::Menu || block.alternative || procedure.kind == ProcedureKind::Menu {
        return Err(Undone::Menu);
    }
    if command.interactive {
        return Err(Undone::Interactive);
    }
    if command.never_ends { Err(Undone::NeverEnds) } else { Ok(ready.text) }
}

/// The values of `--set`, each checked.
///
/// # Errors
/// A fault of usage that names the value and what to do.
pub(super) fn values(
    procedure: &Procedure,
    set: &[String],
    language: Language,
) -> Result<BTreeMap<String, String>, Fault> {
    let known = values::asked_in(procedure);
    let mut found = BTreeMap::new();
    for pair in set {
        let fault = |ja: &str, en: &str| {
            let head =
                language.pick("--set を受け付けません。何も実行していません", "--set is not taken; nothing was run");
            let name = pair.split('=').next().unwrap_or_default();
            Fault::usage(format!("{head}: {}: {}", inline(name), language.pick(ja, en)))
        };
        let Some((name, value)) = pair.split_once('=') else {
            return Err(fault("「名前=値」の形で指定してください", "give it as NAME=VALUE"));
        };
        if !known.iter().any(|placeholder| placeholder.name == name) {
            let names: Vec<String> = known.iter().map(|placeholder| inline(&placeholder.name)).collect();
            let names = if names.is_empty() { language.pick("なし", "none").to_owned() } else { names.join(", ") };
            return Err(fault(
                &format!("この手順にその名前の値はありません。求められる値: {names}"),
                &format!("the procedure asks for no such value; it asks for: {names}"),
            ));
        }
        if names_a_secret(name) {
            return Err(fault(
                "秘密の値はコマンドラインに書けません（他の利用者に見えます）。画面で実行してください",
                "a secret on a command line can be seen by everybody on this machine; run it on the screen",
            ));
        }
        if let Err(why) = check_value(value) {
            return Err(fault(refusal::bad_value(why, Language::Ja), refusal::bad_value(why, Language::En)));
        }
        found.insert(name.to_owned(), value.to_owned());
    }
    Ok(found)
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
        } else if let Some(condition) = &planned.condition {
            format!("  — {}", Undone::Conditional(condition.clone()).words(language))
        } else if planned.commands.is_empty() {
            format!("  — {}", word("手作業のため残ります", "left undone: done by hand"))
        } else {
            String::new()
        };
        super::say(format!("{:>2} {}{note}", inline(&step.number), inline(&step.title)));
        for c in planned.commands.iter().filter(|_| planned.chosen && planned.condition.is_none()) {
            let head = match &c.undone {
                None => format!("   {} ", word("実行", "run ")),
                Some(why) => format!("   {} ({}) ", word("残す", "left"), why.words(language)),
            };
            let mut lines = c.text.lines();
            super::say(format!("{head}$ {}", inline(lines.next().unwrap_or_default())));
            for line in lines {
                super::say(format!("        {}", inline(line)));
            }
        }
    }
}
