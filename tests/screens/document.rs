//! The whole document, one key away.

use std::time::Duration;

use tejun::console::wire::{Change, ChangeKind, Document, FileNow, FromHost, Offer, Role, ToHost};
use tejun::ids::Digest;
use tejun::run::command::Command;
use tejun::run::event::{AttemptStart, Event, Mode, NewDocument, PlanChange, RunStart, RunbookRef, Verdict};
use tejun::tui::backend::Input;
use tejun::tui::keymap::{Keymap, Wish};

use super::harness::Screen;
use super::sample;

fn told(file: FileNow) -> FromHost {
    FromHost::Document(Document { text: Some(sample::TEXT.to_owned()), fault: None, file })
}

pub(super) fn told_same() -> FromHost {
    told(FileNow::Same)
}

fn changed() -> FileNow {
    let change = |kind, line, text: &str| Change { kind, line, text: text.into() };
    let difference = vec![
        change(ChangeKind::Kept, 9, "- [ ] ログディスク容量確認"),
        change(ChangeKind::Taken, 10, "  - 容量 > 80%: ログローテーション実行"),
        change(ChangeKind::Added, 10, "  - 容量 > 85%: ログローテーション\x1b[2J実行"),
    ];
    FileNow::Changed { difference, cut: false, offer: None }
}

fn new_text() -> Digest {
    Digest::of(b"another text")
}

fn offered_at(path: &str) -> FileNow {
    let FileNow::Changed { difference, cut, .. } = changed() else { panic!("it is changed") };
    let offer = Offer::Steps {
        path: path.to_owned(),
        sha256: new_text(),
        kept: 3,
        changed: vec!["1 ログディスク\x1b[2J容量確認".into()],
        new: vec!["5 温度確認".into()],
        gone: vec!["3 キャッシュクリア".into()],
    };
    FileNow::Changed { difference, cut, offer: Some(Box::new(offer)) }
}

fn offered() -> FileNow {
    offered_at("/srv/ops/runbooks/保守手順書.md")
}

/// The document is open, and what its file says now is known; nobody trusts it yet.
fn offered_on(w: u16, h: u16) -> Screen {
    Screen::new(w, h).joined().keys("D").host(told(offered()))
}

fn renewals(screen: &Screen) -> Vec<Digest> {
    sent(screen).into_iter().map(|(_, shown)| shown).collect()
}

/// The numbers of the wishes to take a text in, with the texts.
fn sent(screen: &Screen) -> Vec<(u64, Digest)> {
    let renewal = |message: &ToHost| {
        let ToHost::RenewDocument { id, shown } = message else { return None };
        Some((*id, shown.clone()))
    };
    screen.heard.sent.iter().filter_map(renewal).collect()
}

fn running() -> Event {
    Event::AttemptStarted(AttemptStart {
        attempt: tejun::ids::AttemptId(uuid::Uuid::from_u128(1)),
        step: sample_id("s1"),
        command: 0,
        number: 1,
        lane: 1,
        text: "df -h /var/log".into(),
    })
}

/// The sample with another command in its first step.
fn renewed(start: &RunStart) -> Event {
    let mut procedure = start.procedure.clone();
    procedure.steps.truncate(4);
    if let Some(command) = procedure.steps[0].command_mut(0) {
        command.text = "df -h /srv".into();
    }
    let runbook = RunbookRef { sha256: new_text(), ..start.runbook.clone() };
    let was = start.runbook.sha256.clone();
    let document = NewDocument { was, runbook, procedure, actions: Vec::new(), guidance: Vec::new() };
    Event::PlanChanged(PlanChange::DocumentRenewed(Box::new(document)))
}

#[test]
fn what_was_changed_is_taken_in_after_the_difference_and_what_becomes_of_the_steps_were_shown() {
    let mut screen = offered_on(80, 24);
    screen.heard.known = vec![new_text()];
    let screen = screen.keys("r").shows("差分を確かめてから").shows("85%");
    assert_eq!(renewals(&screen), []);

    let screen = screen.keys("r").shows("取り込みますか").shows("そのまま 3 · 変更 1 · 追加 1 · 削除 1");
    let screen = screen.shows("変更 1 ログディスク␛[2J容量確認").shows("追加 5 温度確認").shows("削除 3 キャッシュ");
    let screen = screen.hides("信頼").keys("<enter>").shows("取り込みますか");
    assert_eq!(renewals(&screen), [], "only a yes takes it in");
    let screen = screen.keys("y");
    assert_eq!((renewals(&screen), screen.heard.texts_trusted.len()), (vec![new_text()], 0));

    let facts = sample::begun(super::harness::now());
    let Event::RunStarted(start) = &facts[0].event else { panic!("the first fact") };
    let screen = screen.facts(vec![renewed(start)]).shows("文書の変更をこの実施に取り込みました");
    let screen = screen.shows("df -h /srv").shows("~ ログディスク容量確認").hides("結果を関係者に報告する");
    // What is read from now on is the new text.
    screen.keys("D").shows("文書を読んでいます");
}

