//! A document that is changed during a run, and taken in: what stays, what is open again, what is kept for the record.

use pretty_assertions::assert_eq;

use crate::ids::{Digest, StepId};
use crate::run::command::{Command, Refusal};
use crate::run::event::{Event, NewDocument, PlanChange, RunStart, RunbookRef, Verdict};
use crate::run::guidance::{self, Pause};
use crate::run::query::{self, Label};
use crate::run::renewal;
use crate::run::state::{Changed, Mark, RunState};
use crate::run::testing::{Story, person, start_of, unattended};
use crate::runbook::parse::parse;

const TEXT: &str = "# 手引き

## 作業手順

1. **灯りをつける**

   ```bash
   echo on
   ```

2. **容量を見る**
   - 容量 > 80%: ログ整理

   ```bash
   # 全体
   df -h /

   # 内訳
   du -sh /var
   ```

3. **窓を閉める**

4. **灯りを消す**

   ```bash
   echo off
   ```
";

fn first() -> RunStart {
    let runbook = parse("a.md", TEXT.as_bytes());
    let procedure = runbook.procedures[0].clone();
    let named = RunbookRef {
        path: "/srv/a.md".into(),
        sha256: Digest::of(TEXT.as_bytes()),
        title: "手引き".into(),
        version: None,
    };
    RunStart { runbook: named, ..start_of(procedure) }
}

fn begun() -> Story {
    Story::begun(first())
}

fn read(state: &RunState, text: &str) -> NewDocument {
    renewal::document(state, &parse("a.md", text.as_bytes())).expect("the procedure is there")
}

fn renew(s: &mut Story, text: &str) -> Result<Vec<Event>, Refusal> {
    let document = Box::new(read(&s.state, text));
    s.ask(&person(), Command::RenewDocument(document)).map(|decision| decision.events)
}

fn id(s: &Story, title: &str) -> StepId {
    s.state.with_gone().find(|(_, step)| step.title == title).expect("it is there").0.id.clone()
}

fn run(s: &mut Story, n: u128, title: &str, command: usize) {
    let step = id(s, title);
    s.run(n, step.as_str(), command).expect("it starts");
    s.exit(n, 0);
}

fn judge(s: &mut Story, title: &str) {
    let (step, comment) = (id(s, title), Some("見た".to_owned()));
    s.ask(&person(), Command::GiveVerdict { step, verdict: Verdict::Ok, comment }).expect("it is judged");
}

fn labels(s: &Story) -> Vec<(String, Label)> {
    let steps = s.state.plan.iter().enumerate();
    steps.map(|(at, step)| (format!("{} {}", step.number, step.title), query::label(&s.state, at))).collect()
}

fn titles(s: &Story) -> Vec<&str> {
    s.state.plan.iter().map(|step| step.title.as_str()).collect()
}

/// All four steps are done.
fn worked() -> Story {
    let mut s = begun();
    for (n, title, command) in
        [(1, "灯りをつける", 0), (2, "容量を見る", 0), (3, "容量を見る", 1), (4, "灯りを消す", 0)]
    {
        run(&mut s, n, title, command);
    }
    ["灯りをつける", "容量を見る", "窓を閉める", "灯りを消す"].into_iter().for_each(|title| judge(&mut s, title));
    s
}

#[test]
fn marks_are_kept_only_on_steps_of_which_the_document_says_the_same() {
    let done = |title: &str| (title.to_owned(), Label::Done);
    let all = || vec![done("1 灯りをつける"), done("2 容量を見る"), done("3 窓を閉める"), done("4 灯りを消す")];
    let with = |at: usize, title: &str, label| {
        let mut all = all();
        all[at] = (title.to_owned(), label);
        all
    };
    let open = Label::Untouched;
    for (edit, text, wanted, counts) in [
        ("lines above", TEXT.replace("# 手引き\n", "# 手引き\n\n前書き。\n"), all(), [4, 0, 0, 0]),
        ("a command", TEXT.replace("echo on", "echo ON"), with(0, "1 灯りをつける", open), [3, 1, 0, 0]),
        (
            "one of two commands",
            TEXT.replace("du -sh /var", "du -sh /srv"),
            with(1, "2 容量を見る", open),
            [3, 1, 0, 0],
        ),
        ("a rule", TEXT.replace("80%", "85%"), with(1, "2 容量を見る", open), [3, 1, 0, 0]),
        ("a title", TEXT.replace("窓を閉める", "窓と戸を閉める"), with(2, "3 窓と戸を閉める", open), [3, 0, 1, 1]),
        (
            "a step before the last",
            TEXT.replace("4. **灯りを消す**", "4. **鍵を掛ける**\n\n5. **灯りを消す**"),
            vec![
                done("1 灯りをつける"),
                done("2 容量を見る"),
                done("3 窓を閉める"),
                ("4 鍵を掛ける".to_owned(), open),
                done("5 灯りを消す"),
            ],
            [4, 0, 1, 0],
        ),
        (
            "a step less",
            TEXT.replace("3. **窓を閉める**\n\n4.", "3."),
            vec![done("1 灯りをつける"), done("2 容量を見る"), done("3 灯りを消す")],
            [3, 0, 0, 1],
        ),
    ] {
        let mut s = worked();
        renew(&mut s, &text).unwrap_or_else(|refusal| panic!("{edit}: {refusal}"));

        assert_eq!(labels(&s), wanted, "{edit}");
        let steps = &s.state.renewals[0].steps;
        let found = [&steps.kept, &steps.changed, &steps.new, &steps.gone].map(Vec::len);
        assert_eq!(found, counts, "{edit}");
        assert_eq!(s.state.steps.len(), s.state.plan.len(), "{edit}");
        assert_eq!(s.state.attempts.len(), 4, "{edit}: what was run stays known");
        assert_eq!(RunState::of(&s.facts), s.state, "{edit}: the facts alone say the same");
    }
}

