//! What a person does and what follows from it.

use crossterm::event::Event as TerminalEvent;
use pretty_assertions::assert_eq;
use tejun::config::connections::ServerKind;
use tejun::config::settings::Environment;
use tejun::console::wire::{Frame, FromHost, PaneSlot, Role, ToHost};
use tejun::i18n::Language;
use tejun::ids::{AttemptId, Digest, ProcedureId, Seq, StepId};
use tejun::run::command::{Again, Command, Place, Refusal};
use tejun::run::environment::{EnvironmentChange, VariableChange};
use tejun::run::event::{AttemptStart, Carry, Completion, Event, Finish, Mode, Stop, Verdict};
use tejun::run::server::KnownConnection;
use tejun::runbook::model::{BlockReason, ExecutorKind, Procedure, Target, TargetKind};
use tejun::tui::Opening;
use tejun::tui::backend::{Beside, GoingOn, Input, Left};
use tejun::tui::drive::Turn;
use uuid::Uuid;

use super::harness::{Screen, now};
use super::sample;

fn attempt(n: u128) -> AttemptId {
    AttemptId(Uuid::from_u128(n))
}

fn started(step: &str, command: usize, n: u128, number: u32) -> Event {
    Event::AttemptStarted(AttemptStart {
        attempt: attempt(n),
        step: StepId(step.into()),
        command,
        number,
        lane: 1,
        text: "df -h /var/log".into(),
    })
}

fn finished(n: u128) -> Event {
    Event::AttemptFinished { attempt: attempt(n), finish: sample::finish(0) }
}

fn judged(step: &str) -> Event {
    Event::VerdictGiven { step: StepId(step.into()), verdict: Verdict::Ok, comment: None }
}

#[test]
fn enter_runs_the_marked_command_and_the_row_says_sending_until_the_fact_is_there() {
    let screen = Screen::new(80, 24).joined().keys("<enter>").shows("送信中");

    let wanted = Command::StartAttempt {
        attempt: attempt(1),
        step: StepId("s1".into()),
        command: 0,
        shown: Digest::of(b"df -h /var/log"),
        again: Again::First,
        typed: Vec::new(),
        place: Place::Main,
        secrets: Default::default(),
    };
    assert_eq!(screen.commands(), [&wanted]);
    let screen = screen.keys("<enter>").shows("応答を待っています");
    assert_eq!(screen.commands().len(), 1);
    screen.facts(vec![started("s1", 0, 1, 1)]).host(FromHost::Done { id: 1 }).hides("送信中").shows("実行中 0:00");
}

#[test]
fn a_command_that_was_run_is_run_again_only_after_a_yes() {
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1), finished(1)]);

    let screen = screen.keys("h<enter>").shows("もう一度実行しますか").keys("<enter><enter>");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("y");
    assert!(matches!(screen.commands()[..], [Command::StartAttempt { again: Again::Repeat, .. }]));
}

