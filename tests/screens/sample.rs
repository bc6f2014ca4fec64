//! A runbook and the facts of its runs, as the screens are shown with.
#![allow(dead_code, reason = "each user needs a part of it")]

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use tejun::config::sign_off::SecondPerson;
use tejun::i18n::Language;
use tejun::ids::{AttemptId, Digest, EventId, ProcedureId, RunId, Seq, StepId};
use tejun::run::event::{
    Actor, ActorKind, Carry, Event, Fact, Finish, Measurement, Mode, Outcome, RunStart, RunbookRef, VERSION, Verdict,
};
use tejun::runbook::model::{
    Block, Caution, CautionLevel, Command, CommandReason, Danger, DangerLevel, Deadline, ExecutorKind, Metadata,
    Placeholder, Procedure, ProcedureKind, Rule, RuleOp, RuleSense, Runbook, SCHEMA, Shape, Step, StepForm, Trigger,
    TriggerKind,
};
use tejun::tui::Place;
use uuid::Uuid;

/// The text of the runbook.
pub(crate) const TEXT: &str = "# 保守手順書

バージョン 1.2

## 定期メンテナンス

### 月曜日 02:00 システムチェック

- [ ] ログディスク容量確認
  - 容量 > 80%: ログローテーション実行
  - 容量 > 90%: **緊急対応**

  ```bash
  df -h /var/log
  du -sh /var/log/backup/
  ```

- [ ] バックアップ成功確認
  - 最新のファイルの日付を見る

  ```bash
  ls -la /backup/ | tail -3
  ```

- [ ] キャッシュクリア

  > [!WARNING]
  > 業務時間内には行わないこと

  ```bash
  redis-cli FLUSHDB
  ```

- [ ] リストア確認

  ```bash
  pg_restore -d <db_name> /backup/latest.dump
  ```

- [ ] 結果を関係者に報告する（30分以内）

### 毎月1日 データベース保守

1. VACUUM

   ```bash
   psql -c 'VACUUM ANALYZE'
   ```

## 障害対応

### P1 障害の初動

| 条件 | 対応 | 担当 |
|---|---|---|
| サービス停止 | 影響範囲を確認する | 当番 |
| 応答遅延が5分以上続く | ログを保存して開発チームに連絡する | 基盤チーム |
";

/// The line of the text that holds `words` first.
pub(crate) fn line_of(words: &str) -> usize {
    TEXT.lines().position(|line| line.contains(words)).map_or(1, |at| at + 1)
}

pub(crate) fn run_id() -> RunId {
    RunId(Uuid::from_u128(0xabcd_1234))
}

pub(crate) fn actor() -> Actor {
    Actor { uid: 1000, user: "ops".into(), operator: "tanaka".into(), kind: ActorKind::Person, key: None }
}

pub(crate) fn place(drill: bool) -> Place {
    Place {
        host: "db01".into(),
        environment: None,
        user: "ops".into(),
        cwd: "/srv/ops".into(),
        operator: "tanaka".into(),
        drill,
        connections: Vec::new(),
    }
}

pub(crate) fn fact(seq: u64, at: DateTime<FixedOffset>, event: Event) -> Fact {
    Fact {
        run: run_id(),
        seq: Seq(seq),
        id: EventId(Uuid::from_u128(u128::from(seq))),
        actor: actor(),
        machine: "db01".into(),
        boot: "boot".into(),
        at,
        since_boot_ms: seq,
        prev: Digest::of(b""),
        version: VERSION,
        event,
    }
}