#[test]
fn the_palette_offers_it_once_a_change_is_known_and_shows_the_difference_first() {
    let screen = Screen::new(80, 24).joined().keys(":取り込む").hides("文書の変更をこの実施");
    let screen = screen.keys("<esc>D").host(told(offered())).keys("<esc>:取り込む").shows("文書の変更をこの実施");
    let screen = screen.keys("<enter>").shows("85%").shows("差分を確かめてから").keys("r").shows("取り込みますか");
    assert_eq!(renewals(&screen), []);
}

#[test]
fn back_and_no_take_nothing_in() {
    for keys in ["rr<esc>", "rrn", "rrq", "rr<c-c>"] {
        let mut screen = offered_on(80, 24);
        screen.heard.known = vec![new_text()];
        let screen = screen.keys(keys).hides("取り込みますか");
        assert_eq!(renewals(&screen), [], "{keys}");
    }
}

#[test]
fn a_text_that_nobody_trusts_is_trusted_by_the_same_yes_and_shown_with_its_difference() {
    for (w, h) in [(80, 24), (120, 40), (40, 10)] {
        let screen = offered_on(w, h).keys("rr").shows("取り込みますか").keys("GGGG");
        let screen = screen.shows("85%").keys("y");
        assert_eq!((renewals(&screen), screen.heard.texts_trusted.clone()), (vec![new_text()], vec![new_text()]));
    }
    let screen = Screen::english(120, 40).joined().keys("D").host(told(offered())).keys("rr");
    let screen = screen.shows("Take the changes in?").shows("unchanged 3 · changed 1 · new 1 · gone 1");
    screen.shows("/srv/ops/runbooks/保守手順書.md").shows("sha256").shows("Nobody trusts the new text yet");

    // Where it cannot be trusted nothing is taken in, and the question comes back with the reason.
    let screen = Screen::english(120, 40).joined().keys("D").host(told(offered_at("/gone/a.md"))).keys("rry");
    let screen = screen.shows("the list cannot be written").shows("Take the changes in?");
    assert_eq!(renewals(&screen), []);
}

#[test]
fn a_drill_asks_for_no_trust() {
    let mut facts = sample::begun(super::harness::now());
    if let Event::RunStarted(start) = &mut facts[0].event {
        start.mode = tejun::run::event::Mode::Drill;
    }
    let screen = Screen::new(80, 24).welcomed(facts, Role::Drive).keys("D").host(told(offered())).keys("rr");
    let screen = screen.shows("取り込みますか").hides("信頼").keys("y");
    assert_eq!((renewals(&screen), screen.heard.texts_trusted.len()), (vec![new_text()], 0));
}

#[test]
fn it_says_why_nothing_can_be_taken_in() {
    let no = |why: &str| {
        let FileNow::Changed { difference, cut, .. } = changed() else { panic!("it is changed") };
        FileNow::Changed { difference, cut, offer: Some(Box::new(Offer::No { why: why.into() })) }
    };
    for (file, why) in [
        (FileNow::Same, "変更されていません"),
        (changed(), "取り込めません"),
        (no("節がありません\x1b[2J"), "節がありません␛[2J"),
        (FileNow::Unread { why: "no file".into() }, "no file"),
    ] {
        let screen = Screen::new(80, 24).joined().keys("D").host(told(file)).keys("r").shows(why);
        assert_eq!(renewals(&screen), []);
    }
    let watching = Screen::new(80, 24).welcomed(sample::begun(super::harness::now()), Role::Watch);
    let watching = watching.keys("D").host(told(offered())).keys("r").shows("閲覧");
    assert_eq!(renewals(&watching), []);
    let running = Screen::new(80, 24).joined().facts(vec![running()]);
    let running = running.keys("D").host(told(offered())).keys("r").shows("実行中は取り込めません");
    assert_eq!(renewals(&running), []);
}

