//! Words that say of a command that nobody is to run it.

use super::text::Pattern;

/// Behind the command, up to the end of the clause: 「を実行しない」「は使用禁止」, `must not be run`.
const BEHIND: &str = concat!(
    r"\s*(?:コマンド)?\s*(?:を|は|の|も)?\s*",
    r"(?:(?:絶対に?|決して|本番(?:環境)?(?:で)?は?|ここでは|手動で(?:は)?|単独で(?:は)?|むやみに|勝手に|直接|再|まだ)\s*)*",
    r"(?:(?:実行|使用|利用|投入|入力|発行)(?:は|を)?(?:し(?:ない|ません)|しては(?:いけ|なら|なり)|禁止|厳禁|不可|不要|NG)",
    r"|しない(?:で|こと)|(?:して|使って|打って|叩いて)は(?:いけ|なら|なり|だめ|駄目)|(?:行わ|使わ|打た|叩か)ない|(?:禁止|厳禁))",
    r"(?:でください|で下さい|ください|こと|です|ない|ません|とする|する)*\s*[。.!！)）]*\s*$",
);

static BEHIND_CODE: Pattern = Pattern::new(BEHIND);
static BEHIND_ENGLISH: Pattern = Pattern::new(
    r"(?i)^\W*(?:(?:must|should|may)\s+(?:not|never)\s+be\s+(?:run|used|executed)|is\s+(?:forbidden|prohibited)|(?:never|do\s+not|don['’]t)\s+(?:run|use|execute)\s*[.!)]*\s*$)",
);
static BEFORE_CODE: Pattern = Pattern::new(
    r"(?i)\b(?:do\s+not|don['’]t|never|must\s+not|mustn['’]t|should\s+not|avoid)\s+(?:ever\s+)?(?:manually\s+|directly\s+)?(?:run|running|use|using|execute|executing|issue|type)(?:\s+(?:the|this)(?:\s+command)?)?[\s:\x22'“`]*$",
)
.needing(&["not", "n't", "n’t", "ever", "void", "NOT", "EVER"]);

/// The text says of the `code` in it that it is not to be run.
pub(super) fn of_code(text: &str, code: &str) -> bool {
    let Some((before, after)) = text.split_once(code) else { return false };
    let clause = after.split(['。', '、', '\n']).next().unwrap_or_default();
    let joined = BEHIND_CODE.find(clause).is_some_and(|found| found.start() == 0);
    joined || BEHIND_ENGLISH.is_match(after) || BEFORE_CODE.is_match(before)
}

/// A line that begins with a command ends in words against it: `rm -rf /tmp/x は実行しないこと`.
pub(super) fn by_its_end(line: &str) -> bool {
    let japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}');
    let from = line.char_indices().rev().find(|(_, c)| c.is_ascii() && !matches!(c, '.' | '!' | ')' | ' '));
    let tail = from.and_then(|(at, c)| line.get(at + c.len_utf8()..)).unwrap_or_default();
    tail.chars().any(japanese) && BEHIND_CODE.find(tail).is_some_and(|found| found.start() == 0)
}

static BAD: Pattern = Pattern::new(
    r"(?i)^(?:悪い例|わるい例|誤り|誤った(?:例|手順|コマンド)|誤|間違い|間違った例|(?:NG|ＮＧ)(?:例|集|コマンド)?|(?:だめ|ダメ|駄目)な例|(?:やって|して)はいけない(?:例|こと|コマンド)?|禁止(?:例|コマンド|事項)|アンチパターン|bad(?:\s+example)?|wrong(?:\s+way)?|incorrect|don['’]?t|anti-?pattern)\s*(?:[（(][^)）]*[)）])?$",
);
static NOT_BELOW: Pattern = Pattern::new(
    r"(?:実行|使用|利用|投入|入力)(?:は|を)?(?:し(?:ない|ません)(?:でください|で下さい|こと)?|しては(?:いけ|なり|なら)(?:ない|ません)|禁止|厳禁|不要)(?:です|とする)?[)）]?$",
)
.needing(&["実行", "使用", "利用", "投入", "入力"]);
static NOT_BELOW_ENGLISH: Pattern = Pattern::new(
    r"(?i)\b(?:do\s+not|don['’]t|never|must\s+not)\s+(?:ever\s+)?(?:run|use|execute|type|do)\s+(?:any\s+of\s+)?(?:this|these|the\s+following|the\s+commands?\s+below|it)(?:\s+(?:commands?|scripts?|below|here|in\s+prod\w*))*$",
)
.needing(&["not", "n't", "n’t", "ever", "NOT", "EVER"]);