#[test]
fn a_danger_is_confirmed_by_typing_the_host_and_by_nothing_else() {
    let read = caution_read("業務時間内には行わないこと");
    let screen = Screen::new(80, 24).joined().facts(vec![read]).keys("jj<enter>");
    let screen = screen.shows("危険なコマンドです").shows("redis-cli FLUSHDB");

    let screen = screen.keys("<enter>db02<enter>").shows("ホスト名が一致しません");
    let paste = Input::Terminal(crossterm::event::Event::Paste("db01".into()));
    let screen = screen.keys("<c-u>").input(paste).shows("貼り付けずに").keys("<enter>");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("db01<enter>");
    let [Command::StartAttempt { typed, .. }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(typed.as_slice(), ["db01"]);
}

#[test]
fn a_danger_elsewhere_is_confirmed_by_the_name_of_every_place_where_it_acts() {
    let mut drop = sample::command("dropdb -h db09 app");
    drop.dangers = vec![sample::destructive()];
    drop.targets = vec![Target::named(TargetKind::Host, "db09"), Target::named(TargetKind::Database, "app")];
    let procedure = Procedure { steps: vec![sample::step("s1", "1", "削除", vec![drop])], ..sample::weekly() };
    let begun = sample::begun_with(procedure, Mode::Live, now());
    // On the smallest screen it is seen without scrolling where it acts.
    let small = Screen::new(40, 10).welcomed(begun.clone(), Role::Drive).keys("<enter>");
    small.shows("作用する先").shows("1 ホスト db09").shows("2 データベース app").shows("ユーザー ops");
    let screen = Screen::new(80, 24).welcomed(begun, Role::Drive).keys("<enter>");
    let screen = screen.shows("作用する先").shows("1 ホスト db09").shows("2 データベース app");

    let screen = screen.keys("db01<enter>app<enter>").shows("名前が一致しません");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("<c-u>db09<enter>");

    let [Command::StartAttempt { typed, .. }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(typed.as_slice(), ["db09", "app"]);
}

fn caution_read(text: &str) -> Event {
    Event::CautionAcknowledged { step: StepId("s3".into()), text: text.into() }
}

#[test]
fn a_caution_is_read_with_a_key_before_its_command_and_the_command_comes_next() {
    let text = "業務時間内には行わないこと";
    let screen = Screen::new(120, 40).joined().keys("jj<enter>").shows("実行の前に注意を読む").shows(text);
    let screen = screen.keys("<enter>");
    assert_eq!(screen.commands().len(), 0, "Enter reads nothing");

    let screen = screen.keys("y");

    let wanted = Command::AcknowledgeCautions { step: StepId("s3".into()), texts: vec![text.into()] };
    assert_eq!(screen.commands(), [&wanted]);
    let fact = sample::fact(3, now(), caution_read(text));
    let screen = screen.host(FromHost::Committed { facts: vec![fact], done: Some(1) });
    screen.shows("危険なコマンドです").keys("<esc>").shows("確認済み tanaka").keys("<enter>").hides("注意を読む");
}

#[test]
fn moving_asks_nothing_of_the_run() {
    let screen = Screen::new(80, 24).joined().keys("jjkGgJKhl<tab><tab>jj<tab>oc?jj<esc>");
    assert_eq!(screen.commands().len(), 0);
}

#[test]
fn a_judgement_begins_with_what_the_rules_propose() {
    let step = StepId("s1".into());
    let proposal = sample::proposal(&step, attempt(1)).unwrap();
    let events = vec![started("s1", 0, 1, 1), finished(1), started("s1", 1, 2, 1), finished(2), proposal];
    let screen = Screen::new(80, 24).joined().facts(events).shows("判定待ち");

    let screen = screen.keys(" ").shows("(*) 要対応").shows("93% /var/log").keys("<enter>");
    let wanted = Command::GiveVerdict { step, verdict: Verdict::Finding, comment: None };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn ok_with_commands_that_were_not_run_needs_a_comment() {
    let screen = Screen::new(80, 24).joined().keys(" <enter>").shows("理由を入力してください");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("済<enter>");
    let wanted = Command::GiveVerdict { step: StepId("s1".into()), verdict: Verdict::Ok, comment: Some("済".into()) };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn a_procedure_that_goes_on_is_joined_unless_another_run_is_chosen() {
    let pick = || Screen::new(80, 24).runbook(sample::runbook(), true).keys("<enter>y");
    let screen = pick();
    assert_eq!(screen.heard.started[..], [(ProcedureId("p1".into()), Beside::Ask)]);
    let going = GoingOn { run: sample::run_id(), line: "1234  2026-11-16 01:50  2/5  実行中  suzuki".into() };
    let goes_on = Input::GoesOn { procedure: ProcedureId("p1".into()), runs: vec![going] };

    let screen = screen.input(goes_on.clone()).shows("すでに実施中です").shows("(*) 1234").shows("suzuki");
    let screen = screen.keys("<enter>").shows("加わっています");
    assert_eq!((screen.heard.started.len(), &screen.heard.joined[..]), (1, &[sample::run_id()][..]));

    let screen = pick().input(goes_on.clone()).keys("j").shows("(*) 別の実施").keys("<enter>");
    assert_eq!(screen.heard.started[1], (ProcedureId("p1".into()), Beside::Another));
    assert!(screen.heard.joined.is_empty());
    let screen = pick().input(goes_on).keys("<esc>").hides("すでに実施中です");
    assert_eq!((screen.heard.started.len(), screen.heard.joined.len()), (1, 0), "Esc begins nothing");
}

#[test]
fn a_refused_dialog_comes_back_with_what_was_typed() {
    let screen = Screen::new(80, 24).joined().keys("s業務時間内のため<enter>").hides("業務時間内のため");
    let refused = FromHost::Refused { id: 1, refusal: Refusal::Marked, seq: Seq(2) };
    screen.host(refused).shows("業務時間内のため").shows("処理済みです");
}

#[test]
fn who_stands_on_the_current_step_goes_on_with_it() {
    let screen = Screen::new(80, 24).joined().facts(vec![judged("s1")]);
    screen.shows("► ☐ 2").facts(vec![judged("s2")]).shows("► ☐ 3");
}

#[test]
fn a_defer_needs_all_three_fields() {
    let screen = Screen::new(80, 24).joined().keys("d理由<enter>").shows("すべての欄を入力してください");
    let screen = screen.keys("<tab>来週<tab>佐藤<enter>");
    let wanted = Command::DeferStep {
        step: StepId("s1".into()),
        reason: "理由".into(),
        due: "来週".into(),
        owner: "佐藤".into(),
    };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn a_note_of_several_lines_is_saved_and_an_unfinished_one_is_kept() {
    let screen = Screen::new(80, 24).joined().keys("n一行目<enter>二行目<esc>").shows("残してあります");
    let screen = screen.keys("n").shows("一行目").keys("<c-s>");
    let wanted = Command::AddNote { step: Some(StepId("s1".into())), text: "一行目\n二行目".into() };
    assert_eq!(screen.commands(), [&wanted]);
}

#[test]
fn signing_is_refused_with_the_list_of_untouched_steps() {
    Screen::new(80, 24).joined().keys("S").shows("署名できません").shows("バックアップ成功確認");
    let all = ["s1", "s2", "s3", "s4", "s5"].map(judged).to_vec();
    let screen = Screen::new(80, 24).joined().facts(all).keys("S").shows("完了区分: 完了").shows("署名者: tanaka");
    let screen = screen.keys("<enter>");
    assert_eq!(screen.commands().len(), 0);
    assert_eq!(screen.keys("y").commands(), [&Command::SignOff]);
}

#[test]
fn the_final_screen_says_where_the_record_is_and_q_leaves() {
    let signed = Event::RunSigned { completion: Completion::Complete };
    let saved = Event::RecordSaved { path: "/srv/ops/records/2026-11-16.md".into(), sha256: Digest::of(b"x") };
    let screen = Screen::new(80, 24).joined().facts(vec![signed]).shows("記録を書いています").facts(vec![saved]);
    // Its host has ended: nobody merely looks on.
    let screen = screen.shows("/srv/ops/records/2026-11-16.md").input(Input::HostGone).hides("閲覧").keys("q");
    assert_eq!(screen.turn, Turn::Left(Left::Ended));
}

#[test]
fn leaving_says_how_to_return_and_the_run_goes_on() {
    let screen = Screen::new(80, 24).joined().keys("q").shows("tejun attach").keys("y");
    assert_eq!(screen.turn, Turn::Left(Left::Detached));
}

#[test]
fn keys_go_to_the_terminal_of_the_attempt_that_was_seen() {
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1)]).keys("i").shows("入力中");
    let screen = screen.keys("qy<enter><c-c><f12>").hides("入力中");
    let typed: Vec<u8> = screen
        .heard
        .sent
        .iter()
        .filter_map(|m| if let ToHost::Type { bytes, .. } = m { Some(bytes.clone()) } else { None })
        .flatten()
        .collect();
    assert_eq!(typed, b"qy\r\x03");
}

#[test]
fn keys_that_come_after_the_end_of_a_command_press_nothing_on_the_screen() {
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1)]).keys("i").facts(vec![finished(1)]);
    let screen = screen.shows("入力中").shows("終了しました").keys("sqS<enter>");
    assert!(!screen.heard.sent.iter().any(|m| matches!(m, ToHost::Type { .. } | ToHost::Do { .. })));
    screen.hides("理由").keys("<esc>").hides("入力中").keys("j").shows("► ");
}

