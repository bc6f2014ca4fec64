//! Everything that can be done at the screen: a closed list, with a name, a word and a sentence for each.
//!
//! Footer, help and the palette read this list; nothing can be done that is not in it.

use std::borrow::Cow;

use crate::i18n::Language;

macro_rules! actions {
    ($($action:ident $name:literal: $ja:literal / $en:literal, $doc_ja:literal / $doc_en:literal;)+) => {
        /// Something that a person can do at the screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $doc_en] $action,)+
        }

        impl Action {
            /// All actions, in the order in which the help lists them.
            pub const ALL: &'static [Self] = &[$(Self::$action,)+];

            /// Its name, for configuration.
            pub fn name(self) -> &'static str {
                match self { $(Self::$action => $name,)+ }
            }

            /// The word for it in the footer.
            pub fn word(self, language: Language) -> &'static str {
                match self { $(Self::$action => language.pick($ja, $en),)+ }
            }

            /// What it does, in one sentence.
            pub fn doc(self, language: Language) -> &'static str {
                match self { $(Self::$action => language.pick($doc_ja, $doc_en),)+ }
            }

            /// What it does, with the signs that the screen is drawn with.
            pub fn doc_in(self, language: Language, ascii: bool) -> Cow<'static, str> {
                let doc = self.doc(language);
                match ascii {
                    true => doc.replace(['▸', '►'], ">").replace('→', ">").into(),
                    false => doc.into(),
                }
            }
        }
    };
}

