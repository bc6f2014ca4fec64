//! The detail, as it is read back.

use pretty_assertions::assert_eq;

use super::*;
use crate::record::model::{ChangeWhat, ClockRecord, RevertEndRecord, ShellWhat};
use crate::record::{Ended, GapRecord, MarkKind, ParseFault, SignOff, Who};
use crate::run::command::Settle;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{ActorKind, Completion, Gap, NewDocument, Outcome, Stop};
use crate::run::guidance::Pause;
use crate::run::testing::{finish, unattended};
use crate::runbook::model::{Guidance, GuidanceTime};

fn yamada() -> Who {
    Who { operator: "山田 太郎".into(), user: "yamada".into(), uid: 1000, kind: ActorKind::Person, key: None }
}

#[test]
fn a_record_says_who_where_and_with_which_document() {
    let mut story = all_done(weekly_start());
    sign_after(&mut story, TimeDelta::minutes(30));
    let record = read_back(&story);

    assert_eq!(record.language, Language::Ja);
    assert_eq!(record.started, at("2026-11-20T02:00:00+09:00"));
    assert_eq!(record.ended, Some(at("2026-11-20T02:30:00+09:00")));
    assert_eq!(record.started_by, yamada());
    assert_eq!((record.verifier, record.approver), (None, None));
    assert_eq!(record.procedure, "毎週の保守 › 月曜日 02:00 - 点検");
    assert_eq!(record.runbook.path, "/srv/runbooks/weekly.md");
    assert_eq!(record.runbook.sha256, Digest::of(b"runbook"));
    assert_eq!((record.host.as_str(), record.user.as_str(), record.cwd.as_str()), ("db01", "yamada", "/srv"));
    assert_eq!(Some(record.run), story.state.run);
    assert_eq!((record.provenance.head, record.provenance.head_seq), (Digest::of(b"head"), story.state.seq));
    assert!(rendered(&story.state, &[], &[]).contains("- **電子署名**: なし（署名鍵なし）\n"));
}

#[test]
fn a_step_has_its_verdict_its_rules_and_its_command_as_run() {
    let mut story = all_done(weekly_start());
    sign_after(&mut story, TimeDelta::minutes(30));
    let record = read_back(&story);

    let step = &record.steps[0];
    assert_eq!(
        (step.number.as_str(), step.title.as_str(), step.state.as_str()),
        ("1", "ログ領域の確認", "完了（対応あり）")
    );
    assert_eq!(step.mark.as_ref().map(|m| (m.what, &m.by)), Some((MarkKind::Finding, &yamada())));
    assert_eq!(step.proposed, Some(Verdict::Finding));
    let measured: Vec<_> = step.measured.iter().map(|m| (m.shown.as_deref(), m.applies)).collect();
    assert_eq!(measured, [(Some("85%"), true), (Some("85%"), false)]);
    let command = &step.commands[0];
    assert_eq!((command.text.as_str(), command.number, command.exact.as_ref()), ("df -h /var/log", Some(1), None));
    assert_eq!((&command.ended, command.duration_ms), (&Ended::Exited { code: 0 }, Some(400)));
    assert_eq!(record.steps[1].measured[0].shown, None);
}

