//! Any text is looked at to its end, and every place lies in it.

use proptest::prelude::*;

use super::super::*;

/// Whatever is found lies in the text, on the line that it names.
fn check_places(bytes: &[u8]) {
    for language in [Language::Ja, Language::En] {
        let report = lint("any.md", bytes, &|_| Target::Missing, language);
        let lines: Vec<&str> = report.text.split('\n').collect();
        for finding in &report.findings {
            let line = lines.get(finding.line - 1).unwrap_or_else(|| panic!("line {}", finding.line));
            let marked = report.text.get(finding.span.clone()).expect("a span of whole characters");
            assert!(!marked.contains('\n') && line.contains(marked), "{finding:?}");
            assert_eq!(report.text[..finding.span.start].matches('\n').count() + 1, finding.line);
            assert!(1 <= finding.column && finding.column <= finding.end_column);
            assert!(finding.end_column <= line.chars().count() + 1 && finding.end_line >= finding.line);
            assert!(!finding.message.is_empty() && !finding.why.is_empty() && !finding.fix.is_empty());
            assert!(finding.severity <= finding.rule.severity, "{finding:?}");
            for related in &finding.related {
                assert!(report.text.get(related.span.clone()).is_some() && related.line <= lines.len());
            }
        }
        assert!(report.secrets.iter().all(|secret| report.text.get(secret.clone()).is_some()));
    }
}

/// Lines that set off rules, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("# 題"),
        Just("## 毎週月曜日 02:00 - 点検"),
        Just("#### 飛ばした見出し"),
        Just("- [ ] "),
        Just("- [ ] 確認のみ（5分以内）"),
        Just("  ```bash"),
        Just("```bash"),
        Just("```"),
        Just("```</a>"),
        Just("# 次に消す"),
        Just("rm -rf \"$X"),
        Just("mysql -pひみつ <db> -h x > out.sql"),
        Just("70 2 * * * /opt/集計"),
        Just("0 2 * * 1 /opt/a"),
        Just("  - 残り < 7日: 緊急対応"),
        Just("[x](#無い) [y](gone.md) ![z](a.png)"),
        Just("\u{202e}\u{200b}見えない\u{1b}"),
        Just("xxx-xxxx-xxxx TODO 未定"),
        Just("| 作業 | 頻度 |"),
        Just("|---|---|"),
        Just("| 点検 | 定期 |"),
        Just("> [!WARNING]"),
        Just(""),
    ];
    let line = prop_oneof![6 => line.prop_map(str::to_owned), 1 => "\\PC{0,24}"];
    proptest::collection::vec(line, 0..30).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_runbook_like_text_has_its_findings_within_it(text in pieces()) {
        check_places(text.as_bytes());
    }

    #[test]
    fn any_bytes_have_their_findings_within_them(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_places(&bytes);
    }

    #[test]
    fn a_runbook_cut_and_mixed_anywhere_has_its_findings_within_it(from in 0usize..2600, to in 0usize..2600, extra in "\\PC{0,8}") {
        let text = String::from_utf8_lossy(include_bytes!("../../../../runbooks/system-check.ja.md"));
        let chars: Vec<char> = text.chars().collect();
        let (from, to) = (from.min(chars.len()), to.min(chars.len()));
        let mixed: String = chars[from..].iter().copied().chain(extra.chars()).chain(chars[..to].iter().copied()).collect();
        check_places(mixed.as_bytes());
    }
}
