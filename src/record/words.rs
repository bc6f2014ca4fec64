//! The record's own words in both languages: what [`super::render()`] writes and [`super::parse()`] looks for.

use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::messages;
use crate::record::model::MarkKind;
use crate::run::event::{Completion, Mode, Stop, Verdict};

/// The form of every time in the detail.
pub(crate) const TIME: &str = "%Y-%m-%d %H:%M:%S %:z";

messages! {
    /// Headings, names and fixed values of a record.
    Words {
        DETAILS: "詳細", "Details";
        STEPS: "各項目", "Steps";
        DEVIATIONS: "手順書からの逸脱", "Deviations from the runbook";
        NOTES: "メモ", "Notes";
        EVIDENCE: "証跡", "Evidence";
        PROVENANCE: "記録の由来", "Provenance";

        TITLE: "記録名", "Record";
        MODE: "区分", "Mode";
        SIGN_OFF: "署名", "Sign-off";
        START: "開始", "Start";
        END: "終了", "End";
        STARTED_BY: "開始者", "Started by";
        VERIFIER: "確認者", "Verifier";
        APPROVER: "承認者", "Approver";
        SECOND_PERSON: "第二者の確認", "Second person";
        ALONE: "一人作業", "Worked alone";
        READ_ALOUD: "読み上げ確認", "Read aloud";
        YES: "はい", "yes";
        NO: "いいえ", "no";
        NO_ANSWER: "回答なし", "no answer";
        CHECKED: "独立確認", "Checked";
        CHECK_DONE: "確認済み", "checked";
        CHECK_AWAITED: "確認待ち", "awaited";
        SENT_BACK: "差戻し", "sent back";
        CHECK_DONE_VOID: "確認済み（その後変更）", "checked, and changed since";
        SENT_BACK_VOID: "差戻し（その後変更）", "sent back, and changed since";
        PROCEDURE: "手順", "Procedure";
        RUNBOOK: "手順書", "Runbook";
        RUNBOOK_FILE: "手順書ファイル", "Runbook file";
        RUNBOOK_VERSION: "手順書の版", "Runbook version";
        RUNBOOK_SHA256: "手順書の SHA-256", "Runbook SHA-256";
        RENEWED: "実施中に取り込んだ手順書の変更", "Changes of the runbook taken in during the run";
        HOST: "ホスト", "Host";
        ENVIRONMENT: "環境", "Environment";
        CLOCK_SET: "実施中の時計の変更", "Clock set during the run";
        SHELL_CHANGED: "実施中に変更した環境", "Environment changed during the run";
        VARIABLE_SET: "変数の設定", "variable set";
        VARIABLE_REMOVED: "変数の削除", "variable removed";
        FOLDER_CHANGED: "フォルダーの変更", "folder changed";
        FRESH_SHELL: "シェルの初期化", "shell reset";
        USER: "実行ユーザー", "User";
        FOLDER: "フォルダー", "Folder";
        RUN: "実行 ID", "Run";

        STATE: "状態", "State";
        MARK: "判定", "Verdict";
        REASON: "理由", "Reason";
        DUE: "期限", "Due";
        OWNER: "引継ぎ先", "Owner";
        PLANNED: "予定時間", "Planned";
        PROPOSED: "規則の提案", "Proposed by rules";
        RULE: "規則", "Rule";
        APPLIES: "該当", "applies";
        HOLDS: "成立", "holds";
        HOLDS_NOT: "不成立", "does not hold";
        NOT_MEASURED: "測定なし", "not measured";
        TAKEN_BACK: "取り消した判定", "Taken back";

        OVERRIDES: "上書きした判定", "Overridden verdict";
        NOT_AS_PROPOSED: "提案と異なる判定", "Not as proposed";
        BRANCH_OF: "分岐元", "Branch of";
        HOLD: "ホールドポイント", "Hold point";
        HOLD_SET: "この実施で設けたホールドポイント", "Hold point set in this run";
        RELEASED: "解除（操作者が入力）", "Released (entered by the operator)";
        REVERT: "戻すこと", "To be undone";
        REVERT_OPEN: "未了", "open";
        REVERT_DONE: "戻した", "undone";
        REVERT_HANDED: "引き継ぎ", "handed over";
        REVERT_DROPPED: "戻すことなし", "nothing to undo";
        GUIDANCE: "案内の確認（開始時）", "Advice read (at the beginning)";
        GUIDANCE_END: "案内の確認（署名前）", "Advice read (before the signature)";
        ADDED: "この実施で追加", "Added in this run";
        COMMAND_CHANGED: "この実施で変更したコマンド", "Command changed in this run";
        COMMAND_ADDED: "この実施で追加したコマンド", "Command added in this run";
        COMMANDS_FROM: "別の手順から移したコマンド", "Commands moved here from step";
        COMMANDS_TO: "別の手順へ移したコマンド", "Commands moved to step";
        STEP_RENEWED: "実施中の文書の変更", "Changed in the runbook during the run";
        STEP_NEW: "実施中に文書へ追加", "Added to the runbook during the run";
        STEP_GONE: "実施中に文書から削除", "Taken out of the runbook during the run";
        CONDITION: "条件", "Condition";
        ANSWERED: "規則への回答", "Answer to a rule";
        APPLIES_NOT: "該当なし", "does not apply";
        POINT: "小項目", "Sub-point";
        POINT_DONE: "済", "done";
        POINT_OPEN: "未", "not done";
        CHOSEN: "選択", "Chosen";
        CHOSEN_STEP: "この手順を選択", "this step";
        ACKNOWLEDGED: "注意の確認", "Caution acknowledged";

        COMMAND: "コマンド", "Command";
        EXIT: "終了状態", "Exit status";
        SIGNAL: "シグナル", "signal";
        PERHAPS_NO_MEMORY: "強制終了（メモリ不足の可能性）", "killed (possible out of memory)";
        COULD_NOT_START: "起動できず", "could not start";
        LOST: "結果不明", "outcome unknown";
        RUNNING: "実行中", "running";
        NOT_RUN: "未実行", "not run";
        SERVER: "サーバー", "Server";
        MAY_WRITE: "書き込み可", "may write";
        READ_ONLY: "読み取り専用", "read-only";
        ATTEMPT: "試行 ID", "Attempt";
        EXACT: "実行したバイト列の SHA-256", "SHA-256 of the exact bytes";
        OUTPUT: "出力", "Output";
        GAP: "出力の欠落", "Missing output";
        REDACTIONS: "伏せ字", "Redactions";
        SURVIVOR: "残ったプロセス", "Left running";
        STOP: "停止の指示", "Stop asked";
        EXCERPT: "抜粋", "Excerpt";
        WHOLE: "全文", "whole output";
        CUT: "一部のみ", "part of the output";

        COMPLETE: "欠落なし", "complete";
        INCOMPLETE: "欠落あり", "incomplete";
        MATCHES: "ジャーナルと一致", "matches the journal";
        DIFFERS: "ジャーナルと不一致", "differs from the journal";
        NOT_COMPARED: "未照合", "not compared";

        HEAD: "ジャーナル末尾のハッシュ", "Journal head hash";
        HEAD_SEQ: "ジャーナル末尾の番号", "Journal head number";
        SIGNATURE: "電子署名", "Signature";
        SIGNED_BESIDE: "別ファイル（この名前に .sig）", "in a file of its own (this name and .sig)";
        NO_SIGNATURE: "なし（署名鍵なし）", "none: not cryptographically signed (no signing key)";
        STARTED_WITH: "開始時の tejun", "Started with tejun";
        TEJUN: "tejun", "tejun";

        UNSIGNED_MARK: "（未署名）", " (unsigned)";
        ABORTED_MARK: "（中断）", " (aborted)";
        UNSIGNED: "未署名", "unsigned";
        ABORTED: "中断", "aborted";
        OPEN: "未署名（実施中）", "unsigned (in progress)";
        UNATTENDED: "無人", "unattended";
        HOST_ACTOR: "自動", "host";

        ADDENDUM_TITLE: "記録への追記", "Addendum to a record";
        CHECK_TITLE: "記録の独立確認", "Check of a record";
        RECORD_FILE: "記録ファイル", "Record file";
        RECORD_SHA256: "記録の SHA-256", "Record SHA-256";
        BEFORE_SHA256: "前の同種ファイルの SHA-256", "SHA-256 of the one before";
        WRITTEN: "記入", "Written";
        DATE: "実施日時", "Date";
        OPERATOR: "担当者", "Operator";
        WORK: "内容", "Work";
        RESULT: "結果", "Result";
        DURATION: "所要時間", "Duration";
        REMARKS: "特記事項", "Notes";
        SUCCESS: "成功", "Success";
        FAILURE: "失敗", "Failure";
        NONE: "なし", "None";
        NOT_ACTED_ON: "（未対応）", " (not acted on)";
        JOIN: "、", ", ";

        HOLD_UNRELEASED: "ホールドポイントが解除されないまま終了", "its hold point was never released";
        REVERT_LEFT: "戻すことが未了のまま終了", "left something to be undone";
        STEP_ADDED: "手順書にない手順を追加", "a step that the runbook does not have";
        LINE_ADDED: "手順書の行を手順として追加", "a line of the runbook made a step";
        STEP_CHANGED: "コマンドを変更・追加", "its commands were changed";
        CHANGED_BY_DOCUMENT: "実施中に手順書が変更された", "the runbook was changed during the run";
        NEW_IN_DOCUMENT: "実施中に手順書へ追加された", "it was added to the runbook during the run";
        GONE_FROM_DOCUMENT: "実施中に手順書から削除された", "it was taken out of the runbook during the run";
        MATCH_CORRECTED: "項目とコマンドの対応を訂正", "the match of item and commands was corrected";
        OK_UNRUN: "コマンドを実行せずに OK と判定", "judged OK without running its commands";
        LEFT_UNTOUCHED: "未着手のまま終了", "left untouched";
        LEFT_UNJUDGED: "実行したまま判定せず終了", "run and left without a verdict";
        OUT_OF_ORDER: "手順の順序と異なる", "done out of order";
        JUDGED_UNKNOWN: "結果不明のコマンドがあるまま判定", "judged although a command's outcome is unknown";
    }
}