pub(crate) fn command(text: &str) -> Command {
    Command {
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

pub(crate) fn step(id: &str, number: &str, title: &str, commands: Vec<Command>) -> Step {
    let manual = commands.is_empty();
    let block = Block {
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
    };
    Step {
        id: StepId(id.into()),
        number: number.into(),
        manual,
        blocks: if manual { Vec::new() } else { vec![block] },
        ..Step::titled(title, line_of(title), StepForm::TaskItem)
    }
}

fn rule(value: f64, text: &str) -> Rule {
    Rule {
        when: RuleSense::Alarm,
        subject: "容量".into(),
        op: RuleOp::Gt,
        value: Some(value),
        unit: Some("%".into()),
        action: None,
        soft: false,
        text: text.into(),
        line: 1,
    }
}

fn procedure(id: &str, path: &[&str], kind: ProcedureKind, trigger: &str, steps: Vec<Step>) -> Procedure {
    Procedure {
        id: ProcedureId(id.into()),
        title: (*path.last().unwrap_or(&"")).into(),
        heading_path: path.iter().map(|s| (*s).to_owned()).collect(),
        line: line_of(path.last().unwrap_or(&"")),
        kind,
        trigger: Trigger { kind: TriggerKind::Schedule, text: trigger.into(), rule: None },
        cautions: Vec::new(),
        steps,
    }
}

pub(crate) fn destructive() -> Danger {
    Danger {
        rule: "redis-flushdb".into(),
        level: DangerLevel::Destructive,
        why: "選択中のデータベースのキーがすべて消えます".into(),
    }
}

/// The weekly check: two commands with rules, a danger, a placeholder, a deadline, and a manual step.
pub(crate) fn weekly() -> Procedure {
    let mut disk =
        step("s1", "1", "ログディスク容量確認", vec![command("df -h /var/log"), command("du -sh /var/log/backup/")]);
    disk.rules = vec![rule(80.0, "容量 > 80%: ログローテーション実行"), rule(90.0, "容量 > 90%: 緊急対応")];
    disk.details = vec!["過去7日分のログは必ず残す。".into()];
    let mut backup = step("s2", "2", "バックアップ成功確認", vec![command("ls -la /backup/ | tail -3")]);
    backup.method = Some("最新のファイルの日付を見る".into());
    backup.expect = Some("昨日の日付のファイルがある".into());
    let mut cache = command("redis-cli FLUSHDB");
    cache.dangers = vec![destructive()];
    let mut flush = step("s3", "3", "キャッシュクリア", vec![cache]);
    flush.cautions =
        vec![Caution { level: CautionLevel::Warning, text: "業務時間内には行わないこと".into(), line: 1 }];
    let mut restore = command("pg_restore -d <db_name> /backup/latest.dump");
    restore.runnable = false;
    restore.reason = Some(CommandReason::Placeholder);
    restore.placeholders = vec![Placeholder { name: "db_name".into(), form: "<>".into() }];
    let restore = step("s4", "4", "リストア確認", vec![restore]);
    let mut report = step("s5", "5", "結果を関係者に報告する", Vec::new());
    report.deadline = Some(Deadline { min: 30, from: "start".into(), text: "30分以内".into() });
    let kind = ProcedureKind::Checklist;
    let path = ["定期メンテナンス", "月曜日 02:00 システムチェック"];
    procedure("p1", &path, kind, "毎週月曜日 02:00", vec![disk, backup, flush, restore, report])
}

pub(crate) fn runbook() -> Runbook {
    let flow = procedure(
        "p2",
        &["障害対応", "P1 障害の初動"],
        ProcedureKind::Flow,
        "サービス停止時",
        vec![step("f1", "1", "影響範囲を確認する", Vec::new())],
    );
    let monthly = procedure(
        "p3",
        &["定期メンテナンス", "毎月1日 データベース保守"],
        ProcedureKind::Sequence,
        "毎月1日",
        vec![step("m1", "1", "VACUUM", vec![command("psql -c 'VACUUM ANALYZE'")])],
    );
    Runbook {
        schema: SCHEMA,
        path: "/srv/ops/runbooks/保守手順書.md".into(),
        sha256: Digest::of(b"runbook"),
        language: Language::Ja,
        title: "保守手順書".into(),
        metadata: Metadata::default(),
        procedures: vec![weekly(), monthly, flow],
        schedule: Vec::new(),
        severities: Vec::new(),
        escalation: Vec::new(),
        contacts: Vec::new(),
        recovery_targets: Vec::new(),
        scenarios: Vec::new(),
        metric_rules: Vec::new(),
        guidance: Vec::new(),
        record_format: None,
        reference: Vec::new(),
        links: Vec::new(),
        diagnostics: Vec::new(),
    }
}

pub(crate) fn start_of(procedure: Procedure, mode: Mode) -> RunStart {
    RunStart {
        mode,
        runbook: RunbookRef {
            path: "/srv/ops/runbooks/保守手順書.md".into(),
            sha256: Digest::of(b"runbook"),
            title: "保守手順書".into(),
            version: None,
        },
        procedure,
        record_format: None,
        language: Language::Ja,
        operator: "tanaka".into(),
        host: "db01".into(),
        environment: None,
        command_limit_s: None,
        second_person: SecondPerson::None,
        shared_record: false,
        user: "ops".into(),
        cwd: "/srv/ops".into(),
        record_dir: "/srv/ops/records".into(),
        append_to: None,
        values: BTreeMap::new(),
        actions: Vec::new(),
        guidance: Vec::new(),
        tejun: "0.1.0".into(),
    }
}

/// The first facts of a run: it began, and its shell is open.
pub(crate) fn begun(at: DateTime<FixedOffset>) -> Vec<Fact> {
    begun_with(weekly(), Mode::Live, at)
}

pub(crate) fn begun_with(procedure: Procedure, mode: Mode, at: DateTime<FixedOffset>) -> Vec<Fact> {
    let lane = Event::LaneOpened { lane: 1, keeper: 7, shell: "/bin/bash".into(), cwd: "/srv/ops".into(), set: None };
    vec![fact(1, at, Event::RunStarted(Box::new(start_of(procedure, mode)))), fact(2, at, lane)]
}

pub(crate) fn finish(code: i32) -> Finish {
    Finish {
        outcome: Outcome::Exited { code },
        bytes: 300,
        sha256: Digest::of(b"out"),
        gaps: Vec::new(),
        redactions: 0,
        redacted_at: Vec::new(),
        duration_ms: 430,
        carry: Carry::Carried { cwd: "/srv/ops".into(), dropped: Vec::new(), changed: Vec::new() },
        survivors: Vec::new(),
    }
}

/// What the rules of the first step propose for 93 %.
pub(crate) fn proposal(step: &StepId, attempt: AttemptId) -> Option<Event> {
    let measured = |rule, applies| Measurement {
        rule,
        value: Some(93.0),
        shown: "93%".into(),
        matched: "/dev/sda1        50G   46G  3.5G  93% /var/log".into(),
        holds: true,
        applies,
    };
    (step.as_str() == "s1").then(|| Event::VerdictProposed {
        step: step.clone(),
        attempt,
        verdict: Verdict::Finding,
        measured: vec![measured(0, false), measured(1, true)],
    })
}
