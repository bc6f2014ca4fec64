//! Settings of a project beside its runbooks: they make runs more careful, and never less.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::terminal::Home;

fn with(text: &str) -> Home {
    let home = Home::new();
    std::fs::write(home.dir.path().join(".tejun.toml"), text).expect("a file");
    assert!(home.tejun(&["trust", &home.runbook().display().to_string()]).status.success());
    home
}

/// The first fact of a headless run.
fn started(home: &Home) -> Value {
    let output = home.tejun(&["run", &home.procedure("問題のない点検"), "--headless", "--json"]);
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let first = lines.find(|line| line["event"]["type"] == "run_started");
    first.unwrap_or_else(|| panic!("{output:?}"))["event"].clone()
}

#[test]
fn a_run_begins_as_careful_as_user_and_project_ask_for_together() {
    let project = "[[environments]]\nname = \"本番\"\nhosts = [\"*\"]\n[limits]\ncommand = \"10m\"\n\
                   [sign_off]\nsecond_person = \"independent\"\n";
    let home = with(project);
    let asked = |home: &Home| {
        let start = started(home);
        json!([start["environment"], start["command_limit_s"], start["second_person"]])
    };
    let production = json!({ "name": "本番", "production": true });
    assert_eq!(asked(&home), json!([production, 600, "independent"]));

    home.settings(
        "[[environments]]\nname = \"検証\"\nhosts = [\"*\"]\nproduction = false\n[limits]\ncommand = \"2h\"\n\
         [sign_off]\nsecond_person = \"none\"\n",
    );
    assert_eq!(asked(&home), json!([production, 600, "independent"]), "the user cannot loosen it");

    home.settings("[limits]\ncommand = \"1m\"\n[sign_off]\nsecond_person = \"every\"\n");
    assert_eq!(asked(&home), json!([production, 60, "every"]), "the project cannot loosen it");
}

#[test]
fn a_project_that_wants_somebody_there_is_run_on_the_screen_or_as_a_drill() {
    let home = with("[run]\nheadless = false\n");
    let procedure = home.procedure("問題のない点検");

    let refused = home.tejun(&["run", &procedure, "--headless"]);

    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains(".tejun.toml"), "{refused:?}");
    assert_eq!(home.runs(), json!([]), "nothing has begun");
    assert_ne!(home.tejun(&["drill", &procedure, "--headless"]).status.code(), Some(3));
    let mut screen = home.terminal(100, 30, &["open", &procedure]);
    screen.wait_for("開始しますか").keys("y").wait_for("まだ出力は");
}

#[test]
fn what_would_loosen_something_is_refused_and_named_before_anything_runs() {
    let home = with("[connections.main]\nurl = \"postgres://x:hunter22@db\"\n");

    for args in [&["run", "--headless"][..], &["open"]] {
        let procedure = home.procedure("問題のない点検");
        let mut all = vec![args[0], procedure.as_str()];
        all.extend(&args[1..]);
        let (code, told) = match args[0] {
            "open" => {
                let (status, raw) = home.terminal(100, 30, &all).ended();
                (status.code(), String::from_utf8_lossy(&raw).into_owned())
            }
            _ => {
                let output = home.tejun(&all);
                (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
            }
        };
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains(".tejun.toml") && told.contains("connections") && told.contains("line 1"), "{told}");
        assert!(!told.contains("hunter22"), "{told}");
    }
    assert_eq!(home.runs(), json!([]));
}
