//! Line by line, with nobody there.

use pretty_assertions::assert_eq;

use super::terminal::Home;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn trusted() -> Home {
    let home = Home::new();
    let output = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(output.status.success(), "{output:?}");
    home
}

#[test]
fn without_trust_nothing_runs_and_the_exit_status_is_3() {
    let home = Home::new();

    let output = home.tejun(&["run", &home.procedure("朝の点検"), "--headless"]);

    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stderr).contains("tejun trust"), "it says what to do: {output:?}");
    assert_eq!(std::fs::read_dir(home.records()).expect("a folder").count(), 0);
    assert_eq!(home.runs(), serde_json::json!([]));
}

#[test]
fn a_checklist_goes_on_after_a_failure_and_its_record_says_so_in_the_documented_format() {
    let home = trusted();
    let before = std::fs::read(home.runbook()).expect("a runbook");

    let output = home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--operator", "佐藤 花子"]);

    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let (path, record) = home.record();
    let date = path.file_name().expect("a name").to_string_lossy()[..10].to_owned();
    let block: Vec<&str> = record.lines().take_while(|l| !l.is_empty()).collect();
    assert_eq!(block[0], format!("## {date} 週次点検（未署名）"));
    assert!(block[1].starts_with(&format!("- **実施日時**: {date} ")), "{block:?}");
    assert_eq!(block[2], "- **担当者**: 佐藤 花子");
    assert!(block[3].starts_with("- **内容**: ディスク容量の確認、"), "{block:?}");
    assert_eq!(block[4], "- **結果**: 失敗");
    assert!(block[5].starts_with("- **所要時間**: 00:0"), "{block:?}");
    assert!(block[6].contains("使用率85% → 古いログの整理"), "{block:?}");
    assert!(block[6].contains("手動で控えを取る"), "{block:?}");
    assert!(record.contains("first") && record.contains("second"), "every command's output is there");
    assert_eq!(std::fs::read(home.runbook()).expect("a runbook"), before, "the source is never written");
    let shown = home.tejun(&["record", "show", "--json", &path.display().to_string()]);
    assert!(shown.status.success(), "{shown:?}");
    let verified = home.tejun(&["verify", &path.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
}

#[test]
fn a_run_where_all_is_well_exits_0_and_prints_where_the_record_is() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("問題のない点検"), "--headless"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (path, record) = home.record();
    assert!(text(&output.stdout).contains(&path.display().to_string()));
    assert!(record.contains("- **結果**: 成功"));
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("it is there").permissions()) & 0o777,
        0o600
    );
}

#[test]
fn folder_variables_functions_and_umask_hold_in_the_next_step() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("引き継ぎの確認"), "--headless"]);

    let out = text(&output.stdout);
    for expected in ["| /tmp", "| こんにちは unexported", "| hello again", "| 0027"] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn a_dangerous_command_is_left_undone_and_refused() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("危険な作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(text(&output.stdout).contains("危険なコマンド"), "{output:?}");
    let (_, record) = home.record();
    assert!(record.contains("未完了 1 件"), "{record}");
}

