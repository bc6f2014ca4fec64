//! The words of the screen, in both languages.

use std::borrow::Cow;

use crate::messages;
use crate::tui::keymap::Voice;

/// Declares messages that name keys, as `{judge}` or `{palette/cancel}`: see [`crate::tui::keymap::Voice`].
macro_rules! keyed_messages {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $ja:expr, $en:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            /// The Japanese text.
            ja: &'static str,
            /// The English text.
            en: &'static str,
        }

        impl $name {
            $(
                #[doc = concat!("```text\n", $en, "\n```")]
                pub const $key: Self = Self { ja: $ja, en: $en };
            )+

            /// All of them.
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$key,)+];

            /// The text for a person, with the keys that this person has.
            pub fn text(self, voice: Voice<'_>) -> Cow<'static, str> {
                voice.told(self.ja, self.en)
            }
        }
    };
}

messages! {
    /// Words of the home screen.
    HomeWords {
        DUE: "期限", "Due";
        LIBRARY: "手順書", "Library";
        RUNS: "実施中", "Runs";
        RECORDS: "記録", "Records";
        FOUND: "全文検索", "Search";
        SEARCH: "全文検索", "Search all";
        RUNNING: "実施中", "running";
        DRILL: "【訓練】", "[DRILL] ";
        UNSAVED: "記録未保存", "record not saved";
        AUTOMATIC: "自動", "automatic";
        DAYS: "日ごとの予定", "Work of the days";
        COLLISIONS: "同じ時刻の作業", "At the same time";
        EVIDENCE: "証跡", "output";
        OPENING: "開いています…", "Opening…";
        SHIPPED: "tejun に付属する手順書", "Runbooks that come with tejun";
        UNREAD: "読めなかったもの", "What could not be read";
        READING_RECORDS: "記録を読んでいます…", "Reading records…";
        NOTHING_DUE: "定期作業の書かれた手順書がありません。", "No runbook states a recurring duty.";
        NO_RUNS: "進行中の実施はありません。", "No run goes on.";
        NO_RECORDS: "記録はまだありません。", "There is no record yet.";
        SEARCHING: "探しています…", "Searching…";
        MORE_FOUND: "一致が多いため、ここまでを表示しています。言葉を足して絞り込めます。", "There is more than is shown; add a word to narrow it.";
    }
}

