//! Small runs for tests: a procedure, its first fact, and a journal in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeDelta};
use uuid::Uuid;

use crate::config::connections::ServerKind;
use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::ids::{Digest, EventId, ProcedureId, RunId, StepId};
use crate::run::command::{Command, Decision, Observation, Place, Refusal};
use crate::run::decide::{decide, observe};
use crate::run::event::{Actor, ActorKind, Carry, Event, Fact, Finish, Mode, Outcome, RunStart, RunbookRef, VERSION};
use crate::run::server::{ServerIdentity, ServerRole};
use crate::run::state::{Applied, RunState};
use crate::runbook::model::{
    Block, BlockReason, Command as DocumentCommand, Danger, DangerLevel, ExecutorKind, Procedure, ProcedureKind, Rule,
    RuleOp, RuleSense, Shape, Step, StepForm, Trigger, TriggerKind,
};

/// A person who drives.
pub(crate) fn person() -> Actor {
    Actor { uid: 1000, user: "yamada".into(), operator: "山田 太郎".into(), kind: ActorKind::Person, key: None }
}

/// A headless run.
pub(crate) fn unattended() -> Actor {
    Actor { kind: ActorKind::Unattended, ..person() }
}

/// A command that runs.
pub(crate) fn command(text: &str) -> DocumentCommand {
    DocumentCommand {
        label: None,
        line: 1,
        end_line: 1,
        text: text.into(),
        runnable: true,
        reason: None,
        placeholders: Vec::new(),
        environment: Vec::new(),
        dangers: Vec::new(),
        targets: Vec::new(),
        sample_values: Vec::new(),
        interactive: false,
        never_ends: false,
        reads_secret: false,
        secret_on_command_line: false,
        expected_output: None,
        prompt_of: None,
    }
}

/// A step with these commands in one fence.
pub(crate) fn step(number: usize, title: &str, commands: Vec<DocumentCommand>) -> Step {
    let blocks = if commands.is_empty() {
        Vec::new()
    } else {
        vec![Block {
            line: 1,
            lang: Some("bash".into()),
            executor: ExecutorKind::Shell,
            shape: Shape::Sequence,
            runnable: true,
            reason: None,
            whole_runnable: true,
            commands,
            alternative: false,
            condition: None,
        }]
    };
    Step {
        id: StepId(format!("step-{number}")),
        number: number.to_string(),
        manual: blocks.is_empty(),
        blocks,
        ..Step::titled(title, number, StepForm::TaskItem)
    }
}

/// The step with its fences for a server.
pub(crate) fn on_server(mut step: Step, lang: &str, executor: ExecutorKind) -> Step {
    for block in &mut step.blocks {
        block.lang = Some(lang.into());
        block.executor = executor;
        block.runnable = false;
        block.reason = Some(BlockReason::NotConfigured);
        block.commands.iter_mut().for_each(|c| c.runnable = false);
    }
    step
}

/// What a server says of itself.
pub(crate) fn identity() -> ServerIdentity {
    ServerIdentity {
        kind: ServerKind::Postgres,
        host: "10.0.0.5".into(),
        port: Some(5432),
        database: "app".into(),
        user: "ops".into(),
        version: "15.4".into(),
        role: ServerRole::Primary,
        read_only: false,
        instance: "7300000000000000001".into(),
        unencrypted: false,
    }
}

/// An alarm rule such as `容量 > 80%: …`.
pub(crate) fn rule(subject: &str, op: RuleOp, value: Option<f64>, unit: &str, action: &str) -> Rule {
    Rule {
        when: RuleSense::Alarm,
        subject: subject.into(),
        op,
        value,
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
        action: Some(action.into()),
        soft: false,
        text: format!("{subject}: {action}"),
        line: 1,
    }
}

/// A checklist of four steps: two rules; two commands; a danger; nothing to run.
pub(crate) fn checklist() -> Procedure {
    let mut disk = step(1, "ディスク確認", vec![command("df -h /")]);
    disk.rules = vec![
        rule("容量", RuleOp::Gt, Some(80.0), "%", "ログ整理"),
        rule("容量", RuleOp::Gt, Some(90.0), "%", "緊急対応"),
    ];
    let mut flush = command("redis-cli FLUSHALL");
    flush.dangers = vec![Danger {
        rule: "redis-flushall".into(),
        level: DangerLevel::Destructive,
        why: "全データが消えます".into(),
    }];
    Procedure {
        id: ProcedureId("procedure-1".into()),
        title: "月曜日 02:00 - 点検".into(),
        heading_path: vec!["毎週の保守".into(), "月曜日 02:00 - 点検".into()],
        line: 3,
        kind: ProcedureKind::Checklist,
        trigger: Trigger {
            kind: TriggerKind::Schedule,
            text: "月曜日 02:00".into(),
            rule: Some("weekly:mon@02:00".into()),
        },
        cautions: Vec::new(),
        steps: vec![
            disk,
            step(2, "負荷確認", vec![command("uptime"), command("free -h")]),
            step(3, "キャッシュ消去", vec![flush]),
            step(4, "画面の目視", Vec::new()),
        ],
    }
}

