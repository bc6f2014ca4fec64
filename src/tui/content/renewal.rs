//! What becomes of the steps when the changes of the document are taken in, as text.

use std::fmt::Write as _;

use crate::console::wire::{Change, Offer};
use crate::tui::content::detail::Pen;
use crate::tui::content::document;
use crate::tui::foreign::sanitise_inline;
use crate::tui::text::{Line, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label};

/// The title and the text of the question. What is to be trusted is shown with it.
pub(super) fn text(offer: &Offer, untrusted: bool, difference: &[Change], pen: Pen) -> (Ask, Vec<Line>) {
    let Offer::Steps { path, sha256, kept, changed, new, gone } = offer else { return (Ask::RENEW, Vec::new()) };
    let mut out = Vec::new();
    let groups = [
        (Label::STEPS_CHANGED, changed, Role::Caution),
        (Label::STEPS_NEW, new, Role::Good),
        (Label::STEPS_GONE, gone, Role::Failed),
    ];
    let mut counts = format!("{} {kept}", Label::STEPS_KEPT.text(pen.language));
    for (label, steps, _) in &groups {
        let _infallible = write!(counts, " · {} {}", label.text(pen.language), steps.len());
    }
    out.extend(wrap(Line::of(&counts, Role::Title), pen.room, 2));
    for (label, steps, role) in groups {
        let label = label.text(pen.language);
        for step in steps {
            out.extend(wrap(Line::of(&format!("{label} "), role).and(step, Role::Text), pen.room, 2));
        }
    }
    out.extend(prose(&Ask::RENEW_WHY.text(pen.voice()), Role::Text, pen.room, 0));
    if untrusted {
        out.push(Line::empty());
        out.extend(prose(&Ask::RENEW_TRUST.text(pen.voice()), Role::Caution, pen.room, 0));
        out.extend(wrap_exact(Line::of(&sanitise_inline(path), Role::Title), pen.room, 2));
    }
    out.extend(wrap_exact(Line::of(&format!("sha256 {sha256}"), Role::Dim), pen.room, 2));
    for change in difference {
        out.extend(document::changed(change, pen.room).into_iter().map(|row| row.line));
    }
    (Ask::RENEW, out)
}
