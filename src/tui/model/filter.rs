//! Which steps the list shows. What one works on is never hidden: the current step, the selected one, those that run.

use crate::i18n::Language;
use crate::run::query::{self, Label};
use crate::run::state::{Mark, Progress};
use crate::tui::model::RunView;

/// Which steps the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepFilter {
    /// All.
    #[default]
    All,
    /// Those that nobody has judged, left out, put off or ruled out.
    Todo,
    /// Those with a finding, a failure, or a verdict that is open.
    Findings,
    /// Those that were put off.
    Deferred,
    /// Those that the person at this screen owns or has worked on.
    Mine,
}

/// A row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListRow<'a> {
    /// The heading of a phase.
    Heading(&'a str),
    /// A step, by its place.
    Step(usize),
}

impl StepFilter {
    /// The one that the key shows next.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Todo,
            Self::Todo => Self::Findings,
            Self::Findings => Self::Deferred,
            Self::Deferred => Self::Mine,
            Self::Mine => Self::All,
        }
    }

    /// The word for it.
    pub fn word(self, language: Language) -> &'static str {
        let (ja, en) = match self {
            Self::All => ("すべて", "all"),
            Self::Todo => ("未完了", "to do"),
            Self::Findings => ("所見・NG", "findings"),
            Self::Deferred => ("延期", "deferred"),
            Self::Mine => ("自分の分", "mine"),
        };
        language.pick(ja, en)
    }
}

impl RunView {
    /// Whether the filter asks for the step at `index`.
    pub fn fits(&self, index: usize) -> bool {
        let (Some(step), Some(state)) = (self.state.procedure_steps().get(index), self.state.steps.get(index)) else {
            return false;
        };
        match self.filter {
            StepFilter::All => true,
            StepFilter::Todo => state.mark == Mark::Open,
            StepFilter::Findings => matches!(
                query::label(&self.state, index),
                Label::DoneWithFinding | Label::NeedsAction | Label::Failed | Label::Undecided
            ),
            StepFilter::Deferred => matches!(state.mark, Mark::Deferred { .. }),
            StepFilter::Mine => {
                let me = self.me.as_str();
                let named = |text: &str| !me.is_empty() && text.contains(me);
                let marked = match &state.mark {
                    Mark::Open => false,
                    Mark::Deferred { owner, stamp, .. } => named(owner) || stamp.by.operator == me,
                    Mark::Judged { stamp, .. }
                    | Mark::Overridden { stamp, .. }
                    | Mark::Skipped { stamp, .. }
                    | Mark::RuledOut { stamp, .. } => stamp.by.operator == me,
                };
                let mut attempts = self.state.attempts.iter().filter(|a| a.start.step == step.id);
                marked || step.owner.as_deref().is_some_and(named) || attempts.any(|a| a.stamp.by.operator == me)
            }
        }
    }

    /// The steps that the list shows, by their places.
    pub fn listed(&self) -> Vec<usize> {
        let all = 0..self.state.steps.len();
        if self.filter == StepFilter::All {
            return all.collect();
        }
        let current = self.current();
        let runs = |index: usize| {
            let running = self.state.attempts.iter().filter(|a| a.progress == Progress::Running);
            running.filter_map(|a| self.index_of(&a.start.step)).any(|at| at == index)
        };
        all.filter(|i| *i == self.selected || Some(*i) == current || self.fits(*i) || runs(*i)).collect()
    }

    /// The rows of the list: the steps that it shows, each phase over the first of its steps.
    pub fn list_rows(&self) -> Vec<ListRow<'_>> {
        let mut rows = Vec::new();
        let mut before = None;
        for index in self.listed() {
            let phase = self.state.procedure_steps().get(index).and_then(|step| step.phase.as_ref());
            let phase = phase.map(|phase| phase.title.as_str());
            if phase != before {
                before = phase;
                rows.extend(phase.map(ListRow::Heading));
            }
            rows.push(ListRow::Step(index));
        }
        rows
    }

    /// The rows of the list from the heading over the selected step, if it has one, to the step, and all rows.
    pub fn selected_rows(&self) -> (usize, usize, usize) {
        let rows = self.list_rows();
        let at = rows.iter().position(|row| *row == ListRow::Step(self.selected)).unwrap_or(0);
        let headed = at > 0 && matches!(rows.get(at - 1), Some(ListRow::Heading(_)));
        (at - usize::from(headed), at, rows.len())
    }
}