#[test]
fn enter_in_the_full_output_runs_nothing_that_is_out_of_sight() {
    let screen = Screen::new(80, 24).joined().keys("o<enter>").shows("全画面");
    assert!(screen.commands().is_empty());
    assert_eq!(screen.keys("o<enter>").commands().len(), 1);
}

#[test]
fn ctrl_c_asks_how_to_stop_what_runs() {
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1)]);
    let screen = screen.keys("<c-c>").shows("割り込み").keys("j<enter>");
    assert_eq!(screen.commands(), [&Command::StopAttempt { attempt: attempt(1), how: Stop::Terminate }]);
}

#[test]
fn who_looks_on_changes_nothing_and_can_take_over() {
    let screen = Screen::new(80, 24).welcomed(sample::begun(now()), Role::Watch).shows("閲覧");
    let screen = screen.keys("<enter>").shows("閲覧中です").keys(" s").shows("閲覧中です");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("ty");
    assert!(screen.heard.sent.contains(&ToHost::TakeOver));
}

#[test]
fn a_frame_is_acknowledged_once_it_is_drawn() {
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1)]);
    let row = vec![tejun::term::cells::Span { text: "容量 93%".into(), look: Default::default() }];
    let frame = Frame {
        number: 7,
        pane: PaneSlot::First,
        attempt: attempt(1),
        whole: true,
        rows: vec![(0, row)],
        cursor: None,
        above: 0,
        below: 0,
        bytes: 9,
        app_cursor: false,
        bracketed_paste: false,
    };
    let screen = screen.host(FromHost::Frame(frame)).shows("容量 93%");
    assert_eq!(screen.heard.sent.last(), Some(&ToHost::FrameShown { number: 7 }));
    let views = screen.heard.sent.iter().filter(|m| matches!(m, ToHost::View { .. })).count();
    assert_eq!(views, 2, "the empty pane and the attempt's");
}

