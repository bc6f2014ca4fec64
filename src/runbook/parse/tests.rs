//! What the parser makes of documents.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::runbook::model::{self, *};

mod around;
mod beside;
mod branches;
mod cells;
mod duties;
mod forbidden;
mod forms;
mod frames;
mod headings;
mod ids;
mod inline;
mod japanese;
mod marks;
mod promises;
mod rules;
mod shipped;
mod words;

const BROKEN_TAIL: &[u8] = include_bytes!("../../../tests/fixtures/runbooks/broken-tail.ja.md");
const SHAPES: &[u8] = include_bytes!("../../../tests/fixtures/runbooks/shapes.ja.md");
const ENGLISH: &[u8] = include_bytes!("../../../tests/fixtures/runbooks/steps.en.md");

/// What a procedure looks like from afar: its title, and its steps with the number of their commands.
fn shape(runbook: &Runbook, wanted: &str) -> Vec<(String, usize)> {
    let procedure = find_procedure(runbook, wanted).unwrap();
    procedure.steps.iter().map(|step| (step.title.clone(), step.commands().count())).collect()
}

fn check_steps(runbook: &Runbook, wanted: &str, expected: &[(&str, usize)]) {
    let expected: Vec<(String, usize)> = expected.iter().map(|(title, count)| ((*title).to_owned(), *count)).collect();
    assert_eq!(shape(runbook, wanted), expected, "{wanted}");
}

fn step<'a>(runbook: &'a Runbook, title: &str) -> &'a Step {
    runbook.procedures.iter().flat_map(|p| &p.steps).find(|step| step.title == title).unwrap()
}

#[test]
fn task_items_keep_their_fences_rules_and_points() {
    let runbook = parse("print.md", BROKEN_TAIL);

    check_steps(&runbook, "火曜日 07:30 - 印刷待ちの確認", &[("待ち行列の長さ", 2), ("用紙の残り", 0)]);
    let queue = step(&runbook, "待ち行列の長さ");
    assert_eq!((queue.form, queue.manual), (StepForm::TaskItem, false));
    let rules: Vec<_> = queue
        .rules
        .iter()
        .map(|r| (r.subject.as_str(), r.op, r.value, r.unit.as_deref(), r.action.as_deref()))
        .collect();
    assert_eq!(
        rules,
        [
            ("待ち", RuleOp::Gt, Some(50.0), Some("件"), Some("担当者を呼ぶ")),
            ("失敗時", RuleOp::Event, None, None, Some("予備機へ切り替え")),
        ]
    );
    let block = &queue.blocks[0];
    assert_eq!((block.line, block.shape, block.whole_runnable), (10, Shape::Sequence, true));
    assert_eq!((block.commands[0].line, block.commands[0].text.as_str()), (12, "lpstat -o | wc -l"));

    let paper = step(&runbook, "用紙の残り");
    assert_eq!((paper.manual, paper.blocks[0].shape), (true, Shape::CommentsOnly));
    assert_eq!(paper.details, ["一段目を見る", "二段目を見る"]);
}

#[test]
fn headings_say_when_a_procedure_is_due() {
    let runbook = parse("print.md", BROKEN_TAIL);

    let due: Vec<_> =
        runbook.schedule.iter().map(|due| (due.rule.as_deref().unwrap(), due.source, due.frequency)).collect();
    assert_eq!(
        due,
        [
            ("weekly:tue@07:30", DueSource::Heading, Frequency::Weekly),
            ("monthly:2nd-wed@22:00", DueSource::Heading, Frequency::Monthly),
            ("quarter:3", DueSource::Heading, Frequency::Yearly),
            ("cron:15 1 * * *", DueSource::Cron, Frequency::Daily),
        ]
    );
    assert_eq!(runbook.schedule[3].title, "毎日の集計");
}

#[test]
fn a_broken_last_fence_is_closed_and_reported_once() {
    let runbook = parse("print.md", BROKEN_TAIL);

    let kinds: Vec<_> = runbook.diagnostics.iter().map(|d| (d.kind.as_str(), d.line)).collect();
    assert_eq!(kinds, [("broken_fence_end", 79)]);
}

