//! What a record says, and that it is read back whatever its texts hold.

mod block;
mod detail;
mod escaping;
mod properties;

use chrono::{DateTime, FixedOffset, TimeDelta};
use uuid::Uuid;

use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, StepId};
use crate::record::{EvidenceFile, Excerpt, Inputs, Record, parse, render};
use crate::run::command::{Command, Observation};
use crate::run::event::{Actor, Ending, Measurement, Mode, RunStart, Verdict};
use crate::run::state::RunState;
use crate::run::testing::{Story, command, person, rule, start_of, step};
use crate::runbook::model::{
    FieldMeaning, Procedure, ProcedureKind, RecordField, RecordFormat, RuleOp, Trigger, TriggerKind,
};

/// Four weekly checks, two with rules.
fn weekly() -> Procedure {
    let mut disk = step(1, "ログ領域の確認", vec![command("df -h /var/log")]);
    disk.rules = vec![
        rule("使用率", RuleOp::Gt, Some(80.0), "%", "古いログの整理"),
        rule("使用率", RuleOp::Gt, Some(90.0), "%", "当番へ連絡"),
    ];
    let mut backup = step(2, "控えの確認", vec![command("ls -la /backup"), command("find /backup -mtime -1")]);
    backup.rules = vec![rule("失敗時", RuleOp::Event, None, "", "手で控えを取る")];
    Procedure {
        id: crate::ids::ProcedureId("weekly".into()),
        title: "月曜日 02:00 - 点検".into(),
        heading_path: vec!["毎週の保守".into(), "月曜日 02:00 - 点検".into()],
        line: 1,
        kind: ProcedureKind::Checklist,
        trigger: Trigger {
            kind: TriggerKind::Schedule,
            text: "月曜日 02:00".into(),
            rule: Some("weekly:mon@02:00".into()),
        },
        cautions: Vec::new(),
        steps: vec![disk, backup, step(3, "証明書の期限", Vec::new()), step(4, "負荷の目視", Vec::new())],
    }
}

/// A format such as a team's own runbook describes, with an example titled `example`.
fn format(example: &str) -> RecordFormat {
    let field = |name: &str, meaning| RecordField { name: name.into(), meaning, format: None };
    RecordFormat {
        heading: "## {date} {title}".into(),
        example_title: Some(example.into()),
        fields: vec![
            field("実施日時", FieldMeaning::Date),
            field("担当者", FieldMeaning::Operator),
            field("内容", FieldMeaning::Work),
            field("結果", FieldMeaning::Result),
            field("所要時間", FieldMeaning::Duration),
            field("特記事項", FieldMeaning::Notes),
        ],
        line: 9,
    }
}

fn weekly_start() -> RunStart {
    RunStart { record_format: Some(format("週次保守")), ..start_of(weekly()) }
}

fn english_start() -> RunStart {
    let mut procedure = weekly();
    procedure.title = "Monday checks".into();
    procedure.heading_path = vec!["Weekly upkeep".into(), "Monday checks".into()];
    for (step, title) in procedure.steps.iter_mut().zip(["Disk", "Backup", "Certificates", "Load"]) {
        step.title = title.into();
    }
    procedure.steps[0].rules = vec![rule("usage", RuleOp::Gt, Some(80.0), "%", "rotate logs")];
    RunStart { language: Language::En, operator: "Taro Yamada".into(), ..start_of(procedure) }
}

fn id(number: usize) -> StepId {
    StepId(format!("step-{number}"))
}

fn attempt(number: u128) -> AttemptId {
    AttemptId(Uuid::from_u128(number))
}

fn judge(story: &mut Story, by: &Actor, number: usize, verdict: Verdict, comment: Option<&str>) {
    let comment = comment.map(str::to_owned);
    story.ask(by, Command::GiveVerdict { step: id(number), verdict, comment }).unwrap();
}

fn run_and_exit(story: &mut Story, attempt: u128, number: usize, command: usize, code: i32) {
    story.run(attempt, &format!("step-{number}"), command).unwrap();
    story.exit(attempt, code);
}

fn reading(rule: usize, shown: &str, holds: bool, applies: bool) -> Measurement {
    Measurement { rule, value: None, shown: shown.into(), matched: format!("/dev/sda1 {shown}"), holds, applies }
}

fn propose(story: &mut Story, of: u128, number: usize, verdict: Verdict, measured: Vec<Measurement>) {
    story.see(Observation::VerdictProposed { step: id(number), attempt: attempt(of), verdict, measured });
}

fn note(story: &mut Story, text: &str) {
    story.ask(&person(), Command::AddNote { step: None, text: text.into() }).unwrap();
}

fn close(story: &mut Story, by: &Actor, ending: Ending, reason: &str) {
    story.ask(by, Command::CloseRun { ending, reason: reason.into() }).unwrap();
}

/// Signs the run off this long after its start.
fn sign_after(story: &mut Story, taken: TimeDelta) {
    story.wait_until(crate::run::testing::two_in_the_morning() + taken);
    story.ask(&person(), Command::SignOff).unwrap();
}

/// All four checks done, the first with a finding of 85 %.
fn all_done(start: RunStart) -> Story {
    let mut story = Story::begun(start);
    run_and_exit(&mut story, 1, 1, 0, 0);
    let measured = vec![reading(0, "85%", true, true), reading(1, "85%", false, false)];
    propose(&mut story, 1, 1, Verdict::Finding, measured);
    judge(&mut story, &person(), 1, Verdict::Finding, None);
    run_and_exit(&mut story, 2, 2, 0, 0);
    run_and_exit(&mut story, 3, 2, 1, 0);
    judge(&mut story, &person(), 2, Verdict::Ok, None);
    judge(&mut story, &person(), 3, Verdict::Ok, None);
    judge(&mut story, &person(), 4, Verdict::Ok, None);
    story
}

fn rendered(state: &RunState, excerpts: &[Excerpt], evidence: &[EvidenceFile]) -> String {
    let head = Digest::of(b"head");
    render(&Inputs { state, head: &head, head_seq: state.seq, excerpts, evidence, tejun: "0.1.0" })
}

fn read_back(story: &Story) -> Record {
    parse(&rendered(&story.state, &[], &[])).unwrap()
}

/// The documented block of a record: all up to the first empty line.
fn block_of(story: &Story) -> String {
    rendered(&story.state, &[], &[]).split("\n\n").next().unwrap_or_default().to_owned()
}

fn drill(start: RunStart) -> RunStart {
    RunStart { mode: Mode::Drill, ..start }
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}
