//! Whatever the texts of a run hold, its record has the same structure and is read back.

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event as Mark, Options, Parser, Tag};

use super::*;
use crate::config::settings::Environment;
use crate::config::sign_off::SecondPerson;
use crate::record::SignOff;
use crate::record::documented_fields;
use crate::record::escape::{visible_block, visible_line};
use crate::record::model::ShellWhat;
use crate::run::environment::EnvironmentChange;
use crate::run::event::{Event, Fact, Finish, HoldFact, NewDocument, Outcome, PlanChange, RevertFact, RunbookRef};
use crate::run::guidance::Pause;
use crate::run::testing::{finish, unattended};
use crate::run::verification::{KeyHolder, VerificationEvent};
use crate::runbook::model::ExecutorKind;

/// A run whose foreign texts come from a list, one after the other, so that the same run can be told with other texts.
struct Texts<'a> {
    texts: &'a [String],
    next: usize,
}

impl Texts<'_> {
    fn next(&mut self) -> String {
        self.next += 1;
        self.texts.get(self.next % self.texts.len().max(1)).cloned().unwrap_or_default()
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        (prop_oneof![Just("`"), Just("~"), Just("#"), Just("-"), Just("_"), Just("*"), Just(" ")], 1usize..=40)
            .prop_map(|(mark, n)| mark.repeat(n)),
        proptest::sample::select(vec![
            "\n",
            "\r\n",
            "\r",
            "\t",
            "\0",
            "\u{1b}[31m",
            "\u{1b}]8;;http://x\u{7}",
            "\u{7f}",
            "\u{9b}",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{2028}",
            "\u{feff}",
            "\u{3000}",
            "\u{a0}",
            "-->",
            "<!--",
            "<script>",
            "</details>",
            "<br>",
            "<http://x>",
            "![a](http://x/y.png)",
            "[a](b)",
            "[a]: b",
            "](",
            "## 2024-01-08 偽",
            "\n## 詳細\n",
            "\n- **結果**: 成功\n",
            "- a",
            "1. b",
            "> c",
            "| a | b |\n|---|---|",
            " | ",
            "**: ",
            "&lt;",
            "&#10;",
            "\\",
            "\\\\",
            "$x$",
            "{#id}",
            "[^1]",
            "===",
            "---",
            "```sh\nrm\n```",
            "    code",
            "（未署名）",
            "-",
            "なし",
            "測定なし",
            "(1)",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Everything that happens between two people, and alone.
fn second_person(t: &mut Texts<'_>, text: &str) -> [VerificationEvent; 6] {
    use VerificationEvent::{Checked, Confirmed, Objected, ReadAloud, WorkedAlone};
    let (step, shown) = (id(1), Digest::of(text.as_bytes()));
    let aloud = || ReadAloud { step: id(1), command: 0, text: text.to_owned() };
    [
        aloud(),
        Objected { step: step.clone(), command: 0, shown: shown.clone(), reason: t.next() },
        aloud(),
        Confirmed { step: step.clone(), command: 0, shown },
        Checked { step, agrees: false, comment: Some(t.next()) },
        WorkedAlone { reason: t.next() },
    ]
}

/// Tells a run: every kind of fact, every foreign text from `texts`.
fn told(texts: &[String], language: Language, ending: u8) -> (RunState, Vec<Excerpt>, Vec<EvidenceFile>) {
    let mut t = Texts { texts, next: 0 };
    let mut start = RunStart { language, operator: t.next(), ..weekly_start() };
    start.host = t.next();
    start.user = t.next();
    start.environment = Some(Environment { name: t.next(), production: true });
    start.cwd = t.next();
    start.tejun = t.next();
    start.runbook.title = t.next();
    start.runbook.path = t.next();
    start.runbook.version = Some(t.next());
    start.procedure.title = t.next();
    start.procedure.heading_path = vec![t.next(), t.next()];
    start.procedure.steps[3].condition = Some(t.next());
    start.procedure.steps[2].details = vec![t.next(), t.next()];
    for step in &mut start.procedure.steps {
        step.title = t.next();
        step.number = t.next();
        for rule in &mut step.rules {
            rule.subject = t.next();
            rule.text = t.next();
            rule.action = Some(t.next());
        }
        for command in step.blocks.iter_mut().flat_map(|b| &mut b.commands) {
            command.text = t.next();
        }
    }
    if let Some(format) = &mut start.record_format {
        format.example_title = Some(format!("週次{}", t.next()));
        for field in &mut format.fields {
            field.name = t.next();
        }
    }
    let commands: Vec<String> =
        start.procedure.steps.iter().flat_map(|s| s.commands()).map(|c| c.text.clone()).collect();
    let mut by = person();
    (by.operator, by.user) = (t.next(), t.next());
    by.key = Some(KeyHolder { principal: t.next(), fingerprint: t.next() });
    let nobody = Actor { operator: t.next(), ..unattended() };
    let begin = |n: u128, step: usize, command: usize, number: u32, text: &str| {
        Event::AttemptStarted(crate::run::event::AttemptStart {
            attempt: attempt(n),
            step: id(step),
            command,
            number,
            lane: 1,
            text: text.to_owned(),
        })
    };
    start.second_person = SecondPerson::Every;
    for (number, step) in start.procedure.steps.iter_mut().enumerate() {
        step.content = Some(Digest::of(&[u8::try_from(number).unwrap_or_default()]));
    }
    // A step comes into the document, and is taken out of it again.
    let renewed = |was: &[u8], is: &[u8], procedure: Procedure, version: String| {
        let runbook = RunbookRef { sha256: Digest::of(is), version: Some(version), ..start.runbook.clone() };
        let document =
            NewDocument { was: Digest::of(was), runbook, procedure, actions: Vec::new(), guidance: Vec::new() };
        Event::PlanChanged(PlanChange::DocumentRenewed(Box::new(document)))
    };
    let mut with_more = start.procedure.clone();
    let mut more = crate::run::testing::step(7, &t.next(), Vec::new());
    more.number = t.next();
    with_more.steps.push(more);
    let renewals = [
        renewed(b"runbook", b"another", with_more, t.next()),
        renewed(b"another", b"a third", start.procedure.clone(), t.next()),
    ];
    let mut events = vec![Event::RunStarted(Box::new(start))];
    events.extend(second_person(&mut t, &commands[0]).map(Event::Verification));
    let mut branch = crate::run::testing::step(9, &t.next(), Vec::new());
    branch.condition = Some(t.next());
    branch.number = t.next();
    events.push(Event::BranchOpened { of: id(2), rule: 0, step: Box::new(branch) });
    events.push(Event::StepApplied { step: id(4) });
    events.push(Event::HoldNoted(HoldFact::Set { step: id(1), text: t.next() }));
    events.push(Event::HoldNoted(HoldFact::Released { step: id(1), by: t.next(), said: t.next() }));
    for _ in 0..4 {
        events.push(Event::RevertNoted(RevertFact::Owed { step: id(2), what: t.next(), proposed: true }));
    }
    events.push(Event::RevertNoted(RevertFact::Done { number: 1, comment: Some(t.next()) }));
    let (reason, due, owner) = (t.next(), t.next(), t.next());
    events.push(Event::RevertNoted(RevertFact::HandedOver { number: 2, reason, due, owner }));
    events.push(Event::RevertNoted(RevertFact::Dropped { number: 3, reason: t.next() }));
    events.push(Event::GuidanceRead { pause: Pause::Begin, titles: vec![t.next()] });
    let mut added = crate::run::testing::step(8, &t.next(), Vec::new());
    added.number = t.next();
    events.push(Event::PlanChanged(PlanChange::StepAdded {
        after: Some(id(4)),
        line: Some(7),
        step: Box::new(added),
        reason: Some(t.next()),
    }));
    let to = Box::new(crate::run::testing::command(&t.next()));
    events.push(Event::PlanChanged(PlanChange::CommandChanged { step: id(3), command: 0, to, reason: t.next() }));
    let block = Box::new(crate::runbook::shell::typed(ExecutorKind::Shell, &t.next(), Language::Ja));
    events.push(Event::PlanChanged(PlanChange::CommandAdded { step: id(4), block, reason: t.next() }));
    let (from, to, reason) = (id(3), id(4), Some(t.next()));
    events.push(Event::PlanChanged(PlanChange::CommandsMoved { from, commands: vec![0], to, reason }));
    for change in [
        EnvironmentChange::Set { name: t.next(), value: t.next() },
        EnvironmentChange::Remove { name: t.next() },
        EnvironmentChange::Folder { path: t.next() },
    ] {
        events.push(Event::EnvironmentChanged { lane: 1, change });
    }
    events.push(Event::LaneReset { lane: 1 });
    events.push(Event::PointTicked { step: id(3), point: 1, text: t.next() });
    events.push(Event::AlternativeChosen { step: id(2), command: Some(1) });
    events.push(Event::AlternativeChosen { step: id(2), command: None });
    events.push(Event::CautionAcknowledged { step: id(1), text: t.next() });
    events.push(begin(1, 1, 0, 1, &commands[0]));
    events.push(Event::AttemptFinished { attempt: attempt(1), finish: finish(0) });
    let mut reading = reading(0, &t.next(), true, true);
    reading.matched = t.next();
    let (step, verdict) = (id(1), Verdict::Finding);
    events.push(Event::VerdictProposed { step, attempt: attempt(1), verdict, measured: vec![reading] });
    events.push(Event::VerdictGiven { step: id(1), verdict: Verdict::Finding, comment: Some(t.next()) });
    events.push(begin(2, 2, 0, 1, &commands[1]));
    events.push(Event::AttemptLost { attempt: attempt(2), why: t.next() });
    events.push(begin(3, 2, 0, 2, &commands[1]));
    let outcome = Outcome::CouldNotStart { why: t.next() };
    let survivors = vec![crate::run::event::Survivor { pid: 77, command: t.next() }];
    events.push(Event::AttemptFinished { attempt: attempt(3), finish: Finish { outcome, survivors, ..finish(0) } });
    events.push(Event::RuleAnswered { step: id(2), rule: 0, holds: true });
    events.push(Event::VerdictGiven { step: id(2), verdict: Verdict::Failed, comment: None });
    events.push(Event::StepOverridden { step: id(2), reason: t.next(), approver: t.next() });
    events.push(Event::StepSkipped { step: id(3), reason: t.next() });
    events.push(Event::StepReopened { step: id(3), reason: Some(t.next()) });
    events.push(Event::StepRuledOut { step: id(3), reason: t.next() });
    events.push(Event::StepDeferred { step: id(4), reason: t.next(), due: t.next(), owner: t.next() });
    events.push(Event::NoteAdded { step: Some(id(1)), text: t.next() });
    events.push(Event::NoteAdded { step: None, text: t.next() });
    events.extend(renewals);
    match ending {
        0 => {}
        1 => events.push(Event::RunSigned { completion: crate::run::event::Completion::Failed }),
        2 => events.push(Event::RunClosed { ending: Ending::Aborted, reason: t.next() }),
        _ => events.push(Event::RunClosed { ending: Ending::Unsigned, reason: t.next() }),
    }
    let facts: Vec<Fact> = events
        .into_iter()
        .zip(1u64..)
        .map(|(event, seq)| Fact {
            run: crate::ids::RunId(Uuid::from_u128(1)),
            seq: crate::ids::Seq(seq),
            id: crate::ids::EventId(Uuid::from_u128(u128::from(seq))),
            actor: if seq % 5 == 0 { nobody.clone() } else { by.clone() },
            machine: "db01".into(),
            boot: "boot".into(),
            at: crate::run::testing::two_in_the_morning() + TimeDelta::seconds(i64::try_from(seq).unwrap() * 61),
            since_boot_ms: seq,
            prev: Digest::of(b""),
            version: crate::run::event::VERSION,
            event,
        })
        .collect();
    let excerpts = [1, 2].map(|n| Excerpt { attempt: attempt(n), text: t.next(), cut: n == 2 }).to_vec();
    let evidence = EvidenceFile {
        attempt: attempt(1),
        file: t.next(),
        bytes: 3,
        sha256: Digest::of(b"ok\n"),
        complete: true,
        matches: None,
    };
    (RunState::of(&facts), excerpts, vec![evidence])
}

/// What a CommonMark parser with every extension sees of the structure: each block and mark, without its words.
fn structure(text: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for event in Parser::new_ext(text, Options::all()) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum, not ours: all else is a failure")]
        match event {
            Mark::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => seen.push(format!("fence {info}")),
            Mark::Start(Tag::Heading { level, id, classes, .. }) => {
                assert!(id.is_none() && classes.is_empty());
                seen.push(format!("{level}"));
            }
            Mark::Start(Tag::Link { .. }) => seen.push("link".into()),
            Mark::Start(tag) => seen.push(format!("{tag:?}")),
            Mark::End(end) => seen.push(format!("/{end:?}")),
            Mark::Text(_) => {}
            other => panic!("{other:?} in {text}"),
        }
    }
    seen
}

/// The texts of all fences as a CommonMark parser sees them.
fn fences(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for event in Parser::new(text) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only the text of fences counts here")]
        match event {
            Mark::Start(Tag::CodeBlock(_)) => {
                inside = true;
                found.push(String::new());
            }
            Mark::End(pulldown_cmark::TagEnd::CodeBlock) => inside = false,
            Mark::Text(text) if inside => found.last_mut().unwrap().push_str(&text),
            _ => {}
        }
    }
    found.into_iter().map(|f| f.strip_suffix('\n').map(str::to_owned).unwrap_or(f)).collect()
}

fn language() -> impl Strategy<Value = Language> {
    prop_oneof![Just(Language::Ja), Just(Language::En)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_text_changes_the_structure(
        texts in proptest::collection::vec(hostile(), 1..60), language in language(), ending in 0u8..4,
    ) {
        let (state, excerpts, evidence) = told(&texts, language, ending);
        let text = rendered(&state, &excerpts, &evidence);
        // The same run told with harmless words; whether a command shows byte for byte stays as it is.
        let harmless: Vec<String> =
            texts.iter().map(|t| if visible_block(t) == *t { "x".into() } else { "\u{1}".into() }).collect();
        let (plain, excerpts, evidence) = told(&harmless, language, ending);

        prop_assert_eq!(structure(&text), structure(&rendered(&plain, &excerpts, &evidence)));
    }

    #[test]
    fn what_is_rendered_is_read_back(
        texts in proptest::collection::vec(hostile(), 1..60), language in language(), ending in 0u8..4,
    ) {
        let (state, excerpts, evidence) = told(&texts, language, ending);
        let text = rendered(&state, &excerpts, &evidence);
        let record = parse(&text);
        prop_assert!(record.is_ok(), "{:?}\n{}", record, text);
        let record = record.unwrap();

        let start = state.start().unwrap();
        let seen = |t: &str| visible_line(t);
        let maybe = |t: &str| Some(visible_line(t)).filter(|t| !t.is_empty());
        let fields: Vec<_> = record.fields.iter().map(|f| (f.name.clone(), f.value.clone())).collect();
        prop_assert_eq!(fields, documented_fields(&state));
        prop_assert_eq!(&record.language, &language);
        prop_assert_eq!(&record.host, &seen(&start.host));
        prop_assert_eq!(&record.user, &seen(&start.user));
        prop_assert_eq!(&record.environment, &seen(&start.environment.as_ref().unwrap().name));
        prop_assert_eq!(&record.cwd, &seen(&start.cwd));
        prop_assert_eq!(&record.runbook.path, &seen(&start.runbook.path));
        prop_assert_eq!(&record.runbook.version, &start.runbook.version.as_deref().and_then(maybe));
        prop_assert_eq!(&record.started_by.operator, &seen(&state.started.as_ref().unwrap().by.operator));
        prop_assert_eq!(&record.started_by.user, &seen(&state.started.as_ref().unwrap().by.user));
        prop_assert_eq!(Some(record.run), state.run);
        prop_assert_eq!(record.steps.len(), state.with_gone().count());
        for (read, known) in record.renewals.iter().zip(&state.renewals) {
            prop_assert_eq!(&read.version, &known.document.runbook.version.as_deref().and_then(maybe));
        }
        prop_assert_eq!(record.steps.iter().filter(|step| step.gone.is_some()).count(), 1);
        let told: Vec<_> = record.shell_changes.iter().map(|change| change.what).collect();
        prop_assert_eq!(told, [ShellWhat::Set, ShellWhat::Removed, ShellWhat::Folder, ShellWhat::Reset]);
        for (read, (_, document)) in record.steps.iter().zip(state.with_gone()) {
            prop_assert_eq!(&read.title, &seen(&document.title));
            prop_assert_eq!(&read.number, &seen(&document.number).split_whitespace().collect::<String>());
            for (rule, measured) in document.rules.iter().zip(&read.measured) {
                prop_assert_eq!(&measured.rule, &seen(&rule.text));
            }
            prop_assert_eq!(document.rules.len(), read.measured.len());
        }
        let aloud = &record.steps[0].aloud;
        prop_assert_eq!(aloud.iter().map(|a| a.answer.as_ref().map(|a| a.agrees)).collect::<Vec<_>>(), [Some(false), Some(true)]);
        let objection = state.verification.aloud[0].answer.as_ref().and_then(|a| a.reason.as_deref()).unwrap();
        prop_assert_eq!(&aloud[0].answer.as_ref().unwrap().reason, &maybe(objection));
        prop_assert_eq!(&aloud[0].by.key.is_some(), &aloud[0].by.kind.eq(&crate::run::event::ActorKind::Person));
        prop_assert_eq!(record.steps[0].checks.iter().map(|c| (c.agrees, c.void)).collect::<Vec<_>>(), [(false, true)]);
        let (reason, _) = state.verification.alone.as_ref().unwrap();
        prop_assert_eq!(&record.verification.alone.as_ref().unwrap().reason, &seen(reason));
        prop_assert_eq!(record.verification.policy, SecondPerson::Every);
        let read: Vec<_> = record.steps[0].acknowledged.iter().map(|a| a.text.clone()).collect();
        let told: Vec<_> = state.steps[0].acknowledged.iter().map(|a| seen(&a.text)).collect();
        prop_assert_eq!(read, told);
        let notes: Vec<_> = record.notes.iter().map(|n| (n.text.clone(), n.by.operator.clone())).collect();
        let told: Vec<_> = state.notes.iter().map(|n| (seen(&n.text), seen(&n.stamp.by.operator))).collect();
        prop_assert_eq!(notes, told);
        for attempt in &state.attempts {
            let all = || record.steps.iter().flat_map(|s| &s.commands);
            let read = all().find(|c| c.attempt == Some(attempt.start.attempt)).unwrap();
            prop_assert_eq!(&read.text, &visible_block(&attempt.start.text));
            prop_assert_eq!(read.number, Some(attempt.start.number));
            prop_assert_eq!(read.exact.is_none(), read.text == attempt.start.text);
            let excerpt = excerpts.iter().find(|e| e.attempt == attempt.start.attempt);
            prop_assert_eq!(read.excerpt.as_ref().map(|e| e.cut), excerpt.map(|e| e.cut));
        }
        prop_assert_eq!(&record.evidence[0].file, &seen(&evidence[0].file));
        let mark = record.steps[1].mark.clone().unwrap();
        let crate::run::state::Mark::Overridden { reason, approver, .. } = &state.steps[1].mark else { panic!() };
        prop_assert_eq!([mark.reason, mark.approver], [reason, approver].map(|t| maybe(t)));
        prop_assert_eq!(mark.overrides.map(|o| o.verdict), Some(Verdict::Failed));
        let branch = record.steps[2].branch_of.clone().unwrap();
        prop_assert_eq!(&branch.rule, &seen(state.plan[2].condition.as_deref().unwrap()));
        prop_assert_eq!(record.steps[1].answers.iter().map(|a| a.holds).collect::<Vec<_>>(), [true]);
        let points: Vec<_> = record.steps[3].points.iter().map(|p| (p.text.clone(), p.by.is_some())).collect();
        let details = &state.plan[3].details;
        prop_assert_eq!(points, vec![(seen(&details[0]), false), (seen(&details[1]), true)]);
        let chosen: Vec<_> = record.steps[1].choices.iter().map(|c| c.command).collect();
        prop_assert_eq!(chosen, vec![Some(2), None]);
        let condition = record.steps[4].condition.clone().unwrap();
        prop_assert_eq!(&condition.text, &seen(start.procedure.steps[3].condition.as_deref().unwrap()));
        prop_assert!(condition.by.is_some());
        let mark = record.steps[4].mark.clone().unwrap();
        let crate::run::state::Mark::Deferred { reason, due, owner, .. } = &state.steps[4].mark else { panic!() };
        prop_assert_eq!([mark.reason, mark.due, mark.owner], [reason, due, owner].map(|t| maybe(t)));
        match (&record.sign_off, &state.phase) {
            (SignOff::Aborted { reason: read, .. } | SignOff::Unsigned { reason: read, .. },
                crate::run::state::Phase::Closed { reason, .. }) => prop_assert_eq!(read, &seen(reason)),
            (SignOff::Open, crate::run::state::Phase::Open) => {}
            (SignOff::Signed { .. }, crate::run::state::Phase::Signed { .. }) => {}
            (read, _) => prop_assert!(false, "{read:?}"),
        }
        // The reference parser sees in the fences what this one sees.
        let commands = record.steps.iter().flat_map(|s| &s.commands);
        let own: Vec<String> = commands
            .flat_map(|c| std::iter::once(c.text.clone()).chain(c.excerpt.as_ref().map(|e| e.text.clone())))
            .collect();
        prop_assert_eq!(fences(&text), own);
    }

    #[test]
    fn the_page_of_a_record_holds_no_markup_but_its_own(
        texts in proptest::collection::vec(hostile(), 1..60), language in language(), ending in 0u8..4,
    ) {
        const OWN: [&str; 43] = [
            "!DOCTYPE", "html", "head", "meta", "title", "/title", "style", "/style", "/head", "body", "/body", "/html",
            "p", "/p", "h1", "/h1", "h2", "/h2", "h3", "/h3", "dl", "/dl", "div", "/div", "dt", "/dt", "dd", "/dd",
            "figure", "/figure", "svg", "/svg", "line", "rect", "circle", "text", "/text", "section", "/section", "span",
            "/span", "pre", "/pre",
        ];
        const MORE: [&str; 12] =
            ["code", "/code", "ul", "/ul", "li", "/li", "table", "/table", "tr", "/tr", "th", "td"];
        let (state, excerpts, evidence) = told(&texts, language, ending);
        let record = parse(&rendered(&state, &excerpts, &evidence)).expect("it is read");

        let page = crate::record::html(&record, &texts[0], &Digest::of(b"record"));

        for tag in page.split('<').skip(1) {
            let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '!')).collect();
            let known = OWN.contains(&name.as_str()) || MORE.contains(&name.as_str());
            prop_assert!(known || matches!(name.as_str(), "/th" | "/td"), "<{}", tag);
            // What stands within a tag is ours: no text reaches an attribute.
            let inside = tag.split('>').next().unwrap_or_default();
            prop_assert!(inside.len() < 200 && !inside.contains(" on") && !inside.contains(" href=") && !inside.contains(" src="), "{}", inside);
        }
    }

    #[test]
    fn any_text_is_read_or_refused_and_never_a_panic(text in hostile()) {
        let _either = parse(&text);
        let _either = parse(&format!("## a\n- **b**: c\n\n## 詳細\n\n{text}"));
    }
}