#[test]
fn the_record_format_joins_the_list_and_the_example() {
    let format = parse("print.md", BROKEN_TAIL).record_format.unwrap();

    assert_eq!((format.heading.as_str(), format.example_title.as_deref()), ("## {date} {title}", Some("週次点検")));
    let names: Vec<_> = format.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["実施日時", "担当者", "内容", "結果", "確認者"]);
}

#[test]
fn examples_and_scripts_under_example_headings_are_reference() {
    let runbook = parse("print.md", BROKEN_TAIL);

    let blocks: Vec<_> = runbook.reference.iter().flat_map(|r| &r.blocks).map(|b| (b.shape, b.runnable)).collect();
    assert_eq!(blocks, [(Shape::Reference, false), (Shape::Reference, false)]);
    let guidance: Vec<_> = runbook.guidance.iter().map(|g| (g.when, g.title.as_str())).collect();
    assert_eq!(guidance, [(GuidanceTime::Before, "事前の準備"), (GuidanceTime::After, "完了確認")]);
}

#[test]
fn a_shared_fence_is_given_out_by_words_and_the_rest_stays_reachable() {
    let runbook = parse("library.md", SHAPES);

    check_steps(
        &runbook,
        "毎日実施",
        &[("貸出サーバーの応答確認", 1), ("夜間バックアップの確認", 1), ("掲示板の更新", 0), ("返却ポストの残り", 1)],
    );
    assert!(step(&runbook, "貸出サーバーの応答確認").shared_block);
    assert!(step(&runbook, "掲示板の更新").manual);
    let rest = step(&runbook, "返却ポストの残り");
    assert_eq!((rest.form, rest.optional), (StepForm::Paragraph, true));
}

#[test]
fn ordered_items_carry_fences_deadlines_and_options() {
    let runbook = parse("library.md", SHAPES);

    check_steps(
        &runbook,
        "応答がないとき",
        &[("状態を見る", 1), ("再起動（10分以内）", 1), ("利用者へ案内する（任意）", 0)],
    );
    let deadline = step(&runbook, "再起動（10分以内）").deadline.clone().unwrap();
    assert_eq!((deadline.min, deadline.text.as_str()), (10, "10分以内"));
    assert!(step(&runbook, "利用者へ案内する（任意）").optional);
    assert!(!runbook.procedures.iter().any(|p| p.title == "目次"));
}

#[test]
fn a_drawn_flow_gives_steps_with_deadlines() {
    let runbook = parse("library.md", SHAPES);

    check_steps(&runbook, "停止時の流れ", &[("気づく", 0), ("連絡（3分以内）", 0), ("貼り紙", 0)]);
    let call = step(&runbook, "連絡（3分以内）");
    assert_eq!(
        (call.form, call.deadline.as_ref().map(|d| d.min), call.details.len()),
        (StepForm::FlowLine, Some(3), 2)
    );
    assert_eq!(find_procedure(&runbook, "停止時の流れ").unwrap().kind, ProcedureKind::Flow);
}

#[test]
fn numbered_comments_are_steps_and_unnumbered_ones_a_menu() {
    let runbook = parse("library.md", SHAPES);

    let rebuild = find_procedure(&runbook, "索引の作り直し").unwrap();
    let manual: Vec<_> = rebuild.steps.iter().map(|step| (step.title.as_str(), step.manual)).collect();
    assert_eq!(manual, [("止める", false), ("館長に知らせる", true), ("作り直す", false)]);
    assert_eq!(rebuild.kind, ProcedureKind::Sequence);
    let last = &rebuild.steps[2].blocks[0].commands[0];
    assert_eq!(
        (last.runnable, last.reason, last.placeholders[0].name.as_str()),
        (false, Some(CommandReason::Placeholder), "index-name")
    );

    let theme = find_procedure(&runbook, "表示の切り替え").unwrap();
    assert_eq!((theme.kind, theme.steps[0].blocks[0].whole_runnable), (ProcedureKind::Menu, false));
}

