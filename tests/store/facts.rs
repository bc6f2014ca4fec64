//! Facts to append, each continuing the one before it.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, Digest, EventId, ProcedureId, RunId, Seq, StepId};
use tejun::run::event::{Actor, ActorKind, AttemptStart, Event, Fact, Mode, RunStart, RunbookRef, Stored, VERSION};
use tejun::runbook::model::{Procedure, ProcedureKind, Trigger, TriggerKind};
use uuid::Uuid;

/// The end of a run as one writer knows it.
#[derive(Debug, Clone)]
pub(crate) struct Tail {
    pub(crate) run: RunId,
    pub(crate) seq: Seq,
    pub(crate) prev: Digest,
    /// Seconds after the start of 2026 at which the next fact happens.
    pub(crate) at: i64,
}

impl Tail {
    /// A run without facts.
    pub(crate) fn new(run: u128) -> Self {
        Self { run: RunId(Uuid::from_u128(run)), seq: Seq(0), prev: Digest::of(b""), at: 0 }
    }

    /// The tail behind `stored`.
    pub(crate) fn behind(run: RunId, stored: &[Stored]) -> Self {
        let mut tail = Self::new(run.0.as_u128());
        if let Some(last) = stored.last() {
            (tail.seq, tail.prev) = (last.seq, last.digest());
        }
        tail
    }

    /// The next fact, and the tail moves behind it.
    pub(crate) fn fact(&mut self, event: Event) -> Fact {
        self.seq = self.seq.next();
        self.at += 1;
        let fact = Fact {
            run: self.run,
            seq: self.seq,
            id: EventId(fresh()),
            actor: Actor {
                uid: 1000,
                user: "taro".into(),
                operator: "山田 太郎".into(),
                kind: ActorKind::Person,
                key: None,
            },
            machine: "web-01".into(),
            boot: "00000000-0000-0000-0000-000000000001".into(),
            at: moment(self.at),
            since_boot_ms: 1000,
            prev: self.prev.clone(),
            version: VERSION,
            event,
        };
        self.prev = Stored::encode(&fact).unwrap().digest();
        fact
    }

    /// The next facts: notes with these texts.
    pub(crate) fn notes(&mut self, texts: &[&str]) -> Vec<Fact> {
        texts.iter().map(|text| self.fact(note(text))).collect()
    }
}

/// An identifier that was not given before in this process.
pub(crate) fn fresh() -> Uuid {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn moment(seconds: i64) -> DateTime<FixedOffset> {
    let start: DateTime<FixedOffset> = "2026-01-01T02:00:00+09:00".parse().unwrap();
    start + chrono::TimeDelta::seconds(seconds)
}

pub(crate) fn note(text: &str) -> Event {
    Event::NoteAdded { step: None, text: text.into() }
}

/// The start of the `command`th command of one step, for the first time, by a fresh attempt.
pub(crate) fn start(command: usize) -> Event {
    Event::AttemptStarted(AttemptStart {
        attempt: AttemptId(fresh()),
        step: StepId("容量確認".into()),
        command,
        number: 1,
        lane: 1,
        text: "df -h /var/log".into(),
    })
}

pub(crate) fn run_started() -> Event {
    Event::RunStarted(Box::new(RunStart {
        mode: Mode::Live,
        runbook: RunbookRef {
            path: "/srv/運用/手順書.md".into(),
            sha256: Digest::of("# 手順".as_bytes()),
            title: "週次メンテナンス手順書".into(),
            version: Some("1.2".into()),
        },
        procedure: Procedure {
            id: ProcedureId("p1".into()),
            title: "週次メンテナンス".into(),
            heading_path: vec!["週次メンテナンス".into()],
            line: 3,
            kind: ProcedureKind::Checklist,
            trigger: Trigger { kind: TriggerKind::OnDemand, text: String::new(), rule: None },
            cautions: Vec::new(),
            steps: Vec::new(),
        },
        record_format: None,
        language: Language::Ja,
        operator: "山田 太郎".into(),
        host: "web-01".into(),
        environment: None,
        command_limit_s: None,
        second_person: tejun::config::sign_off::SecondPerson::Independent,
        shared_record: true,
        user: "taro".into(),
        cwd: "/home/taro".into(),
        record_dir: "/home/taro/記録".into(),
        append_to: Some("/srv/記録.md".into()),
        values: BTreeMap::from([("ホスト".into(), "\"db\"\u{1b}[0m\n".into())]),
        actions: Vec::new(),
        guidance: Vec::new(),
        tejun: "0.1.0".into(),
    }))
}