#[test]
fn a_refusal_brings_the_question_back_with_its_reason() {
    let mut screen = offered_on(80, 24);
    screen.heard.known = vec![new_text()];
    let screen = screen.keys("rry");
    let (id, _) = sent(&screen).remove(0);
    let fault = "the file was changed again".to_owned();
    let screen = screen.host(FromHost::Failed { id, fault });
    screen.shows("the file was changed again").shows("取り込みますか");
}

fn reading(w: u16, h: u16) -> Screen {
    Screen::new(w, h).joined().keys("D").host(told(FileNow::Same))
}

#[test]
fn the_host_is_asked_for_the_text_and_only_when_somebody_wants_to_read_it() {
    let screen = Screen::new(80, 24).joined();
    assert_eq!(asked(&screen), 0);
    let screen = screen.keys("D").shows("文書を読んでいます");
    assert_eq!(asked(&screen), 1);
    screen.host(told(FileNow::Same)).shows("ログディスク容量確認").shows("/srv/ops/runbooks/保守手順書.md");
}

/// How often the host was asked for the document.
fn asked(screen: &Screen) -> usize {
    screen.heard.sent.iter().filter(|message| **message == ToHost::ReadDocument).count()
}

#[test]
fn a_change_of_the_file_is_told_beside_the_keys_and_looked_for_once_a_minute() {
    let moment = |screen: Screen, seconds: u64| {
        screen.clock.advance(Duration::from_secs(seconds));
        screen.input(Input::Tick)
    };
    for (w, h) in [(80, 24), (40, 10)] {
        let screen = moment(Screen::new(w, h).joined(), 1);
        assert_eq!(asked(&screen), 1);
        // A disk that does not answer is not asked again.
        let screen = moment(screen, 120).hides("文書に変更あり");
        assert_eq!(asked(&screen), 1);

        let screen = screen.host(told(offered())).shows("D 文書に変更あり");

        let screen = moment(moment(screen, 10), 51);
        assert_eq!(asked(&screen), 2);
        screen.host(told_same()).hides("文書に変更あり");
    }
    let own = Keymap::with(&[Wish { action: "document".into(), keys: vec!["F9".into()], line: 1 }]).unwrap();
    let screen = moment(Screen::english(80, 24).joined().with_keymap(own), 1);
    screen.host(told(offered())).shows("F9 document changed").hides("D document");
}

#[test]
fn a_step_that_a_taken_in_document_has_more_is_told_from_one_that_it_changed() {
    let mut start = sample::start_of(sample::weekly(), Mode::Live);
    start.procedure.steps.insert(1, sample::step("s9", "2", "温度確認", Vec::new()));

    let text = Screen::new(120, 40).joined().facts(vec![renewed(&start)]).text();

    let row = |words: &str| text.lines().find(|row| row.contains(words)).unwrap_or_else(|| panic!("{words}\n{text}"));
    for (step, tag, other) in [("+ 温度確認", "追加", "変更"), ("~ ログディスク容量確認", "変更", "追加")]
    {
        let list = row(step).split('│').next().unwrap_or_default();
        assert!(list.contains(tag) && !list.contains(other), "{list}");
    }
}

#[test]
fn it_opens_at_the_line_of_the_step_and_the_current_one_is_marked() {
    let judged =
        ["s1", "s2", "s3"].map(|s| Event::VerdictGiven { step: sample_id(s), verdict: Verdict::Ok, comment: None });
    let screen = Screen::new(80, 14).joined().facts(judged.to_vec()).keys("D").host(told(FileNow::Same));
    let line = format!("L{}/", sample::line_of("redis-cli FLUSHDB"));
    let screen = screen.shows("► - [ ] リストア確認").hides("バックアップ成功確認").shows(&line);
    // Moved away and back.
    screen.keys("G").hides("► ").shows("基盤チーム").keys("c").shows("► - [ ] リストア確認");
}

fn sample_id(s: &str) -> tejun::ids::StepId {
    tejun::ids::StepId(s.into())
}

#[test]
fn esc_and_the_same_key_lead_back_to_the_steps() {
    for key in ["<esc>", "D", "q", "<c-c>"] {
        let screen = reading(80, 24).keys(key).shows("所見 0").shows("► ☐ 1 ログディスク容量確認");
        assert!(screen.commands().is_empty());
    }
}

