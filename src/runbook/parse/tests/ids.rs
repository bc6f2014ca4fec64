//! Ids stay what they are when something else in the file is edited.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;

use super::parse;

const BEFORE: &str = "# 手引き\n\n## 1. 毎日の作業\n\n### 1.1 朝\n\n- [ ] 灯りをつける\n- [ ] 空調を見る\n\n### 1.2 夜\n\n- [ ] 灯りを消す\n";

/// The ids of the steps by procedure and title.
fn ids(text: &str) -> BTreeMap<(String, String), String> {
    let runbook = parse("a.md", text.as_bytes());
    let steps = runbook.procedures.iter().flat_map(|p| p.steps.iter().map(move |step| (p, step)));
    let bare = |title: &str| title.trim_start_matches(|c: char| !c.is_alphabetic()).to_owned();
    steps.map(|(p, step)| ((bare(&p.title), step.title.clone()), step.id.to_string())).collect()
}

#[test]
fn an_edit_elsewhere_keeps_the_ids() {
    let before = ids(BEFORE);
    for (edit, text) in [
        ("a line above", BEFORE.replace("# 手引き\n", "# 手引き\n\n新しい前書き。\n")),
        ("a chapter before, and new numbers", {
            let moved = BEFORE.replace("## 1. 毎日", "## 2. 毎日").replace("### 1.", "### 2.");
            moved.replace("# 手引き\n", "# 手引き\n\n## 1. 体制\n\n当番は三人。\n")
        }),
        ("a step before", BEFORE.replace("- [ ] 灯りをつける", "- [ ] 鍵を開ける\n- [ ] 灯りをつける")),
        ("another step's words", BEFORE.replace("空調を見る", "空調を確かめる")),
        ("another procedure", format!("{BEFORE}\n### 1.3 深夜\n\n- [ ] 見回る\n")),
        ("a ticked box", BEFORE.replace("- [ ] 灯りをつける", "- [x] 灯りをつける")),
    ] {
        let after = ids(&text);
        let kept: Vec<_> = before.iter().filter(|(key, _)| after.contains_key(key)).collect();
        assert!(kept.len() >= before.len() - 1, "{edit}");
        for (key, id) in kept {
            assert_eq!(after.get(key), Some(id), "{edit}: {key:?}");
        }
    }
}

#[test]
fn a_step_that_was_changed_keeps_its_id_and_is_told_apart() {
    let text = "# T\n\n## Steps\n\n- [ ] Look\n  ```sh\n  # first\n  ls\n  ```\n  - free < 5 GB: call\n- [ ] Leave\n";
    let look = |text: &str| parse("a.md", text.as_bytes()).procedures[0].steps[0].clone();
    let before = look(text);
    for (edit, after, same) in [
        ("nothing", text.to_owned(), true),
        ("lines above", text.replace("# T\n", "# T\n\nWords.\n"), true),
        ("another step", text.replace("Leave", "Go home"), true),
        ("its command", text.replace("  ls\n", "  ls -a\n"), false),
        ("its comment", text.replace("# first", "# second"), false),
        ("its rule", text.replace("5 GB", "6 GB"), false),
        ("a caution", text.replace("  - free", "  - **Warning**: slow\n  - free"), false),
    ] {
        let after = look(&after);
        assert_eq!(after.id, before.id, "{edit}");
        assert_eq!(after.is_unchanged(&before), same, "{edit}");
    }
}

#[test]
fn two_steps_of_one_title_have_ids_of_their_own() {
    let text = "# T\n\n## Steps\n\n1. Check\n2. Restart\n3. Check\n\n## Steps\n\n1. Check\n";
    let runbook = parse("a.md", text.as_bytes());
    let ids: Vec<_> = runbook.procedures.iter().flat_map(|p| &p.steps).map(|step| step.id.to_string()).collect();
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 4, "{ids:?}");
}
