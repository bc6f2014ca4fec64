//! Foreign texts inside a line and inside a fence.

use crate::record::escape::{fence, inline, link, unescape, unlink, visible_line};

#[test]
fn plain_words_stay_as_they_are() {
    for text in ["容量85% → ログ整理", "pg_restore 2.0-rc (x) 3/4", "02:00 - 点検！", "a+b=c, d; e?"] {
        assert_eq!(inline(text), text);
    }
}

#[test]
fn marks_and_breaks_lose_their_power() {
    for (text, raw) in [
        ("a*b* `c`", r"a\*b\* \`c\`"),
        ("_a_ b_c", r"\_a\_ b_c"),
        ("<script>", r"\<script>"),
        ("![x](y)", r"!\[x\](y)"),
        ("## 2024", r"\#\# 2024"),
        ("a\r\n\n - b \n", "a / - b"),
        ("a|b\\", r"a\|b\\"),
        ("x\u{202e}y\0\u{1b}\t.", "x\\<U+202E>y␀␛ ."),
        ("", "-"),
        (" \n", "-"),
        ("-", r"\-"),
    ] {
        assert_eq!(inline(text), raw, "{text:?}");
        assert_eq!(unescape(raw), visible_line(text), "{text:?}");
    }
}

#[test]
fn a_fence_is_longer_than_any_run_inside() {
    let fenced = |text: &str| {
        let mut out = String::new();
        fence("text", text, &mut out);
        out
    };
    let (ticks, fewer, bar) = ("`".repeat(40), "~".repeat(39), "~".repeat(40));

    assert_eq!(fenced("ok\u{7}"), "```text\nok␇\n```\n");
    assert_eq!(fenced("```"), "~~~text\n```\n~~~\n");
    assert_eq!(fenced(&format!("{ticks}\n{fewer}")), format!("{bar}text\n{ticks}\n{fewer}\n{bar}\n"));
}

#[test]
fn a_link_names_no_other_machine_and_no_scheme() {
    for (file, target) in [
        ("a.evidence/1.log", "a.evidence/1.log"),
        ("//host/x", "host/x"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("手.log", "%E6%89%8B.log"),
        ("", "."),
    ] {
        let raw = link(file);
        assert!(raw.ends_with(&format!("]({target})")), "{raw}");
        assert_eq!(unlink(&raw), Some(file.to_owned()));
    }
}