#[test]
fn nothing_starts_from_a_document_that_is_not_trusted() {
    let screen = Screen::new(80, 24).runbook(sample::runbook(), false).keys("<enter>y").shows("信頼されていない");
    assert_eq!(screen.heard.started, []);
    let screen = screen.keys("t").shows("1バイトでも").keys("yy");
    assert_eq!((screen.heard.trusted, screen.heard.started.len()), (1, 1));
}

#[test]
fn the_picker_narrows_and_a_document_without_procedures_says_so() {
    let screen = Screen::new(80, 24).runbook(sample::runbook(), true).keys("/障害<enter>");
    let screen = screen.shows("P1 障害の初動").hides("毎月1日").keys("<enter>y");
    assert_eq!(screen.heard.started[0].0.as_str(), "p2");
    let mut empty = sample::runbook();
    empty.procedures.clear();
    Screen::new(80, 24).runbook(empty, true).shows("手順書がありません");
}

#[test]
fn a_lost_connection_is_said_and_nothing_is_sent_after_it() {
    let screen = Screen::new(80, 24).joined().input(Input::HostGone).shows("接続が切れました").keys("<enter>");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.shows("接続していない").keys("q");
    assert_eq!(screen.turn, Turn::Left(Left::Detached));
}

#[test]
fn a_host_that_comes_back_finds_the_screen_as_it_was() {
    let screen =
        Screen::new(80, 24).joined().keys("j").keys("nまだ途中").input(Input::HostGone).shows("接続が切れました");
    let welcome = screen.welcome_again();
    let screen = screen.input(Input::Host(Box::new(welcome))).shows("まだ途中").shows("つなぎ直しました").keys("<c-s>");
    assert!(screen.heard.sent.iter().any(|m| matches!(m, ToHost::Do { .. })), "the note goes out");
}

