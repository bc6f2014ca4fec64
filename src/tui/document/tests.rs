//! What markdown looks like, and where its lines are found again.

use crate::tui::document::{Document, Row};
use crate::tui::text::{Piece, width};

const TEXT: &str = "# 保守手順書

バージョン 1.2
担当: 基盤チーム

## 月曜日 02:00

1. ログディスク容量確認
   - `df -h` を実行
   - [x] 済

```bash
df -h /var/log
du -sh /var
```

> [!WARNING]
> 業務時間内は**禁止**

| 条件 | 対応 |
|---|---|
| 容量 > 80% | ローテーション |

---

<!-- 隠れた注 -->
[手順](./x.md)
";

fn shown(rows: &[Row]) -> Vec<(usize, String)> {
    rows.iter().map(|r| (r.source, r.line.pieces.iter().map(Piece::text).collect())).collect()
}

#[test]
fn every_form_is_shown_with_the_line_that_it_came_from() {
    let rows = shown(&Document::of(TEXT).rows(40, false));
    let texts: Vec<String> =
        rows.iter().map(|(line, text)| format!("{line:>2} {text}").trim_end().to_owned()).collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
     1 # 保守手順書
     2
     3 バージョン 1.2
     4 担当: 基盤チーム
     5
     6 ## 月曜日 02:00
     7
     8 1. ログディスク容量確認
     9    - `df -h` を実行
    10    - [x] 済
    11
    12 ```bash
    13 df -h /var/log
    14 du -sh /var
    15 ```
    16
    17 │ [!WARNING]
    18 │ 業務時間内は禁止
    19
    20 条件       │ 対応
    21 ───────────┼───────────────
    22 容量 > 80% │ ローテーション
    23
    24 ────────────────────────────────────────
    25
    26 <!-- 隠れた注 -->
    26
    27 手順 (./x.md)
    "#);
}

#[test]
fn headings_are_told_with_their_lines() {
    let document = Document::of(TEXT);
    let told: Vec<_> = document.headings.iter().map(|h| (h.line, h.level, h.text.as_str())).collect();
    assert_eq!(told, [(1, 1, "保守手順書"), (6, 2, "月曜日 02:00")]);
}

#[test]
fn no_row_is_wider_than_its_room_and_lines_never_go_back() {
    let wide = "| 曜日 | 作業内容の説明 | 担当 | 所要時間 |\n|---|---|---|---|\n| 月 | ログ容量の確認とローテーション | 田中 | 30分 |\n";
    let deep = "- a\n  - b\n    - c\n      - d\n        - とても深いところにある文章です\n          > 引用\n";
    for text in [TEXT, wide, deep] {
        let document = Document::of(text);
        for room in 8..100 {
            let rows = document.rows(room, room % 2 == 0);
            for (n, row) in rows.iter().enumerate() {
                let row_text: String = row.line.pieces.iter().map(Piece::text).collect();
                assert!(width(&row_text) <= room, "{room}: {row_text}");
                assert!(n == 0 || rows[n - 1].source <= row.source, "{room}: {:?}", shown(&rows));
            }
        }
    }
}

#[test]
fn a_table_that_does_not_fit_becomes_a_list_and_keeps_every_word() {
    let text = "| a | b | c | d |\n|---|---|---|---|\n| 確認する | 対応する | 報告する | 記録する |\n";
    let rows = shown(&Document::of(text).rows(16, false));
    let whole: String = rows.iter().map(|(_, t)| t.as_str()).collect();
    for word in ["確認する", "対応する", "報告する", "記録する"] {
        assert!(whole.contains(word), "{whole}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() })]

    #[test]
    fn i12_no_document_brings_a_control_character_or_a_panic(text in "([ -~\u{1b}\u{202e}\u{9b}\t\n#|>`*_\\[\\]-]|漢|ｶﾞ){0,200}", room in 1usize..60) {
        for row in Document::of(&text).rows(room, false) {
            for piece in &row.line.pieces {
                assert!(!piece.text().chars().any(|c| c.is_control() || c == '\u{202e}'), "{:?}", piece.text());
            }
        }
    }
}
