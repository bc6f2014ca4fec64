//! What headings and columns say: which sections hold steps, and which hold something else.

use crate::runbook::text::{Pattern, half_width, has_any};

macro_rules! says {
    ($($(#[$doc:meta])* $name:ident: $words:expr;)*) => {
        $($(#[$doc])* pub(super) fn $name(title: &str) -> bool { has_any(title, &$words) })*
    };
}

says! {
    /// The section is about the document or the system, not about doing something.
    is_background: ["目次", "概要", "はじめに", "目的", "背景", "参考", "参照", "関連", "改訂履歴", "更新履歴", "変更履歴", "用語", "構成", "前提知識",
        "連絡先", "問い合わせ", "table of contents", "contents", "overview", "introduction", "background", "references", "reference", "related",
        "changelog", "change history", "revision history", "history", "glossary", "architecture", "contacts", "contact", "meaning", "impact", "purpose", "scope", "links", "see also", "further reading"];
    /// Its lists define levels or name people.
    is_definition: ["重要度", "レベル定義", "障害レベル", "定義", "エスカレーション", "体制", "severity", "severities", "escalation", "definition", "roles", "levels"];
    /// Its lists name what is measured or delivered.
    is_inventory: ["項目", "指標", "レポート", "報告", "一覧", "スケジュール", "ダッシュボード", "ポイント", "履歴", "metrics", "indicators", "report", "dashboard", "schedule", "inventory", "list of", "parameters", "variables"];
    /// It shows how something could look.
    is_example: ["設定例", "例", "サンプル", "テンプレート", "雛形", "example", "sample", "template"];
    /// It gives advice for any run.
    is_guidance: ["注意事項", "注意点", "留意事項", "留意点", "心得", "precautions", "precaution", "guidelines", "ground rules", "cautions", "things to keep in mind"];
    /// It is about something that went wrong.
    is_incident: ["インシデント", "障害", "緊急", "アラート対応", "トラブル", "incident", "outage", "emergency", "alert", "on-call"];
    /// It names a symptom and what to try.
    is_troubleshooting: ["トラブルシュート", "トラブルシューティング", "よくある障害", "よくある問題", "対処法", "問題と解決", "troubleshooting", "troubleshoot", "common problems", "known issues", "symptom"];
    /// It is a drill.
    is_drill: ["訓練", "drill", "game day", "gameday", "tabletop"];
    /// It is something to do.
    is_procedural: ["手順", "作業", "タスク", "チェックリスト", "点検", "メンテナンス", "実施", "対応方法", "対処", "復旧", "procedure", "steps", "checklist", "tasks", "mitigation",
        "remediation", "resolution", "recovery", "maintenance", "checks", "how to", "runbook", "actions", "duties", "to do"];
    /// What follows is printed by the command before.
    is_output: ["出力例", "実行結果", "期待結果", "期待される出力", "表示例", "example output", "expected output", "sample output", "output", "should see", "should return", "looks like"];
}

static HEADING_NUMBER: Pattern =
    Pattern::new(r"(?i)^(?:(?:step|phase|手順|ステップ)\s*\d{1,2}\s*[:.)、-]?|\(?\d{1,2}[.)])\s*(\D.*)?$").needing(&[
        "step",
        "phase",
        "手順",
        "ステップ",
        ".",
        ")",
    ]);

/// The words of a heading that counts as a step: `Step 2: …`, `1. …`, but not `1.2 …`.
pub(super) fn step_heading(title: &str) -> bool {
    HEADING_NUMBER.is_match(&half_width(title))
}

/// What a column of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Title,
    Method,
    Expect,
    Duration,
    Owner,
    Priority,
    Frequency,
    Mark,
    Other,
}

/// What the column under this header holds.
pub(super) fn column(header: &str) -> Column {
    let any = |words: &[&str]| has_any(header, words);
    if any(&["正常基準", "期待", "基準", "合格", "あるべき", "expected", "criterion", "criteria", "normal", "pass if"])
    {
        Column::Expect
    } else if any(&["確認方法", "方法", "コマンド", "手段", "how", "method", "command"]) {
        Column::Method
    } else if any(&["頻度", "周期", "frequency", "interval"]) {
        Column::Frequency
    } else if any(&["所要", "見積", "duration", "time", "estimate"]) {
        Column::Duration
    } else if any(&["担当", "owner", "assignee", "who"]) {
        Column::Owner
    } else if any(&["優先", "priority"]) {
        Column::Priority
    } else if any(&["ok?", "チェック", "済", "結果", "done", "✓", "☑"]) && header.chars().count() <= 8 {
        Column::Mark
    } else if any(&["項目", "作業", "タスク", "操作", "手順", "確認内容", "check", "task", "item", "action", "step"])
    {
        Column::Title
    } else {
        Column::Other
    }
}
