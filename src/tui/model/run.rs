//! A run on the screen: its facts, and where the person is in it.

use chrono::{DateTime, FixedOffset};

use crate::console::wire::Role;
use crate::ids::{AttemptId, StepId};
use crate::run::event::Mode;
use crate::run::query;
use crate::run::state::{Attempt, Progress, RunState};
use crate::runbook::model::Step;
use crate::term::cells::Row;
use crate::tui::backend::KeySignature;
use crate::tui::model::{Dialog, Earlier, Reading, Search, StepFilter};
use crate::tui::text::Line;

/// A run on the screen.
pub struct RunView {
    /// What is known of it.
    pub state: RunState,
    /// What the person may do.
    pub link: Link,
    /// The selected step.
    pub selected: usize,
    /// The chosen command of the selected step.
    pub command: usize,
    /// Where the search for the current step begins.
    pub from: usize,
    /// Which steps the list shows.
    pub filter: StepFilter,
    /// What the person at this screen is called.
    pub me: String,
    /// The pane that the move keys belong to.
    pub focus: Pane,
    /// The output fills the screen.
    pub zoomed: bool,
    /// Keys go to the terminal of this attempt.
    pub typing: Option<AttemptId>,
    /// The first row of the list that is shown.
    pub list_scroll: usize,
    /// The first row of the details that is shown.
    pub detail_scroll: usize,
    /// The rows of the details, wrapped for the pane.
    pub detail: Vec<Line>,
    /// The output.
    pub output: Output,
    /// What stands beside the output while it fills the screen.
    pub second: Option<Second>,
    /// The attempt that was chosen from the list: its output is shown until another command is chosen.
    pub pinned: Option<AttemptId>,
    /// What was asked for and not answered yet.
    pub flights: Vec<Flight>,
    /// The number of the next request.
    pub next_id: u64,
    /// The banner of the journal.
    pub trouble: Option<String>,
    /// The oldest request that is not answered, and since when it stands.
    pub awaits: Option<(u64, DateTime<FixedOffset>)>,
    /// The host does not answer: what the person is told.
    pub silent: Option<String>,
    /// The process id of the host, as it said itself.
    pub host: Option<u32>,
    /// The first row of the final screen.
    pub over_scroll: usize,
    /// What becomes of the signature with the person's key; absent where this screen makes none.
    pub key_signature: Option<KeySignature>,
    /// What the host was last told about the pane.
    pub told: Option<(Option<AttemptId>, u16, u16, u32)>,
    /// The same of the pane beside it.
    pub told_second: Option<(Option<AttemptId>, u16, u16, u32)>,
    /// Frames to be acknowledged once they are drawn.
    pub unshown: Vec<u64>,
    /// The number of the last search in an output.
    pub searches: u64,
    /// A note that was left unfinished.
    pub draft: Option<Dialog>,
    /// The values that were given for each name, the newest first.
    pub earlier: Earlier,
}

/// The connection to the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// There, with this role.
    Up(Role),
    /// Gone.
    Gone,
}

/// A pane of the run screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The steps.
    List,
    /// The details of the selected step.
    Detail,
    /// The output.
    Output,
    /// The output beside it.
    Second,
}

/// What stands beside the output.
#[derive(Debug, Clone, PartialEq)]
pub enum Second {
    /// The details of the step.
    Step,
    /// Another output.
    Output(Box<Output>),
}

/// The picture of the output pane.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// Whose output it is.
    pub attempt: Option<AttemptId>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The cursor of the program.
    pub cursor: Option<(u16, u16)>,
    /// Rows above the picture.
    pub above: u32,
    /// Rows below it.
    pub below: u32,
    /// Bytes so far.
    pub bytes: u64,
    /// The program wants the application form of cursor keys.
    pub app_cursor: bool,
    /// The program wants pastes in brackets.
    pub bracketed_paste: bool,
    /// Rows scrolled back, where the host of an older program keeps them.
    pub scroll: u32,
    /// What is read back of it; absent while the picture is followed.
    pub reading: Option<Reading>,
    /// What is looked for in it.
    pub search: Option<Search>,
}

/// A request under way.
pub struct Flight {
    /// Its number.
    pub id: u64,
    /// The step that it is about.
    pub step: Option<StepId>,
    /// The dialog that it came from: it comes back when the answer is no, so that nothing typed is lost.
    pub dialog: Option<Dialog>,
}