#[test]
fn what_the_run_did_otherwise_is_listed_with_its_reason_and_stands_at_the_step() {
    let mut story = Story::begun(weekly_start());
    let (title, reason) = ("温度確認".to_owned(), "警報".to_owned());
    let add = Command::AddStep { after: Some(id(1)), title, command: Some("sensors".into()), reason };
    story.ask(&person(), add).unwrap();
    let (text, reason) = ("df -h /var".to_owned(), "打ち間違い".to_owned());
    story.ask(&person(), Command::ChangeCommand { step: id(1), command: Some(0), text, reason }).unwrap();
    let shift = Command::MoveCommands { from: id(2), commands: vec![0], to: id(3), reason: None };
    story.ask(&person(), shift).unwrap();
    let record = read_back(&story);

    let told: Vec<_> = record.deviations.iter().map(|d| (d.step.as_str(), d.text.as_str())).collect();
    for wanted in [
        ("1+1", "手順書にない手順を追加: 警報"),
        ("1", "コマンドを変更・追加: 打ち間違い"),
        ("2", "項目とコマンドの対応を訂正"),
        ("3", "項目とコマンドの対応を訂正"),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} of {told:?}");
    }
    let added = record.steps[1].added.as_ref().expect("it was added");
    assert_eq!((added.line, added.reason.as_deref(), &added.by), (None, Some("警報"), &yamada()));
    let change = &record.steps[0].changes[0];
    assert_eq!((change.what, change.place.as_deref()), (ChangeWhat::Changed, Some("1")));
    assert_eq!((change.was.as_deref(), change.is.as_deref()), (Some("df -h /var/log"), Some("df -h /var")));
    assert_eq!(record.steps[2].changes[0].what, ChangeWhat::WentTo);
    assert_eq!(record.steps[3].changes[0].place.as_deref(), Some("2"));
}

#[test]
fn what_was_owed_held_and_read_is_told_with_names_and_read_back() {
    let mut start = weekly_start();
    start.procedure.steps[0].hold = Some("責任者の承認を得てから".into());
    start.guidance =
        vec![Guidance {
            when: GuidanceTime::Before, title: "実施前".into(), items: vec!["知らせる".into()], line: 1
        }];
    let mut story = Story::begun(start);
    story.ask(&person(), Command::ReadGuidance { pause: Pause::Begin }).unwrap();
    story.ask(&person(), Command::OweRevert { step: id(1), what: "旗を戻す".into() }).unwrap();
    story.ask(&person(), Command::OweRevert { step: id(1), what: "DEBUG を戻す".into() }).unwrap();
    let how = Settle::HandOver { reason: "確認中".into(), due: "明朝".into(), owner: "佐藤".into() };
    story.ask(&person(), Command::SettleRevert { number: 1, how }).unwrap();
    let record = read_back(&story);
    assert_eq!(record.steps[0].hold.as_ref().map(|hold| hold.released.is_none()), Some(true));

    let (by, said) = ("鈴木".to_owned(), "電話で承認".to_owned());
    story.ask(&person(), Command::ReleaseHold { step: id(1), by, said }).unwrap();
    let record = read_back(&story);

    let release = record.steps[0].hold.as_ref().and_then(|hold| hold.released.as_ref()).expect("it was released");
    assert_eq!((release.released_by.as_str(), release.said.as_str(), &release.by), ("鈴木", "電話で承認", &yamada()));
    let told: Vec<_> = record.steps[0].reverts.iter().map(|r| (r.what.as_str(), r.end, r.owner.as_deref())).collect();
    let wanted =
        [("旗を戻す", RevertEndRecord::HandedOver, Some("佐藤")), ("DEBUG を戻す", RevertEndRecord::Open, None)];
    assert_eq!(told, wanted);
    assert_eq!(record.advice.iter().map(|a| (a.pause, &a.by)).collect::<Vec<_>>(), [(Pause::Begin, &yamada())]);
    let remarks = record.fields.iter().find(|field| field.name == "特記事項").map(|field| field.value.clone());
    let remarks = remarks.expect("the record has remarks");
    assert!(remarks.contains("戻しを引き継ぎ: 旗を戻す（佐藤、明朝）"), "{remarks}");
    assert!(remarks.contains("戻し未了: DEBUG を戻す"), "{remarks}");
    assert!(record.deviations.iter().any(|d| d.text.contains("戻すことが未了")), "{:?}", record.deviations);
}

