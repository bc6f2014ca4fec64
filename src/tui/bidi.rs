//! Prose that is read from right to left, as it is read: where each of its characters stands on a screen whose cells go
//! from left to right (UAX #9). What runs keeps the order of its bytes.
//!
//! Pure. The screen tells the terminal to leave the order alone (`terminal`): one that did it by itself would take the
//! row for one text, panes and commands and all.

use std::ops::Range;

use unicode_bidi::{BidiClass, BidiInfo, bidi_class};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::text::Piece;
use crate::tui::theme::Role;

/// The first character that can be of a script that goes from right to left.
const FIRST: char = '\u{590}';

/// What stands for a piece whose order is not touched, while its neighbours are put in order.
const ATOM: char = '\u{fffc}';

/// The pieces as they stand on the screen from left to right; nothing where that is as they are.
pub fn on_screen(pieces: &[Piece]) -> Option<Vec<Piece>> {
    if !pieces.iter().any(|piece| !is_exact(piece.role) && goes_left(piece.text())) {
        return None;
    }
    let mut out = Vec::new();
    for part in pieces.split_inclusive(|piece| piece.role == Role::Border) {
        let (last, part) = match part.split_last() {
            Some((last, before)) if last.role == Role::Border => (Some(last), before),
            Some(_) | None => (None, part),
        };
        order(part, &mut out);
        out.extend(last.cloned());
    }
    Some(out)
}

/// Whether the order of the bytes is what counts: what runs, what acts on what, and what is typed as it stands.
fn is_exact(role: Role) -> bool {
    matches!(
        role,
        Role::Command
            | Role::CommandNext
            | Role::Placeholder
            | Role::Danger
            | Role::Border
            | Role::Field
            | Role::FieldFocus
    )
}

fn goes_left(text: &str) -> bool {
    text.chars().any(|c| c >= FIRST && matches!(bidi_class(c), BidiClass::R | BidiClass::AL))
}

fn is_strong(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::L | BidiClass::R | BidiClass::AL)
}

/// Puts a part between two borders in order. What stands before its first word (marks, numbers, indents) stays there.
fn order(pieces: &[Piece], out: &mut Vec<Piece>) {
    let mut text = String::new();
    let mut spans: Vec<(Range<usize>, &Piece)> = Vec::new();
    for piece in pieces {
        let from = text.len();
        if is_exact(piece.role) {
            text.push(ATOM)
        } else {
            text.push_str(piece.text())
        }
        spans.push((from..text.len(), piece));
    }
    let word = text.char_indices().find(|(_, c)| is_strong(*c) || *c == ATOM).map_or(text.len(), |(at, _)| at);
    // A bracket right before the word belongs to it.
    let before = text.get(..word).unwrap_or_default();
    let head = before.trim_end_matches(|c: char| !c.is_whitespace()).len();
    let mut say = |range: Range<usize>, mirrored: bool| {
        let Some((_, piece)) = spans.iter().find(|(span, _)| span.contains(&range.start)) else { return };
        if is_exact(piece.role) {
            out.push((*piece).clone());
            return;
        }
        let shown = text.get(range).unwrap_or_default();
        let shown = if mirrored { mirror(shown) } else { shown };
        match out.last_mut().filter(|last| last.role == piece.role) {
            Some(last) => *last = Piece::new(&format!("{}{shown}", last.text()), piece.role),
            None => out.push(Piece::new(shown, piece.role)),
        }
    };
    let graphemes = |within: Range<usize>| {
        let from = within.start;
        let part = text.get(within).unwrap_or_default();
        part.grapheme_indices(true).map(move |(at, letter)| from + at..from + at + letter.len())
    };
    graphemes(0..head).for_each(|letter| say(letter, false));
    let body = text.get(head..).unwrap_or_default();
    let found = BidiInfo::new(body, None);
    for paragraph in &found.paragraphs {
        let (levels, runs) = found.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let back = levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl);
            let letters: Vec<Range<usize>> = graphemes(head + run.start..head + run.end).collect();
            if back {
                letters.into_iter().rev().for_each(|letter| say(letter, true));
            } else {
                letters.into_iter().for_each(|letter| say(letter, false));
            }
        }
    }
}

/// A bracket as it looks from the other side.
fn mirror(letter: &str) -> &str {
    match letter {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "{" => "}",
        "}" => "{",
        "<" => ">",
        ">" => "<",
        "«" => "»",
        "»" => "«",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn shown(pieces: &[(&str, Role)]) -> String {
        let pieces: Vec<Piece> = pieces.iter().map(|(text, role)| Piece::new(text, *role)).collect();
        on_screen(&pieces).unwrap_or(pieces).iter().map(Piece::text).collect()
    }

    #[test]
    fn prose_stands_as_it_is_read() {
        for (text, wanted) in [
            ("plain, 普通の文", "plain, 普通の文"),
            ("אבג", "גבא"),
            ("  1. אבג דה", "  1. הד גבא"),
            ("אבג docker דה", "הד docker גבא"),
            ("restart אבג now", "restart גבא now"),
            ("אבג 123 (דה)", "(הד) 123 גבא"),
            ("  (אבג).", "  .(גבא)"),
            ("[x] אבג", "[x] גבא"),
            // What is written above a letter stays with it.
            ("שָׁלוֹם", "םוֹלשָׁ"),
            ("سلام", "مالس"),
        ] {
            assert_eq!(shown(&[(text, Role::Text)]), wanted, "{text}");
        }
    }

    #[test]
    fn what_runs_keeps_its_order_within_prose_and_alone() {
        let command = "rm -rf אבג /srv/דה";
        assert_eq!(shown(&[(command, Role::Command)]), command);
        assert_eq!(
            shown(&[("אבג ", Role::Text), (command, Role::Command), (" דה", Role::Text)]),
            format!("הד {command} גבא")
        );
        let cells = [("אבג", Role::Text), ("│", Role::Border), ("דה", Role::Text)];
        assert_eq!(shown(&cells), "גבא│הד");
    }

    #[test]
    fn nothing_is_lost_and_no_look_changes() {
        let pieces = [Piece::new("☐ 1 ", Role::Dim), Piece::new("אב", Role::Title), Piece::new("ג [x]", Role::Text)];
        let ordered = on_screen(&pieces).expect("it is put in order");
        let count = |pieces: &[Piece], role| {
            pieces.iter().filter(|p| p.role == role).map(|p| p.text().chars().count()).sum::<usize>()
        };
        for role in [Role::Dim, Role::Title, Role::Text] {
            assert_eq!(count(&ordered, role), count(&pieces, role), "{role:?}");
        }
    }
}