/// All kinds of marks.
const MARKS: [MarkKind; 8] = [
    MarkKind::Ok,
    MarkKind::Finding,
    MarkKind::Failed,
    MarkKind::Undecided,
    MarkKind::Overridden,
    MarkKind::Skipped,
    MarkKind::Deferred,
    MarkKind::RuledOut,
];

/// The word for a mark.
pub(crate) fn mark(kind: MarkKind, language: Language) -> &'static str {
    let (ja, en) = match kind {
        MarkKind::Ok => ("OK", "OK"),
        MarkKind::Finding => ("要対応", "finding"),
        MarkKind::Failed => ("失敗", "failed"),
        MarkKind::Undecided => ("判定不能", "undecided"),
        MarkKind::Overridden => ("上書き承認", "accepted by override"),
        MarkKind::Skipped => ("省略", "skipped"),
        MarkKind::Deferred => ("延期", "deferred"),
        MarkKind::RuledOut => ("該当なし", "not applicable"),
    };
    language.pick(ja, en)
}

/// The mark that a word stands for.
pub(crate) fn mark_of(word: &str, language: Language) -> Option<MarkKind> {
    MARKS.into_iter().find(|kind| mark(*kind, language) == word)
}

/// The mark of a judgement.
pub(crate) fn judged(verdict: Verdict) -> MarkKind {
    match verdict {
        Verdict::Ok => MarkKind::Ok,
        Verdict::Finding => MarkKind::Finding,
        Verdict::Failed => MarkKind::Failed,
        Verdict::Undecided => MarkKind::Undecided,
    }
}