#[test]
fn a_signed_run_says_which_kind_of_complete() {
    let mut story = all_done(weekly_start());
    let step = id(4);
    story.ask(&person(), Command::ReopenStep { step: step.clone(), reason: None }).unwrap();
    let (reason, due, owner) = ("混雑".into(), "11/27".into(), "佐藤".into());
    story.ask(&person(), Command::DeferStep { step, reason, due, owner }).unwrap();
    sign_after(&mut story, TimeDelta::minutes(30));
    let record = read_back(&story);

    assert!(
        rendered(&story.state, &[], &[])
            .contains("- **署名**: 完了（延期 1 件） | 2026-11-20 02:30:00 +09:00 | 山田 太郎 | yamada(1000)\n")
    );
    let SignOff::Signed { completion, by, .. } = record.sign_off else { panic!("not signed") };
    assert_eq!((completion, by), (Completion::WithDeferred { steps: 1 }, yamada()));
    let mark = record.steps[3].mark.clone().unwrap();
    assert_eq!(mark.what, MarkKind::Deferred);
    assert_eq!([mark.reason, mark.due, mark.owner], [Some("混雑".into()), Some("11/27".into()), Some("佐藤".into())]);
    assert_eq!(record.steps[3].taken_back[0].what, MarkKind::Ok);
    assert_eq!(record.deviations[0].text, "延期");
}

#[test]
fn an_override_stands_with_its_approver_the_verdict_and_the_kind_of_complete() {
    let mut story = all_done(weekly_start());
    let step = id(4);
    story.ask(&person(), Command::ReopenStep { step: step.clone(), reason: None }).unwrap();
    judge(&mut story, &person(), 4, Verdict::Failed, Some("負荷が高い"));
    let (reason, approver) = ("夜間に見直す".into(), "佐藤 花子".into());
    story.ask(&person(), Command::OverrideStep { step, reason, approver }).unwrap();
    sign_after(&mut story, TimeDelta::minutes(30));
    let record = read_back(&story);

    let SignOff::Signed { completion, .. } = record.sign_off else { panic!("not signed") };
    assert_eq!(completion, Completion::WithOverrides { steps: 1, deferred: 0 });
    let mark = record.steps[3].mark.clone().unwrap();
    assert_eq!((mark.what, mark.approver.as_deref()), (MarkKind::Overridden, Some("佐藤 花子")));
    let overridden = mark.overrides.unwrap();
    assert_eq!((overridden.verdict, overridden.comment.as_deref()), (Verdict::Failed, Some("負荷が高い")));
    let text = rendered(&story.state, &[], &[]);
    assert!(text.contains("- **結果**: 成功\n") && text.contains("- **署名**: 完了（上書き 1 件） | "), "{text}");
    assert!(text.contains("負荷の目視: 失敗（上書き承認 佐藤 花子: 夜間に見直す）"), "{text}");
    assert_eq!(record.deviations[0].text, "上書き承認");
}

#[test]
fn branches_and_conditions_and_disagreement_are_read_back() {
    let mut start = weekly_start();
    start.procedure.steps[3].condition = Some("負荷が高い場合".into());
    let mut story = Story::begun(start);
    run_and_exit(&mut story, 1, 1, 0, 0);
    let measured = vec![reading(0, "85%", true, true), reading(1, "85%", false, false)];
    propose(&mut story, 1, 1, Verdict::Finding, measured);
    story.ask(&person(), Command::OpenBranch { step: id(1), rule: 0 }).unwrap();
    judge(&mut story, &person(), 1, Verdict::Ok, Some("一時的"));
    story.ask(&person(), Command::AnswerRule { step: id(2), rule: 0, holds: false }).unwrap();
    let record = read_back(&story);

    assert_eq!(record.steps[0].mark.clone().unwrap().proposed, Some(Verdict::Finding));
    let branch = record.steps[1].branch_of.clone().unwrap();
    assert_eq!((record.steps[1].number.as_str(), branch.step.as_str(), branch.by), ("1-1", "1", yamada()));
    assert_eq!(record.steps[1].title, "古いログの整理");
    let answers: Vec<_> = record.steps[2].answers.iter().map(|a| a.holds).collect();
    assert_eq!(answers, [false]);
    let condition = record.steps[4].condition.clone().unwrap();
    assert_eq!((condition.text.as_str(), condition.by), ("負荷が高い場合", None));
    assert!(record.deviations.iter().any(|d| d.text == "規則の提案は要対応、判定はOK"), "{:?}", record.deviations);
}

