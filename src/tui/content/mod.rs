//! What the panes say, as lines with roles: the part of the screen that needs no theme.
//!
//! Pure. `update` asks it how many lines there are, the views paint them.

pub mod agenda;
pub mod checklist;
pub mod detail;
pub mod dialog;
pub mod document;
pub mod environment;
pub mod help;
pub mod home;
pub mod life;
pub mod output;
pub mod outputs;
pub mod over;
pub mod owes;
pub mod palette;
pub mod pick;
pub mod plan;
pub mod refusal;
mod renewal;
mod server;
pub mod values;
pub mod verify;

use chrono::{DateTime, FixedOffset, TimeDelta};

use crate::i18n::Language;
use crate::run::query::Label as StepLabel;
use crate::tui::theme::Role;

/// Minutes and seconds, with hours where there are any.
pub fn elapsed(time: TimeDelta) -> String {
    let s = time.num_seconds().max(0);
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// A command's duration, as short as it can be said.
pub fn duration(ms: u64) -> String {
    match ms {
        0..=59_999 => format!("{}.{}s", ms / 1000, ms % 1000 / 100),
        ms => elapsed(TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX / 2))),
    }
}

/// The time of day.
pub fn clock(at: DateTime<FixedOffset>) -> String {
    at.format("%H:%M").to_string()
}

/// The sign of a step's state, different for each without colour.
pub fn glyph(label: StepLabel, ascii: bool) -> (&'static str, Role) {
    let (sign, plain, role) = match label {
        StepLabel::Untouched => ("☐", ".", Role::Text),
        StepLabel::UnderWay => ("◫", "~", Role::Waiting),
        StepLabel::Running => ("↻", "*", Role::Running),
        StepLabel::OutcomeUnknown => ("⁇", "#", Role::Unknown),
        StepLabel::AwaitsVerdict => ("⊡", "=", Role::Waiting),
        StepLabel::Done => ("✔", "v", Role::Good),
        StepLabel::DoneWithFinding | StepLabel::NeedsAction => ("!", "!", Role::Finding),
        StepLabel::Failed => ("✘", "X", Role::Failed),
        StepLabel::Undecided => ("?", "?", Role::Unknown),
        StepLabel::Overridden => ("⊕", "+", Role::Finding),
        StepLabel::Skipped => ("-", "-", Role::Passed),
        StepLabel::Deferred => ("»", ">", Role::Passed),
        StepLabel::RuledOut => ("⊘", "/", Role::Passed),
        StepLabel::Conditional => ("◇", "o", Role::Dim),
    };
    (if ascii { plain } else { sign }, role)
}

/// The short word for a step's state in the list; nothing where the sign says it all.
pub fn short(label: StepLabel, language: Language) -> &'static str {
    let (ja, en) = match label {
        StepLabel::Untouched | StepLabel::Done => ("", ""),
        StepLabel::UnderWay => ("途中", "under way"),
        StepLabel::Running => ("実行中", "running"),
        StepLabel::OutcomeUnknown => ("結果不明", "unknown"),
        StepLabel::AwaitsVerdict => ("判定待ち", "judge"),
        StepLabel::DoneWithFinding => ("対応あり", "finding"),
        StepLabel::NeedsAction => ("要対応", "needs action"),
        StepLabel::Failed => ("失敗", "failed"),
        StepLabel::Undecided => ("要確認", "undecided"),
        StepLabel::Overridden => ("上書き承認", "override"),
        StepLabel::Skipped => ("省略", "skipped"),
        StepLabel::Deferred => ("延期", "deferred"),
        StepLabel::RuledOut => ("該当なし", "n/a"),
        StepLabel::Conditional => ("条件付き", "if it applies"),
    };
    language.pick(ja, en)
}

/// Signs that are not states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs {
    /// The current step.
    pub current: &'static str,
    /// The chosen command.
    pub next: &'static str,
    /// The rule that applies.
    pub applies: &'static str,
    /// What follows from something.
    pub follows: &'static str,
}

/// The signs for a screen.
pub fn signs(ascii: bool) -> Signs {
    if ascii {
        Signs { current: ">", next: ">", applies: "<", follows: "->" }
    } else {
        Signs { current: "►", next: "▸", applies: "◄", follows: "→" }
    }
}

/// The word for a verdict.
pub fn verdict(v: crate::run::event::Verdict, language: Language) -> (&'static str, Role) {
    use crate::run::event::Verdict;
    let (ja, en, role) = match v {
        Verdict::Ok => ("OK", "OK", Role::Good),
        Verdict::Finding => ("要対応", "finding", Role::Finding),
        Verdict::Failed => ("NG", "failed", Role::Failed),
        Verdict::Undecided => ("判定不能", "undecided", Role::Unknown),
    };
    (language.pick(ja, en), role)
}