#[test]
fn rows_of_a_check_table_are_steps() {
    let runbook = parse("library.md", SHAPES);

    let rows = &find_procedure(&runbook, "点検表").unwrap().steps;
    assert_eq!(rows[0].expect.as_deref(), Some("80% 未満"));
    assert_eq!((rows[0].rules[0].op, rows[0].rules[0].when), (RuleOp::Lt, RuleSense::Normal));
    assert!(rows[1].rules[0].soft);
    assert_eq!((rows[0].planned_min, rows[1].planned_min), (Some([5, 5]), Some([60, 120])));
    assert_eq!(runbook.metadata.version.as_deref(), Some("2.1"));
}

#[test]
fn the_version_of_a_document_has_many_names() {
    for (line, version) in [
        ("**版**: 2.1", Some("2.1")),
        ("版：第3版", Some("第3版")),
        ("- リビジョン: 7", Some("7")),
        ("**Rev.**: C", Some("C")),
        ("Ver: 1.0", Some("1.0")),
        ("出版社: 2.1", None),
        ("初版: 2024-01-08", None),
    ] {
        let runbook = parse("a.md", format!("# 手順書\n\n{line}\n\n## 点検\n\n- [ ] 見る\n").as_bytes());
        assert_eq!(runbook.metadata.version.as_deref(), version, "{line}");
    }
}

#[test]
fn rows_with_a_frequency_are_duties_and_no_steps() {
    let runbook = parse("library.md", SHAPES);

    let rows: Vec<_> = runbook.schedule.iter().filter(|due| due.source == DueSource::Table).collect();
    let seen: Vec<_> =
        rows.iter().map(|due| (due.title.as_str(), due.frequency, due.owner.as_deref(), due.planned_min)).collect();
    assert_eq!(
        seen,
        [("消灯", Frequency::Daily, Some("夜番"), Some([5, 5])), ("蔵書点検", Frequency::Yearly, Some("全員"), None)]
    );
    assert!(!runbook.procedures.iter().any(|procedure| procedure.title == "当番表"));
}

#[test]
fn prompts_are_taken_off_and_output_is_never_run() {
    let runbook = parse("relay.md", ENGLISH);

    check_steps(&runbook, "Queue is stuck", &[("Look at the queue", 1), ("Flush one message (replace the id)", 2)]);
    assert_eq!(step(&runbook, "Look at the queue").blocks[0].commands[0].text, "mailq | tail -n 1");
    let flush = step(&runbook, "Flush one message (replace the id)");
    assert_eq!(flush.blocks[1].shape, Shape::ExpectedOutput);
    assert!(flush.commands().all(|command| !command.runnable));
}

#[test]
fn step_headings_are_one_procedure_and_lists_go_on_behind_a_fence() {
    let runbook = parse("relay.md", ENGLISH);

    check_steps(&runbook, "Move to the spare host", &[("Step 1: Drain", 1), ("Step 2: Watch", 1)]);
    check_steps(&runbook, "Reload", &[("Edit the file", 1), ("Check it", 1), ("Reload", 0)]);
    assert!(step(&runbook, "Edit the file").manual);
    assert_eq!(
        (runbook.title.as_str(), runbook.language, runbook.metadata.version.as_deref()),
        ("Mail relay runbook", Language::En, Some("3.2"))
    );
}