#[test]
fn skipped_and_ruled_out_steps_keep_reason_and_who() {
    let mut story = Story::begun(english_start());
    story.ask(&person(), Command::SkipStep { step: id(1), reason: "no | time".into() }).unwrap();
    story.ask(&unattended(), Command::RuleOutStep { step: id(2), reason: "no backup here".into() }).unwrap();
    close(&mut story, &person(), Ending::Aborted, "called away");
    let record = read_back(&story);

    let marks: Vec<_> = record.steps.iter().filter_map(|s| s.mark.clone()).collect();
    assert_eq!((marks[0].what, marks[0].reason.as_deref()), (MarkKind::Skipped, Some("no | time")));
    assert_eq!((marks[1].what, marks[1].by.kind), (MarkKind::RuledOut, ActorKind::Unattended));
    let SignOff::Aborted { reason, .. } = record.sign_off else { panic!("not aborted") };
    assert_eq!(reason, "called away");
    let deviations: Vec<_> = record.deviations.iter().map(|d| (d.step.as_str(), d.text.as_str())).collect();
    assert_eq!(
        deviations,
        [("1", "skipped"), ("2", "not applicable"), ("3", "left untouched"), ("4", "left untouched")]
    );
}

#[test]
fn ways_round_the_document_are_deviations() {
    let mut start = weekly_start();
    start.procedure.kind = ProcedureKind::Sequence;
    let mut story = Story::begun(start);
    judge(&mut story, &person(), 4, Verdict::Ok, None);
    run_and_exit(&mut story, 1, 2, 0, 0);
    propose(&mut story, 1, 2, Verdict::Undecided, Vec::new());
    judge(&mut story, &person(), 2, Verdict::Ok, Some("片方で足りる"));
    judge(&mut story, &person(), 1, Verdict::Ok, Some("昨日見た"));
    story.ask(&person(), Command::SkipStep { step: id(3), reason: "更新済み".into() }).unwrap();
    let record = read_back(&story);

    let deviations: Vec<_> = record.deviations.iter().map(|d| (d.step.as_str(), d.text.as_str())).collect();
    assert_eq!(
        deviations,
        [
            ("1", "コマンドを実行せずに OK と判定"),
            ("2", "実行しなかったコマンド 1 件"),
            ("2", "規則の提案は判定不能、判定はOK"),
            ("2", "手順の順序と異なる"),
            ("3", "省略"),
            ("4", "手順の順序と異なる"),
        ]
    );
    assert_eq!(record.steps[0].commands[0].ended, Ended::NotRun);
}

#[test]
fn statements_are_there_with_the_server_that_they_ran_on() {
    use crate::config::connections::ServerKind;
    use crate::run::server::{KnownConnection, OnServer, Seen, ServerIdentity};
    let identity = ServerIdentity { database: "a*b | `c`".into(), ..crate::run::testing::identity() };
    let mut start = weekly_start();
    let statements = command("select 1");
    start.procedure.steps[0] = crate::run::testing::on_server(
        step(1, "接続数", vec![statements]),
        "sql",
        crate::runbook::model::ExecutorKind::Sql,
    );
    let mut story = Story::begun(start);
    let main = KnownConnection::new("main", ServerKind::Postgres);
    story.see(Observation::ConnectionsKnown { connections: vec![main] });
    let seen = Seen::Server { identity: identity.clone() };
    story.see(Observation::ConnectionSeen { connection: "main".into(), seen });
    let asked = Command::RunStatements {
        attempt: attempt(1),
        step: StepId("step-1".into()),
        command: 0,
        shown: Digest::of(b"select 1"),
        again: crate::run::command::Again::First,
        typed: Vec::new(),
        on: Box::new(OnServer { connection: "main".into(), identity: identity.clone(), may_write: false }),
    };
    story.ask(&person(), asked).unwrap();
    story.see(Observation::AttemptFinished { attempt: attempt(1), finish: finish(0) });
    let record = read_back(&story);

    let server = record.steps[0].commands[0].server.as_ref().expect("a server");
    assert_eq!(
        (server.connection.as_str(), server.identity.as_str(), server.may_write),
        ("main", identity.line().as_str(), false)
    );
}