messages! {
    /// Words that stand on the screen whatever happens.
    Label {
        LIVE: "本番", "LIVE";
        DRILL: "訓練", "DRILL";
        WATCH: "閲覧", "WATCH";
        STEPS: "手順", "Steps";
        DETAIL: "詳細", "Details";
        OUTPUT: "出力", "Output";
        FINDINGS: "所見", "findings";
        DEFERRED: "延期", "deferred";
        LEFT: "残り", "left";
        TIME_LEFT: "残り", "in";
        TIME_OVER: "超過", "late";
        SENDING: "送信中", "sending";
        RUNNING: "実行中", "running";
        ATTEMPT: "回目", "attempt";
        APPLIES: "該当", "applies";
        RULES: "判定基準", "Rules";
        PROPOSED: "提案", "proposed";
        CONDITION: "条件", "When";
        METHOD: "確認方法", "How to check";
        EXPECT: "正常基準", "Expected";
        OWNER: "担当", "Owner";
        PRIORITY: "優先度", "Priority";
        PLANNED: "所要時間", "Planned";
        DEADLINE: "期限", "Due";
        PHASE: "フェーズ", "Phase";
        OPTIONAL: "任意", "optional";
        SHARED: "コマンドは他の手順と共有", "shares its commands with other steps";
        CAUTION: "注意", "Caution";
        WARNING: "警告", "Warning";
        REMARK: "※", "Note";
        READ: "確認済み", "read by";
        SECOND_PERSON: "第二者確認", "Second person";
        CHECK_AWAITED: "待ち", "awaited";
        CHECK_DONE: "済", "done";
        SENT_BACK: "差戻し", "sent back";
        ALONE: "一人作業", "Works alone";
        NOT_APPLICABLE: "該当なし", "does not apply";
        DOES_APPLY: "該当あり", "applies";
        OPENS_BRANCH: "手順として開く", "opens it as a step";
        ONLY_IF: "条件に該当するときだけ行います。", "Only to be done where its condition holds.";
        ASKS_CONDITION: "該当するか答える", "says whether it does";
        BY_HAND: "手作業の手順になります。", "It becomes a step done by hand.";
        REVERT: "戻す", "undo";
        REVERTS_OPEN: "戻し", "to undo";
        REVERT_MORE: "（この手順で戻すことを加える）", "(add something that this step must undo)";
        WHAT_TO_REVERT: "戻すこと", "To be undone";
        COMMENT_FREE: "コメント（任意）", "Comment (optional)";
        HOLD: "ホールドポイント", "Hold point";
        HELD: "保留", "held";
        WAITS_FOR: "待つこと", "Waits for";
        RELEASED_BY: "解除した人", "Released by";
        SAID: "その言葉", "What was said";
        RELEASED: "解除", "released";
        ADVICE: "案内", "Advice";
        ADDED: "追加", "added";
        CHANGED: "変更", "changed";
        COMMAND: "コマンド", "Command";
        COMMAND_OPTIONAL: "コマンド（任意）", "Command (optional)";
        TITLE: "題名", "Title";
        WHOLE_FENCE: "このブロックのコマンドすべて", "all commands of the block";
        ONE_COMMAND: "選んだコマンドだけ", "the chosen command alone";
        DANGER: "危険", "Danger";
        CHANGES: "変更", "Changes";
        DISRUPTS: "停止のおそれ", "Disrupts";
        DESTROYS: "データ喪失のおそれ", "Destroys";
        SAMPLE: "見本の値", "sample value";
        PERHAPS_NO_MEMORY: "強制終了（メモリ不足の可能性）", "killed (possible out of memory)";
        OVER_TIME: "時間制限により停止", "stopped at its time limit";
        SECRET_ASKED: "実行のたびに入力する秘密", "secret, asked for at every start";
        SAMPLE_FIELD: "（見本の値）", "(an example)";
        PLACEHOLDER: "未設定の値", "not filled in";
        INTERACTIVE: "入力を求める", "asks for input";
        NEVER_ENDS: "止めるまで続く", "runs until stopped";
        LEFT_RUNNING: "コマンドの終了時に残ったプロセス", "left running when its command ended";
        SURVIVORS: "残ったプロセス", "left running";
        INCOMPLETE: "出力に欠落あり", "output incomplete";
        SECRET: "秘密を表示する", "prints a secret";
        NOT_RUN_HERE: "実行対象外", "not run here";
        NOTES: "メモ", "Notes";
        HISTORY: "取り消された判定", "Taken back";
        REASON: "理由", "Reason";
        COMMENT: "コメント", "Comment";
        APPROVER: "承認者", "Approver";
        CHOSEN: "選択", "chosen";
        PASSED_OVER: "該当なし（別の選択肢を選択）", "not applicable: another one was chosen";
        DUE: "期限", "Due";
        ENVIRONMENT: "環境", "Environment";
        HOST: "ホスト", "Host";
        USER: "ユーザー", "User";
        FOLDER: "フォルダ", "Folder";
        OPERATOR: "実施者", "Operator";
        MODE: "モード", "Mode";
        FILE: "文書", "File";
        HASH: "ハッシュ", "Hash";
        TRUST: "信頼", "Trust";
        TRUSTED: "信頼済み", "trusted";
        UNTRUSTED: "未信頼（実行できません）", "not trusted (nothing runs)";
        PROCEDURES: "手順書", "Procedures";
        STEP_COUNT: "手順", "steps";
        COMMAND_COUNT: "コマンド", "commands";
        FILTER: "絞込", "Filter";
        CLIPPED: "上に続く", "more above";
        BELOW: "下に続く", "more below";
        NO_STEPS: "この手順書には手順がありません。", "This procedure has no steps.";
        TYPING: "入力中", "TYPING";
        EARLIER: "前", "before";
        BYTES: "バイト", "bytes";
        RECORD: "記録", "Record";
        KEY_SIGNATURE: "電子署名", "Signature";
        WHO_SIGNS: "署名者", "Signed by";
        COMPLETION: "完了区分", "Completion";
        COMPLETE: "完了", "complete";
        FAILED: "失敗", "failed";
        ABORTED: "中断", "aborted";
        UNSIGNED: "未署名", "unsigned";
        SIGNED: "署名済み", "signed";
        DURATION: "所要時間", "Duration";
        CANCELLED: "中止", "cancelled";
        SERVER: "サーバー", "Server";
        DATABASE: "データベース", "Database";
        NOT_SEEN: "（まだ確認していません）", "(not looked at yet)";
        NEW_VARIABLE: "変数を追加", "Add a variable";
        NAME: "変数名", "Name";
        VALUE: "値", "Value";
        TEAM_LOG: "チームの記録", "Team log";
        TARGET: "対象", "Target";
        EMPTY: "空の変数", "Empty variable";
        HELP: "できること", "What can be done";
        HERE: "ここでできること", "Here";
        ELSEWHERE: "ほかの場所でできること", "In other places";
        SIGNS: "記号", "Signs";
        PALETTE: "探す", "Find";
        SEARCH: "検索", "Search";
        LINE: "行", "line";
        STEPS_KEPT: "そのまま", "unchanged";
        STEPS_CHANGED: "変更", "changed";
        STEPS_NEW: "追加", "new";
        STEPS_GONE: "削除", "gone";
        DIFFERENCE: "差分", "Difference";
        COMPARISON: "比較", "Comparison";
        FILE_NAME: "ファイル", "File";
        FILE_CHANGED: "文書に変更あり", "document changed";
        FILE_UNREAD: "元のファイルが読めません（表示は開始時の本文）", "The file cannot be read (what is shown is the text of the run)";
    }
}