#[test]
fn ids_are_stable_and_unique_even_under_the_same_heading() {
    let (first, second) = (parse("a.md", ENGLISH), parse("b.md", ENGLISH));

    let ids = |runbook: &Runbook| {
        runbook.procedures.iter().flat_map(|p| p.steps.iter().map(|s| s.id.clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&first), ids(&second));
    let unique: std::collections::BTreeSet<_> = ids(&first).into_iter().collect();
    assert_eq!(unique.len(), ids(&first).len());
}

#[test]
fn a_procedure_is_found_by_id_title_path_or_part() {
    let runbook = parse("library.md", SHAPES);
    let wanted = &runbook.procedures[0];

    for word in [wanted.id.as_str(), "毎日実施", "朝の作業 › 毎日実施", "朝の作業/毎日実施", " 毎日", "朝の作業 / 毎日"]
    {
        assert_eq!(find_procedure(&runbook, word).map(|p| &p.id), Ok(&wanted.id), "{word}");
    }
    assert_eq!(find_procedure(&runbook, "ありません"), Err(NotFound::None { wanted: "ありません".to_owned() }));
    assert!(
        matches!(find_procedure(&runbook, "障害"), Err(NotFound::Several { candidates, .. }) if candidates.len() == 4)
    );
}

#[test]
fn a_variable_that_an_earlier_command_sets_is_not_asked_for() {
    let text = "# A\n\n1. Choose\n   ```sh\n   HOST=a; read -r PORT\n   PW=x true\n   ```\n2. Use\n   ```sh\n   ping $HOST $PORT $PW $1\n   ```\n";
    let runbook = parse("a.md", text.as_bytes());
    let needed: Vec<_> =
        runbook.procedures[0].steps.iter().flat_map(Step::commands).map(|c| c.environment.clone()).collect();
    assert_eq!(needed, [Vec::<String>::new(), vec!["PW".to_owned()]]);
}

#[test]
fn an_analyst_that_is_kept_says_the_same_again() {
    let mut parser = Parser::new(Lexicon::built_in());
    let first = parser.parse("a.md", SHAPES);
    assert_eq!(parser.parse("a.md", SHAPES), first);
    assert_eq!(parse("a.md", SHAPES), first);
}

#[test]
fn every_encoding_gives_a_document() {
    let plain = "# A\n\n## Weekly\n\n- [ ] Look\n  ```sh\n  ls\n  pwd\n  ```\n";
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: [(&str, Vec<u8>, &[&str]); 6] = [
        ("plain", plain.into(), &[]),
        ("byte order mark", format!("\u{FEFF}{plain}").into_bytes(), &[]),
        ("carriage returns", plain.replace('\n', "\r\n").into_bytes(), &[]),
        ("bad bytes", [plain.as_bytes(), b"\nx\xFF\n"].concat(), &["invalid_utf8"]),
        ("NUL", [plain.as_bytes(), b"\nx\0\n"].concat(), &["nul"]),
        ("UTF-16", utf16, &["utf16"]),
    ];
    for (name, bytes, kinds) in cases {
        let runbook = parse("a.md", &bytes);
        assert_eq!(step(&runbook, "Look").blocks[0].commands[0].text, "ls\npwd", "{name}");
        assert_eq!(runbook.diagnostics.iter().map(|d| d.kind.as_str()).collect::<Vec<_>>(), kinds, "{name}");
        assert_eq!(runbook.sha256, Digest::of(&bytes));
    }
}

#[test]
fn a_document_without_steps_has_no_procedures() {
    let cases = [
        "",
        "only words",
        "# Title",
        "## Contents\n\n1. [a](#a)\n2. [b](#b)\n",
        "```yaml\na: 1\n```\n",
        "## Severity levels\n\n1. high\n2. low\n",
    ];
    for text in cases {
        assert_eq!(parse("notes.md", text.as_bytes()).procedures, [], "{text}");
    }
    assert_eq!(parse("dir/notes.md", b"").title, "notes");
}

fn check_promises(bytes: &[u8]) -> Runbook {
    let runbook = parse("any.md", bytes);
    promises::check(&runbook, &text(bytes));
    runbook
}

/// Lines that runbooks are made of, and lines that no runbook should hold, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let usual = prop_oneof![
        Just("# 題"),
        Just("## 毎週月曜日 02:00"),
        Just("- [ ] 確認（5分以内）"),
        Just("1. [ ] x"),
        Just("  ```bash"),
        Just("```"),
        Just("```</a>"),
        Just("# 1. 止める"),
        Just("cat <<EOF"),
        Just("EOF"),
        Just("rm -rf \"$X"),
        Just("  - 残り < 7日: 対応"),
        Just("| 項目 | 確認方法 |"),
        Just("| 点検 | `a \\| b` |"),
        Just("|---|---|"),
        Just("> [!WARNING]"),
        Just("$ ls <name>"),
        Just("0 2 * * 1 run"),
        Just(""),
    ];
    let hostile = prop_oneof![
        Just("ls \u{202e}fr- mr\u{2066} -l".to_owned()),
        Just("- [ ] l\u{200b}s\u{feff} `r\u{ad}m`".to_owned()),
        Just("\u{3000}※\u{3000}１：Ａ\u{301}".to_owned()),
        Just(format!("{}- x", "- ".repeat(200))),
        Just(format!("{} x", ">".repeat(200))),
        Just(format!("{}1. x", " ".repeat(200))),
        Just(format!("{}x{}", "(".repeat(200), "）".repeat(99))),
        Just(format!("| {}", "a | ".repeat(200))),
        Just("~~~~bash\n$ cat <<'X' | while read -r a; do case \"$a".to_owned()),
        Just("<details><!-- [a](b".to_owned()),
        Just(":::note warn".to_owned()),
        Just("!!! danger \"".to_owned()),
        Just("{{< hint \"".to_owned()),
        Just("---\na: &a [*a".to_owned()),
        Just("\u{85}\u{2028}\u{b}\u{c}# x\rls\r\n\tls".to_owned()),
        Just("容量 > 99999999999999999999999999%: 連絡（9999999999999分以内）".to_owned()),
        Just("毎月99日 25:61 第９９火曜日 T+99999999999999分".to_owned()),
    ];
    let line = prop_oneof![6 => usual.prop_map(str::to_owned), 3 => hostile, 1 => "\\PC{0,24}"];
    proptest::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_runbook_like_text_is_read_within_its_bounds(text in pieces()) {
        check_promises(text.as_bytes());
    }

    #[test]
    fn any_bytes_are_read_within_their_bounds(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_promises(&bytes);
    }
}