#[test]
fn every_attempt_is_there_with_what_is_missing_of_it() {
    let mut story = Story::begun(weekly_start());
    run_and_exit(&mut story, 1, 1, 0, 1);
    story.run(2, "step-1", 0).unwrap();
    story.ask(&person(), Command::StopAttempt { attempt: attempt(2), how: Stop::Terminate }).unwrap();
    let outcome = Outcome::Signalled { signal: 15 };
    let finish =
        crate::run::event::Finish { outcome, gaps: vec![Gap { at: 10, bytes: 7 }], redactions: 2, ..finish(0) };
    story.see(Observation::AttemptFinished { attempt: attempt(2), finish });
    story.run(3, "step-1", 0).unwrap();
    story.see(Observation::AttemptLost { attempt: attempt(3), why: "電源断".into() });
    let record = read_back(&story);

    let commands = &record.steps[0].commands;
    let numbers: Vec<_> = commands.iter().map(|c| (c.number, c.attempt)).collect();
    assert_eq!(numbers, [1, 2, 3].map(|n| (Some(n), Some(attempt(u128::from(n))))));
    assert_eq!(commands[1].ended, Ended::Signalled { signal: 15 });
    assert_eq!(commands[1].gaps, [GapRecord { at: 10, bytes: 7 }]);
    assert_eq!(commands[1].stops.iter().map(|s| s.how).collect::<Vec<_>>(), [Stop::Terminate]);
    assert_eq!(commands[2].ended, Ended::Lost { why: "電源断".into() });
    assert_eq!(record.steps[0].state, "結果不明");
    assert_eq!(record.provenance.redactions, 2);
}

#[test]
fn output_is_quoted_and_evidence_is_listed() {
    let mut story = all_done(weekly_start());
    sign_after(&mut story, TimeDelta::minutes(30));
    let text = "```\n</details>\r\n````\n\n".to_owned();
    let excerpt = Excerpt { attempt: attempt(1), text, cut: true };
    let file = EvidenceFile {
        attempt: attempt(1),
        file: "../a](b) c.log".into(),
        bytes: 3,
        sha256: Digest::of(b"ok\n"),
        complete: false,
        matches: Some(true),
    };
    let text = rendered(&story.state, &[excerpt], std::slice::from_ref(&file));
    let record = parse(&text).unwrap();

    let quoted = record.steps[0].commands[0].excerpt.clone().unwrap();
    assert_eq!((quoted.text.as_str(), quoted.cut), ("```\n</details>\n````", true));
    assert!(text.contains("~~~text\n```\n</details>\n````\n~~~\n"), "{text}");
    assert!(text.contains(r"[../a\](b) c.log](../a%5D%28b%29%20c.log) | 3 bytes | "), "{text}");
    let read = &record.evidence[0];
    assert_eq!((&read.file, read.bytes, &read.sha256), (&file.file, 3, &file.sha256));
    assert_eq!((read.attempt, read.complete, read.matches), (attempt(1), false, Some(true)));
}

#[test]
fn a_command_that_cannot_be_shown_byte_for_byte_has_its_digest() {
    let mut start = weekly_start();
    let hidden = "rm \u{202e}x\u{1b}[8m";
    start.procedure.steps[0].blocks[0].commands[0].text = hidden.into();
    let mut story = Story::begun(start);
    run_and_exit(&mut story, 1, 1, 0, 0);
    let record = read_back(&story);

    let command = &record.steps[0].commands[0];
    assert_eq!(command.text, "rm <U+202E>x␛[8m");
    assert_eq!(command.exact, Some(Digest::of(hidden.as_bytes())));
}