/// The first fact's content for `procedure`.
pub(crate) fn start_of(procedure: Procedure) -> RunStart {
    RunStart {
        mode: Mode::Live,
        runbook: RunbookRef {
            path: "/srv/runbooks/weekly.md".into(),
            sha256: Digest::of(b"runbook"),
            title: "定期点検".into(),
            version: None,
        },
        procedure,
        record_format: None,
        language: Language::Ja,
        operator: "山田 太郎".into(),
        host: "db01".into(),
        environment: None,
        command_limit_s: None,
        second_person: SecondPerson::None,
        shared_record: false,
        user: "yamada".into(),
        cwd: "/srv".into(),
        record_dir: "/srv/records".into(),
        append_to: None,
        values: BTreeMap::new(),
        actions: Vec::new(),
        guidance: Vec::new(),
        tejun: "0.1.0".into(),
    }
}

/// The wall clock at which a [`Story`] begins: 2026-11-20 02:00 in Japan.
pub(crate) fn two_in_the_morning() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-20T02:00:00+09:00").unwrap_or_default()
}

/// A run in memory: decides, makes facts, folds them. Each fact is a minute after the one before.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    /// The live state.
    pub(crate) state: RunState,
    /// All facts.
    pub(crate) facts: Vec<Fact>,
    /// The wall clock of the next fact.
    pub(crate) at: DateTime<FixedOffset>,
    /// How far the clock goes on with each fact.
    pub(crate) pace: TimeDelta,
    /// The time since the machine's start at the next fact: it goes on as the clock does, and is not set with it.
    since_boot: TimeDelta,
}

impl Story {
    /// A story of `procedure` that has begun, with an open lane.
    pub(crate) fn of(procedure: Procedure) -> Self {
        Self::begun(start_of(procedure))
    }

    /// A story that has begun with `start`, with an open lane.
    pub(crate) fn begun(start: RunStart) -> Self {
        let mut story = Self {
            state: RunState::default(),
            facts: Vec::new(),
            at: two_in_the_morning(),
            pace: TimeDelta::minutes(1),
            since_boot: TimeDelta::minutes(1),
        };
        let begun = story.ask(&person(), Command::StartRun(Box::new(start)));
        debug_assert!(begun.is_ok());
        story.see(Observation::LaneOpened {
            lane: 1,
            keeper: 77,
            shell: "/bin/bash".into(),
            cwd: "/srv".into(),
            set: None,
        });
        story
    }

    /// Decides a command and takes its facts in.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn ask(&mut self, actor: &Actor, command: Command) -> Result<Decision, Refusal> {
        let decision = decide(&self.state, actor, command)?;
        for event in decision.events.clone() {
            self.push(actor, event);
        }
        Ok(decision)
    }

    /// Takes in what the host saw.
    pub(crate) fn see(&mut self, observation: Observation) {
        let host = Actor { kind: ActorKind::Host, ..person() };
        for event in observe(&self.state, observation) {
            self.push(&host, event);
        }
    }

    /// Starts a command of a step as a person does who saw its text and typed the machine's name.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn run(&mut self, id: u128, step: &str, command: usize) -> Result<Decision, Refusal> {
        let step = StepId(step.into());
        let text = self.state.procedure_steps().iter().find(|s| s.id == step);
        let text = text.and_then(|s| s.command(command)).map(|(_, c)| c.text.clone()).unwrap_or_default();
        let again = match crate::run::query::last_attempt(&self.state, &step, command) {
            None => crate::run::command::Again::First,
            Some(_) => crate::run::command::Again::Repeat,
        };
        let asked = Command::StartAttempt {
            attempt: crate::ids::AttemptId(Uuid::from_u128(id)),
            step,
            command,
            shown: Digest::of(text.as_bytes()),
            again,
            typed: vec!["db01".into()],
            place: Place::Main,
            secrets: Default::default(),
        };
        self.ask(&person(), asked)
    }

    /// Ends an attempt with an exit status.
    pub(crate) fn exit(&mut self, id: u128, code: i32) {
        let attempt = crate::ids::AttemptId(Uuid::from_u128(id));
        self.see(Observation::AttemptFinished { attempt, finish: finish(code) });
    }

    /// Goes on to `at`: nobody sets the clock, time passes.
    pub(crate) fn wait_until(&mut self, at: DateTime<FixedOffset>) {
        self.since_boot += at - self.at;
        self.at = at;
    }

    fn push(&mut self, actor: &Actor, event: Event) {
        let seq = self.state.seq.next();
        let prev = self.facts.last().and_then(|f| crate::run::event::Stored::encode(f).ok());
        let fact = Fact {
            run: RunId(Uuid::from_u128(1)),
            seq,
            id: EventId(Uuid::from_u128(u128::from(seq.0) << 32)),
            actor: actor.clone(),
            machine: "db01".into(),
            boot: "boot".into(),
            at: self.at,
            since_boot_ms: u64::try_from(self.since_boot.num_milliseconds()).unwrap_or_default(),
            prev: prev.map_or_else(|| Digest::of(b""), |s| s.digest()),
            version: VERSION,
            event,
        };
        self.at += self.pace;
        self.since_boot += self.pace;
        let applied = self.state.apply(&fact);
        debug_assert_eq!(applied, Applied::Yes);
        self.facts.push(fact);
    }
}

/// An end with an exit status and a few bytes of output.
pub(crate) fn finish(code: i32) -> Finish {
    Finish {
        outcome: Outcome::Exited { code },
        bytes: 3,
        sha256: Digest::of(b"ok\n"),
        gaps: Vec::new(),
        redactions: 0,
        redacted_at: Vec::new(),
        duration_ms: 400,
        carry: Carry::Carried { cwd: "/srv".into(), dropped: Vec::new(), changed: Vec::new() },
        survivors: Vec::new(),
    }
}