keyed_messages! {
    /// Titles and questions of dialogs.
    Ask {
        AGAIN: "もう一度実行しますか？", "Run it again?";
        AGAIN_WHY: "このコマンドは実行済みです。実行すると次の回として記録されます。", "This command was run before. To run it again is recorded as a further attempt.";
        AGAIN_UNKNOWN: "前回の結果は不明です。途中まで、または最後まで実行された可能性があります。対象の状態を確かめてから実行してください。", "How it went last time is unknown: it may have run in part, or to its end. Look at what it was to change before you run it again.";
        JUDGED_WHY: "この手順は判定済みです。実行すると判定は取り消されます（履歴は残ります）。", "This step is judged. To run it takes the verdict back; the journal keeps it.";
        DANGER: "危険なコマンドです", "This command is dangerous";
        TYPE_TARGET: "実行するにはホスト名をそのまま入力して {field/accept}", "To run it, type the host name exactly and press {field/accept}";
        VALUES: "値の入力", "Values";
        VALUES_WHY: "値はデータとして、入る場所に合わせて引用符が付きます。空欄は未設定に戻します。", "Values pass as data, quoted for where they stand. An empty field takes a value back.";
        SECRETS: "秘密の値の入力", "Secrets";
        SECRETS_WHY: "今回の実行だけに変数で渡します。記録・出力・履歴には残りません。", "Passed in a variable to this one run of the command. Nothing of it is kept: not in the journal, the output or the record.";
        SECRET_SHORT: "短すぎる値（6 バイト未満）は、出力や記録の中では伏せられません。", "So short a value (fewer than 6 bytes) is not masked where the command prints it.";
        BESIDE: "並行して実行しますか？", "Run it beside the other?";
        BESIDE_WHY: "別のコマンドが実行中です。新しいシェルで同時に実行します。作業フォルダは同じで、変数は引き継ぎません。", "Another command is running. This one gets a shell of its own, in the same folder; variables are not handed on.";
        DOUBT: "この値で実行しますか？", "Run it with this value?";
        DOUBT_WHY: "引用符だけでは安全と言えない値があります。", "Quotes alone do not make a value harmless here.";
        ACTS_ON: "このコマンドが作用する先:", "This command acts on:";
        EMPTY: "変数が空のため、書いてあるとおりの対象には作用しません。値は戻って {environment} で設定できます。空のまま実行する場合だけ、そのとおり入力してください。", "A variable is empty, so this does not act on what it says. Go back and set a value with {environment}; type it as it stands only to run it with nothing there.";
        TYPE_NAMES: "実行するには、上の名前をそのまま入力して {field/accept}", "To run it, type each of these names exactly and press {field/accept}";
        TYPE_DATABASE: "実行するには、サーバーが答えたデータベース名をそのまま入力して {field/accept}", "To run it, type the database as the server names it, exactly, and press {field/accept}";
        WRITE: "サーバーに書き込みます", "This writes to the server";
        WRITE_WHY: "読み取り専用ではない接続で実行します。サーバーとデータベースを確かめてください。", "It is not sent in a read-only transaction. Make sure that this is the right server and database.";
        CAUTION: "実行の前に注意を読む", "Read this before the command runs";
        CAUTION_WHY: "この注意が次のコマンドに当てはまります。{question/confirm} を押すと、読んだことが記録に残り、実行に進みます。", "It governs the command below. With {question/confirm} the record says that you read it, and the command comes next.";
        POINTS: "小項目（{choice/accept} でチェック・解除）", "Sub-points ({choice/accept} ticks and clears)";
        CHOOSE: "この選択肢で行いますか？", "Choose this one?";
        CHOOSE_WHY: "ほかの選択肢は今回は該当なしになり、残りに数えません。選び直すこともできます。", "The others become not applicable to this run and do not count. It can be chosen anew.";
        OVERRIDE: "上書き承認", "Accept it all the same";
        OVERRIDE_WHY: "判定はそのまま残り、理由と承認者が記録に残ります。完了区分は「上書き」になります。", "The verdict stays; reason and approver stand in the record, and the run is complete with an override.";
        ADD_STEP: "手順を追加する（この実施だけ）", "Add a step to this run";
        ADD_STEP_WHY: "次の手順として加わり、逸脱として記録に残ります。文書は変わりません。コマンドも文書のものと同じ検査と確認を受けます。", "It comes next, and the record lists it as a deviation; the document stays. Its command is looked at and approved as those of the document are.";
        REVERTS: "戻すこと（{choice/accept} で選ぶ）", "To be undone ({choice/accept} chooses)";
        REVERT_HOW: "どうなりましたか？（{choice/accept} で選ぶ）", "What became of it? ({choice/accept} chooses)";
        REVERT_OWE: "あとで戻すことを加える", "Something to be undone later";
        REVERT_OWE_WHY: "戻したと記録するか引き継ぐまで一覧の上に残り、署名できません。", "It stays on top, and the run is not signed, until it is undone or handed over.";
        REVERT_DONE: "元に戻した", "It was undone";
        REVERT_HAND: "引き継ぐ", "Hand it over";
        REVERT_DROP: "戻すことはない", "There is nothing to undo";
        HOLD_SET: "ここで止める（ホールドポイント）", "Hold the work here";
        HOLD_SET_WHY: "解除されるまで、この手順から先は実行も完了もできません。", "Until it is released, nothing from this step on is run or called done.";
        HOLD_RELEASE: "ホールドポイントの解除", "Release the hold point";
        HOLD_RELEASE_WHY: "解除した人の名前と言葉を入力します。あなたが入力したことも記録に残ります。", "Write who released it and what was said. The record also says that you wrote it.";
        PAUSE_BEGIN: "作業の前に読む", "Read this before the work";
        PAUSE_END: "署名の前に読む", "Read this before the signature";
        PAUSE_WHY: "{question/confirm} を押すと、読んだことが記録に残り、先へ進みます。", "With {question/confirm} the record says that you read it, and the work goes on.";
        LINE: "この行を手順にしますか？", "Make this line a step?";
        LINE_WHY: "この手順の次に加わり、文書の行番号と共に記録に残ります。文書は変わりません。", "It comes next after this step, and the record names its line. The document stays.";
        EDIT: "コマンドを書く（{note/save} で次へ）", "Write the command ({note/save} goes on)";
        CHANGE: "コマンドを変える（この実施だけ）", "Change the command in this run";
        CHANGE_WHY: "逸脱として記録に残ります。実行はまだしません。", "The record lists it as a deviation. Nothing is run yet.";
        MOVE: "どの手順のコマンドですか？（{choice/accept} で移す）", "Which step does it belong to? ({choice/accept} moves it)";
        MOVE_WHY: "文書の読み取りの訂正として記録に残ります。", "The record says that the match was corrected.";
        BRANCH: "分岐を手順として開きますか？", "Open the branch as a step?";
        BRANCH_WHY: "この手順の次に加わり、判定・省略などを終えるまで署名できません。", "It comes next after this step, and must be judged or left out before the run is signed.";
        HOLDS: "この規則に該当しますか？", "Does this rule apply?";
        HOLDS_WHY: "出力から値を読み取れませんでした。「はい」なら対応を手順として開き、「いいえ」なら該当なしと記録します。", "Its value could not be read from the output. Yes opens its action as a step; no records that it does not apply.";
        APPLIES: "この条件に該当しますか？", "Does this condition hold?";
        APPLIES_WHY: "「はい」なら行う手順に数え、「いいえ」なら該当なしと記録します。", "Yes makes it one of the steps to be done; no records that it does not apply.";
        READ_ALOUD: "読み上げ確認", "Read it aloud";
        READ_ALOUD_WHY: "このコマンドは第二者の「はい」を得てから実行します。ホストとコマンドを声に出して読み、{question/confirm} を押してください。確認者は別の端末から tejun watch で答えます。", "It runs after a second person's yes. Read host and command aloud, then press {question/confirm}. The second person answers from another terminal with tejun watch.";
        ANSWER: "確認: このコマンドを実行してよいですか？", "Check: may this command run?";
        ANSWER_WHY: "ホスト・対象・コマンドを自分の目で確かめてください。「はい」はこの内容の1回の実行だけを認めます。", "Look at host, target and command yourself. A yes allows these very bytes to run once.";
        CHECK: "独立確認: この手順はあるべき状態ですか？", "Check: is this step as it should be?";
        CHECK_WHY: "実施者の判定を見る前に、自分で結果を確かめてください。", "Look at the result yourself before you look at the operator's verdict.";
        OBJECT: "いいえ（理由）", "No (why)";
        SEND_BACK: "差戻し（理由）", "Send it back (why)";
        WORK_ALONE: "一人作業", "Work alone";
        WORK_ALONE_WHY: "確認者なしで行います。理由は記録の特記事項に残ります。", "There is no second person. The reason stands among the remarks of the record.";
        DISAGREES: "コメントが必要です。", "It needs a comment.";
        JUDGE: "判定", "Verdict";
        NO_PROPOSAL: "判定の提案はありません。", "The rules propose nothing.";
        COMMENT_NEEDED: "未実行のコマンドがあります。OK にするにはコメントが必要です。", "Not all commands were run: OK needs a comment.";
        OUTPUT_MISSING: "出力の一部が証跡にありません。OK にするにはコメントが必要です。", "A part of the output is in no evidence: OK needs a comment.";
        COMMENT_OPTIONAL: "コメント（任意）", "Comment (optional)";
        SKIP: "省略", "Leave the step out";
        DEFER: "延期", "Put the step off";
        RULE_OUT: "該当なし", "The step does not apply";
        REOPEN: "取り消し", "Take the mark back";
        REOPEN_REASON: "理由（任意）", "Reason (optional)";
        NOTE: "メモ（手順）", "Note on the step";
        RUN_NOTE: "メモ（全体）", "Note on the run";
        STOP: "実行中のコマンドを止める", "Stop the running command";
        INTERRUPT: "割り込み（Ctrl-C と同じ）", "Interrupt, as Ctrl-C does";
        TERMINATE: "終了を求め、残れば強制終了", "Ask it to end, then kill what is left";
        KILL: "強制終了", "Kill it at once";
        SIGN: "署名して終えますか？", "Sign the run off?";
        SIGN_WHY: "署名すると記録は固定され、あとから変更できません。", "A signature freezes the record: it cannot be changed afterwards.";
        UNTOUCHED: "署名できません: 判定のない手順があります", "Not signed: steps have no verdict";
        UNTOUCHED_WHY: "それぞれ判定・省略・延期・該当なしのどれかにしてください。", "Judge each of them, leave it out, put it off or rule it out.";
        ABORT: "実施を中断する", "Give the run up";
        ABORT_WHY: "記録は「中断」として残ります。再開はできません。", "The record is kept as aborted. The run cannot go on afterwards.";
        ENVIRONMENT: "シェルの環境", "The environment of the shell";
        NO_VARIABLES: "開始時から変わった変数はありません。", "No variable has changed since the start.";
        NOT_HANDED_ON: "秘密のため次のコマンドに引き継がない変数:", "Not handed on to the next command, because they hold secrets:";
        FOLDER_WHY: "次のコマンドはこのフォルダで始まります。", "The next command starts in this folder.";
        VARIABLE_WHY: "次のコマンドから有効です。空のまま {field/accept} を押すと変数を削除します。", "It holds from the next command on. {field/accept} with nothing in the field takes the variable away.";
        NEW_VARIABLE_WHY: "次のコマンドから有効です。値は記録に残ります。秘密は設定できません。", "It holds from the next command on. The value stays in the journal: a secret is refused.";
        CONNECTION: "どの接続で実行しますか？", "On which connection?";
        CONNECTION_WHY: "この実施の間、同じ種類の文はここで選んだ接続で実行します。", "For this run, what is of its kind goes to the connection that is chosen here.";
        JOIN: "この手順書はすでに実施中です", "A run of this procedure goes on";
        JOIN_WHY: "その実施に加わるか、別の実施を新しく始めるかを選びます。まだ何も始めていません。", "Join it, or begin another run. Nothing was started yet.";
        ANOTHER: "別の実施を新しく始める", "Begin another run";
        TAKE_OVER: "操作を引き継ぎますか？", "Take over?";
        TAKE_OVER_WHY: "今操作している人の画面は閲覧に変わります。", "Whoever drives now will only look on.";
        RESET_SHELL: "シェルを初期化しますか？", "Begin with a fresh shell?";
        RESET_SHELL_WHY: "作業フォルダは開始時に戻り、コマンドが設定した変数と関数は失われます。", "The folder goes back to the one that the run began in; what commands have set is gone.";
        DETACH: "画面を離れますか？", "Leave the screen?";
        DETACH_WHY: "実施とコマンドはこのまま続きます。戻るには: tejun attach", "The run and its commands go on. To come back: tejun attach";
        RENEW: "文書の変更を取り込みますか？", "Take the changes in?";
        RENEW_WHY: "変わらない手順の判定・出力・メモは残ります。変わった手順は未判定に戻り、前の出力は見られます。なくなった手順は記録にだけ残ります。記録には前後の SHA-256 と取り込んだ人が残ります。", "Steps that stay keep verdict, output and notes. Changed ones are open again, with their earlier output still there; those that are gone stay in the record only. The record names both digests and who took the changes in.";
        RENEW_TRUST: "新しい本文はまだ信頼されていません。「はい」と答えると信頼もします。この内容のコマンドをこのホストで実行できるようになり、1バイトでも変わるともう一度確認します。", "Nobody trusts the new text yet: yes trusts it too. Its commands can then be run on this machine; if it changes by a byte, you are asked again.";
        TRUST: "この文書を信頼しますか？", "Trust this document?";
        TRUST_WHY: "信頼すると、この内容のコマンドをこのホストで実行できるようになります。内容が1バイトでも変わると、もう一度確認します。信頼しただけでは何も実行されません。", "Its commands can then be run on this machine. If the document changes by a byte, you are asked again. Trusting runs nothing by itself.";
        START: "この手順書で実施を開始しますか？", "Start a run of this procedure?";
        START_WHY: "開始しただけではコマンドは実行されません。", "Starting runs no command by itself.";
        SAVE_OUTPUT: "出力の保存", "Save the output";
        SAVE_OUTPUT_WHY: "ここまでの出力を、色などの制御を除いた文字として保存します（自分だけが読めるファイル）。既にあるファイルには書きません。", "The output so far is saved as plain text, without colours and the like, in a file that only you can read. Nothing is written over.";
        COPY: "出力の複写", "Copy output";
        COPY_WHY: "端末のクリップボードへ送ります。", "Sent to the clipboard of the terminal.";
        COPY_SEEN: "見えている行", "the rows that are seen";
        COPY_ALL: "出力の全体（長いときは末尾の 64 KiB）", "the whole output (of a long one the last 64 KiB)";
        COPY_COMMAND: "実行した文字列", "what was run";
        PANES: "出力の一覧（{panes/accept} 表示、{panes/split} 並べる）", "Outputs ({panes/accept} shows, {panes/split} puts beside)";
        CLOSE_PANE: "取り消す操作はありません。", "There is nothing to go back from.";
    }
}