#[test]
fn a_text_that_is_no_record_is_refused_with_its_line() {
    let mut story = all_done(weekly_start());
    sign_after(&mut story, TimeDelta::minutes(30));
    let text = rendered(&story.state, &[], &[]);

    assert_eq!(parse(""), Err(ParseFault::NoRecord));
    assert_eq!(parse("# 手順書\n\n本文"), Err(ParseFault::UnknownLine { line: 3 }));
    assert_eq!(parse("# 手順書\n"), Err(ParseFault::NoRecord));
    assert_eq!(
        parse(&text.replacen("- **実施日時**", "<b>\n- **実施日時**", 1)),
        Err(ParseFault::UnknownLine { line: 2 })
    );
    assert_eq!(parse(&text.replace('\n', "\r\n")), Err(ParseFault::UnknownLine { line: 8 }));
    let cut = text.find("df -h").unwrap();
    assert!(matches!(parse(&text[..cut]), Err(ParseFault::OpenFence { .. })));
    let without = text.replace("- **ホスト**: db01\n", "");
    assert_eq!(parse(&without), Err(ParseFault::Missing { line: 9, name: "ホスト".into() }));
    let wrong = text.replace("- **区分**: 本番", "- **区分**: 試験");
    assert_eq!(parse(&wrong), Err(ParseFault::Unreadable { line: 12, name: "区分".into() }));
}

