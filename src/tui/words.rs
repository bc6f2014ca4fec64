//! The words of the screen, in both languages.

use crate::messages;

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
        DANGER: "危険", "Danger";
        CHANGES: "変更", "Changes";
        DISRUPTS: "停止のおそれ", "Disrupts";
        DESTROYS: "データ喪失のおそれ", "Destroys";
        SAMPLE: "見本の値", "sample value";
        OVER_TIME: "時間制限により停止", "stopped at its time limit";
        SECRET_ASKED: "実行のたびに入力する秘密", "secret, asked for at every start";
        SAMPLE_FIELD: "（見本の値）", "(an example)";
        PLACEHOLDER: "未設定の値", "not filled in";
        INTERACTIVE: "入力を求める", "asks for input";
        NEVER_ENDS: "止めるまで続く", "runs until stopped";
        INCOMPLETE: "出力に欠落あり", "output incomplete";
        SECRET: "秘密を表示する", "prints a secret";
        NOT_RUN_HERE: "実行対象外", "not run here";
        NOTES: "メモ", "Notes";
        HISTORY: "取り消された判定", "Taken back";
        REASON: "理由", "Reason";
        COMMENT: "コメント", "Comment";
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
        WHO_SIGNS: "署名者", "Signed by";
        COMPLETION: "完了区分", "Completion";
        COMPLETE: "完了", "complete";
        FAILED: "失敗", "failed";
        ABORTED: "中断", "aborted";
        UNSIGNED: "未署名", "unsigned";
        SIGNED: "署名済み", "signed";
        DURATION: "所要時間", "Duration";
        MANUAL: "手動の手順です。確認したら space で判定します。", "A manual step: when it is done, judge it with space.";
        HELP: "できること", "What can be done";
    }
}

messages! {
    /// Titles and questions of dialogs.
    Ask {
        AGAIN: "もう一度実行しますか？", "Run it again?";
        AGAIN_WHY: "このコマンドは実行済みです。実行すると次の回として記録されます。", "This command was run before. To run it again is recorded as a further attempt.";
        JUDGED_WHY: "この手順は判定済みです。実行すると判定は取り消されます（履歴は残ります）。", "This step is judged. To run it takes the verdict back; the journal keeps it.";
        DANGER: "危険なコマンドです", "This command is dangerous";
        TYPE_TARGET: "実行するにはホスト名をそのまま入力して Enter", "To run it, type the host name exactly and press Enter";
        VALUES: "値の入力", "Values";
        VALUES_WHY: "値はデータとして、入る場所に合わせて引用符が付きます。空欄は未設定に戻します。", "Values pass as data, quoted for where they stand. An empty field takes a value back.";
        SECRETS: "秘密の値の入力", "Secrets";
        SECRETS_WHY: "今回の実行だけに変数で渡します。記録・出力・履歴には残りません。", "Passed in a variable to this one run of the command. Nothing of it is kept: not in the journal, the output or the record.";
        BESIDE: "並行して実行しますか？", "Run it beside the other?";
        BESIDE_WHY: "別のコマンドが実行中です。新しいシェルで同時に実行します。作業フォルダは同じで、変数は引き継ぎません。", "Another command is running. This one gets a shell of its own, in the same folder; variables are not handed on.";
        DOUBT: "この値で実行しますか？", "Run it with this value?";
        DOUBT_WHY: "引用符だけでは安全と言えない値があります。", "Quotes alone do not make a value harmless here.";
        CAUTION: "実行の前に注意を読む", "Read this before the command runs";
        CAUTION_WHY: "この注意が次のコマンドに当てはまります。y を押すと、読んだことが記録に残り、実行に進みます。", "It governs the command below. With y the record says that you read it, and the command comes next.";
        JUDGE: "判定", "Verdict";
        NO_PROPOSAL: "判定の提案はありません。", "The rules propose nothing.";
        COMMENT_NEEDED: "未実行のコマンドがあります。OK にするにはコメントが必要です。", "Not all commands were run: OK needs a comment.";
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
        UNTOUCHED: "署名できません: 未着手の手順があります", "Not signed: steps are untouched";
        UNTOUCHED_WHY: "それぞれ判定・省略・延期・該当なしのどれかにしてください。", "Judge each of them, leave it out, put it off or rule it out.";
        ABORT: "実施を中断する", "Give the run up";
        ABORT_WHY: "記録は「中断」として残ります。再開はできません。", "The record is kept as aborted. The run cannot go on afterwards.";
        TAKE_OVER: "操作を引き継ぎますか？", "Take over?";
        TAKE_OVER_WHY: "今操作している人の画面は閲覧に変わります。", "Whoever drives now will only look on.";
        RESET_SHELL: "シェルを初期化しますか？", "Begin with a fresh shell?";
        RESET_SHELL_WHY: "作業フォルダは開始時に戻り、コマンドが設定した変数と関数は失われます。", "The folder goes back to the one that the run began in; what commands have set is gone.";
        DETACH: "画面を離れますか？", "Leave the screen?";
        DETACH_WHY: "実施とコマンドはこのまま続きます。戻るには: tejun attach", "The run and its commands go on. To come back: tejun attach";
        TRUST: "この文書を信頼しますか？", "Trust this document?";
        TRUST_WHY: "信頼すると、この内容のコマンドをこのホストで実行できるようになります。内容が1バイトでも変わると、もう一度確認します。信頼しただけでは何も実行されません。", "Its commands can then be run on this machine. If the document changes by a byte, you are asked again. Trusting runs nothing by itself.";
        START: "この手順書で実施を開始しますか？", "Start a run of this procedure?";
        START_WHY: "開始しただけではコマンドは実行されません。", "Starting runs no command by itself.";
        CLOSE_PANE: "取り消す操作はありません。", "There is nothing to go back from.";
    }
}