/// The judgement that a word stands for.
pub(crate) fn verdict_of(word: &str, language: Language) -> Option<Verdict> {
    [Verdict::Ok, Verdict::Finding, Verdict::Failed, Verdict::Undecided]
        .into_iter()
        .find(|verdict| mark(judged(*verdict), language) == word)
}

/// The word for a mode.
pub(crate) fn mode(mode: Mode, language: Language) -> &'static str {
    match mode {
        Mode::Live => language.pick("本番", "live"),
        Mode::Drill => language.pick("訓練", "drill"),
    }
}

/// The mode that a word stands for.
pub(crate) fn mode_of(word: &str, language: Language) -> Option<Mode> {
    [Mode::Live, Mode::Drill].into_iter().find(|m| mode(*m, language) == word)
}

/// The words for a kind of complete.
pub(crate) fn completion(completion: Completion, language: Language) -> String {
    match (completion, language) {
        (Completion::Complete, _) => language.pick("完了", "complete").to_owned(),
        (Completion::WithDeferred { steps }, Language::Ja) => format!("完了（延期 {steps} 件）"),
        (Completion::WithDeferred { steps }, Language::En) => format!("complete ({steps} deferred)"),
        (Completion::WithOverrides { steps, deferred: 0 }, Language::Ja) => format!("完了（上書き {steps} 件）"),
        (Completion::WithOverrides { steps, deferred: 0 }, Language::En) => format!("complete ({steps} overridden)"),
        (Completion::WithOverrides { steps, deferred }, Language::Ja) => {
            format!("完了（上書き {steps} 件、延期 {deferred} 件）")
        }
        (Completion::WithOverrides { steps, deferred }, Language::En) => {
            format!("complete ({steps} overridden, {deferred} deferred)")
        }
        (Completion::Failed, _) => language.pick("失敗", "failed").to_owned(),
    }
}

