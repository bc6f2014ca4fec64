//! Characters that nobody sees.

use pretty_assertions::assert_eq;

use super::super::Severity::Error;
use super::{check, fence, report};

#[test]
fn characters_that_are_not_seen_are_named() {
    for (text, name) in [
        ("rm \u{202e}txt.exe", "U+202E"),
        ("a\u{200b}b", "U+200B"),
        ("a\u{1b}[2Jb", "U+001B"),
        ("a\u{2066}b\u{2069}", "U+2066, U+2069"),
        ("tag\u{e0041}", "U+E0041"),
        ("a\u{85}b", "U+0085"),
        ("a\u{fe0f}", "U+FE0F"),
    ] {
        let report = report(&format!("# A\n\n- [ ] {text}\n"));
        let finding = report.findings.iter().find(|f| f.rule.id == "hidden-text").expect("a finding");
        assert_eq!((finding.line, finding.severity), (3, Error));
        assert!(finding.message.ends_with(name), "{}", finding.message);
    }
}

#[test]
fn what_is_seen_is_no_finding() {
    for text in [
        "é ü 日本語　全角",
        "⚠\u{fe0f} 注意",
        "1\u{fe0f}\u{20e3} one",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "a\u{a0}b",
        "a\tb",
    ] {
        check("hidden-text", &format!("# A\n\n- [ ] {text}\n"), &[]);
    }
    check("hidden-text", "\u{feff}# A\r\n\r\n- [ ] x\r\n", &[]);
}

#[test]
fn a_space_that_is_none_in_a_command() {
    check("hidden-text", &fence("B", "ls\u{3000}-la"), &[(6, Error)]);
    check("hidden-text", &fence("B", "rm\u{a0}-rf x"), &[(6, Error)]);
    check("hidden-text", &fence("B", "# 容量\u{3000}確認\necho '全角\u{3000}空白'"), &[]);
    check("hidden-text", "# A\n\n```text\na\u{3000}b\n```\n", &[]);
}