#[test]
fn a_document_that_was_changed_during_the_work_is_named_with_both_digests_and_what_became_of_the_steps() {
    let stays = |number: usize, said: &str| Some(Digest::of(format!("{number} {said}").as_bytes()));
    let mut start = weekly_start();
    for (number, step) in (1..).zip(&mut start.procedure.steps) {
        step.content = stays(number, "before");
    }
    let mut procedure = start.procedure.clone();
    procedure.steps[0].content = stays(1, "after");
    procedure.steps[2] = step(5, "時刻の確認", Vec::new());
    let mut runbook = start.runbook.clone();
    (runbook.sha256, runbook.version) = (Digest::of(b"another"), Some("1.1".into()));
    let was = start.runbook.sha256.clone();
    let document = NewDocument { was, runbook, procedure, actions: Vec::new(), guidance: Vec::new() };

    let mut story = all_done(start);
    story.ask(&person(), Command::RenewDocument(Box::new(document))).unwrap();
    run_and_exit(&mut story, 9, 1, 0, 0);
    judge(&mut story, &person(), 1, Verdict::Ok, None);
    judge(&mut story, &person(), 5, Verdict::Ok, None);
    sign_after(&mut story, TimeDelta::minutes(30));
    let record = read_back(&story);

    let renewal = &record.renewals[0];
    assert_eq!((&renewal.was, &renewal.sha256), (&Digest::of(b"runbook"), &Digest::of(b"another")));
    assert_eq!((renewal.version.as_deref(), &renewal.by), (Some("1.1"), &yamada()));
    assert_eq!([renewal.kept, renewal.changed, renewal.new, renewal.gone], [2, 1, 1, 1]);
    assert_eq!(record.runbook.sha256, Digest::of(b"runbook"), "what the run began with stays named");
    let titles: Vec<_> = record.steps.iter().map(|step| step.title.as_str()).collect();
    assert_eq!(titles, ["ログ領域の確認", "控えの確認", "時刻の確認", "負荷の目視", "証明書の期限"]);
    let changed = &record.steps[0];
    assert_eq!(changed.changes[0].what, ChangeWhat::Renewed);
    assert_eq!(changed.taken_back.iter().map(|mark| mark.what).collect::<Vec<_>>(), [MarkKind::Finding]);
    assert_eq!(changed.commands.iter().map(|c| c.number).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert_eq!(record.steps[2].changes[0].what, ChangeWhat::New);
    assert_eq!(record.steps[4].gone.as_ref().map(|gone| &gone.by), Some(&yamada()));
    assert_eq!(record.steps[4].mark.as_ref().map(|mark| mark.what), Some(MarkKind::Ok), "what was judged is kept");
    let said: Vec<_> = record.deviations.iter().map(|d| (d.title.as_str(), d.text.as_str())).collect();
    for (title, words) in [
        ("ログ領域の確認", "実施中に手順書が変更された"),
        ("時刻の確認", "実施中に手順書へ追加された"),
        ("証明書の期限", "実施中に手順書から削除された"),
    ] {
        assert!(said.contains(&(title, words)), "{title}: {said:?}");
    }
}

#[test]
fn a_changed_command_that_nobody_ran_is_said_not_to_have_run() {
    let mut start = weekly_start();
    start.procedure.steps[0].content = Some(Digest::of(b"before"));
    let mut procedure = start.procedure.clone();
    procedure.steps[0].content = Some(Digest::of(b"after"));
    if let Some(command) = procedure.steps[0].command_mut(0) {
        command.text = "df -h /srv".into();
    }
    let runbook = crate::run::event::RunbookRef { sha256: Digest::of(b"another"), ..start.runbook.clone() };
    let was = start.runbook.sha256.clone();
    let document = NewDocument { was, runbook, procedure, actions: Vec::new(), guidance: Vec::new() };
    let mut story = Story::begun(start);
    run_and_exit(&mut story, 1, 1, 0, 0);
    story.ask(&person(), Command::RenewDocument(Box::new(document))).unwrap();
    judge(&mut story, &person(), 1, Verdict::Ok, Some("目で見た"));

    let record = read_back(&story);

    let told: Vec<_> = record.steps[0].commands.iter().map(|c| (c.text.as_str(), c.number)).collect();
    assert_eq!(told, [("df -h /var/log", Some(1)), ("df -h /srv", None)]);
    assert_eq!(record.steps[0].commands[1].ended, Ended::NotRun);
}

#[test]
fn what_a_person_changed_of_the_shell_is_told_with_who_and_when() {
    for (start, words) in [(weekly_start(), "変数の設定"), (english_start(), "variable set")] {
        let mut story = Story::begun(start);
        for change in [
            EnvironmentChange::Set { name: "LANG".into(), value: "C.UTF-8".into() },
            EnvironmentChange::Remove { name: "LESS".into() },
            EnvironmentChange::Folder { path: "/srv/日本".into() },
        ] {
            story.ask(&person(), Command::ChangeEnvironment { change }).unwrap();
        }
        story.ask(&person(), Command::ResetShell).unwrap();
        let record = read_back(&story);

        let told: Vec<_> =
            record.shell_changes.iter().map(|c| (c.what, c.name.as_deref(), c.value.as_deref())).collect();
        let wanted = [
            (ShellWhat::Set, Some("LANG"), Some("C.UTF-8")),
            (ShellWhat::Removed, Some("LESS"), None),
            (ShellWhat::Folder, None, Some("/srv/日本")),
            (ShellWhat::Reset, None, None),
        ];
        assert_eq!(told, wanted);
        assert!(record.shell_changes.iter().all(|change| change.by == yamada() && change.at > record.started));
        assert!(rendered(&story.state, &[], &[]).contains(words), "{words}");
    }
}

#[test]
fn a_clock_that_was_set_during_the_run_is_told_and_disorders_nothing() {
    for (by, told) in [(TimeDelta::hours(-2), -7200), (TimeDelta::days(3653), 315_619_200)] {
        let mut start = weekly_start();
        start.procedure.kind = ProcedureKind::Sequence;
        let mut story = Story::begun(start);
        run_and_exit(&mut story, 1, 1, 0, 0);
        judge(&mut story, &person(), 1, Verdict::Ok, None);
        story.at += by;
        let set_at = story.at;
        run_and_exit(&mut story, 2, 2, 0, 0);
        judge(&mut story, &person(), 2, Verdict::Ok, Some("片方で足りる"));
        let record = read_back(&story);

        assert_eq!(record.clock_steps, [ClockRecord { at: set_at, by_s: told }]);
        let deviations: Vec<_> = record.deviations.iter().map(|d| d.text.as_str()).collect();
        assert!(!deviations.contains(&"手順の順序と異なる"), "{by}: {deviations:?}");
    }
}