keyed_messages! {
    /// Sentences: what happened, what is safe, what to press.
    Say {
        ALTERNATIVE: "選択肢の一つ（{choose} で選ぶ）", "one of several ({choose} chooses it)";
        MANUAL: "手動の手順です。確認したら {judge} で判定します。", "A manual step: when it is done, judge it with {judge}.";
        UNKNOWN_WHY: "途中まで、または最後まで実行された可能性があります。自動では再実行しません。対象の状態を確かめて {judge} で判定するか、{run-command} でもう一度実行します。", "It may have run in part, or to its end; nothing runs again by itself. Look at what it was to change, then judge it with {judge} or run it again with {run-command}.";
        NO_BOOKS: "手順書がありません。~/.config/tejun/config.toml の [library] に folders = [\"~/runbooks\"] と書いて {home/reload} で読み直すと、その下の .md が並びます。tejun FILE.md で直接開くこともできます。", "There is no runbook. Write folders = [\"~/runbooks\"] under [library] in ~/.config/tejun/config.toml and press {home/reload}: every .md under them is listed. tejun FILE.md opens one directly.";
        SEARCH_HOW: "{search-all} で、記録と証跡の本文から言葉を探します。", "Press {search-all} to look for words in all records and evidence.";
        STARTING: "開始しています…", "Starting…";
        NOTHING_TO_RUN: "実行できるコマンドがありません。確認したら {judge} で判定します。", "There is no command to run here. When it is done, judge it with {judge}.";
        NO_COMMAND: "このコマンドはここでは実行できません。何も実行していません。", "This command cannot be run here. Nothing was run.";
        STILL_SENDING: "送信中です。応答を待っています。", "Still sending: waiting for the answer.";
        BUSY: "このコマンドは実行中です。終わるまで待つか、{stop} で止めます。", "This command is running. Wait for it, or stop it with {stop}.";
        MARKED: "この手順は処理済みです。変えるには {reopen} で取り消します。", "This step is marked already. To change it, take the mark back with {reopen}.";
        NOT_MARKED: "取り消すものがありません。", "There is no mark to take back.";
        STEP_RUNS: "この手順のコマンドが実行中です。終わってから判定します。", "A command of this step is running. Mark it when it has ended.";
        NOT_RUNNING: "実行中のコマンドはありません。画面を離れるには {detach}。", "No command is running. To leave the screen press {detach}.";
        NOT_SHOWN_RUNNING: "実行中のコマンドがないため入力できません。", "No command is running, so there is nothing to type into.";
        WATCHING: "閲覧中です。何も変更していません。操作するには {take-over}。", "You are looking on. Nothing was changed. To act, press {take-over}.";
        DRIVING: "すでに操作中です。", "You are driving already.";
        NOW_WATCHING: "閲覧に変わりました。操作に戻るには {take-over}。", "You only look on now. To act again, press {take-over}.";
        NOW_DRIVING: "操作できるようになりました。", "You are driving now.";
        DENIED_ATTACH: "別の利用者がこの実施に入ろうとし、拒否しました:", "Another user tried to attach to this run and was refused:";
        DENIED_COMMAND: "閲覧側の画面からの操作を拒否しました:", "A screen that only looks on tried to act and was refused:";
        HOST_GONE: "実施との接続が切れました。実行中のコマンドには触れていません。つなぎ直しています（{detach} で離れ、tejun attach でも戻れます）。", "The connection to the run is gone. Running commands were not touched. Reconnecting (or leave with {detach} and come back with tejun attach).";
        BACK: "実施につなぎ直しました。実行中だったコマンドの状態を確かめてください。", "Connected to the run again. Look at what was running.";
        GONE: "実施に接続していないため、何も変更できません。{detach} で離れ、tejun attach で戻れます。", "Not connected to the run: nothing can be changed. Leave with {detach} and come back with tejun attach.";
        GAP: "事実が抜けました。表示は古い可能性があります。{detach} で離れ、tejun attach で読み直します。", "A fact is missing: what you see may be old. Leave with {detach} and read it anew with tejun attach.";
        REASON_MISSING: "理由を入力してください。", "A reason is needed.";
        FIELD_MISSING: "すべての欄を入力してください。", "Fill in all fields.";
        NO_VALUES: "この手順書に入力する値はありません。", "No command of this procedure asks for a value.";
        VALUES_SET: "値を設定しました。表示を確かめて {run-command} で実行します。", "The values are set. Look at the command, then run it with {run-command}.";
        NO_PLACE: "値をこのコマンドに安全に入れられません。何も実行していません。手作業で行い、{judge} で判定します。", "The value cannot be put into this command safely. Nothing was run. Do it by hand, then judge it with {judge}.";
        CAUTION_UNREAD: "注意をまだ確認していないため実行していません。{run-command} で確認します。", "A caution was not read yet, so nothing was run. Press {run-command} to read it.";
        NEEDS_PERSON: "これは人にしかできません。何も変更していません。", "Only a person can do that. Nothing was changed.";
        NOTHING_TO_OVERRIDE: "上書き承認できるのは、失敗・判定不能と判定した手順だけです。", "Only a step that was judged failed or undecided can be accepted all the same.";
        NOTHING_TO_CHECK: "確認するものがありません（判定前の手順です）。", "There is nothing to check: the step has no mark yet.";
        READ_ALOUD: "読み上げました。確認者の「はい」を待っています。", "It was read aloud. Waiting for the second person's yes.";
        READ_ALOUD_TO_YOU: "確認を求められています。{verify} で答えます。", "You are asked to agree. Press {verify} to answer.";
        CONFIRMED: "はい。{run-command} で実行できます。", "yes. Press {run-command} to run it.";
        OBJECTED: "いいえ。実行していません:", "no. It was not run:";
        CHECKED: "手順を確認しました。", "checked the step.";
        SENT_BACK: "手順を差し戻しました:", "sent the step back:";
        ALONE: "一人作業として記録しました。", "It is recorded that you work alone.";
        SAME_PERSON: "操作している本人とは別の人が必要です（別のユーザーか、登録された別の人の鍵で区別します）。何も変更していません。", "That needs another person, told apart by a user of their own or by a listed key. Nothing was changed.";
        UNCONFIRMED: "確認者の「はい」がまだないため実行していません。{run-command} で読み上げを始めます。", "The second person has not agreed yet, so nothing was run. Press {run-command} to read it aloud.";
        OWN_APPROVAL: "承認者には実施者以外の名前を入力してください。", "Another person must approve it: give that person's name.";
        NOTHING_TO_CHOOSE: "この手順に小項目や選択肢はありません。", "This step has no sub-points and no alternatives.";
        POINTS_LEFT: "チェックしていない小項目があります。OK にする理由を入力してください。", "Some sub-points are not ticked: say why it is OK.";
        OUTPUT_MISSING: "出力の一部が証跡にありません。OK にする理由を入力してください。", "A part of the output is in no evidence: say why it is OK.";
        NOT_HELD: "ここにホールドポイントはありません。", "Nothing is held there.";
        NOTHING_TO_REVERT: "それはもう片付いています。", "That is settled already.";
        GUIDANCE_UNREAD: "手順書の案内をまだ読んでいません。何も変更していません。もう一度キーを押すと開きます。", "The runbook's advice was not read yet: nothing was changed. Press the key again to read it.";
        RUN_ALREADY: "この手順のコマンドは実行済みのため移せません。記録はそのままです。", "Commands of this step were run already, so they stay here. Nothing was changed.";
        TYPED_SECRET: "入力に秘密の値が含まれるため受け付けません。何も変更していません。<名前> の形にすると、実行のたびに聞かれます。", "What was typed holds a secret, which would stay in the journal: nothing was changed. Write it as <password>, and it is asked for at every start.";
        ONE_STEP: "移す先の手順がありません。", "There is no other step to move it to.";
        NO_RUN_YET: "実施を始めてから使えます。", "First start a run.";
        OLD_TEXT_ONLY: "手順にできるのは実施の本文の行です。{document/difference} で本文に戻ります。", "Only a line of the run's own text can be made a step. Press {document/difference} to go back to it.";
        EMPTY_LINE: "空の行です。別の行を選びます。", "The line is empty: choose another one.";
        ITS_OWN_STEP: "もとの手順です。別の手順を選びます。", "It is the step that it stands in: choose another one.";
        NO_BRANCH: "この手順に開く分岐はありません。", "This step has no branch to open.";
        RULE_APPLIES_NOT: "その規則は該当していないため、分岐を開いていません。", "The rule does not apply, so its branch was not opened.";
        DISAGREES: "規則の提案と異なる判定です。理由をコメントに入力してください。", "The verdict is not what the rules propose: say why in the comment.";
        WRONG_TARGET: "ホスト名が一致しません。何も実行していません。", "That is not the host name. Nothing was run.";
        UNTRUSTED: "この文書は信頼されていないため開始できません。{list/trust} で確認します。", "The document is not trusted, so nothing starts. Press {list/trust} to look into it.";
        TRUSTED: "文書を信頼しました。", "The document is trusted.";
        ALREADY_TRUSTED: "この文書は信頼済みです。", "The document is trusted already.";
        NO_MATCH: "一致する手順書がありません。{list/cancel} で絞り込みを解除します。", "No procedure matches. {list/cancel} takes the filter away.";
        CHANGED: "文書は開始後に変更されています。表示は実施中の本文です（{document/difference} で差分、{document/renew} で取り込み）", "The document was changed after the run began. What is shown is the text of the run ({document/difference}: difference, {document/renew}: take in)";
        DIFFERENCE: "実施中の本文（-）と今のファイル（+）の差分です。取り込むまで実施は今の本文で続きます（{document/renew} で取り込み、{document/difference} で戻る）", "The text of the run (-) and the file now (+). The run goes on with its own text until you take the changes in ({document/renew}; {document/difference}: back)";
        NOT_CHANGED: "文書は実施中の本文から変更されていません。", "The document is the same as the text of the run.";
        NOTHING_SOUGHT: "{find} で検索する文字を入力します。", "Type what to look for with {find}.";
        RENEW_LOOK: "差分を確かめてから、もう一度 {document/renew} で取り込みます。", "Look at the difference first; press {document/renew} again to take it in.";
        RENEW_RUNNING: "コマンドの実行中は取り込めません。終わってからもう一度押します。何も変更していません。", "A command is running: nothing is taken in before it has ended. Nothing was changed.";
        RENEW_OLD_HOST: "この実施を始めた版の tejun では、文書の変更を取り込めません。実施は開始時の本文で続きます。", "The tejun that owns this run is too old to take changes of the document in. The run goes on with its own text.";
        RENEWED: "文書の変更をこの実施に取り込みました。", "The changes of the document are part of this run now.";
        DOCUMENT_CHANGED: "確認した後に文書がまた変更されたため、取り込んでいません。{document} で差分を見直してください。", "The document was changed again after it was shown, so it was not taken in. Look at the difference again with {document}.";
        NOTHING_FOUND: "一致するものがありません。", "It is not in the document.";
        NO_CLIPBOARD: "端末のクリップボードへの複写は設定されていません。何も送っていません。config.toml に clipboard = true を書くと使えます。出力は {save-output} でファイルに保存できます。", "Copying to the terminal's clipboard is not set up; nothing was sent. Put clipboard = true into config.toml, or save the output to a file with {save-output}.";
        NO_ROOM: "並べる広さがありません（幅 100 または高さ 12 以上）。", "There is no room for two (100 columns or 12 rows at least).";
        SHOWN_ALREADY: "この出力はすでに表示しています。", "This output is shown already.";
        NO_ATTEMPT_BEFORE: "このコマンドには前の回がありません。{comparison/difference} で前回の実施と比べます。", "There is no earlier attempt at this command in this run. Press {comparison/difference} to compare with the run before.";
        NO_RUN_BEFORE: "この手順書の前回の実施に、このコマンドの出力はありません。{comparison/difference} で前の回と比べます。", "No earlier run of this procedure has output of this command. Press {comparison/difference} to compare with the attempt before.";
        NOT_IN_OUTPUT: "出力に一致するものがありません。", "It is not in the output.";
        STILL_LOOKING: "検索中です…", "Still looking…";
        OLD_HOST: "この実施を始めた版の tejun では、出力の検索と読み返しができません。", "The tejun that owns this run is too old to search and read back outputs.";
        NOTHING_FITS: "一致するものがありません。文字を消すか、{palette/cancel} で戻ります。", "Nothing fits. Take letters away, or go back with {palette/cancel}.";
        NOT_FOUND: "指定された手順書がありません。一覧から選んでください。", "The procedure that was asked for is not there. Choose from the list.";
        STEP_ENDED: "コマンドは終了しました。キーは送られません。{cancel} で手順に戻ります。", "The command has ended. Keys go nowhere; {cancel} returns to the steps.";
        PASTE_IGNORED: "貼り付けは入力欄でだけ使えます。何も実行していません。", "A paste is only taken in a field. Nothing was run.";
        NO_OUTPUT: "まだ出力はありません。", "No output yet.";
        NOT_BEGUN: "実施が始まっていません。何も変更していません。", "The run has not begun. Nothing was changed.";
        BEGUN: "実施はすでに始まっています。", "The run has begun already.";
        OVER: "実施は終了しています。変更できません。", "The run is over; it is not changed any more.";
        NO_SUCH_STEP: "その手順はありません。何も変更していません。", "There is no such step. Nothing was changed.";
        NOT_AS_SHOWN: "表示したコマンドと実施のコマンドが違うため、実行しませんでした。", "The command that was shown is not the one of the run, so it was not run.";
        NO_CONNECTION: "接続が設定されていません。~/.config/tejun/config.toml に [connections.main] url = \"…\"（SQL なら postgres://利用者@ホスト/DB・mysql://…・sqlite:…、Redis なら redis://ホスト/0）を書き、実施を開き直します。{copy} で文を複写するか、手作業で行い {judge} で判定することもできます。", "No connection is set up. Put [connections.main] url = \"...\" (for SQL postgres://user@host/db, mysql://... or sqlite:..., for Redis redis://host/0) into ~/.config/tejun/config.toml and open the run again; or copy the text with {copy}; or do it by hand and judge it with {judge}.";
        SEVERAL_CONNECTIONS: "接続が複数あります。実行するときに選びます。", "Several connections would fit: choose one when it is run.";
        LOOKING: "サーバーを確認しています…", "looking at the server…";
        NO_SHELL: "シェルがまだありません。先にコマンドを一つ実行してください。", "There is no shell yet; run a command first.";
        ONE_CONNECTION: "選べる接続がほかにありません。", "There is no other connection to choose.";
        JOINING: "実施に加わっています…", "Joining the run…";
        WRONG_NAME: "名前が一致しません。何も実行していません。", "That is not the name. Nothing was run.";
        WRONG_DATABASE: "サーバーが答えたデータベース名と一致しません。何も実行していません。", "That is not the database as the server names it. Nothing was run.";
        LEAVE_OUTPUT: "出力の全画面中は実行しません。{zoom} か {cancel} で手順に戻ってから実行します。", "Nothing is run from the full output. Go back to the steps with {zoom} or {cancel} first.";
        DRAFT_LEFT: "書きかけのメモがあります。{note} で開いて保存するか、消してから署名します。", "There is an unfinished note. Open it with {note} and save it, or empty it, before signing.";
        DRAFT: "書きかけのメモは残してあります。{note} でもう一度開きます。", "The unfinished note is kept. Press {note} to go on with it.";
        TYPE_IT: "確認の名前は貼り付けずに入力してください。何も実行していません。", "Type the name; a paste does not confirm a danger. Nothing was run.";
        NO_LANE: "シェルが失われたため実行できません。出力と記録は安全です。記録して {abort} で中断するか、tejun attach で開き直します。", "The shell is lost, so nothing can run. Output and journal are safe. Write a note and end with {abort}, or open the run again with tejun attach.";
    }
}