impl RunView {
    /// Keys go to a terminal whose command has ended: nobody reads them.
    pub fn typing_is_over(&self) -> bool {
        self.typing.is_some_and(|t| self.state.attempt(t).is_none_or(|a| a.progress != Progress::Running))
    }

    /// A run that was just joined.
    pub fn new(state: RunState, role: Role) -> Self {
        Self {
            state,
            link: Link::Up(role),
            selected: 0,
            command: 0,
            from: 0,
            filter: StepFilter::All,
            me: String::new(),
            focus: Pane::List,
            zoomed: false,
            typing: None,
            list_scroll: 0,
            detail_scroll: 0,
            detail: Vec::new(),
            output: Output::default(),
            second: None,
            pinned: None,
            flights: Vec::new(),
            next_id: 1,
            trouble: None,
            awaits: None,
            silent: None,
            host: None,
            over_scroll: 0,
            key_signature: None,
            told: None,
            told_second: None,
            unshown: Vec::new(),
            searches: 0,
            draft: None,
            earlier: Earlier::new(),
        }
    }

    /// The output that reading and searching belong to.
    pub fn active(&self) -> &Output {
        match &self.second {
            Some(Second::Output(second)) if self.focus == Pane::Second => second,
            Some(Second::Output(_) | Second::Step) | None => &self.output,
        }
    }

    /// The same, to be changed.
    pub fn active_mut(&mut self) -> &mut Output {
        match &mut self.second {
            Some(Second::Output(second)) if self.focus == Pane::Second => second,
            Some(Second::Output(_) | Second::Step) | None => &mut self.output,
        }
    }

    /// All outputs that are shown.
    pub fn outputs_mut(&mut self) -> impl Iterator<Item = &mut Output> {
        let second = match &mut self.second {
            Some(Second::Output(second)) => Some(&mut **second),
            Some(Second::Step) | None => None,
        };
        std::iter::once(&mut self.output).chain(second)
    }

    /// The output that shows an attempt.
    pub fn output_of(&mut self, attempt: AttemptId) -> Option<&mut Output> {
        self.outputs_mut().find(|out| out.attempt == Some(attempt))
    }

    /// The selected step as the document has it.
    pub fn step(&self) -> Option<&Step> {
        self.state.procedure_steps().get(self.selected)
    }

    /// The current step: nothing is next where alternatives are listed.
    pub fn current(&self) -> Option<usize> {
        if query::every_step_counts(&self.state) { query::current(&self.state, self.from) } else { None }
    }

    /// A step by its id.
    pub fn step_of(&self, id: &StepId) -> Option<&Step> {
        self.state.procedure_steps().iter().find(|step| step.id == *id)
    }

    /// The place of a step.
    pub fn index_of(&self, step: &StepId) -> Option<usize> {
        self.state.steps.iter().position(|s| s.id == *step)
    }

    /// What stands above everything: a journal that fails, or a host that does not answer.
    pub fn banner(&self) -> Option<&str> {
        self.trouble.as_deref().or(self.silent.as_deref())
    }

    /// The attempt that runs, the last one where there are several.
    pub fn running(&self) -> Option<&Attempt> {
        self.state.attempts.iter().rev().find(|a| a.progress == Progress::Running)
    }

    /// The attempt whose output belongs on the screen: of the chosen command, else of the step.
    pub fn shown_attempt(&self) -> Option<&Attempt> {
        let step = self.step()?;
        let pinned = self.pinned.and_then(|pinned| self.state.attempt(pinned));
        if let Some(pinned) = pinned.filter(|a| a.start.step == step.id) {
            return Some(pinned);
        }
        let of_step = || self.state.attempts.iter().rev().filter(|a| a.start.step == step.id);
        let runs = |a: &&Attempt| a.progress == Progress::Running;
        of_step()
            .find(|a| runs(a) && a.start.command == self.command)
            .or_else(|| of_step().find(runs))
            .or_else(|| of_step().find(|a| a.start.command == self.command))
            .or_else(|| of_step().next())
    }

    /// The attempt that the keys for a command mean: that of the output that is looked at.
    pub fn looked_at(&self) -> Option<&Attempt> {
        if self.focus == Pane::Second { self.state.attempt(self.active().attempt?) } else { self.shown_attempt() }
    }

    /// Something about the step was asked for and not answered.
    pub fn sending(&self, step: &StepId) -> bool {
        self.flights.iter().any(|f| f.step.as_ref() == Some(step))
    }

    /// Live or drill.
    pub fn mode(&self) -> Mode {
        self.state.start().map_or(Mode::Live, |s| s.mode)
    }
}
