//! `tejun lint`, as a person or a CI job runs it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pretty_assertions::assert_eq;
use serde_json::Value;

/// A folder with runbooks in it.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new(files: &[(&str, &str)]) -> Self {
        let shelf = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            let path = shelf.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        shelf
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, args: &[&str]) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the test starts the program")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_tejun"));
        command.arg("lint").args(args).env_clear().env("LANG", "C.UTF-8").env("HOME", self.path());
        command.current_dir(self.path()).stdin(Stdio::null());
        command
    }

    fn lint(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    /// The file, line and rule of every finding.
    fn found(&self, args: &[&str]) -> Vec<(String, u64, String)> {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        let json = json(&self.lint(&args));
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let findings = json["findings"].as_array().expect("a list").iter();
        findings.map(|f| (text(&f["path"]), f["line"].as_u64().expect("a line"), text(&f["rule"]))).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

const FINE: &str = "# Fine\n\n- [ ] look\n- [ ] write it down\n";
const EMPTY_ITEM: &str = "# Worse\n\n- [ ] \n- [ ] look\n";
const TODO: &str = "# Open\n\n- [ ] look\n\nTODO\n";

#[test]
fn the_exit_status_says_whether_anything_was_found() {
    let shelf = Shelf::new(&[("fine.md", FINE), ("worse.md", EMPTY_ITEM), ("open.md", TODO)]);

    let status = |args: &[&str]| shelf.lint(args).status.code();
    assert_eq!(status(&["fine.md"]), Some(0));
    assert_eq!(status(&["worse.md"]), Some(1));
    assert_eq!(status(&["open.md"]), Some(0), "a note is no failure");
    assert_eq!(status(&["open.md", "--strict"]), Some(1));
    assert_eq!(status(&["worse.md", "--allow", "empty-step"]), Some(0));
    assert_eq!(status(&["worse.md", "--allow", "dead-link,empty-step"]), Some(0));
    assert_eq!(status(&["worse.md", "--allow", "no-such-rule"]), Some(2));
    assert_eq!(status(&[]), Some(2));
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let shelf = Shelf::new(&[("worse.md", EMPTY_ITEM)]);

    let output = shelf.lint(&["gone.md", "worse.md"]);

    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(text(&output.stdout).contains("worse.md:3:1"), "{output:?}");
    assert!(text(&output.stdout).ends_with("1 file: 0 errors, 1 warning, 0 notes, 1 not read\n"), "{output:?}");
    assert!(text(&output.stderr).contains("gone.md"), "{output:?}");
    let json = json(&shelf.lint(&["gone.md", "worse.md", "--json"]));
    assert_eq!((json["files"].as_array().map(Vec::len), &json["unreadable"][0]["path"]), (Some(1), &"gone.md".into()));
}

#[test]
fn a_folder_stands_for_its_runbooks_in_the_order_of_their_names() {
    let shelf =
        Shelf::new(&[("b.md", EMPTY_ITEM), ("a/z.md", EMPTY_ITEM), ("a/no.txt", EMPTY_ITEM), ("bare/x.txt", "")]);

    let rule = "empty-step".to_owned();
    assert_eq!(shelf.found(&["."]), [("./a/z.md".to_owned(), 3, rule.clone()), ("./b.md".to_owned(), 3, rule.clone())]);
    assert_eq!(shelf.found(&["a/no.txt"]), [("a/no.txt".to_owned(), 3, rule)], "a named file needs no ending");
    let bare = shelf.lint(&["bare"]);
    assert_eq!(bare.status.code(), Some(2));
    assert!(text(&bare.stderr).contains("no markdown file"), "{bare:?}");
}

#[test]
fn links_are_followed_from_the_folder_of_the_file() {
    let shelf = Shelf::new(&[
        ("a/one.md", "# One\n\n- [ ] [two](../b/two.md#look-here)\n- [ ] [site](../b/two/)\n- [ ] [gone](two.md)\n"),
        ("b/two.md", "# Two\n\n## Look here\n\n- [ ] look\n"),
    ]);

    assert_eq!(shelf.found(&["a/one.md"]), [("a/one.md".to_owned(), 5, "dead-link".to_owned())]);
}

#[test]
fn the_json_names_place_rule_reason_and_fix() {
    let shelf = Shelf::new(&[("worse.md", "# Worse\n\n- [ ] \n- [ ] 消\u{202e}す\n")]);

    let output = shelf.lint(&["worse.md", "--json"]);

    let json = json(&output);
    assert_eq!((&json["schema"], &json["files"][0]), (&1.into(), &"worse.md".into()));
    let first = json["findings"][0].as_object().expect("an object");
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    let expected =
        ["column", "end_column", "end_line", "fix", "line", "message", "path", "related", "rule", "severity", "why"];
    assert_eq!(keys, expected);
    assert_eq!((&first["severity"], &first["column"], &first["end_column"]), (&"warning".into(), &1.into(), &6.into()));
    assert!(!text(&output.stdout).contains('\u{202e}'), "what is not seen is escaped");
}

#[test]
fn standard_input_is_read_and_a_reader_that_is_no_terminal_gets_no_colour() {
    let shelf = Shelf::new(&[]);
    let mut child =
        shelf.command(&["-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(EMPTY_ITEM.as_bytes()).expect("it is read");

    let output = child.wait_with_output().expect("it ends");

    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("--> -:3:1"), "{output:?}");
    assert!(!text(&output.stdout).contains('\u{1b}'), "{output:?}");
}

#[test]
fn a_file_with_nul_bytes_is_a_finding_and_no_fault() {
    let shelf = Shelf::new(&[("data.md", "# A\0\n")]);

    assert_eq!(shelf.found(&["data.md"]), [("data.md".to_owned(), 1, "nul".to_owned())]);
}

#[test]
fn every_rule_is_listed_in_one_line() {
    let shelf = Shelf::new(&[]);

    let output = shelf.lint(&["--rules"]);

    assert_eq!(output.status.code(), Some(0));
    let listed = text(&output.stdout);
    assert!(listed.lines().any(|line| line.starts_with("dead-link ") && line.contains("warning")), "{listed}");
    assert_eq!(listed.lines().count(), tejun::runbook::lint::RULES.len());
}

#[test]
fn the_runbooks_that_come_with_the_program_are_clean() {
    let shelf = Shelf::new(&[]);
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("runbooks");

    let output = shelf.lint(&[&shipped.display().to_string(), "--strict"]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).ends_with("nothing found\n"), "{output:?}");
}
