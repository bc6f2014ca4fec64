//! The table of rules: what each looks for, why it matters, what to do.

use super::Severity::{self, Error, Note, Warning};
use crate::i18n::Language;

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable name.
    pub id: &'static str,
    /// The gravest that a finding of this rule can be.
    pub severity: Severity,
    about: (&'static str, &'static str),
    why: (&'static str, &'static str),
    fix: (&'static str, &'static str),
}

impl Rule {
    /// What the rule looks for, in one line.
    pub fn about(&self, language: Language) -> &'static str {
        language.pick(self.about.0, self.about.1)
    }

    /// Why it matters.
    pub fn why(&self, language: Language) -> &'static str {
        language.pick(self.why.0, self.why.1)
    }

    /// What to do about it.
    pub fn fix(&self, language: Language) -> &'static str {
        language.pick(self.fix.0, self.fix.1)
    }
}

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident
        about $about_ja:literal, $about_en:literal;
        why $why_ja:literal, $why_en:literal;
        fix $fix_ja:literal, $fix_en:literal;
    )*) => {
        $(pub(super) static $name: Rule = Rule {
            id: $id, severity: $severity, about: ($about_ja, $about_en), why: ($why_ja, $why_en), fix: ($fix_ja, $fix_en),
        };)*

        /// Every rule, by name.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    BROKEN_FENCE_END "broken-fence-end" Warning
        about "終わりの行に余分な文字があるコードブロック", "a code block whose closing line carries stray text";
        why "表示ソフトによっては、ここから文書の終わりまでが一つのコードブロックになります。", "Other readers take everything from here to the end for one code block.";
        fix "終わりの行を ``` だけにしてください。", "Make the closing line ``` alone.";
    CONTACT_UNSET "contact-unset" Warning
        about "仮の値のままの連絡先", "a contact whose number was never filled in";
        why "呼び出す必要に気づいた時点で、番号を探すことになります。", "The one who needs the number will have to look for it during the incident.";
        fix "実際の番号か、番号が分かる場所を書いてください。", "Write the number, or where it is kept.";
    DANGER_WITHOUT_CAUTION "danger-without-caution" Warning
        about "注意書きのない危険なコマンド", "a dangerous command that no caution announces";
        why "急いでいる人は、コマンドの意味を読まずに実行します。", "Somebody in a hurry runs a command without reading what it does.";
        fix "コマンドの前に、何が失われるか、戻し方、実行してよい条件を注意書きとして書いてください。", "Put a caution before it: what is lost, how to get it back, when it may be run.";
    DEAD_LINK "dead-link" Warning
        about "リンク先がないリンク", "a relative link or an anchor that leads nowhere";
        why "障害の最中に、続きの手順にたどり着けません。", "In an incident the next page cannot be reached.";
        fix "リンク先の名前を直すか、リンクを外してください。", "Correct the target, or take the link out.";
    DEADLINE_SUM "deadline-sum" Note
        about "前後や目標と合わない期限", "deadlines that go backwards or past the target";
        why "どの期限を守ればよいか、その場では判断できません。", "Nobody can tell then which deadline holds.";
        fix "期限を開始からの通算でそろえるか、目標を見直してください。", "Count every deadline from the start, or correct the target.";
    DUPLICATE_DUTY "duplicate-duty" Warning
        about "頻度が食い違う同じ定期作業", "one duty named twice with different frequencies";
        why "片方しか読まない人は、違う間隔で作業します。", "Whoever reads only one of them works at the wrong interval.";
        fix "頻度を一つに決めるか、作業の名前を分けてください。", "Decide on one frequency, or give the two different names.";
    DUPLICATE_TITLE "duplicate-title" Warning
        about "同じ名前の手順、見出し、項目", "procedures, headings or steps of one name";
        why "電話で名前を伝えても、相手が別の箇所を開くかもしれません。", "Told the name over the phone, the other may open the wrong one.";
        fix "何が違うのかを名前に入れてください。", "Put what differs into the names.";
    EMPTY_STEP "empty-step" Warning
        about "中身のないチェック項目", "a task item without words";
        why "何を確かめて印を付けるのか分かりません。", "Nobody knows what a mark there would mean.";
        fix "作業を書くか、項目を消してください。", "Write what is to be done, or delete the item.";
    HEADING_SKIP "heading-skip" Note
        about "段を飛ばした見出し", "a heading that skips a level";
        why "目次や手順の一覧で、属する章が変わって見えます。", "In an outline it seems to belong to another chapter.";
        fix "見出しの段を一つ上げるか、間の見出しを足してください。", "Raise the heading by a level, or add the one between.";
    HIDDEN_TEXT "hidden-text" Error
        about "目に見えない文字", "characters that are not seen";
        why "読んだものと違うコマンドが実行されることがあります。", "What runs may not be what was read.";
        fix "その文字を消し、前後を打ち直してください。", "Delete the character and type the words around it anew.";
    INTERACTIVE "interactive" Note
        about "定期作業の中の、入力を待つコマンド", "a command that waits for input in a scheduled procedure";
        why "無人で動かすと、そこで止まったままになります。", "With nobody there it waits for ever.";
        fix "入力を求めないオプションを付けるか、人が行う項目に分けてください。", "Give it the option that asks nothing, or make it a step for a person.";
    INVALID_CRON "invalid-cron" Warning
        about "範囲外の値や欄の不足がある cron の行", "a cron line with a field that is out of range or missing";
        why "登録に失敗するか、二度と実行されません。誰も気づきません。", "It is refused or never runs, and nobody notices.";
        fix "分 0-59、時 0-23、日 1-31、月 1-12、曜日 0-7 の 5 欄に直してください。", "Five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7.";
    INVALID_UTF8 "invalid-utf8" Error
        about "UTF-8 として読めない文字", "bytes that are no UTF-8";
        why "文字化けした部分は読めず、コマンドなら別のものになります。", "What cannot be decoded cannot be read, and a command becomes another.";
        fix "ファイルを UTF-8 で保存し直してください。", "Save the file as UTF-8.";
    MENU_LIKE_SEQUENCE "menu-like-sequence" Warning
        about "順序がありそうなのに選択肢として読まれるコードブロック", "alternatives that look like an order";
        why "一つだけ選んで実行すると、続きが残ったままになります。", "Somebody who picks one leaves the rest undone.";
        fix "順に行うならコメントに 1. 2. と番号を付け、選択肢なら「または」と書いてください。", "Number the comments if all are done in order; write “or” if one is chosen.";
    NEVER_ENDS "never-ends" Note
        about "止めるまで終わらないコマンド", "a command that runs until it is stopped";
        why "いつまで見ればよいか書かれておらず、無人では次に進みません。", "It does not say how long to watch, and with nobody there nothing follows.";
        fix "timeout 60 を前に付けるか、終わりのあるオプションにしてください。", "Put timeout 60 before it, or use an option that ends.";
    NO_PERIOD "no-period" Note
        about "頻度の書かれていない定期作業", "a recurring duty without a period";
        why "いつ行うか分からない作業は、行われません。", "What has no date is not done.";
        fix "毎日、毎週月曜日、毎月1日のように頻度を書いてください。", "Say how often: daily, every Monday, on the 1st.";
    NO_STEPS "no-steps" Note
        about "実行できる手順のない文書", "a document in which nothing can be done";
        why "開いても、始められる手順がありません。", "Whoever opens it finds nothing to start.";
        fix "作業をチェック項目（- [ ]）か番号付きの一覧にしてください。", "Write the work as task items (- [ ]) or a numbered list.";
    NUL "nul" Error
        about "NUL バイトを含むファイル", "a file with NUL bytes";
        why "文書ではないか壊れたファイルで、tejun は開きません。", "It is no text or it is damaged; tejun does not open it.";
        fix "ファイルを確かめ、UTF-8 の文書として保存してください。", "Check the file and save it as UTF-8 text.";
    PLACEHOLDER "placeholder" Warning
        about "実行の前に埋める値", "a value to fill in before the command runs";
        why "そのまま端末に貼り付けると、別の意味で実行されることがあります。", "Pasted into a shell as it is, it may mean something else.";
        fix "どこを見れば値が分かるかを書いてください。", "Say where the value is found.";
    PROSE_CONTRADICTS_COMMAND "prose-contradicts-command" Warning
        about "説明と食い違うコマンド", "a command that does other than its words say";
        why "説明を信じた人が、知らずに実行します。", "Somebody trusts the words and runs it.";
        fix "説明かコマンドの、誤っている方を直してください。", "Correct the words or the command, whichever is wrong.";
    READING "reading" Error
        about "読み取りの途中で推測した箇所", "what could not be read or had to be guessed";
        why "表示される手順が、書いた人の意図と違うかもしれません。", "What is shown may not be what the author meant.";
        fix "指摘された箇所の書き方を直してください。", "Correct what is named.";
    RULE_WITHOUT_ACTION "rule-without-action" Note
        about "文書のどこにも説明のない対応", "a reaction that the document describes nowhere";
        why "条件に当てはまったとき、何をすればよいか分かりません。", "When the condition holds, nobody knows what to do.";
        fix "対応の手順を書くか、書いてある場所へのリンクを置いてください。", "Write the procedure, or link to it.";
    SAMPLE_VALUE "sample-value" Note
        about "例のままと思われる値", "a value that looks like an example";
        why "例の値のまま実行すると、存在しないものや他人のものを操作します。", "Run as it is, it acts on something that is not there, or not yours.";
        fix "実際の値にするか、<name> の形にして実行時に尋ねるようにしてください。", "Write the real value, or <name>, which is asked for when it runs.";
    SCHEDULE_COLLISION "schedule-collision" Warning
        about "同じ日時に重なる定期作業", "two duties at one time";
        why "互いに待たせるか、一方の負荷が他方の結果を狂わせます。", "They wait for each other, or one spoils what the other measures.";
        fix "一方の時刻をずらすか、意図した重なりならそう書いてください。", "Move one of them, or say that it is meant.";
    SECRET_IN_TEXT "secret-in-text" Error
        about "本物と思われる鍵やトークン", "what looks like a real key or token";
        why "文書を読める全員が使えます。履歴からも消えません。", "Everybody who can read the document can use it, and its history keeps it.";
        fix "その鍵を無効にし、保管庫の場所だけを書いてください。", "Revoke it, and write only where it is kept.";
    SECRET_ON_COMMAND_LINE "secret-on-command-line" Warning
        about "コマンドの引数になる秘密", "a secret among the arguments of a command";
        why "同じ機械の全員に ps で見え、履歴にも残ります。", "Everybody on the machine sees it with ps, and the history keeps it.";
        fix "環境変数、標準入力、または権限を絞ったファイルで渡してください。", "Hand it over by the environment, standard input or a file that only you can read.";
    SEQUENCE_LIKE_MENU "sequence-like-menu" Warning
        about "選択肢のようなのに順に実行されるコードブロック", "a sequence whose labels name alternatives";
        why "全部を順に実行すると、選ぶはずの操作がすべて行われます。", "Run in order, all of the alternatives are carried out.";
        fix "選択肢ごとに見出しとコードブロックを分けてください。", "Give each alternative a heading and a code block of its own.";
    STEP_WITHOUT_ACTION "step-without-action" Note
        about "何もしない項目", "a step with nothing to do in it";
        why "書きかけなのか、題名だけで足りるのか分かりません。", "Nobody can tell whether it is unfinished.";
        fix "行うことを書くか、項目を消してください。", "Write what is to be done, or delete the step.";
    SYNTAX "syntax" Warning
        about "シェルが受け付けないコマンド", "a command that a shell refuses";
        why "実行すると失敗するか、閉じるのを待って止まります。", "It fails, or waits for the quote that never comes.";
        fix "引用符や括弧の閉じ忘れを直してください。コマンドでないなら言語の指定を変えてください。", "Close the quote or bracket; if it is no command, change the tag of the block.";
    TODO_LEFT "todo-left" Note
        about "書きかけの印", "a mark of unfinished work";
        why "いちばん必要なときに、その部分がありません。", "The part is missing when it is needed most.";
        fix "書き足すか、誰がいつ決めるかを書いてください。", "Write it, or say who decides and when.";
    UNCLOSED_FENCE "unclosed-fence" Error
        about "閉じられていないコードブロック", "a code block that nothing closes";
        why "ここから後の手順がすべてコードの一部になり、表示も実行もされません。", "Every procedure behind it is taken for code: not shown, not run.";
        fix "コードの終わりに ``` の行を足してください。", "Add a line ``` where the code ends.";
    UNTAGGED_FENCE "untagged-fence" Note
        about "言語の指定がないコマンドのコードブロック", "commands in a code block without a tag";
        why "コマンドなのか出力例なのか決められず、実行できません。", "Nobody can tell commands from output, so it is not run.";
        fix "コマンドなら ```bash、出力なら ```text としてください。", "Write ```bash for commands, ```text for output.";
    UTF16 "utf16" Error
        about "UTF-16 のファイル", "a file in UTF-16";
        why "tejun も多くの道具も、このままでは開けません。", "tejun and most tools do not open it as it is.";
        fix "UTF-8 で保存し直してください（例: iconv -f UTF-16 -t UTF-8）。", "Save it as UTF-8 (for example iconv -f UTF-16 -t UTF-8).";
}