#[test]
fn a_changed_step_is_judged_anew_and_its_commands_were_not_run() {
    let mut s = worked();
    let text = TEXT.replace("echo on", "echo ON");

    renew(&mut s, &text).expect("it is taken in");

    let own = &s.state.steps[0];
    assert!(matches!(&own.earlier[..], [Mark::Judged { verdict: Verdict::Ok, .. }]), "{:?}", own.earlier);
    assert_eq!(own.changes.last().map(|change| &change.what), Some(&Changed::ByDocument));
    assert_eq!(query::unrun_commands(&s.state, &own.id), 1);
    assert_eq!(query::current(&s.state, 0), Some(0));
    assert_eq!(query::untouched(&s.state), std::slice::from_ref(&own.id), "the run cannot be signed before");
    run(&mut s, 9, "灯りをつける", 0);
    let last = s.state.attempts.last().expect("it ran");
    assert_eq!((last.start.text.as_str(), last.start.number), ("echo ON", 2), "what runs is the new text");
}

#[test]
fn a_step_that_is_gone_does_not_count_and_comes_back_with_all_that_was_known_of_it() {
    let without = TEXT.replace("3. **窓を閉める**\n\n4.", "3.");
    let mut s = worked();
    renew(&mut s, &without).expect("it is taken in");
    let gone: Vec<_> = s.state.gone.iter().map(|gone| gone.step.title.as_str()).collect();
    assert_eq!((gone, query::progress(&s.state)), (vec!["窓を閉める"], (3, 3)));

    renew(&mut s, TEXT).expect("it is taken in");

    assert_eq!((s.state.gone.len(), query::progress(&s.state)), (0, (4, 4)));
    assert_eq!(titles(&s), ["灯りをつける", "容量を見る", "窓を閉める", "灯りを消す"]);
    assert_eq!(s.state.runbook().map(|runbook| &runbook.sha256), Some(&Digest::of(TEXT.as_bytes())));
}

#[test]
fn what_the_run_added_and_changed_itself_stays_where_it_was() {
    let mut s = begun();
    let add =
        |after, title: &str| Command::AddStep { after, title: title.into(), command: None, reason: "必要".into() };
    s.ask(&person(), add(None, "最初")).expect("added");
    s.ask(&person(), add(Some(id(&s, "容量を見る")), "容量の次")).expect("added");
    s.ask(&person(), add(Some(id(&s, "窓を閉める")), "窓の次")).expect("added");
    let (step, text) = (id(&s, "灯りを消す"), "echo dark".to_owned());
    s.ask(&person(), Command::ChangeCommand { step, command: Some(0), text, reason: "訂正".into() }).expect("changed");
    let text = TEXT.replace("df -h /\n", "df -h /srv\n").replace("3. **窓を閉める**\n\n4.", "3.");

    renew(&mut s, &text).expect("it is taken in");

    assert_eq!(titles(&s), ["最初", "灯りをつける", "容量を見る", "容量の次", "窓の次", "灯りを消す"]);
    let off = s.state.plan.last().and_then(|step| step.commands().next()).map(|command| command.text.as_str());
    assert_eq!(off, Some("echo dark"), "what the run changed of an unchanged step holds on");
}

#[test]
fn a_branch_is_of_the_rule_with_the_same_words_or_of_none() {
    use crate::run::branches::{self, Branch};
    let text = TEXT.replace("   - 容量 > 80%: ログ整理\n", "   - 負荷 > 90%: 連絡\n   - 容量 > 80%: ログ整理\n");
    for (edit, text, at, open) in
        [("another rule before it", text, 1, true), ("another limit", TEXT.replace("80%", "85%"), 0, false)]
    {
        let mut s = begun();
        let step = id(&s, "容量を見る");
        s.ask(&person(), Command::AnswerRule { step, rule: 0, holds: true }).expect("its action is opened");

        renew(&mut s, &text).expect("it is taken in");

        let rule = branches::of(&s.state, &s.state.plan[1]).into_iter().find(|(place, ..)| *place == at);
        let opened = matches!(rule, Some((_, _, Branch::Opened(_))));
        assert_eq!((opened, titles(&s)[2]), (open, "ログ整理"), "{edit}");
    }
}

