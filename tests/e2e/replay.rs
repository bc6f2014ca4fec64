//! A run that is over is played again, exported and kept, from what is on disk.

use std::path::PathBuf;

use pretty_assertions::assert_eq;

use super::terminal::Home;

/// A run of one step that prints much, colours, a title and a secret of its environment.
fn ran(commands: &[&str]) -> (Home, String) {
    let home = Home::new();
    home.write(commands);
    let output = home.tejun_after("export DB_PASSWORD=hunter22", &["run", &home.procedure("作業"), "--headless"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let run = home.runs()[0]["run"].as_str().expect("an id").to_owned();
    (home, run)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The evidence folder of the only run, once its host is gone.
fn evidence(home: &Home, run: &str) -> PathBuf {
    home.wait_for_hosts();
    home.dir.path().join("home/.local/state/tejun/runs").join(run).join("evidence")
}

const MUCH: &str = "seq 1 5000; printf '\\033[31mred\\033[0m \\033]0;title\\007 pw=%s 日本\\n' \"$DB_PASSWORD\"";

#[test]
fn evidence_is_compressed_after_the_end_and_everything_still_reads_it() {
    let (home, run) = ran(&[MUCH]);

    let files: Vec<String> = std::fs::read_dir(evidence(&home, &run))
        .expect("a folder")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();

    assert!(files.iter().any(|f| f.ends_with(".out.zst")) && !files.iter().any(|f| f.ends_with(".out")), "{files:?}");
    let shown = text(&home.tejun(&["replay", &run]).stdout);
    assert!(shown.contains("\n4999\n5000\n") && shown.contains("red") && shown.contains("日本"), "{shown}");
    assert!(!shown.contains("hunter22") && !shown.contains('\u{1b}'), "{shown}");
    let (record, _) = home.record();
    assert_eq!(home.tejun(&["verify", &record.display().to_string()]).status.code(), Some(0));
}

#[test]
fn a_recording_is_asciicast_with_time_colour_and_nothing_that_reaches_further() {
    let (home, run) = ran(&["echo one; sleep 0.3; echo two", MUCH]);
    home.wait_for_hosts();
    let file = home.work().join("run.cast");

    let output = home.tejun(&["replay", &run, "--cast", &file.display().to_string(), "--size", "100x30"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let cast = std::fs::read_to_string(&file).expect("a recording");
    let lines: Vec<serde_json::Value> = cast.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!((&lines[0]["version"], &lines[0]["width"]), (&serde_json::json!(2), &serde_json::json!(100)));
    let time = |wanted: &str| {
        let found = lines[1..].iter().find(|l| l[1] == "o" && l[2].as_str().is_some_and(|t| t.starts_with(wanted)));
        found.unwrap_or_else(|| panic!("{wanted}: {cast}"))[0].as_f64().expect("a time")
    };
    assert!(time("two") - time("one") >= 0.25, "{cast}");
    assert!(lines[1..].windows(2).all(|w| w[0][0].as_f64() <= w[1][0].as_f64()), "time never goes back");
    assert!(cast.contains("\\u001b[31mred") && !cast.contains("\\u001b]") && !cast.contains("hunter22"));
    let again = home.tejun(&["replay", &run, "--cast", &file.display().to_string()]);
    assert_eq!(again.status.code(), Some(5), "nothing is written over: {again:?}");
    let one = home.tejun(&["replay", &format!("{run}#1"), "--cast", "-"]);
    assert!(!text(&one.stdout).contains("5000"), "one step only");
}

/// What begins with a dot there: files that are not whole.
fn unfinished(folder: &std::path::Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path());
    all.filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))).collect()
}

#[test]
fn an_export_that_is_killed_at_any_point_leaves_no_half_file_under_its_name() {
    let (home, run) = ran(&["seq 1 400000"]);
    home.wait_for_hosts();
    let record = home.record().0.display().to_string();
    let (cast, page) = (home.work().join("run.cast"), home.work().join("page.html"));
    let (to_cast, to_page) = (cast.display().to_string(), page.display().to_string());
    let exports: [(&PathBuf, Vec<&str>, &str); 2] = [
        (&cast, vec!["replay", &run, "--cast", &to_cast], "400000"),
        (&page, vec!["record", "export", "--html", &record, "--output", &to_page], "</html>"),
    ];
    for (file, args, last) in exports {
        // Killed once it has begun to write, after so many bytes; and where the disk takes no more.
        for bytes in [0, 1, 100_000, 1_000_000] {
            let mut child = home.spawn(&args);
            let begun = |path: &PathBuf| path.metadata().is_ok_and(|m| m.len() >= bytes);
            let is_begun = || begun(file) || unfinished(&home.work()).iter().any(begun);
            while child.try_wait().expect("a child").is_none() && !is_begun() {
                std::thread::yield_now();
            }
            super::terminal::kill(i32::try_from(child.id()).expect("a process"));
            child.wait().expect("it ended");
            let whole = !file.exists() || text(&std::fs::read(file).expect("it is there")).contains(last);
            assert!(whole, "{} after {bytes} bytes", file.display());
            let _not_there = std::fs::remove_file(file);
            unfinished(&home.work()).iter().for_each(|left| std::fs::remove_file(left).expect("away"));
        }
        let full = home.tejun_after("trap '' XFSZ; ulimit -f 2", &args);
        assert_eq!(full.status.code(), Some(5), "{full:?}");
        assert!(!file.exists() && unfinished(&home.work()).is_empty());

        let again = home.tejun(&args);
        assert_eq!(again.status.code(), Some(0), "{again:?}");
        let kept = std::fs::read(file).expect("it is there");
        assert!(text(&kept).contains(last));
        let over = home.tejun(&args);
        assert_eq!(over.status.code(), Some(5), "{over:?}");
        assert_eq!(std::fs::read(file).expect("it is there"), kept, "what is there is not written over");
    }
}

#[test]
fn a_run_is_played_on_the_terminal_with_pause_and_search() {
    let (home, run) = ran(&["echo first-line; sleep 0.2; echo 見つける", MUCH]);
    let mut terminal = home.terminal(100, 30, &["replay", &run]);

    terminal.wait_for("first-line").keys("/5000<enter>").wait_for("停止中").wait_for("5000").wait_for("2/2");
    terminal.keys("g").wait_for("1/2").keys("G").wait_for("終わり").keys("q");

    assert!(terminal.ended().0.success());
}

#[test]
fn what_the_settings_do_not_keep_goes_and_is_said() {
    let (home, run) = ran(&[MUCH]);
    let folder = evidence(&home, &run);
    home.settings("[evidence]\nlimit = \"1B\"\n");

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    home.wait_for_hosts();

    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    let told = home.tejun(&["replay", &run]);
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    assert!(text(&told.stderr).contains("[evidence] limit"), "{told:?}");
    let listed = text(&home.tejun(&["runs"]).stdout);
    assert_eq!(listed.matches("保存期限により削除した控え: ").count(), 2, "{listed}");
    assert!(listed.contains("[evidence] limit = 1 bytes"), "{listed}");
}

#[test]
fn a_record_whose_outputs_the_settings_removed_still_holds_and_what_is_missing_is_not_called_changed() {
    let (home, _) = ran(&[MUCH]);
    home.wait_for_hosts();
    let (record, _) = home.record();
    let (path, copies) = (record.display().to_string(), record.with_extension("evidence"));
    let copy = std::fs::read_dir(&copies).expect("a folder").flatten().next().expect("a copy").path();
    let (away, verify) = (home.work().join("away"), || home.tejun(&["verify", &path]));
    let without_copy = |told: &str| {
        std::fs::rename(&copy, &away).expect("taken away");
        let verified = verify();
        assert_eq!(verified.status.code(), Some(1), "{verified:?}");
        assert!(text(&verified.stdout).contains(told), "{told}: {}", text(&verified.stdout));
        assert!(!text(&verified.stdout).contains("変更され"), "{}", text(&verified.stdout));
        std::fs::rename(&away, &copy).expect("back");
    };
    without_copy("実施のフォルダーには同じものがあります");

    home.settings("[evidence]\nlimit = \"1B\"\n");
    let records = home.work().join("others").display().to_string();
    let other = home.tejun(&["run", &home.procedure("作業"), "--headless", "--record-dir", &records]);
    assert_eq!(other.status.code(), Some(0), "{other:?}");
    home.wait_for_hosts();

    let verified = verify();
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert!(text(&verified.stdout).contains("保存期限により削除した控え"), "{verified:?}");
    without_copy("保存期限で削除済み");
    std::fs::write(copies.join("99-extra.out"), "not of the run").expect("written");
    let verified = text(&verify().stdout);
    assert!(verified.contains("記録の一覧にない") && verified.contains("99-extra.out"), "{verified}");
}

#[test]
fn an_output_past_its_limit_is_a_gap_that_the_record_names() {
    let home = Home::new();
    home.settings("[evidence]\noutput_limit = \"1kB\"\n");
    home.write(&["seq 1 5000; echo done >\"$HOME/mark\""]);

    let output = home.tejun(&["run", &home.procedure("作業"), "--headless"]);

    assert_eq!(output.status.code(), Some(5), "evidence is missing, and that is said: {output:?}");
    assert!(home.dir.path().join("home/mark").exists());
    let (path, record) = home.record();
    assert!(record.contains("- **出力の欠落**: @1000 | "), "{record}");
    assert!(record.contains("欠落あり"), "{record}");
    assert_eq!(home.tejun(&["verify", &path.display().to_string()]).status.code(), Some(0));
}

#[test]
fn a_record_becomes_one_page_that_fetches_nothing_and_runs_nothing() {
    let (home, _) = ran(&["echo '<script>alert(1)</script><img src=http://x/y.png>'"]);
    let (record, _) = home.record();

    let output = home.tejun(&["record", "export", "--html", &record.display().to_string()]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let page = std::fs::read_to_string(record.with_extension("html")).expect("a page");
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("<svg") && page.contains("Content-Security-Policy"));
    let again = home.tejun(&["record", "export", "--html", &record.display().to_string()]);
    assert_eq!(again.status.code(), Some(5), "nothing is written over: {again:?}");
}