#[test]
fn text_is_searched_from_where_one_stands_and_n_goes_on() {
    let screen = reading(80, 14).keys("/ばっくあっぷ").shows("検索: ばっくあっぷ").shows(" 1/");
    let screen = screen.keys("<enter>").shows("* - [ ] バックアップ成功確認");
    let screen = screen.keys("/<c-u>psql<enter>").shows("* ").shows("psql -c").shows("1/1");
    let screen = screen.keys("g/<c-u>確認<enter>nn").shows("* - [ ] リストア確認");
    let screen = screen.keys("N").shows("* - [ ] バックアップ成功確認");
    // Esc while typing takes the search back; the document stays.
    screen.keys("/<c-u>無い語").shows("0/0").keys("<esc>").shows("/57").hides("無い語").keys("n").shows("/ で検索");
}

#[test]
fn a_file_that_was_changed_since_is_said_and_shown_by_one_key() {
    for (w, h) in [(80, 24), (40, 10)] {
        let screen = Screen::new(w, h).joined().keys("D").host(told(changed())).shows("文書は開始後に変更されて");
        let screen = screen.keys("d").shows("- ").shows("80%").shows("+ ").shows("85%").keys("G").shows("␛[2J");
        let screen = screen.keys("<esc>").shows("文書は開始後に変更されて").keys("<esc>").shows("所見 0");
        assert!(screen.commands().is_empty());
    }
    let screen = Screen::english(80, 24).joined().keys("D").host(told(changed()));
    screen.shows("The document was changed after the run began");
    reading(80, 24).keys("d").shows("変更されていません");
    let gone = FileNow::Unread { why: "there is no file\x1b[31m".into() };
    Screen::english(80, 24).joined().keys("D").host(told(gone)).shows("cannot be read").shows("␛[31m");
}

#[test]
fn a_host_that_cannot_give_the_text_is_not_asked_for_it() {
    let facts = sample::begun(super::harness::now());
    let mut screen = Screen::new(80, 24);
    let run = sample::run_id();
    let role = tejun::console::wire::Role::Drive;
    let welcome = FromHost::Welcome {
        protocol: 1,
        run,
        role,
        tejun: "0.1.0".into(),
        facts,
        document: false,
        outputs: false,
        challenge: None,
    };
    screen = screen.host(welcome).keys("D").shows("本文がありません");
    assert!(!screen.heard.sent.contains(&ToHost::ReadDocument));
}

#[test]
fn a_text_that_cannot_be_read_says_why() {
    let fault = FromHost::Document(Document { text: None, fault: Some("disk\x07 gone".into()), file: FileNow::Same });
    Screen::english(80, 24).joined().keys("D").host(fault).shows("disk␇ gone");
}

#[test]
fn the_picker_shows_the_file_that_was_read_at_the_procedure() {
    let screen = Screen::new(80, 14).runbook(sample::runbook(), true).keys("jjD");
    let screen = screen.shows("### P1 障害の初動").shows("影響範囲を確認する").keys("<esc>").shows("手順書");
    assert!(screen.heard.sent.is_empty());
    let mut bare = sample::runbook();
    bare.procedures.clear();
    Screen::new(80, 24).runbook(bare, true).keys("D").shows("# 保守手順書");
}

#[test]
fn headings_are_found_in_the_palette_and_lead_into_the_document() {
    let screen = Screen::new(80, 14).joined().keys(":初動").host(told(FileNow::Same)).shows("### P1 障害の初動");
    screen.keys("<enter>").shows("影響範囲を確認する").shows("/57");
    Screen::new(80, 14).runbook(sample::runbook(), true).keys(":# 障害対応<enter>").shows("## 障害対応");
}

#[test]
fn i12_a_hostile_document_stays_text() {
    let text =
        "# \u{1b}]0;x\u{7}題\n\n\u{202e}逆 \u{200b}`a\u{9b}31m`\n\n| \u{1b}[2J | b |\n|---|---|\n| c\u{7} | d |\n";
    let hostile = FromHost::Document(Document { text: Some(text.into()), fault: None, file: FileNow::Same });
    for (w, h) in [(40, 10), (80, 24)] {
        let screen = Screen::new(w, h).joined().keys("D").host(hostile.clone()).shows("題");
        for cell in screen.buffer().content() {
            assert!(!cell.symbol().chars().any(|c| c.is_control() || c == '\u{202e}' || c == '\u{200b}'));
        }
    }
}