#[test]
fn cautions_and_advice_that_are_others_are_read_again() {
    let caution = "   > [!WARNING]\n   > 業務時間内には行わないこと\n\n   ```bash\n   redis-cli FLUSHALL\n   ```\n";
    let text = TEXT.replace("   ```bash\n   echo on\n   ```\n", caution);
    let runbook = parse("a.md", text.as_bytes());
    let advice = |text: &str| crate::runbook::model::Guidance {
        when: crate::runbook::model::GuidanceTime::Before,
        title: text.to_owned(),
        items: vec![text.to_owned()],
        line: 1,
    };
    let mut start = start_of(runbook.procedures[0].clone());
    start.guidance = vec![advice("連絡する")];
    let mut s = Story::begun(start);
    let step = id(&s, "灯りをつける");
    let texts = vec!["業務時間内には行わないこと".to_owned()];
    s.ask(&person(), Command::ReadGuidance { pause: Pause::Begin }).expect("read");
    s.ask(&person(), Command::AcknowledgeCautions { step: step.clone(), texts: texts.clone() }).expect("read");
    let document = |s: &Story, text: &str, said: &str| {
        let mut document = read(&s.state, text);
        document.guidance = vec![advice(said)];
        Command::RenewDocument(Box::new(document))
    };

    let same = document(&s, &format!("{text}\n後書き。\n"), "連絡する");
    s.ask(&person(), same).expect("it is taken in");
    assert!(guidance::read(&s.state, Pause::Begin).is_some(), "nothing of it is another");
    assert!(crate::run::cautions::acknowledged(&s.state, &step, &texts[0]).is_some());

    let other = document(&s, &text.replace("FLUSHALL", "FLUSHALL ASYNC"), "全員に連絡する");
    s.ask(&person(), other).expect("it is taken in");
    assert!(guidance::unread(&s.state, Pause::Begin));
    assert_eq!(crate::run::cautions::acknowledged(&s.state, &step, &texts[0]), None, "it governed another command");
    assert_eq!(s.state.steps[0].acknowledged.len(), 1, "that it was read stays known");
    s.ask(&person(), Command::ReadGuidance { pause: Pause::Begin }).expect("read again");
    s.ask(&person(), Command::AcknowledgeCautions { step, texts }).expect("read again");
    assert_eq!(s.state.steps[0].acknowledged.len(), 2);
}

#[test]
fn it_is_refused_while_a_command_runs_or_where_the_text_is_not_the_one_that_was_compared() {
    let other = TEXT.replace("echo on", "echo ON");
    let mut s = begun();
    let document = || Command::RenewDocument(Box::new(read(&begun().state, &other)));
    assert_eq!(s.ask(&unattended(), document()), Err(Refusal::NeedsPerson));

    let step = id(&s, "灯りをつける");
    s.run(1, step.as_str(), 0).expect("it starts");
    assert!(matches!(s.ask(&person(), document()), Err(Refusal::AttemptOpen { .. })));
    s.exit(1, 0);

    let (stale, third) = (document(), TEXT.replace("echo off", "echo OFF"));
    renew(&mut s, &third).expect("another screen was faster");
    assert_eq!(s.ask(&person(), stale), Err(Refusal::DocumentChanged));
    let twice = Box::new(read(&s.state, &third));
    assert_eq!(s.ask(&person(), Command::RenewDocument(twice)).map(|d| d.events), Ok(Vec::new()), "asked twice");
}

#[test]
fn a_text_without_the_procedure_offers_nothing() {
    let s = begun();
    for text in ["# 手引き\n", &TEXT.replace("## 作業手順", "## 別の作業")] {
        assert_eq!(renewal::document(&s.state, &parse("a.md", text.as_bytes())), None, "{text}");
    }
}

#[test]
fn no_client_can_say_what_is_taken_in() {
    let s = begun();
    let event = Event::PlanChanged(PlanChange::DocumentRenewed(Box::new(read(&s.state, TEXT))));
    let fact = serde_json::to_string(&event).expect("it is kept");
    assert_eq!(serde_json::from_str::<Event>(&fact).ok(), Some(event), "the journal reads it back");
    let command = Command::RenewDocument(Box::new(read(&s.state, TEXT)));
    assert!(serde_json::to_string(&command).is_err(), "it never goes over the socket");
    assert!(serde_json::from_str::<Command>(r#"{"type":"renew_document"}"#).is_err());
}