messages! {
    /// Sentences: what happened, what is safe, what to press.
    Say {
        STARTING: "開始しています…", "Starting…";
        WAITING: "実施に接続しています…", "Connecting to the run…";
        NOTHING_TO_RUN: "実行できるコマンドがありません。確認したら space で判定します。", "There is no command to run here. When it is done, judge it with space.";
        NO_COMMAND: "このコマンドはここでは実行できません。何も実行していません。", "This command cannot be run here. Nothing was run.";
        STILL_SENDING: "送信中です。応答を待っています。", "Still sending: waiting for the answer.";
        BUSY: "このコマンドは実行中です。終わるまで待つか、C-c で止めます。", "This command is running. Wait for it, or stop it with C-c.";
        MARKED: "この手順は処理済みです。変えるには u で取り消します。", "This step is marked already. To change it, take the mark back with u.";
        NOT_MARKED: "取り消すものがありません。", "There is no mark to take back.";
        STEP_RUNS: "この手順のコマンドが実行中です。終わってから判定します。", "A command of this step is running. Mark it when it has ended.";
        NOT_RUNNING: "実行中のコマンドはありません。画面を離れるには q。", "No command is running. To leave the screen press q.";
        NOT_SHOWN_RUNNING: "実行中のコマンドがないため入力できません。", "No command is running, so there is nothing to type into.";
        WATCHING: "閲覧中です。何も変更していません。操作するには t。", "You are looking on. Nothing was changed. To act, press t.";
        DRIVING: "すでに操作中です。", "You are driving already.";
        NOW_WATCHING: "閲覧に変わりました。操作に戻るには t。", "You only look on now. To act again, press t.";
        NOW_DRIVING: "操作できるようになりました。", "You are driving now.";
        HOST_GONE: "実施との接続が切れました。実行中のコマンドには触れていません。つなぎ直しています（q で離れ、tejun attach でも戻れます）。", "The connection to the run is gone. Running commands were not touched. Reconnecting (or leave with q and come back with tejun attach).";
        BACK: "実施につなぎ直しました。実行中だったコマンドの状態を確かめてください。", "Connected to the run again. Look at what was running.";
        GONE: "実施に接続していないため、何も変更できません。q で離れ、tejun attach で戻れます。", "Not connected to the run: nothing can be changed. Leave with q and come back with tejun attach.";
        GAP: "事実が抜けました。表示は古い可能性があります。q で離れ、tejun attach で読み直します。", "A fact is missing: what you see may be old. Leave with q and read it anew with tejun attach.";
        REASON_MISSING: "理由を入力してください。", "A reason is needed.";
        FIELD_MISSING: "すべての欄を入力してください。", "Fill in all fields.";
        NO_VALUES: "この手順書に入力する値はありません。", "No command of this procedure asks for a value.";
        VALUES_SET: "値を設定しました。表示を確かめて Enter で実行します。", "The values are set. Look at the command, then run it with Enter.";
        NO_PLACE: "値をこのコマンドに安全に入れられません。何も実行していません。手作業で行い、space で判定します。", "The value cannot be put into this command safely. Nothing was run. Do it by hand, then judge it with space.";
        CAUTION_UNREAD: "注意をまだ確認していないため実行していません。Enter で確認します。", "A caution was not read yet, so nothing was run. Press Enter to read it.";
        NEEDS_PERSON: "これは人にしかできません。何も変更していません。", "Only a person can do that. Nothing was changed.";
        WRONG_TARGET: "ホスト名が一致しません。何も実行していません。", "That is not the host name. Nothing was run.";
        UNTRUSTED: "この文書は信頼されていないため開始できません。t で確認します。", "The document is not trusted, so nothing starts. Press t to look into it.";
        TRUSTED: "文書を信頼しました。", "The document is trusted.";
        ALREADY_TRUSTED: "この文書は信頼済みです。", "The document is trusted already.";
        NO_PROCEDURES: "この文書には、開いて実施できる手順書がありません。チェックリスト（- [ ]）・番号付きの見出し・コマンドのある節が手順書になります。", "This document has no procedure that can be opened and run. A section with a checklist (- [ ]), numbered headings or commands becomes one.";
        NO_MATCH: "一致する手順書がありません。Esc で絞り込みを解除します。", "No procedure matches. Esc takes the filter away.";
        NOT_FOUND: "指定された手順書がありません。一覧から選んでください。", "The procedure that was asked for is not there. Choose from the list.";
        STEP_ENDED: "コマンドは終了しました。キーは送られません。Esc で手順に戻ります。", "The command has ended. Keys go nowhere; Esc returns to the steps.";
        PASTE_IGNORED: "貼り付けは入力欄でだけ使えます。何も実行していません。", "A paste is only taken in a field. Nothing was run.";
        TOO_SMALL: "画面が小さすぎます（20×6 以上）", "The screen is too small (20×6 at least)";
        TOO_SMALL_SAFE: "実施は続いています", "the run goes on";
        NO_OUTPUT: "まだ出力はありません。", "No output yet.";
        RECORD_WAIT: "記録を書いています…", "Writing the record…";
        NO_PREVIEW: "（記録の項目はありません）", "(the record has no fields)";
        NOT_BEGUN: "実施が始まっていません。何も変更していません。", "The run has not begun. Nothing was changed.";
        BEGUN: "実施はすでに始まっています。", "The run has begun already.";
        OVER: "実施は終了しています。変更できません。", "The run is over; it is not changed any more.";
        NO_SUCH_STEP: "その手順はありません。何も変更していません。", "There is no such step. Nothing was changed.";
        NOT_AS_SHOWN: "表示したコマンドと実施のコマンドが違うため、実行しませんでした。", "The command that was shown is not the one of the run, so it was not run.";
        LEAVE_OUTPUT: "出力の全画面中は実行しません。o か Esc で手順に戻ってから実行します。", "Nothing is run from the full output. Go back to the steps with o or Esc first.";
        DRAFT_LEFT: "書きかけのメモがあります。n で開いて保存するか、消してから署名します。", "There is an unfinished note. Open it with n and save it, or empty it, before signing.";
        DRAFT: "書きかけのメモは残してあります。n でもう一度開きます。", "The unfinished note is kept. Press n to go on with it.";
        TYPE_IT: "確認の名前は貼り付けずに入力してください。何も実行していません。", "Type the name; a paste does not confirm a danger. Nothing was run.";
        NO_LANE: "シェルが失われたため実行できません。出力と記録は安全です。記録して A で中断するか、tejun attach で開き直します。", "The shell is lost, so nothing can run. Output and journal are safe. Write a note and end with A, or open the run again with tejun attach.";
    }
}
