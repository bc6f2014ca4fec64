//! Text of a command that a reader would not see: characters without a shape, and what stands far outside the pane.

use crate::i18n::{is_false_space, is_invisible};
use crate::runbook::model::{Danger, DangerLevel};

/// Blank lines in a row after which a reader takes the command to be over.
const BLANK_LINES: usize = 12;

/// Blanks in a row after which the rest of a line is outside any pane that is looked at.
const BLANKS: usize = 60;

/// The dangers of what is hidden in `text`.
pub(in crate::runbook::shell) fn hidden(text: &str) -> Option<Danger> {
    let unseen = |c: char| {
        // Emoji are joined and coloured with these; they change no word.
        let harmless = matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{200d}');
        let control = c.is_control() && !matches!(c, '\n' | '\t');
        !harmless && (control || is_invisible(c) || is_false_space(c))
    };
    let why = if text.chars().any(unseen) {
        "Holds characters that are not seen or that turn the text around; they are shown as numbers."
    } else if text.contains(&" ".repeat(BLANKS)) || blank_run(text) >= BLANK_LINES {
        "Goes on after a long blank: look at the whole text."
    } else {
        return None;
    };
    Some(Danger { rule: "hidden-text".to_owned(), level: DangerLevel::Disruptive, why: why.to_owned() })
}

/// The longest run of blank lines between others.
fn blank_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for line in text.trim().lines() {
        run = if line.trim().is_empty() { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_would_not_see_is_a_danger() {
        let far = format!("echo a{};rm x", " ".repeat(80));
        let below = format!("echo a{}rm x", "\n".repeat(40));
        for (text, found) in [
            ("echo ok", false),
            ("echo \"使用率　85% ⚠️\"", false),
            ("echo \u{202e}ok", true),
            ("rm\u{200b} -rf x", true),
            ("ls\u{a0}-la", true),
            ("echo \u{1b}[8mrm", true),
            (far.as_str(), true),
            (below.as_str(), true),
            ("for i in 1 2; do\n\n\techo $i\n\ndone", false),
        ] {
            assert_eq!(hidden(text).is_some(), found, "{text:?}");
        }
    }
}
