//! The final screen: how the run ended, where its record is, and what became of each step.

use crate::i18n::Language;
use crate::run::event::{Completion, Ending};
use crate::run::query;
use crate::run::state::Phase;
use crate::tui::backend::KeySignature;
use crate::tui::content::detail::{self, Pen};
use crate::tui::content::{clock, elapsed, glyph};
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::RunView;
use crate::tui::text::{Line, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Label, Notice};

/// The words for a kind of complete.
pub fn completion(c: Completion, language: Language) -> (String, Role) {
    match c {
        Completion::Complete => (Label::COMPLETE.text(language).to_owned(), Role::Good),
        Completion::WithDeferred { steps } => {
            let text = match language {
                Language::Ja => format!("完了（延期 {steps} 件）"),
                Language::En => format!("complete, {steps} deferred"),
            };
            (text, Role::Waiting)
        }
        Completion::WithOverrides { steps, deferred } => {
            let text = match (language, deferred) {
                (Language::Ja, 0) => format!("完了（上書き {steps} 件）"),
                (Language::Ja, _) => format!("完了（上書き {steps} 件、延期 {deferred} 件）"),
                (Language::En, 0) => format!("complete, {steps} overridden"),
                (Language::En, _) => format!("complete, {steps} overridden, {deferred} deferred"),
            };
            (text, Role::Finding)
        }
        Completion::Failed => (Label::FAILED.text(language).to_owned(), Role::Failed),
    }
}

/// What commands left running, before the signature: nobody looks after it once the run is over.
pub(super) fn left_running(run: &RunView, pen: Pen) -> Vec<Line> {
    let left: Vec<String> = run.state.attempts.iter().filter_map(detail::survivors).collect();
    if left.is_empty() {
        return Vec::new();
    }
    let line = Line::of(&format!("{}: ", Label::LEFT_RUNNING.text(pen.language)), Role::Caution);
    wrap(line.and(&left.join(", "), Role::Caution), pen.room, 2)
}

/// The lines of the final screen.
pub fn lines(run: &RunView, language: Language, ascii: bool, room: usize) -> Vec<Line> {
    let (headline, role, stamp, reason) = match &run.state.phase {
        Phase::Open => return Vec::new(),
        Phase::Signed { completion: c, stamp } => {
            let (text, role) = completion(*c, language);
            (format!("{} - {text}", Label::SIGNED.text(language)), role, stamp, None)
        }
        Phase::Closed { ending, reason, stamp } => {
            let word = match ending {
                Ending::Aborted => Label::ABORTED,
                Ending::Unsigned => Label::UNSIGNED,
            };
            (word.text(language).to_owned(), Role::Failed, stamp, Some(reason))
        }
    };
    let pair = |label: Label, value: &str, role: Role| {
        let line = Line::of(&format!("  {}: ", label.text(language)), Role::Dim).and(value, role);
        wrap(line, room, 4)
    };
    let mut out = vec![Line::empty(), Line::of("  ", Role::Text).and(&headline, role), Line::empty()];
    if let Some(reason) = reason {
        out.extend(pair(Label::REASON, reason, Role::Text));
    }
    let who = format!("{} {}", stamp.by.operator, clock(stamp.at));
    let by = if reason.is_some() { Label::OPERATOR } else { Label::WHO_SIGNS };
    out.extend(pair(by, &who, Role::Text));
    out.extend(pair(Label::DURATION, &elapsed(query::duration(&run.state)), Role::Text));
    match &run.state.record {
        Some(record) => {
            out.extend(pair(Label::RECORD, &record.path, Role::Title));
            out.extend(wrap(Line::of(&format!("    sha256 {}", record.sha256.short()), Role::Dim), room, 4));
        }
        None => out.push(Line::of(&format!("  {}", Notice::RECORD_WAIT.text(language)), Role::Running)),
    }
    if let Some(signature) = &run.key_signature {
        let (text, role) = match signature {
            KeySignature::Working => (Notice::KEY_ASKED.text(language).to_owned(), Role::Running),
            KeySignature::Made(file) => (sanitise_inline(file), Role::Title),
            KeySignature::WhenLeft => (Notice::SIGNED_WHEN_LEFT.text(language).to_owned(), Role::Waiting),
        };
        out.extend(pair(Label::KEY_SIGNATURE, &text, role));
    }
    if let Some(log) = &run.state.log {
        out.extend(pair(Label::TEAM_LOG, &log.path, Role::Title));
        if let Some(fault) = &log.fault {
            let text = format!("    {} {}", Notice::LOG_NOT_APPENDED.text(language), sanitise_inline(fault));
            out.extend(wrap(Line::of(&text, Role::Problem), room, 4));
        }
    }
    out.push(Line::empty());
    for (i, step) in run.state.procedure_steps().iter().enumerate() {
        let label = query::label(&run.state, i);
        let (sign, role) = glyph(label, ascii);
        let line = Line::of("  ", Role::Text)
            .and(sign, role)
            .and(&format!(" {} ", step.number), Role::Dim)
            .and(step.bare_title(), Role::Text)
            .and(&format!("  {}", label.words(language)), role);
        out.extend(wrap(line, room, 6));
    }
    out
}