#[test]
fn every_theme_gives_it_its_own_ground() {
    let opening = tejun::tui::Opening::Attach;
    let screen = Screen::open(80, 24, tejun::i18n::Language::En, "light", opening).joined();
    let screen = screen.keys("D").host(told(changed())).keys("/確認<enter>");
    assert!(screen.buffer().content().iter().all(|c| c.bg != ratatui::style::Color::Reset), "{}", screen.text());
}

#[test]
fn every_size_shows_the_document() {
    for (w, h) in [(20, 6), (21, 8), (40, 10), (72, 14), (120, 40), (300, 90)] {
        reading(w, h).keys("Gg/確認<enter>nnd<esc>");
    }
}

#[test]
fn the_document() {
    insta::assert_snapshot!(reading(80, 24).text(), @r#"
     本番  保守手順書 › 月曜日 02:00 システムチェック       tanaka@db01  0/5  02:07
    ─ 文書  /srv/ops/runbooks/保守手順書.md ────────────────────────── L 4/57  48% ─

      ## 定期メンテナンス

      ### 月曜日 02:00 システムチェック

    ► - [ ] ログディスク容量確認
        - 容量 > 80%: ログローテーション実行
        - 容量 > 90%: 緊急対応
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
        │ [!WARNING]
        │ 業務時間内には行わないこと

     / 検索  + 行を手順に  c 現在へ  space 次頁  j 下  Esc 戻る
    "#);
}

#[test]
fn the_small_document() {
    insta::assert_snapshot!(Screen::english(40, 10).joined().keys("D").host(told(changed())).text(), @r#"
     LIVE  月曜日 02:00 システ~  0/5  02:07
    ─ File  /srv/ops/runboo~ ─ L 8/57  20% ─
     ! The document was changed after the
       run began. What is shown is the

    ► - [ ] ログディスク容量確認
        - 容量 > 80%: ログローテーション実
          行

     / search  r take in  j down  Esc back
    "#);
}

#[test]
fn a_line_of_the_document_becomes_a_step_behind_the_selected_one() {
    let screen = reading(80, 24).keys("+").shows("+ ").keys("<esc>");
    let screen = screen.keys("/応答遅延<enter>+").keys("<enter>").shows("この行を手順にしますか");
    assert_eq!(screen.commands().len(), 0);

    let screen = screen.shows("手作業の手順").keys("y");

    let [Command::AddLine { after, line, step }] = screen.commands()[..] else { panic!("{:?}", screen.commands()) };
    assert_eq!((after.as_ref().map(|id| id.as_str()), *line), (Some("s1"), sample::line_of("応答遅延")));
    assert_eq!(step.title, "応答遅延が5分以上続く / ログを保存して開発チームに連絡する / 基盤チーム");
}

#[test]
fn a_command_of_the_document_is_shown_before_it_becomes_a_step() {
    let screen = reading(120, 40).keys("/VACUUM ANALYZE<enter>+<enter>").shows("psql -c 'VACUUM ANALYZE'").keys("y");

    let [Command::AddLine { step, .. }] = screen.commands()[..] else { panic!("{:?}", screen.commands()) };
    let texts: Vec<_> = step.commands().map(|c| (c.text.as_str(), c.runnable)).collect();
    assert_eq!(texts, [("psql -c 'VACUUM ANALYZE'", true)]);
}

#[test]
fn the_choice_of_a_line_moves_with_the_keys_and_ends_without_a_step() {
    for (w, h) in [(40, 10), (80, 24)] {
        let screen = reading(w, h).keys("+jjG").shows("+ ").keys("<esc>").keys("<esc>").keys("<esc>");
        assert_eq!(screen.commands().len(), 0);
    }
    reading(80, 24).keys("+gj<enter>").shows("空の行です");
}

#[test]
fn who_only_looks_makes_no_step() {
    Screen::new(80, 24).runbook(sample::runbook(), true).keys("D+").shows("実施を始めてから");
    let facts = sample::begun(super::harness::now());
    Screen::new(80, 24)
        .welcomed(facts, tejun::console::wire::Role::Watch)
        .keys("D")
        .host(told_same())
        .keys("+")
        .shows("閲覧中です");
}
