//! What must hold for every runbook there is: nothing runs that bash refuses or that has a value to fill in, and
//! nothing that only leads elsewhere is a step.
//!
//! Reads the runbooks of this project and, where `TEJUN_CORPUS` names a folder, every markdown file below it. How many
//! steps each form gave is written to `corpus.txt` in Cargo's folder for tests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tejun::runbook::lexicon::Lexicon;
use tejun::runbook::model::{Contents, ExecutorKind, Listed, Runbook, Step, StepForm};
use tejun::runbook::parse::Parser;

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("runbooks"), root.join("tests/fixtures")];
    folders.extend(std::env::var_os("TEJUN_CORPUS").map(PathBuf::from));
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md" || ending == "txt") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read_all() -> Vec<(PathBuf, Vec<u8>, Runbook)> {
    let mut parser = Parser::new(Lexicon::built_in());
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        let runbook = parser.parse(&path.to_string_lossy(), &bytes);
        (path, bytes, runbook)
    };
    documents().into_iter().map(read).collect()
}

fn steps(runbook: &Runbook) -> impl Iterator<Item = &Step> {
    runbook.procedures.iter().flat_map(|procedure| &procedure.steps)
}

/// Every shell command that the console would run.
fn runnable(runbook: &Runbook) -> impl Iterator<Item = &tejun::runbook::model::Command> {
    steps(runbook)
        .flat_map(|step| &step.blocks)
        .filter(|block| block.executor == ExecutorKind::Shell)
        .flat_map(|block| &block.commands)
        .filter(|command| command.runnable)
}

#[expect(clippy::disallowed_methods, reason = "the test asks bash what it takes")]
fn bash_takes(text: &str) -> bool {
    let mut bash =
        Command::new("bash").arg("-n").stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("bash starts");
    bash.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    bash.wait().unwrap().success()
}

#[test]
fn nothing_runs_that_bash_refuses_or_that_has_a_value_to_fill_in() {
    let mut wrong = Vec::new();
    for (path, _, runbook) in read_all() {
        for command in runnable(&runbook) {
            if !command.placeholders.is_empty() || !bash_takes(&command.text) {
                wrong.push(format!("{}:{}: {}", path.display(), command.line, command.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_command_that_runs_is_the_files_own_bytes() {
    for (path, bytes, runbook) in read_all() {
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let lines: Vec<&str> = text.split('\n').collect();
        for command in runnable(&runbook) {
            for (at, line) in command.text.split('\n').enumerate() {
                let source = lines.get(command.line - 1 + at).copied().unwrap_or_default();
                assert!(
                    source.contains(line),
                    "{}:{}: {line:?} is not in {source:?}",
                    path.display(),
                    command.line + at
                );
            }
            assert_eq!(command.text.split('\n').count(), command.end_line - command.line + 1, "{}", path.display());
        }
    }
}

/// A list item that is nothing but a link.
fn is_link(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || "-*+.) ".contains(c)).trim_end();
    let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(')')) else { return false };
    // A box is no link.
    !inside.starts_with("] ")
        && !inside.starts_with(" ]")
        && inside.matches("](").count() == 1
        && !inside.contains(") ")
}

#[test]
fn links_and_contents_are_no_steps() {
    for (path, bytes, runbook) in read_all() {
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        for procedure in &runbook.procedures {
            let title = procedure.title.to_lowercase();
            assert!(
                !["目次", "contents", "table of contents", "references"].contains(&title.as_str()),
                "{}",
                path.display()
            );
            for step in procedure.steps.iter().filter(|s| matches!(s.form, StepForm::Bullet | StepForm::OrderedItem)) {
                let line = lines.get(step.line - 1).copied().unwrap_or_default();
                let next = lines.get(step.line).copied().unwrap_or_default();
                // The item may go on in its next line.
                let whole = next.trim().is_empty() || next.trim_start().starts_with(['-', '*', '+', '#']);
                assert!(!(whole && is_link(line)), "{}:{}: {line}", path.display(), step.line);
            }
        }
    }
}

#[test]
fn every_step_has_a_title_and_an_id_of_its_own() {
    for (path, _, runbook) in read_all() {
        let mut seen = BTreeMap::new();
        for step in steps(&runbook) {
            assert!(!step.title.trim().is_empty(), "{}:{}", path.display(), step.line);
            let before = seen.insert(step.id.to_string(), step.line);
            assert_eq!(before, None, "{}:{}", path.display(), step.line);
        }
    }
}

#[test]
fn a_list_of_runbooks_shows_what_the_whole_runbook_holds() {
    let parser = Parser::new(Lexicon::built_in());
    for (path, bytes, runbook) in read_all() {
        let listed = parser.contents(&path.to_string_lossy(), &bytes);
        let whole = Contents {
            path: runbook.path,
            sha256: runbook.sha256,
            language: runbook.language,
            title: runbook.title,
            procedures: runbook.procedures.into_iter().map(Listed::of).collect(),
            schedule: runbook.schedule,
        };
        assert_eq!(listed, whole, "{}", path.display());
    }
}

#[test]
fn the_report_says_how_many_steps_each_form_gave() {
    let documents = read_all();
    let mut forms: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut without = 0;
    let (mut run, mut refused) = (0, BTreeMap::<String, usize>::new());
    for (_, _, runbook) in &documents {
        let mut here: BTreeMap<String, usize> = BTreeMap::new();
        for step in steps(runbook) {
            *here.entry(word(&step.form)).or_default() += 1;
        }
        without += usize::from(here.is_empty());
        for (form, count) in here {
            let sum = forms.entry(form).or_default();
            *sum = (sum.0 + 1, sum.1 + count);
        }
        for command in steps(runbook).flat_map(Step::commands) {
            match &command.reason {
                None if command.runnable => run += 1,
                None => *refused.entry("not configured".to_owned()).or_default() += 1,
                Some(reason) => *refused.entry(word(reason)).or_default() += 1,
            }
        }
    }
    let mut report = format!(
        "{} documents, {without} without steps\n\n{:<20} {:>9} {:>7}\n",
        documents.len(),
        "form",
        "documents",
        "steps"
    );
    for (form, (files, count)) in &forms {
        let _ = writeln!(report, "{form:<20} {files:>9} {count:>7}");
    }
    let _ = writeln!(report, "\n{:<20} {run:>17}", "commands that run");
    for (reason, count) in &refused {
        let _ = writeln!(report, "{:<20} {count:>17}", format!("refused: {reason}"));
    }
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus.txt"), &report).unwrap();
    assert!(!forms.is_empty() && run > 0, "{report}");
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}
