//! To where a day moves on which nobody works: 休日の場合は前営業日, "the next business day if a holiday".

use std::ops::Range;

use crate::runbook::text::Pattern;

/// The working day that stands in for a day on which nobody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runbook::parse) enum Moved {
    /// The last one before it.
    Before,
    /// The first one after it.
    After,
}

impl Moved {
    /// How a rule has it: `monthly:25/workday-before@09:00`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Before => "/workday-before",
            Self::After => "/workday-after",
        }
    }
}

static JAPANESE: Pattern = Pattern::new(
    r"(?:土日祝日?|土・?日・?祝日?|土日|休業日|休日|祝祭日|祝日|非営業日|営業日(?:で|では)ない(?:日)?|休み)(?:等|など)?(?:に当たる|にあたる|に重なる|と重なる)?(?:の)?(?:場合|時|とき|際|なら)?(?:に)?(?:は|、|:|→)?\s*(?:その)?(?:(直?前)|(翌|直?後|次))の?(?:営業日|平日)",
)
.needing(&["営業日", "平日"]);
static ENGLISH: Pattern = Pattern::new(
    r"(?i)\b(?:(previous|preceding|prior)|(?:next|following))\s+(?:business|working)\s+day,?\s+(?:if|when|on)\b[^.;)]*?\b(?:holiday|weekend|non-working day)s?|\b(?:if|when|on)\b[^.;)]*?\b(?:holiday|weekend|non-working day)s?,?\s*(?:then\s+)?(?:on\s+)?(?:the\s+)?(?:(previous|preceding|prior)|(?:next|following))\s+(?:business|working)\s+day",
)
.needing(&["business", "working"]);

/// Where a text says to where its day moves.
pub(in crate::runbook::parse) fn moved(half: &str) -> Option<(Moved, Range<usize>)> {
    let (found, before) = match JAPANESE.captures(half) {
        Some(found) => {
            let before = found.get(1).is_some();
            (found, before)
        }
        None => {
            let found = ENGLISH.captures(half)?;
            let before = found.get(1).or_else(|| found.get(2)).is_some();
            (found, before)
        }
    };
    let moved = if before { Moved::Before } else { Moved::After };
    found.get(0).map(|words| (moved, words.range()))
}
