//! Titles as file names.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use tejun::vault::slug;

#[test]
fn a_title_becomes_a_name_that_a_person_still_reads() {
    for (title, expected) in [
        ("週次メンテナンス", "週次メンテナンス"),
        ("DB切替（本番）", "DB切替-本番"),
        ("ログ 確認 / 容量", "ログ-確認-容量"),
        ("バックアップ・リストア", "バックアップ-リストア"),
        ("か\u{3099}き々〆〇ｱﾞ𠮷", "か\u{3099}き々〆〇ｱﾞ𠮷"),
        ("a\u{3099}", "a"),
        ("Weekly check v1.2", "Weekly-check-v1-2"),
        ("--help", "help"),
        ("../../etc/passwd", "etc-passwd"),
        ("/etc/passwd", "etc-passwd"),
        ("．．／．．／x", "x"),
        ("a\nb\0c\u{1b}[31md", "a-b-c-31md"),
        ("a\u{202e}b\u{200b}c\u{feff}", "a-b-c"),
        (".", "record"),
        ("..", "record"),
        ("", "record"),
        ("🔥🔥", "record"),
    ] {
        assert_eq!(slug(title), expected, "{title:?}");
    }
}

#[test]
fn a_long_title_is_cut_between_letters() {
    assert_eq!(slug(&"x".repeat(300)), "x".repeat(80));
    assert_eq!(slug(&"容".repeat(300)), "容".repeat(26));
    assert_eq!(slug(&format!("{} y", "x".repeat(79))), "x".repeat(79), "no dash is left at the end");
}

proptest! {
    #[test]
    fn any_text_gives_a_safe_name(text in any::<String>()) {
        let slug = slug(&text);
        prop_assert!(!slug.is_empty() && slug.len() <= 80);
        prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        prop_assert!(slug.chars().all(|c| c == '-' || c.is_alphanumeric() || "\u{3099}\u{309a}〆".contains(c)), "{}", slug);
        prop_assert_eq!(&tejun::vault::slug(&slug), &slug, "a slug of a slug");
    }
}