#[test]
fn a_manual_step_is_left_undone_and_the_exit_status_is_4() {
    let home = trusted();
    std::fs::write(home.work().join("gate"), "").expect("an open gate");

    let output = home.tejun(&["run", &home.procedure("待つ作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(4), "{output:?}");
}

#[test]
fn a_dry_run_needs_no_trust_says_what_would_run_and_runs_nothing() {
    let home = Home::new();

    let output = home.tejun(&["run", &home.procedure("危険な作業"), "--dry-run"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("redis-cli FLUSHALL"));
    assert_eq!(home.runs(), serde_json::json!([]));
}

#[test]
fn of_several_ways_none_is_taken_and_what_counts_in_some_case_only_is_left() {
    let home = Home::new();
    let file = home.work().join("switch.md");
    let steps = "### 1. 切り替え\n\n次のいずれかを実施する。\n\n- 案A\n\n```bash\ntouch way-a\n```\n\n- 案B\n\n```bash\ntouch way-b\n```\n\n\
        ### 2. 確認\n\n```bash\ntouch looked\n```\n\n起動しない場合は以下を実行する。\n\n```bash\ntouch repaired\n```\n\n\
        ### 3. （障害時のみ）隔離\n\n```bash\ntouch fenced\n```\n";
    std::fs::write(&file, format!("# 切替\n\n## 作業手順\n\n{steps}")).unwrap();
    let path = file.display().to_string();
    assert!(home.tejun(&["trust", &path]).status.success());

    let output = home.tejun(&["run", &path, "--headless"]);

    assert_eq!(output.status.code(), Some(4), "a way is left to be chosen: {output:?}");
    let made = ["way-a", "way-b", "looked", "repaired", "fenced"].map(|name| home.work().join(name).exists());
    assert_eq!(made, [false, false, true, false, false], "{output:?}");
    let out = text(&output.stdout);
    assert!(out.contains("起動しない場合") && out.contains("障害時のみ"), "{out}");
}

#[test]
fn a_value_that_stands_far_before_the_end_of_an_output_is_not_passed_over_as_well() {
    let home = Home::new();
    let file = home.work().join("usage.md");
    let command = "echo '使用率: 97%'; seq 1 100000; echo '使用率: 12%'";
    let text_of = format!(
        "# 点検\n\n## 点検手順\n\n1. 使用率を見る\n\n    ```bash\n    {command}\n    ```\n\n    - 使用率 90%以上: 拡張する\n"
    );
    std::fs::write(&file, text_of).unwrap();
    let path = file.display().to_string();
    assert!(home.tejun(&["trust", &path]).status.success());

    let output = home.tejun(&["run", &path, "--headless"]);

    assert_eq!(output.status.code(), Some(1), "nobody may call it well: {output:?}");
    assert!(text(&output.stdout).contains("判定不能"), "{output:?}");
}

#[test]
fn a_team_reads_by_words_of_its_own_and_a_slip_in_the_settings_is_named() {
    let home = Home::new();
    let file = home.work().join("stock.md");
    std::fs::write(&file, "# 倉庫\n\n## 棚卸しの段取り\n\n- 箱\n- 札\n").unwrap();
    let settings = home.work().with_file_name("home").join(".config/tejun/config.toml");
    std::fs::create_dir_all(settings.parent().unwrap()).unwrap();
    let plan = |words: &str| {
        std::fs::write(&settings, words).unwrap();
        home.tejun(&["run", &file.display().to_string(), "--dry-run"])
    };

    assert_eq!(plan("").status.code(), Some(2));
    let read = plan("[lexicon]\nprocedural = [\"段取り\"]\n");
    assert_eq!(read.status.code(), Some(0), "{read:?}");
    assert!(text(&read.stdout).contains("札"), "{read:?}");
    let slip = plan("[lexicon]\nprocedurel = []\n");
    assert_eq!(slip.status.code(), Some(2), "{slip:?}");
    assert!(text(&slip.stderr).contains("config.toml") && text(&slip.stderr).contains("procedurel"), "{slip:?}");
    // What is seen is the same on every machine.
    let seen = home.tejun(&["inspect", &file.display().to_string()]);
    assert_eq!(seen.status.code(), Some(0), "{seen:?}");
}

#[test]
fn only_some_steps_can_be_asked_for() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--only", "3"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let out = text(&output.stdout);
    assert!(out.contains("| first") && !out.contains("backup-that"), "{out}");
}

#[test]
fn a_step_with_a_condition_is_left_to_a_person_and_is_not_missing() {
    let home = Home::new();
    let file = home.work().join("branch.md");
    let source = "# 手引き\n\n## 点検\n\n- [ ] 水位を見る\n\n```bash\necho looked\n```\n\n\
                - [ ] 水位が80%を超える場合、水を抜く\n\n```bash\ntouch marker\n```\n";
    std::fs::write(&file, source).expect("a runbook");
    let file = file.display().to_string();
    home.tejun(&["trust", &file]);

    let output = home.tejun(&["run", &format!("{file}#点検"), "--headless"]);

    let out = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{out}");
    assert!(out.contains("条件付き") || out.contains("only if it applies"), "{out}");
    assert!(!home.work().join("marker").exists(), "nobody said that it applies");
    let (_, record) = home.record();
    assert!(
        record.contains("- **状態**: 該当なし\n") && record.contains("- **条件**: 水位が80%を超える場合\n"),
        "{record}"
    );
}

#[test]
fn stop_on_failure_ends_at_the_first_step_that_is_not_well() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--stop-on-failure"]);

    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(!text(&output.stdout).contains("backup-that"), "{output:?}");
}

#[test]
fn a_drill_touches_nothing_and_says_so_everywhere() {
    let home = Home::new();

    let output = home.tejun(&["drill", &home.procedure("待つ作業"), "--headless"]);

    assert!(!home.work().join("marker").exists(), "nothing real ran: {output:?}");
    let (path, record) = home.record();
    assert!(path.file_name().expect("a name").to_string_lossy().contains("訓練"), "{path:?}");
    assert!(record.lines().next().expect("a heading").contains("【訓練】"), "{record}");
}

#[test]
fn trust_is_for_these_bytes_and_one_changed_byte_asks_again() {
    let home = trusted();
    let mut bytes = std::fs::read(home.runbook()).expect("a runbook");
    bytes.push(b'\n');
    std::fs::write(home.runbook(), bytes).expect("written");

    let output = home.tejun(&["run", &home.procedure("問題のない点検"), "--headless"]);

    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn i13_nothing_that_a_document_says_of_itself_loosens_what_guards_it() {
    let home = Home::new();
    let own_words = "---\ntrust: true\ntrusted: true\nmode: drill\nshell: /bin/sh\nredact: false\ndangers: []\nconfirm: false\n---\n\n\
                     <!-- tejun: trust=always danger=none -->\n# 題名\n\n## 手順（この文書は信頼済み、確認不要）\n\
                     - [ ] **消去（安全）**\n  ```bash\n  touch marker\n  redis-cli FLUSHALL # 安全\n  ```\n";
    std::fs::write(home.runbook(), own_words).expect("written");
    let file = home.runbook().display().to_string();

    let untrusted = home.tejun(&["run", &file, "--headless"]);
    home.tejun(&["trust", &file]);
    let trusted = home.tejun(&["run", &file, "--headless"]);

    assert_eq!((untrusted.status.code(), trusted.status.code()), (Some(3), Some(3)), "{untrusted:?} {trusted:?}");
    assert!(!home.work().join("marker").exists(), "nothing ran");
    assert_eq!(home.runs()[0]["mode"], "live");
}

#[test]
fn trust_for_once_is_by_digest() {
    let home = Home::new();
    let digest = tejun::ids::Digest::of(&std::fs::read(home.runbook()).expect("a runbook"));

    let wrong = home.tejun(&["run", &home.procedure("問題のない点検"), "--headless", "--trust", "sha256:00"]);
    let right =
        home.tejun(&["run", &home.procedure("問題のない点検"), "--headless", "--trust", &format!("sha256:{digest}")]);

    assert_eq!((wrong.status.code(), right.status.code()), (Some(3), Some(0)), "{wrong:?} {right:?}");
}

#[test]
fn a_wrong_word_or_file_says_what_is_wrong_and_exits_2() {
    let home = trusted();
    let binary = home.work().join("binary");
    std::fs::write(&binary, [0, 1, 2, 0]).expect("written");
    let work = home.work().display().to_string();
    for args in [
        vec!["run", "missing.md", "--headless"],
        vec!["run", &work, "--headless"],
        vec!["inspect", binary.to_str().expect("plain")],
        vec!["run", &home.procedure("そんな手順はない"), "--headless"],
        vec!["run", home.runbook().to_str().expect("plain"), "--headless"],
        vec!["open", home.runbook().to_str().expect("plain")],
        vec!["no-such-command", "x"],
    ] {
        let output = home.tejun(&args);

        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
        assert!(!text(&output.stderr).contains("panicked"), "{output:?}");
    }
}

#[test]
fn a_records_folder_that_cannot_be_written_is_refused_before_anything_runs() {
    let home = trusted();
    let file = home.work().join("a-file");
    std::fs::write(&file, "x").expect("written");

    let output =
        home.tejun(&["run", &home.procedure("待つ作業"), "--headless", "--record-dir", file.to_str().expect("plain")]);

    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(!home.work().join("marker").exists());
}

#[test]
fn a_changed_record_or_evidence_file_is_named_by_verify() {
    let home = trusted();
    home.tejun(&["run", &home.procedure("問題のない点検"), "--headless"]);
    let (path, record) = home.record();
    let evidence = path.with_extension("evidence");
    let first = std::fs::read_dir(&evidence).expect("evidence").flatten().next().expect("a file").path();
    let whole = std::fs::read(&first).expect("it is there");

    std::fs::write(&first, b"Wed Jan  1 00:00:00 UTC 2020\n").expect("written");
    let swapped = home.tejun(&["verify", &path.display().to_string()]);
    std::fs::write(&first, whole).expect("written");
    std::fs::write(&path, record.replace("成功", "失敗")).expect("written");
    let edited = home.tejun(&["verify", &path.display().to_string()]);

    assert_eq!((swapped.status.code(), edited.status.code()), (Some(1), Some(1)), "{swapped:?} {edited:?}");
    let name = first.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(text(&swapped.stdout).contains(&name), "{swapped:?}");
}

#[test]
fn every_shipped_runbook_runs_without_being_trusted_first() {
    let home = Home::new();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks/system-check.ja.md#月曜日");

    let output = home.tejun(&["run", shipped, "--headless"]);

    // A machine that is full or busy gives findings; nothing of it fails or cannot be judged.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let out = text(&output.stdout);
    assert!(!out.contains("判定不能") && out.contains("記録: "), "{out}");
}

#[test]
fn a_journal_that_cannot_be_written_is_named() {
    let home = Home::new();
    home.write(&["echo ran >> marker"]);

    let output = home.tejun_after("ulimit -f 1", &["run", &home.procedure("作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(text(&output.stderr).contains("journal.db"), "{output:?}");
    assert!(!home.work().join("marker").exists(), "nothing ran");
}

#[test]
fn output_that_could_not_be_stored_is_said_and_is_not_well() {
    let home = Home::new();
    home.write(&["head -c 3000000 /dev/zero | tr '\\0' a"]);

    let output = home.tejun_after("ulimit -f 300", &["run", &home.procedure("作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(text(&output.stdout).contains("保存できません"), "{output:?}");
    assert!(home.record().1.contains("欠落"), "the record says so");
}

#[test]
fn evidence_that_was_changed_before_the_record_was_made_does_not_hold() {
    let home = Home::new();
    let change = "for f in \"$HOME\"/.local/state/tejun/runs/*/evidence/*.out; do echo forged >> \"$f\"; break; done";
    home.write(&["echo true", change]);

    let ran = home.tejun(&["run", &home.procedure("作業"), "--headless"]);
    let (record, _) = home.record();
    let verified = home.tejun(&["verify", &record.display().to_string()]);

    assert_eq!(ran.status.code(), Some(0), "{ran:?}");
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(text(&verified.stdout).contains("01-1-echo"), "{verified:?}");
}

#[test]
fn the_sockets_of_a_run_are_closed_to_others_whatever_the_umask_is() {
    let home = Home::new();
    home.write(&["stat -c 'mode %a' \"$HOME\"/.local/state/tejun/runs/*/*.sock"]);

    let output = home.tejun_after("umask 0", &["run", &home.procedure("作業"), "--headless"]);

    let printed = text(&output.stdout);
    let modes: Vec<&str> = printed.lines().filter_map(|l| l.trim().strip_prefix("| mode ")).collect();
    assert_eq!(modes, ["600", "600"], "{printed}");
}

#[test]
fn values_of_the_command_line_pass_as_data_and_a_missing_one_is_said() {
    let home = Home::new();
    let asks = home.work().join("asks.md");
    let steps = "# T\n\n## Steps\n\n1. Say it\n   ```bash\n   echo said:<word>:\n   ```\n2. Say more\n   ```bash\n   echo <more>\n   ```\n";
    std::fs::write(&asks, steps).expect("a runbook");
    let file = asks.display().to_string();
    assert!(home.tejun(&["trust", &file]).status.success());

    let output = home.tejun(&["run", &file, "--headless", "--set", "word=it's $(touch pwned); `id`"]);

    let (said, record) = (text(&output.stdout), home.record().1);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("said:it's $(touch pwned); `id`:"), "{said}");
    assert!(said.contains("<more>"), "{said}");
    assert!(record.contains("said:"), "{record}");
    assert!(!home.work().join("pwned").exists());
    for (set, why) in [("word=", "値が空です"), ("other=x", "word, more"), ("word", "名前=値")] {
        let refused = home.tejun(&["run", &file, "--headless", "--set", set]);
        assert_eq!(refused.status.code(), Some(2), "{set}");
        assert!(text(&refused.stderr).contains(why), "{set}: {}", text(&refused.stderr));
    }
}

#[test]
fn with_json_every_fact_and_line_of_output_is_an_object_and_a_summary_ends_it() {
    let home = trusted();

    let output = home.tejun(&["run", &home.procedure("朝の点検"), "--headless", "--json"]);

    let lines: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let of_type = |wanted: &str| lines.iter().filter(|line| line["type"] == wanted).count();
    assert_eq!(lines[0]["event"]["type"], "run_started");
    assert!(
        lines.iter().any(|line| line["type"] == "output" && line["text"].as_str().is_some_and(|t| t.contains("first")))
    );
    assert!(of_type("fact") > 10 && of_type("summary") == 1);
    let summary = lines.last().expect("a last line");
    assert_eq!((summary["type"].as_str(), summary["exit"].as_u64()), (Some("summary"), Some(1)));
    assert!(summary["steps"].as_array().expect("steps").iter().any(|step| step["state"] == "needs_action"));
}

#[test]
fn a_command_over_its_time_limit_is_ended_and_the_facts_say_by_whom() {
    let home = Home::new();
    home.settings("[limits]\ncommand = \"1s\"\n");
    let slow = home.work().join("slow.md");
    std::fs::write(&slow, "# T\n\n## Steps\n\n1. Wait\n   ```bash\n   sleep 300\n   ```\n").expect("a runbook");
    let file = slow.display().to_string();
    assert!(home.tejun(&["trust", &file]).status.success());

    let output = home.tejun(&["run", &file, "--headless", "--json"]);

    let said = text(&output.stdout);
    let stop = said.lines().find(|line| line.contains("stop_asked")).expect("the fact");
    assert!(stop.contains("\"operator\":\"tejun\"") && stop.contains("terminate"), "{stop}");
    assert_eq!(output.status.code(), Some(1), "undecided: {said}");
}

#[test]
fn what_was_changed_since_a_runbook_was_trusted_is_shown_before_it_is_trusted_again() {
    let home = trusted();
    let before = std::fs::read_to_string(home.runbook()).expect("a runbook");
    std::fs::write(home.runbook(), format!("{before}\n新しい一行\n")).expect("a changed runbook");

    let refused = home.tejun(&["run", &home.procedure("朝の点検"), "--headless"]);
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);

    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains("新しい一行"), "{}", text(&refused.stderr));
    assert!(text(&trusted.stdout).contains("新しい一行"), "{}", text(&trusted.stdout));
}

#[test]
fn the_documented_block_is_added_to_the_teams_log_newest_first_and_the_rest_stays() {
    let home = trusted();
    let log = home.work().join("log.md");
    let old = "# 作業記録\r\n\r\n## 2020-01-06 週次点検\r\n- **結果**: 成功\r\n";
    std::fs::write(&log, old).expect("a log");
    let run = |log: &str| home.tejun(&["run", &home.procedure("問題のない点検"), "--headless", "--append", log]);

    let output = run("log.md");

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains(&log.canonicalize().expect("a path").display().to_string()), "{output:?}");
    let (_, record) = home.record();
    let block: String = record.lines().take_while(|line| !line.is_empty()).map(|line| format!("{line}\r\n")).collect();
    let (head, rest) = old.split_at(old.find("## 2020").expect("an entry"));
    assert_eq!(std::fs::read_to_string(&log).expect("a log"), format!("{head}{block}\r\n{rest}"));
    let verified = home.tejun(&["verify", &home.record().0.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");

    std::os::unix::fs::symlink("log.md", home.work().join("link.md")).expect("a link");
    for (wrong, says) in [("link.md", "シンボリックリンク"), ("none/log.md", "none/log.md")] {
        let refused = run(wrong);
        assert_eq!(refused.status.code(), Some(5), "{wrong}: {refused:?}");
        assert!(text(&refused.stderr).contains(says), "{wrong}: {refused:?}");
    }
    assert_eq!(home.runs().as_array().map(Vec::len), Some(1), "nothing was begun");
}

#[test]
fn a_log_that_went_bad_during_the_run_is_said_and_the_record_is_saved() {
    let home = Home::new();
    home.write(&["mkdir log.md"]);

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless", "--append", "log.md"]);

    assert_eq!(output.status.code(), Some(5), "{output:?}");
    assert!(text(&output.stderr).contains("手で写してください"), "{output:?}");
    assert!(text(&output.stdout).contains(&home.record().0.display().to_string()), "{output:?}");
}

#[test]
fn a_fence_of_another_language_runs_alone_only_where_the_settings_say_so() {
    let runbook = "# 手順書\n\n## 毎日の点検\n\n- [ ] 見る\n\n```awk\nBEGIN { print \"値 \" 40 + 2 }\n```\n";
    for (settings, code, shown) in [
        ("", 4, "シェルでは実行できません"),
        ("[interpreters]\nawk = [\"awk\", \"-f\", \"{file}\"]\n", 3, "other-language"),
        ("[interpreters]\nawk = { command = [\"awk\", \"-f\", \"{file}\"], unattended = true }\n", 0, "| 値 42"),
    ] {
        let home = Home::new();
        std::fs::write(home.runbook(), runbook).expect("a runbook");
        home.settings(settings);
        assert!(home.tejun(&["trust", &home.runbook().display().to_string()]).status.success());
        let output = home.tejun(&["run", &home.procedure("毎日の点検"), "--headless"]);
        let out = text(&output.stdout);
        assert!(output.status.code() == Some(code) && out.contains(shown), "{settings}: {output:?}");
        if code == 0 {
            let (_, record) = home.record();
            assert!(record.contains("awk -f /dev/fd/3 3<<'TEJUN_TEXT'"), "what ran is in the record: {record}");
        }
    }
}

#[test]
fn k117_whatever_the_terminal_and_the_locale_a_run_without_a_screen_is_plain_text_and_ends() {
    for line in [
        "export TERM=dumb",
        "export NO_COLOR=1",
        "unset TERM LANG",
        "export LANG=C LC_ALL=C",
        "export LC_ALL=tr_TR.UTF-8",
        "exec 0<&-",
    ] {
        let home = Home::new();
        home.write(&["echo 日本"]);
        let output = home.tejun_after(line, &["run", &home.procedure("作業")]);
        let out = text(&output.stdout);
        assert!(
            output.status.code() == Some(0) && out.contains("| 日本") && out.contains("rc 0"),
            "{line}: {output:?}"
        );
        assert!(!out.contains('\u{1b}'), "{line}: {out:?}");
    }
}

#[test]
fn what_standard_output_does_not_take_is_said_and_no_reader_is_no_fault() {
    let home = trusted();
    let run = ["run", &home.procedure("問題のない点検"), "--headless"];
    for (line, args, code, says) in [
        ("exec >/dev/full", &["runs", "--json"][..], 5, "標準出力"),
        ("exec >/dev/full", &run, 5, "標準出力"),
        ("exec >&-", &run, 0, ""),
        ("exec > >(:)", &["runs", "--json"], 0, ""),
    ] {
        let output = home.tejun_after(line, args);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(says), "{line}: {args:?}: {output:?}");
        assert_eq!(said.is_empty(), says.is_empty(), "{line}: {args:?}: {output:?}");
    }
    assert_eq!(home.runs().as_array().map(Vec::len), Some(2), "both runs took place");
}

#[test]
fn l122_file_names_in_either_normal_form_are_taken_byte_for_byte() {
    let home = Home::new();
    for (name, title) in [("ガイド.md", "一つ"), ("カ\u{3099}イト\u{3099}.md", "二つ")] {
        std::fs::write(home.work().join(name), format!("# {title}\n\n## 手順\n\n- [ ] 見る\n")).expect("a runbook");
    }
    for (name, title) in [("ガイド.md", "一つ"), ("カ\u{3099}イト\u{3099}.md", "二つ")] {
        let output = home.tejun(&["inspect", name]);
        assert!(output.status.success() && text(&output.stdout).contains(title), "{name}: {output:?}");
    }
}

#[test]
fn a_menu_of_which_nothing_was_done_is_no_success() {
    let home = Home::new();
    let menu = "# 手順書\n\n## 保守\n\n### 戻し方\n```bash\n# 一つ前へ\ntrue one\n\n# 初めへ\ntrue two\n```\n";
    std::fs::write(home.runbook(), menu).expect("a runbook");
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");

    let output = home.tejun(&["run", &home.procedure("戻し方"), "--headless"]);

    assert_ne!(output.status.code(), Some(0), "{output:?}");
    let (_, text) = home.record();
    assert!(text.contains("- **結果**: 失敗\n"), "{text}");
    assert!(text.contains("- **特記事項**: 未完了 "), "{text}");
}
