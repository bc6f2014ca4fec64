//! Rules about something that happens: 失敗時, 〜した場合, `If the copy fails: …`, `On failure: …`.

use super::{LONGEST, Line};
use crate::runbook::text::Pattern;

static JAPANESE: Pattern = Pattern::new(
    r"^(\S.*?(?:時|場合|とき|際|たら|なければ|ければ|なら))(?:(?:には|は|に)?\s*(?:[:→、,]|=>|->|⇒|➡)\s*|(?:には|は)\s*)(\S.*)$",
)
.needing(&["時", "場合", "とき", "際", "たら", "ければ", "なら"]);
static ENGLISH: Pattern = Pattern::new(
    r"(?i)^((?:if|when|whenever|once|in case of|in the event of|upon)\s+.+?|on\s+\S+(?:\s+\S+){0,2})\s*(?:[:;→]|=>|->|⇒|➡|\s[–—]\s)\s*(\S.*)$|^(.+\b(?:fails?|failed|failure|missing|unavailable|unreachable|down))\s*(?:[:→]|=>|->)\s*(\S.*)$|^((?:if|when|whenever)\s+.+?)(?:,\s*(?:then\s+)?|\s+then\s+)(\S.*)$",
)
.needing(&["if", "when", "once", "in case", "in the event", "upon", "on", "fail", "missing", "unavailable", "unreachable", "down"]);
/// Words that end like an occasion and are none.
const NO_OCCASION: &[&str] = &[
    "日時",
    "同時",
    "随時",
    "臨時",
    "定時",
    "即時",
    "適時",
    "一時",
    "当時",
    "通常時",
    "平常時",
    "正常時",
    "平時",
    "毎時",
    "時時",
    "何時",
    "実際",
    "国際",
    "この際",
    "その際",
];

/// What only allows or limits the work, and is nothing that happens.
static ALLOWED: Pattern = Pattern::new(
    r"(?i)^(?:(?:if|when|whenever|where)\s+(?:at all\s+)?(?:possible|necessary|needed|required|applicable|appropriate|available|desired|in doubt|so|not|you (?:wish|want|like|prefer)|you(?:'d| would) like)|(?:もし)?(?:可能|必要|不要)(?:な場合|であれば|なら(?:ば)?|な時|なとき)|できれば|よければ)$",
)
.needing(&["if", "when", "where", "可能", "必要", "不要", "できれば", "よければ"]);

/// What happens, and what to do then.
pub(super) fn event(this: &Line<'_>) -> Option<(String, String)> {
    let half = this.half.trim_end();
    let sentence_goes_on = half.contains(". ") || half.trim_end_matches(['。', '.']).contains(['。', '\n']);
    if half.chars().count() > LONGEST || sentence_goes_on || half.ends_with(':') {
        return None;
    }
    let (subject, action) = if let Some(found) = JAPANESE.captures(&this.half) {
        (this.words(&found, 1)?, this.words(&found, 2)?)
    } else {
        let found = ENGLISH.captures(&this.half)?;
        let words = |places: [usize; 3]| places.into_iter().find_map(|at| this.words(&found, at));
        (words([1, 3, 5])?, words([2, 4, 6])?)
    };
    // 17時: and 10:00 are times of day.
    let clock = subject.trim_end_matches('時').ends_with(|c: char| c.is_numeric());
    let known = NO_OCCASION.iter().any(|word| subject.ends_with(word)) || subject == "常時";
    (!known && !clock && !ALLOWED.is_match(&subject))
        .then(|| (subject, action.trim_end_matches(['。', '.']).to_owned()))
}