#[test]
fn output_that_was_lost_is_said_beside_the_status() {
    let mut finish = sample::finish(0);
    finish.gaps = vec![tejun::run::event::Gap { at: 4096, bytes: 7 }];
    let ended = Event::AttemptFinished { attempt: attempt(1), finish };
    let screen = Screen::new(120, 30).joined().facts(vec![started("s1", 0, 1, 1), ended]);
    let screen = screen.shows("rc 0").shows("出力に欠落あり: 7 bytes @4096");

    // Who calls such a step well says that they know.
    let screen = screen.keys(" ").shows("出力の一部が証跡にありません");
    let screen = screen.keys("<enter>").shows("理由を入力してください");
    assert_eq!(screen.commands().len(), 0);
    let screen = screen.keys("画面で確認済<enter>");
    let comment = Some("画面で確認済".into());
    assert_eq!(screen.commands(), [&Command::GiveVerdict { step: StepId("s1".into()), verdict: Verdict::Ok, comment }]);
}

#[test]
fn a_hang_up_leaves_at_once() {
    assert_eq!(Screen::new(80, 24).joined().input(Input::Hangup).turn, Turn::Left(Left::Hangup));
}

#[test]
fn being_asked_to_end_leaves_without_a_question() {
    assert_eq!(Screen::new(80, 24).joined().input(Input::Asked).turn, Turn::Left(Left::Detached));
    let picking = Screen::new(80, 24).runbook(sample::runbook(), true);
    assert_eq!(picking.input(Input::Asked).turn, Turn::Left(Left::Ended));
}

#[test]
fn a_deadline_counts_down_and_then_says_by_how_much_it_is_late() {
    let screen = Screen::new(120, 40).joined().shows("残り 30:00");
    screen.clock.advance(std::time::Duration::from_secs(31 * 60));
    screen.input(Input::Tick).shows("超過 1:00");
}

#[test]
fn a_drill_is_marked_on_every_screen() {
    let facts = sample::begun_with(sample::weekly(), Mode::Drill, now());
    Screen::new(80, 24).welcomed(facts, Role::Drive).shows(" 訓練 ").hides("本番");
}

#[test]
fn phases_stand_over_their_first_step_and_the_marked_step_stays_in_sight() {
    let mut drill = sample::weekly();
    for (step, title) in drill.steps.iter_mut().zip(["準備", "準備", "当日（30分）", "当日（30分）", "後日"])
    {
        step.phase = Some(tejun::runbook::model::Phase { title: title.into(), planned_min: None });
    }
    let facts = sample::begun_with(drill.clone(), Mode::Drill, now());
    let screen = Screen::new(80, 24).welcomed(facts, Role::Drive);
    let list: Vec<String> =
        screen.text().lines().map(|l| l.split('│').next().unwrap_or_default().trim().to_owned()).collect();
    let heads: Vec<&String> = list.iter().filter(|l| ["準備", "当日（30分）", "後日"].contains(&l.as_str())).collect();
    assert_eq!(heads, ["準備", "当日（30分）", "後日"]);
    let small = Screen::new(40, 10).welcomed(sample::begun_with(drill, Mode::Drill, now()), Role::Drive);
    small.keys("jjjj").shows("後日").shows("結果を関係者に報告");
}

#[test]
fn a_failing_journal_stays_in_sight() {
    let trouble = FromHost::Trouble { text: Some("記録に書き込めません".into()), broken: false };
    Screen::new(80, 24).joined().host(trouble).keys("jk").shows("記録に書き込めません");
}

#[test]
fn the_cursor_stands_where_the_text_goes_so_that_an_input_method_finds_it() {
    let mut note = Screen::new(80, 24).joined().keys("n日本語");
    let row = note.text().lines().position(|l| l.contains("│ 日本語")).unwrap();
    assert_eq!(note.cursor(), (12, u16::try_from(row).unwrap()));
    let mut reason = Screen::new(80, 24).joined().keys("s日本語");
    let row = reason.text().lines().position(|l| l.contains("理由: 日本語")).unwrap();
    assert_eq!(reason.cursor(), (18, u16::try_from(row).unwrap()));
}

