//! What is found, and what is not: for each rule a document that has the fault, and one that nearly has it.

use pretty_assertions::assert_eq;

use super::*;

mod commands;
mod duties;
mod properties;
mod structure;
mod unseen;

/// Everything that is found in `text`; links lead nowhere but to `there.md`, which has a heading “Stop it”.
fn report(text: &str) -> Report {
    let follow = |target: &str| match target {
        "there.md" => Target::Text("# There\n\n## Stop it\n".to_owned()),
        "picture.png" => Target::There,
        _ => Target::Missing,
    };
    lint("a.md", text.as_bytes(), &follow, Language::En)
}

/// What one rule finds: lines, and how grave each is.
fn found(rule: &str, text: &str) -> Vec<(usize, Severity)> {
    assert!(RULES.iter().any(|known| known.id == rule), "{rule} is no rule");
    let report = report(text);
    report.findings.iter().filter(|f| f.rule.id == rule).map(|f| (f.line, f.severity)).collect()
}

#[track_caller]
fn check(rule: &str, text: &str, expected: &[(usize, Severity)]) {
    assert_eq!(found(rule, text), expected, "{rule} in\n{text}");
}

/// The marked text of the first finding of a rule.
fn marked(rule: &str, text: &str) -> String {
    let report = report(text);
    let finding = report.findings.iter().find(|f| f.rule.id == rule).expect("a finding");
    report.text[finding.span.clone()].to_owned()
}

/// A procedure of one step with one fence.
fn fence(heading: &str, lines: &str) -> String {
    format!("# A\n\n## {heading}\n\n```bash\n{lines}\n```\n")
}

#[test]
fn every_rule_has_words_in_both_languages_and_a_name_of_its_own() {
    for rule in RULES {
        assert!(rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", rule.id);
        assert_eq!(RULES.iter().filter(|other| other.id == rule.id).count(), 1, "{}", rule.id);
        for language in [Language::Ja, Language::En] {
            for words in [rule.about(language), rule.why(language), rule.fix(language)] {
                assert!(!words.is_empty() && words.is_ascii() == (language == Language::En) || words.contains('“'));
            }
        }
    }
    let names: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn findings_come_in_the_order_of_their_places() {
    let report = report("# A\n\n#### B\n\nTODO\n\n- [ ] \n- [ ] look\n");

    let lines: Vec<_> = report.findings.iter().map(|f| (f.line, f.rule.id)).collect();
    assert_eq!(lines, [(3, "heading-skip"), (5, "todo-left"), (7, "empty-step")]);
}

#[test]
fn columns_count_characters_and_not_bytes() {
    let report = report("# A\n\n## 手順\n\n- [ ] 続き TODO を書く\n");

    let finding = report.findings.iter().find(|f| f.rule.id == "todo-left").expect("a finding");
    assert_eq!((finding.line, finding.column, finding.end_column), (5, 10, 14));
}

#[test]
fn the_words_are_in_the_language_of_the_reader() {
    let text = "# A\n\n- [ ] \n- [ ] x\n";
    let message = |language| lint("a.md", text.as_bytes(), &|_| Target::Unknown, language).findings[0].message.clone();

    assert_eq!(message(Language::Ja), "このチェック項目には何も書かれていません");
    assert_eq!(message(Language::En), "this task item says nothing");
}

#[test]
fn the_runbooks_that_come_with_the_program_are_clean() {
    let shipped: [(&str, &[u8]); 3] = [
        ("system-check.ja.md", include_bytes!("../../../runbooks/system-check.ja.md")),
        ("system-check.en.md", include_bytes!("../../../runbooks/system-check.en.md")),
        ("incident-first-response.ja.md", include_bytes!("../../../runbooks/incident-first-response.ja.md")),
    ];
    for (name, bytes) in shipped {
        assert_eq!(lint(name, bytes, &|_| Target::Missing, Language::En).findings, [], "{name}");
    }
}

#[test]
fn what_the_parser_could_not_read_is_told_in_the_language_of_the_reader() {
    use crate::runbook::model::{Diagnostic, DiagnosticSeverity};
    let kinds = ["unclosed_fence", "broken_fence_end", "invalid_utf8", "nul", "utf16", "html_unread"];
    for kind in kinds {
        let message = "as the parser says it".to_owned();
        let found = Diagnostic { line: 1, kind: kind.to_owned(), severity: DiagnosticSeverity::Error, message };
        assert!(!diagnostic(&found, Language::Ja).is_ascii(), "{kind}");
        assert!(diagnostic(&found, Language::En).is_ascii(), "{kind}");
    }
}