/// The kind of complete that the words stand for.
pub(crate) fn completion_of(words: &str, language: Language) -> Option<Completion> {
    let mut numbers = words.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok());
    let (steps, deferred) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let with = [Completion::WithDeferred { steps }, Completion::WithOverrides { steps, deferred }];
    [Completion::Complete, Completion::Failed].into_iter().chain(with).find(|c| completion(*c, language) == words)
}

/// The name of a signal that was asked for.
pub(crate) fn stop(how: Stop) -> &'static str {
    match how {
        Stop::Interrupt => "SIGINT",
        Stop::Terminate => "SIGTERM",
        Stop::Kill => "SIGKILL",
    }
}

/// The signal that a name stands for.
pub(crate) fn stop_of(name: &str) -> Option<Stop> {
    [Stop::Interrupt, Stop::Terminate, Stop::Kill].into_iter().find(|how| stop(*how) == name)
}

/// The words for whether a second person has to look.
pub(crate) fn second_person(policy: SecondPerson, language: Language) -> &'static str {
    match policy {
        SecondPerson::None => language.pick("任意", "not required"),
        SecondPerson::Independent => language.pick("事後独立確認", "independent check"),
        SecondPerson::Dangerous => language.pick("危険な操作は事前承認", "agreement to dangerous commands"),
        SecondPerson::Every => language.pick("全コマンド事前承認", "agreement to every command"),
    }
}

/// What the words stand for.
pub(crate) fn second_person_of(words: &str, language: Language) -> Option<SecondPerson> {
    [SecondPerson::None, SecondPerson::Independent, SecondPerson::Dangerous, SecondPerson::Every]
        .into_iter()
        .find(|policy| second_person(*policy, language) == words)
}