#[test]
fn a_procedure_that_was_named_is_opened_at_once_and_a_wrong_name_is_said() {
    let opening = |wanted: &str| Opening::Pick {
        runbook: Box::new(sample::runbook()),
        text: sample::TEXT.to_owned(),
        trusted: true,
        changes: Vec::new(),
        wanted: Some(ProcedureId(wanted.into())),
        place: sample::place(false),
    };
    let screen = Screen::open(80, 24, Language::Ja, "dark", opening("p3")).shows("VACUUM").keys("y");
    assert_eq!(screen.heard.started[0].0.as_str(), "p3");
    Screen::open(80, 24, Language::Ja, "dark", opening("p9")).shows("指定された手順書がありません");
}

/// The run with its fourth step selected, whose command asks for a value.
fn at_the_restore() -> Screen {
    Screen::new(100, 30).joined().keys("jjj").shows("<db_name>")
}

fn set(name: &str, value: Option<&str>) -> Event {
    Event::ValuesSet { values: [(name.to_owned(), value.map(str::to_owned))].into() }
}

#[test]
fn a_command_that_asks_for_a_value_opens_a_form_that_shows_it_in_place() {
    let screen = at_the_restore().keys("<enter>").shows("値の入力").keys("my db").shows("pg_restore -d 'my db'");

    let screen = screen.keys("<enter>");

    let [Command::SetValues { values }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(*values, [("db_name".to_owned(), Some("my db".to_owned()))].into());
    screen.facts(vec![set("db_name", Some("my db"))]).shows("pg_restore -d 'my db'").hides("未設定の値");
}

#[test]
fn a_form_that_a_command_waits_for_takes_no_empty_field() {
    let screen = at_the_restore().keys("<enter><enter>").shows("すべての欄");
    assert!(screen.commands().is_empty());
}

#[test]
fn a_value_is_changed_and_taken_back_by_its_key() {
    let screen = at_the_restore().facts(vec![set("db_name", Some("shop"))]).keys("v").shows("shop");

    let screen = screen.keys("<bs><bs><bs><bs><enter>");

    let [Command::SetValues { values }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(*values, [("db_name".to_owned(), None)].into());
}

#[test]
fn earlier_values_of_the_name_are_called_back_and_what_was_typed_is_not_lost() {
    let screen = at_the_restore().keys("<enter>").shows("↑ 前の値").keys("x<up>").shows("pg_restore -d app");
    let screen = screen.keys("<up>").shows("shop↵lines").keys("<up>").shows("shop↵lines");
    let screen = screen.keys("<down>").shows("pg_restore -d app").keys("<down>").shows("pg_restore -d x");
    let screen = screen.keys("<down>").shows("pg_restore -d x").keys("<up><enter>");
    let [Command::SetValues { values }] = &screen.commands()[..] else { panic!("not one command") };
    assert_eq!(*values, [("db_name".to_owned(), Some("app".to_owned()))].into());
}

#[test]
fn values_of_this_run_come_first_and_what_stands_in_the_field_is_none_of_them() {
    let facts = vec![set("db_name", Some("first")), set("db_name", Some("second"))];
    let screen = at_the_restore().facts(facts).keys("v").shows("db_name: second");
    screen.keys("<up>").shows("db_name: first").keys("<up>").shows("db_name: app").keys("<down><down>").shows("second");
}

#[test]
fn a_value_that_the_host_took_is_remembered_for_other_runs_and_none_of_a_drill() {
    for (mode, remembered) in [(Mode::Live, vec![("db_name".to_owned(), "shop".to_owned())]), (Mode::Drill, Vec::new())]
    {
        let mut facts = sample::begun(now());
        if let Event::RunStarted(start) = &mut facts[0].event {
            start.mode = mode;
        }
        let next = u64::try_from(facts.len()).unwrap() + 1;
        let screen = Screen::new(100, 30).welcomed(facts, Role::Drive).keys("jjj<enter>shop<enter>");
        assert_eq!(screen.heard.remembered, [], "nothing before the host took it");
        let fact = sample::fact(next, now(), set("db_name", Some("shop")));
        let screen = screen.host(FromHost::Committed { facts: vec![fact], done: Some(1) });
        assert_eq!(screen.heard.remembered, remembered, "{mode:?}");
    }
}

#[test]
fn a_value_of_several_lines_stays_whole_and_harmless() {
    for (w, h) in [(80, 24), (100, 30), (40, 10)] {
        let screen = Screen::new(w, h).joined().keys("jjj<enter>");
        let screen = screen.input(Input::Terminal(TerminalEvent::Paste("a; b\r\n$(c)".into())));
        let screen = screen.keys("<c-j>'d").shows("a; b↵$(c)↵'d").keys("<pgdn>").keys("<enter>");
        let [Command::SetValues { values }] = &screen.commands()[..] else { panic!("not one command") };
        assert_eq!(*values, [("db_name".to_owned(), Some("a; b\n$(c)\n'd".to_owned()))].into());
    }
    let screen = at_the_restore().keys("<enter>").input(Input::Terminal(TerminalEvent::Paste("a\nb".into())));
    screen.shows("pg_restore -d 'a").shows("b' /backup/latest.dump");
}

#[test]
fn a_value_that_begins_with_a_dash_is_run_only_after_a_yes() {
    let screen = at_the_restore().facts(vec![set("db_name", Some("-x"))]);
    // A restore is dangerous besides: the name of the machine is asked for first, and the doubt stands beside it.
    screen.keys("<enter>").shows("オプションと解釈");
}

#[test]
fn what_the_machine_is_stands_on_the_screen_and_in_front_of_a_danger() {
    for (name, production, expected) in
        [(Some("検証"), false, " 検証 "), (Some("本番東"), true, " 本番東 "), (None, true, " 本番 ")]
    {
        let mut start = sample::start_of(sample::weekly(), Mode::Live);
        start.environment = name.map(|name| Environment { name: name.to_owned(), production });
        let lane =
            Event::LaneOpened { lane: 1, keeper: 7, shell: "/bin/bash".into(), cwd: "/srv/ops".into(), set: None };
        let facts = vec![sample::fact(1, now(), Event::RunStarted(Box::new(start))), sample::fact(2, now(), lane)];
        let screen = Screen::new(80, 24).welcomed(facts, Role::Drive).shows(expected);
        let screen = screen.facts(vec![caution_read("業務時間内には行わないこと")]).keys("jj<enter>");
        if let Some(name) = name {
            screen.shows(&format!("環境 {name}"));
        }
    }
}

#[test]
fn a_command_is_run_beside_another_after_a_yes_and_each_has_its_output() {
    let screen = Screen::new(100, 30).joined().keys("<enter>").facts(vec![started("s1", 0, 1, 1)]);

    let screen = screen.keys("j<enter>").shows("並行して実行").keys("y");

    let commands = screen.commands();
    assert!(matches!(commands.last(), Some(Command::StartAttempt { place: Place::Beside, .. })), "{commands:?}");
    let beside = AttemptStart {
        attempt: attempt(2),
        step: StepId("s2".into()),
        command: 0,
        number: 1,
        lane: 2,
        text: "ls -la /backup/ | tail -3".into(),
    };
    let screen = screen.facts(vec![Event::AttemptStarted(beside)]).shows("実行中 2");
    assert_eq!(screen.model_output(), Some(attempt(2)));
    let screen = screen.keys("R");
    assert_eq!(screen.model_output(), Some(attempt(1)));
}

#[test]
fn the_folder_of_the_next_command_is_in_sight_and_a_fresh_shell_is_asked_about() {
    let screen = Screen::new(80, 24).joined().shows("/srv/ops").keys("<c-r>").shows("/srv/ops → /srv/ops").keys("y");
    assert!(matches!(screen.commands()[..], [Command::ResetShell]));
}

#[test]
fn the_question_of_trust_shows_what_was_changed_since_the_last_time() {
    let opening = Opening::Pick {
        runbook: Box::new(sample::runbook()),
        text: sample::TEXT.to_owned(),
        trusted: false,
        changes: vec!["前回からの変更:".into(), "  -   12  df -h".into(), "  +   12  df -h /var".into()],
        wanted: None,
        place: sample::place(false),
    };
    let screen = Screen::open(80, 24, Language::Ja, "dark", opening).keys("t").shows("-   12  df -h");
    let screen = screen.shows("+   12  df -h /var").keys("y");
    assert_eq!(screen.heard.trusted, 1);
}

#[test]
fn the_environment_of_the_shell_is_shown_with_what_set_it_and_changed_one_by_one() {
    let changed = |name: &str, value: Option<&str>| VariableChange {
        name: name.into(),
        value: value.map(str::to_owned),
        cut: false,
    };
    let changed = vec![changed("REGION", Some("tokyo\u{1b}[2J")), changed("OLD", None)];
    let carry = Carry::Carried { cwd: "/srv/ops/logs".into(), dropped: vec!["MY_TOKEN".into()], changed };
    let finish = Finish { carry, ..sample::finish(0) };
    let ended = Event::AttemptFinished { attempt: attempt(1), finish };
    let screen = Screen::new(80, 24).joined().facts(vec![started("s1", 0, 1, 1), ended]).keys("E");
    let screen = screen.shows("シェルの環境").shows("/srv/ops/logs").shows("REGION=tokyo").shows("- OLD");
    let screen = screen.shows("1 ログディスク").shows("MY_TOKEN").hides("\u{1b}");

    let screen = screen.keys("jjj<enter>").shows("REGION").keys("<c-u>osaka<enter>");
    let set = |name: &str, value: &str| EnvironmentChange::Set { name: name.into(), value: value.into() };
    assert_eq!(screen.commands(), [&Command::ChangeEnvironment { change: set("REGION", "osaka") }]);
    let screen = screen.keys("Ejjj<enter><c-u><enter>");
    let gone = EnvironmentChange::Remove { name: "REGION".into() };
    assert_eq!(*screen.commands()[1], Command::ChangeEnvironment { change: gone });
    let screen = screen.keys("E<enter><c-u>/tmp<enter>Ej<enter>LIMIT<enter>10<enter>");
    let there = EnvironmentChange::Folder { path: "/tmp".into() };
    assert_eq!(*screen.commands()[2], Command::ChangeEnvironment { change: there });
    assert_eq!(*screen.commands()[3], Command::ChangeEnvironment { change: set("LIMIT", "10") });
    assert_eq!(screen.commands().len(), 4);
}

#[test]
fn one_of_several_connections_is_chosen_where_a_fence_needs_one() {
    let mut query = sample::step("s1", "1", "件数", vec![sample::command("select count(*) from orders")]);
    query.blocks[0].executor = ExecutorKind::Sql;
    query.blocks[0].lang = Some("sql".into());
    query.blocks[0].reason = Some(BlockReason::NotConfigured);
    let begun = sample::begun_with(Procedure { steps: vec![query], ..sample::weekly() }, Mode::Live, now());
    let known = |name: &str| KnownConnection::new(name, ServerKind::Postgres);
    let known = Event::ConnectionsKnown { connections: vec![known("east"), known("west")] };
    let screen = Screen::new(80, 24).welcomed(begun, Role::Drive).facts(vec![known]);

    let screen = screen.keys("<enter>").shows("どの接続で").shows("east").shows("west").keys("j<enter>");

    assert_eq!(screen.commands(), [&Command::ChooseConnection { connection: "west".into() }]);
    let screen = screen.facts(vec![Event::ConnectionChosen { connection: "west".into() }]).shows("@ west");
    screen.host(FromHost::Done { id: 1 }).keys("C").shows("どの接続で");
}

#[test]
fn a_proposal_where_there_are_no_rules_stands_alone() {
    let (step, attempt) = (StepId("s2".into()), AttemptId(Uuid::from_u128(1)));
    let proposed = Event::VerdictProposed { step, attempt, verdict: Verdict::Ok, measured: Vec::new() };
    let screen = Screen::new(120, 40).joined().facts(vec![started("s2", 0, 1, 1), finished(1), proposed]);
    screen.keys("gj").shows("│ 提案: OK").hides("判定基準").keys("k").shows("│ 判定基準");
}