#[test]
fn a_very_long_line_is_read_whole() {
    let long = "あ".repeat(350_000);
    for (before, after) in [("", ""), ("- [ ] ", "を確認"), ("```sh\nls ", "\n```")] {
        let text = format!("# 題\n\n## 点検手順\n\n{before}{long}{after}\n\n## 終業作業\n\n1. 閉める\n2. 帰る\n");
        let runbook = check_promises(text.as_bytes());
        assert!(runbook.procedures.iter().flat_map(|p| &p.steps).any(|step| step.title == "帰る"), "{before}");
    }
}

#[test]
fn lists_quotes_and_headings_nest_as_deep_as_anybody_likes() {
    let indented: String = (0..200).map(|depth| format!("{}- [ ] step {depth}\n", "  ".repeat(depth))).collect();
    let ordered: String = (0..200).map(|depth| format!("{}1. step {depth}\n", "   ".repeat(depth))).collect();
    let marks = [">".repeat(200), "- ".repeat(200), "1. ".repeat(200), "[".repeat(5_000), "*a_".repeat(5_000)];
    for body in [indented, ordered].into_iter().chain(marks.map(|marks| format!("{marks} x\n"))) {
        let runbook = check_promises(format!("# Deep\n\n## Check\n\n{body}").as_bytes());
        let marks_only = !body.contains("step");
        assert!(marks_only || runbook.procedures.iter().flat_map(|p| &p.steps).any(|step| step.title == "step 0"));
    }
}

#[test]
fn a_document_of_ten_megabytes_is_read_to_its_end() {
    let mut text = String::from("# Big\n\n## Reading\n\n");
    let chapter = "Nothing is asked of anybody here, and the next line says the same in other words.\n";
    text.push_str(&chapter.repeat(10_000_000 / chapter.len()));
    text.push_str("\n## Last check\n\n- [ ] Lock the door\n");
    let runbook = check_promises(text.as_bytes());
    assert_eq!(step(&runbook, "Lock the door").line, text.lines().count());
}