messages! {
    /// Sentences that name no key.
    Notice {
        NO_TEXT: "文書の本文がありません。この実施を始めた版の tejun は本文を渡せません。", "The text of the document is not here: the tejun that owns this run is too old to give it.";
        READING: "文書を読んでいます…", "Reading the document…";
        CUT: "差分が長いため、ここまでを表示しています。", "The difference is long: only so much of it is shown.";
        UNREADABLE: "出力を読めません。実施には影響しません", "The output cannot be read; the run is not affected";
        OTHER_COMMAND: "! 実行した文字列は同じではありません。", "! What ran was not the same to the byte.";
        SHORTENED: "! 出力が長いため、それぞれ末尾の 1 MiB だけを比べています。", "! The outputs are long: only the last MiB of each is compared.";
        TOO_SMALL: "画面が小さすぎます（20×6 以上）", "The screen is too small (20×6 at least)";
        TOO_SMALL_SAFE: "実施は続いています", "the run goes on";
        COMPARING: "比べています…", "Comparing…";
        NO_DIFFERENCE: "出力に違いはありません。", "The outputs do not differ.";
        RECORD_WAIT: "記録を書いています…", "Writing the record…";
        KEY_ASKED: "鍵で署名しています…", "Signing with the key…";
        SIGNED_WHEN_LEFT: "まだです。この画面を離れると、端末で鍵に尋ねて署名します", "not yet: when you leave this screen the key is asked at the terminal";
        WAITING: "実施に接続しています…", "Connecting to the run…";
        NO_PREVIEW: "（記録の項目はありません）", "(the record has no fields)";
        LOG_NOT_APPENDED: "チームの記録に追記できませんでした。記録は保存済みです。記録の先頭の項目を手で写してください:", "The team's log did not get the entry. The record is saved; copy its first block by hand:";
        KNOWN_BY_KEY: "鍵で本人を確認しました", "You are known by your key";
        NOT_KNOWN: "鍵で本人を確認できませんでした（実施は続けられます）", "Your key does not say who you are (the run goes on without)";
        NO_PROCEDURES: "この文書には、開いて実施できる手順書がありません。チェックリスト（- [ ]）・番号付きの見出し・コマンドのある節が手順書になります。", "This document has no procedure that can be opened and run. A section with a checklist (- [ ]), numbered headings or commands becomes one.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::place;

    fn texts() -> impl Iterator<Item = &'static str> {
        let pairs = Ask::ALL.iter().map(|m| (m.ja, m.en)).chain(Say::ALL.iter().map(|m| (m.ja, m.en)));
        pairs.flat_map(|(ja, en)| [ja, en])
    }

    #[test]
    fn every_place_for_a_key_names_an_action() {
        for text in texts() {
            for named in text.split('{').skip(1) {
                let name = named.split('}').next().unwrap_or_default();
                assert!(place(name).is_some(), "{{{name}}} in: {text}");
            }
        }
    }

    #[test]
    fn no_sentence_names_a_key_but_by_its_action() {
        let named = ["Enter", "Esc", "Tab", "space", "PgUp", "PgDn", "F12"];
        for text in texts() {
            let (mut bare, mut rest) = (String::new(), text);
            while let Some((before, after)) = rest.split_once('{') {
                bare.push_str(before);
                rest = after.split_once('}').map_or("", |(_, after)| after);
            }
            bare.push_str(rest);
            let bare = bare.replace("'s", "");
            // Paths, settings and commands are no keys.
            let words = bare.split(|c: char| !(c.is_ascii_alphanumeric() || "-_/.[]".contains(c)));
            for word in words.map(|word| word.trim_matches(['.', '/', '[', ']'])) {
                let article = ["a", "A"].contains(&word);
                let letter = word.len() == 1 && word.chars().all(|c| c.is_ascii_alphabetic()) && !article;
                assert!(!letter && !named.contains(&word) && !bare.contains('⏎'), "`{word}` in: {text}");
            }
        }
    }

    #[test]
    fn both_languages_name_the_same_keys() {
        let named = |text: &'static str| {
            let mut names: Vec<&str> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            names.sort_unstable();
            names
        };
        for (ja, en) in Ask::ALL.iter().map(|m| (m.ja, m.en)).chain(Say::ALL.iter().map(|m| (m.ja, m.en))) {
            assert_eq!(named(ja), named(en), "{en}");
        }
    }
}
