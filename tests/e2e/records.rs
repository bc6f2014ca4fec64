//! The list of saved records.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::terminal::Home;

/// A home in which a step was run well, one failed and one was drilled.
fn worked() -> Home {
    let home = Home::new();
    let book = home.runbook().display().to_string();
    let text = "# 点検表\n\n## 朝の点検\n- [ ] **時刻**\n  ```bash\n  true\n  ```\n\n## 夜の点検\n- [ ] **時刻**\n  ```bash\n  false\n  ```\n";
    std::fs::write(home.runbook(), text).expect("a runbook");
    assert!(home.tejun(&["trust", &book]).status.success());
    for (task, procedure) in [("run", "朝の点検"), ("run", "夜の点検"), ("drill", "朝の点検")] {
        let run = home.tejun(&[task, &home.procedure(procedure), "--headless"]);
        assert!(run.status.code().is_some_and(|code| code != 2 && code != 5), "{run:?}");
    }
    home
}

fn listed(home: &Home, args: &[&str]) -> Value {
    let output = home.tejun(&[&["record", "list", "--json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

fn told(listed: &Value, what: &str) -> Vec<Value> {
    let mut told: Vec<Value> =
        listed["records"].as_array().expect("records").iter().map(|record| record[what].clone()).collect();
    told.sort_by_key(Value::to_string);
    told
}

#[test]
fn records_are_listed_with_how_their_runs_ended_and_narrowed_by_procedure_and_day() {
    let home = worked();

    let all = listed(&home, &["--verify"]);

    assert_eq!(told(&all, "mode"), [json!("drill"), json!("live"), json!("live")]);
    assert!(told(&all, "outcome").contains(&json!("failed")), "{all:#}");
    assert_eq!(told(&all, "verified"), vec![json!({ "holds": true, "differs": null }); 3]);
    assert_eq!(told(&all, "signature"), vec![json!({ "state": "none", "by": null }); 3]);
    let count = |args: &[&str]| listed(&home, args)["records"].as_array().expect("records").len();
    for (args, expected) in [
        (&["--procedure", "夜の"][..], 1),
        (&["--procedure", "点検表"], 3),
        (&["--procedure", "昼の"], 0),
        (&["--since", "2020-01-01"], 3),
        (&["--until", "2020-01-01"], 0),
        (&["--procedure", "夜の", "--since", "2999-01-01"], 0),
    ] {
        assert_eq!(count(args), expected, "{args:?}");
    }
    let people = home.tejun(&["record", "list", "--procedure", "夜の"]);
    let text = String::from_utf8_lossy(&people.stdout).into_owned();
    for words in ["失敗", "点検表 › 夜の点検", "山田 太郎", "鍵の署名なし", ".md"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_record_that_was_changed_differs_and_a_broken_one_is_named_while_the_others_are_told() {
    let home = worked();
    let night = listed(&home, &["--procedure", "夜の"])["records"][0]["path"].as_str().expect("a path").to_owned();
    let text = std::fs::read_to_string(&night).expect("a record");
    std::fs::write(&night, text.replace("山田", "佐藤")).expect("written");

    let changed = home.tejun(&["record", "list", "--verify"]);

    assert_eq!(changed.status.code(), Some(1), "{changed:?}");
    let said = String::from_utf8_lossy(&changed.stdout).into_owned();
    assert_eq!((said.matches("照合: 不一致").count(), said.matches("照合: 一致").count()), (1, 2), "{said}");

    std::fs::write(&night, text.split("## ").take(3).collect::<Vec<_>>().join("## ")).expect("cut");
    let broken = home.tejun(&["record", "list"]);
    assert_eq!(broken.status.code(), Some(2), "{broken:?}");
    assert!(String::from_utf8_lossy(&broken.stderr).contains(&night), "{broken:?}");
    assert_eq!(String::from_utf8_lossy(&broken.stdout).matches(".md").count(), 2, "{broken:?}");
}

#[test]
fn a_record_in_another_folder_is_found_by_the_journal() {
    let home = worked();
    let other = home.dir.path().join("elsewhere");
    std::fs::rename(home.records(), &other).expect("moved");
    std::fs::create_dir(home.records()).expect("a folder");
    assert_eq!(told(&listed(&home, &[]), "path"), [] as [Value; 0], "moved away, and nobody says where to");

    let run =
        home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--record-dir", &other.display().to_string()]);

    assert_eq!(run.status.code(), Some(0), "{run:?}");
    assert_eq!(told(&listed(&home, &[]), "outcome"), [json!("well")]);
    let all = listed(&home, &["--record-dir", &other.display().to_string()]);
    assert_eq!(all["records"].as_array().map(Vec::len), Some(4), "{all:#}");
}