/// The line says that what stands below it is not to be run, or shows how not to do it.
pub(super) fn below(text: &str) -> bool {
    let last = text.lines().last().unwrap_or_default().trim();
    let named = last.ends_with([':', '：']);
    let bare = last.trim_end_matches([':', '：', '。', '.', '!', '！', ' ']);
    let crossed = bare.starts_with(['❌', '✗', '✘', '🚫', '⛔']);
    let bare = bare.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | '（'));
    let points =
        named || ["次の", "以下", "下記", "このコマンド", "これらの", "参考"].iter().any(|word| bare.contains(word));
    let conditional = ["場合", "とき", "なら"].iter().any(|word| bare.contains(word));
    BAD.is_match(bare)
        || (crossed && (named || bare.chars().count() < 20))
        || (points && !conditional && NOT_BELOW.is_match(bare))
        || NOT_BELOW_ENGLISH.is_match(bare)
}

static COMMENT: Pattern = Pattern::new(concat!(
    r"(?i)\b(?:do\s+not|don['’]t|never)\s+(?:ever\s+)?(?:run|use|execute)\s*(?:$|[.!:,;(]|(?:this|these|it|here|in|on|against)\b)",
    r"|(?:^|[^再重])(?:実行|使用)(?:は|を)?(?:し(?:ない(?:こと|で|$|。)|ては(?:いけ|なら|なり)|ません$)|禁止|厳禁)",
))
.needing(&["not", "n't", "n’t", "ever", "NOT", "EVER", "実行", "使用"]);

/// A comment says that the command beside it is not to be run, at least not everywhere.
pub(super) fn in_comment(comment: &str) -> bool {
    COMMENT.is_match(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_be_forbidden_by_the_words_around_it() {
        for (text, expected) in [
            ("x y を実行しない", true),
            ("x y は実行しないこと", true),
            ("x y は絶対に実行しないこと。", true),
            ("x y は使用禁止", true),
            ("x y しないでください", true),
            ("x y コマンドは使わないこと", true),
            ("Do not run x y", true),
            ("Never run x y in production", true),
            ("x y must not be run", true),
            ("x y を実行", false),
            ("x y を実行しない場合は次へ", false),
            ("x y を実行し、再起動はしないこと", false),
            ("x y でエラーを表示しないこと", false),
            ("Run x y", false),
        ] {
            assert_eq!(of_code(text, "x y"), expected, "{text}");
        }
        for (line, expected) in [
            ("rm -rf /tmp/x を実行しない", true),
            ("rm -rf /tmp/x は使用禁止", true),
            ("rm -rf /tmp/x しないでください", true),
            ("rm -rf /tmp/x", false),
            ("echo 実行しないこと", true),
            ("systemctl stop app を実行する", false),
        ] {
            assert_eq!(by_its_end(line), expected, "{line}");
        }
    }

    #[test]
    fn a_lead_may_forbid_what_stands_below_it() {
        for (text, expected) in [
            ("次のコマンドは実行しないこと:", true),
            ("悪い例:", true),
            ("誤り：", true),
            ("NG例：", true),
            ("❌ Bad:", true),
            ("参考（実行不要）:", true),
            ("Do not run this:", true),
            ("Never run the following:", true),
            ("Do not run this as root.", false),
            ("途中で止まっても再実行しないこと。", false),
            ("次のコマンドを実行する:", false),
            ("対応が不要な場合は実行しない:", false),
            ("Good:", false),
            ("Run this:", false),
        ] {
            assert_eq!(below(text), expected, "{text}");
        }
    }

    #[test]
    fn a_comment_may_warn_of_its_command() {
        for (text, expected) in [
            ("DO NOT RUN in production", true),
            ("do not run this", true),
            ("本番では実行しないこと", true),
            ("実行禁止", true),
            ("Do not run as root", false),
            ("再実行しないこと", false),
            ("実行する", false),
        ] {
            assert_eq!(in_comment(text), expected, "{text}");
        }
    }
}