actions! {
    RunCommand "run-command": "実行" / "run", "▸ の付いたコマンドを実行する" / "Run the command marked ▸";
    Judge "judge": "判定" / "judge", "手順を判定して完了にする" / "Judge the step and mark it done";
    Skip "skip": "省略" / "skip", "理由を付けて手順を省略する" / "Leave the step out, with a reason";
    Defer "defer": "延期" / "defer", "理由・期限・担当を付けて手順を延期する" / "Put the step off, with reason, due date and owner";
    RuleOut "rule-out": "該当なし" / "n/a", "今回は該当しないと記録する" / "Say that the step does not apply this time";
    Branch "branch": "分岐" / "branch", "該当した規則の対応を開く・条件に答える・分岐へ移る" / "Open the action of a rule, answer a condition, or go to the branch";
    Choose "choose": "選択" / "choose", "小項目にチェックする・選択肢から一つを選ぶ" / "Tick sub-points, or choose one of several alternatives";
    AddStep "add-step": "手順追加" / "add step", "この実施だけの手順を、理由を付けて次に加える" / "Add a step to this run behind this one, with a reason";
    ChangeCommand "change-command": "変更" / "change", "この実施でのコマンドを、理由を付けて変える・加える" / "Change the command in this run, or add one, with a reason";
    MoveCommand "move-command": "移す" / "move", "手順に合っていないコマンドを別の手順へ移す" / "Move a command to the step that it belongs to";
    Revert "revert": "戻し" / "undo later", "あとで戻すことを加える・戻した・引き継ぐ" / "Things to be undone later: add, undone, hand over";
    Hold "hold": "保留" / "hold", "ホールドポイントにする・解除した人を記録する" / "Hold the work at this step, or say who released it";
    Override "override": "上書き" / "override", "失敗・判定不能の手順を、理由と承認者を付けて受け入れる" / "Accept a failed or undecided step, with reason and approver";
    Reopen "reopen": "取消" / "undo", "判定・省略・延期を取り消す（履歴は残る）" / "Take a mark back; what it was stays in the journal";
    Note "note": "メモ" / "note", "この手順にメモを書く" / "Write a note about the step";
    RunNote "run-note": "全体メモ" / "run note", "実施全体にメモを書く" / "Write a note about the whole run";
    CommandBefore "command-before": "前のコマンド" / "command before", "手順の前のコマンドを選ぶ" / "Choose the step's command before";
    CommandAfter "command-after": "次のコマンド" / "next command", "手順の次のコマンドを選ぶ" / "Choose the step's next command";
    Values "values": "値" / "values", "コマンドの値を入力・変更する" / "Enter or change the values of commands";
    TypeInto "type": "入力" / "type", "実行中のコマンドの端末に入力する" / "Type into the running command's terminal";
    LeaveTyping "leave-typing": "入力終了" / "stop typing", "端末への入力をやめて手順に戻る" / "Leave the command's terminal and go back to the steps";
    Stop "stop": "停止" / "stop", "実行中のコマンドを止める（方法を選ぶ）" / "Stop the running command; asks how";
    NextRunning "next-running": "実行中へ" / "running", "次の実行中のコマンドへ移る" / "Go to the next running command";
    Zoom "zoom": "出力" / "output", "出力を全画面にする・戻す" / "Show the output on the full screen, and back";
    Down "down": "下" / "down", "下へ（状態は変わらない）" / "Move down; changes nothing";
    Up "up": "上" / "up", "上へ（状態は変わらない）" / "Move up; changes nothing";
    PageDown "page-down": "次頁" / "page down", "一画面ぶん下へ" / "Move down by a page";
    PageUp "page-up": "前頁" / "page up", "一画面ぶん上へ" / "Move up by a page";
    First "first": "先頭" / "first", "先頭へ" / "Go to the first line";
    Last "last": "末尾" / "last", "末尾へ（出力では追従に戻る）" / "Go to the last line; follows the output again";
    ToCurrent "to-current": "現在へ" / "current", "現在の手順 ► に戻る（絞り込みも解除）" / "Go back to the current step ►, and show all steps";
    FilterSteps "filter-steps": "表示" / "show", "一覧を絞り込む（すべて→未完了→所見・NG→延期→自分の分）" / "Narrow the list: all, to do, findings, deferred, mine";
    NextPane "next-pane": "区画" / "pane", "次の区画へ（一覧・詳細・出力）" / "Go to the next pane: steps, details, output";
    PaneBefore "pane-before": "前の区画" / "pane before", "前の区画へ" / "Go to the pane before";
    DetailDown "detail-down": "詳細を下" / "details down", "詳細を下へ送る" / "Scroll the details down";
    DetailUp "detail-up": "詳細を上" / "details up", "詳細を上へ送る" / "Scroll the details up";
    Verify "verify": "確認" / "check", "第二者として答える・手順を確認する（閲覧側で使う）" / "Answer or check as the second person, from a screen that looks on";
    WorkAlone "work-alone": "一人作業" / "alone", "確認者なしで行う理由を記録する" / "Say why there is no second person";
    SignOff "sign-off": "署名" / "sign", "記録を確かめて署名し、実施を終える" / "Look at the record, sign it and end the run";
    Abort "abort": "中断" / "abort", "理由を付けて実施を中断する" / "Give the run up, with a reason";
    Connection "connection": "接続" / "connection", "複数ある接続から使うものを選ぶ" / "Choose one of several connections";
    Environment "environment": "環境" / "environment", "作業フォルダと変わった変数を見て変える" / "See and change the folder and variables of the shell";
    ResetShell "reset-shell": "シェル初期化" / "reset shell", "作業フォルダと変数を開始時の状態に戻す" / "Go back to the folder and the variables that the run began with";
    TakeOver "take-over": "引継" / "take over", "閲覧から操作に切り替える" / "Take the wheel from whoever has it";
    Detach "detach": "離れる" / "leave", "画面を離れる（実施は続く）" / "Leave the screen; the run goes on";
    Trust "trust": "信頼" / "trust", "この文書の内容を信頼する" / "Trust the content of this document";
    Filter "filter": "絞込" / "filter", "題名で絞り込む" / "Show only what matches";
    Open "open": "開く" / "open", "手順書を開いて内容を見る" / "Open the procedure and look at it";
    Start "start": "開始" / "start", "この手順書で実施を始める" / "Start a run of this procedure";
    Accept "accept": "決定" / "accept", "入力を確定する" / "Accept what was entered";
    Confirm "confirm": "はい" / "yes", "問いに「はい」と答える" / "Say yes to the question";
    Deny "deny": "いいえ" / "no", "問いに「いいえ」と答える" / "Say no to the question";
    Cancel "cancel": "戻る" / "back", "何もせずに戻る" / "Go back and do nothing";
    ChoiceAfter "choice-after": "次の選択" / "next choice", "次の選択肢" / "The next choice";
    ChoiceBefore "choice-before": "前の選択" / "choice before", "前の選択肢" / "The choice before";
    NextField "next-field": "次の欄" / "next field", "次の欄へ" / "Go to the next field";
    FieldBefore "field-before": "前の欄" / "field before", "前の欄へ" / "Go to the field before";
    EarlierValue "earlier-value": "前の値" / "earlier value", "この名前に以前入れた値を呼び出す" / "Call an earlier value of this name back";
    LaterValue "later-value": "次の値" / "later value", "呼び出した値から新しい方へ戻る" / "Go back to a later value";
    NewLine "new-line": "改行" / "new line", "値の中で改行する（Alt-Enter も同じ）" / "Begin another line within the value (Alt-Enter too)";
    Save "save": "保存" / "save", "メモを保存する" / "Save the note";
    Palette "palette": "探す" / "find", "できること・手順・見出しを名前の一部で探す" / "Find anything to do or to go to by a part of its name";
    Document "document": "文書" / "document", "文書全体を現在の手順の行で開く" / "Read the whole document, at the line of the step";
    Find "find": "検索" / "search", "文字を探す（文書・出力の全体から）" / "Look for text, in the whole document or output";
    FindNext "find-next": "次の一致" / "next match", "次の一致へ" / "Go to the next match";
    FindBefore "find-before": "前の一致" / "match before", "前の一致へ" / "Go to the match before";
    Difference "difference": "差分" / "difference", "文書の変更を見る・比較の相手を替える" / "See what changed in the document; compare with the other output";
    Panes "panes": "一覧" / "outputs", "出力の一覧から選ぶ（実行中のものと経過時間）" / "Choose from the list of outputs: what runs, and for how long";
    Split "split": "並べる" / "split", "出力を二つ、または出力と手順を並べる・戻す" / "Put two outputs, or output and step, beside each other, and back";
    Compare "compare": "比較" / "compare", "前の回・前回の実施の出力と比べる" / "Compare the output with the attempt before, or the run before";
    SaveOutput "save-output": "書出" / "save output", "出力をファイルに保存する（上書きしない）" / "Save the output to a file; never over another";
    Copy "copy": "複写" / "copy", "出力やコマンドを端末のクリップボードへ送る（設定で許可した場合）" / "Copy output or a command to the terminal's clipboard, if allowed";
    Renew "renew": "反映" / "take in", "文書の変更をこの実施に取り込む（確認あり）" / "Take the changes of the document into this run; asks first";
    MakeStep "make-step": "行を手順に" / "line to step", "文書の行やコマンドを、この実施の手順にする" / "Make a line or a command of the document a step of this run";
    SearchAll "search-all": "全文検索" / "search all", "記録と証跡の本文を探す" / "Look for words in all records and evidence";
    Reload "reload": "再読込" / "reload", "手順書と記録を読み直す" / "Read runbooks and records again";
    Play "play": "再生・停止" / "play", "記録の再生を止める・続ける（終わりでは先頭から）" / "Pause and go on playing a run; at the end, from the beginning";
    Faster "faster": "速く" / "faster", "再生を速くする" / "Play faster";
    Slower "slower": "遅く" / "slower", "再生を遅くする" / "Play slower";
    Forward "forward": "5秒進む" / "5 s on", "再生を 5 秒進める" / "Go on by 5 seconds while playing a run";
    Rewind "rewind": "5秒戻る" / "5 s back", "再生を 5 秒戻す" / "Go back by 5 seconds while playing a run";
    PartAfter "part-after": "次のコマンドへ" / "next part", "再生を次のコマンドの始まりへ" / "Play from the next command on";
    PartBefore "part-before": "前のコマンドへ" / "part before", "再生を前のコマンドの始まりへ" / "Play from the command before";
    OneOn "one-on": "1つ進む" / "one on", "再生を止め、出力を一つだけ進める" / "Stand still, and go on by one piece of output";
    Redraw "redraw": "再描画" / "redraw", "画面をすべて描き直す" / "Draw the whole screen anew";
    Help "help": "助け" / "help", "この一覧を見る" / "Show this list";
    Quit "quit": "終了" / "quit", "画面を閉じる" / "Close the screen";
}
