//! All that the screen knows: the run as its facts tell it, and where the person is.
//!
//! Changed by `update` only. Views read it; nothing here knows of styles or processes.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use ratatui_textarea::TextArea;

use crate::clock::Clock;
use crate::console::wire::{Role, ToHost};
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, ProcedureId, StepId};
use crate::run::command::{Again, Command};
use crate::run::event::{Mode, Stop, Verdict};
use crate::run::query;
use crate::run::state::{Attempt, Phase, Progress, RunState};
use crate::runbook::model::{Runbook, Step};
use crate::term::cells::Row;
use crate::tui::backend::Left;
use crate::tui::edit::Field;
use crate::tui::keymap::Context;
use crate::tui::layout::Layout;
use crate::tui::text::Line;
use crate::tui::theme::Theme;

/// What the screen is opened for.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// Choose a procedure of a document and start it.
    Pick {
        /// The document.
        runbook: Box<Runbook>,
        /// Its content is trusted.
        trusted: bool,
        /// The procedure that was named already.
        wanted: Option<ProcedureId>,
        /// Where commands would run, and who asks.
        place: Place,
    },
    /// Join a run: its facts come with the welcome.
    Attach,
}

/// Where commands would run, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The machine.
    pub host: String,
    /// The user.
    pub user: String,
    /// The folder.
    pub cwd: String,
    /// What the person is called.
    pub operator: String,
    /// A drill: nothing real is touched.
    pub drill: bool,
}

/// What the record will say, as name and text.
pub type Preview = fn(&RunState) -> Vec<(String, String)>;

/// What a screen is set up with.
#[derive(Clone)]
pub struct Settings {
    /// The language of the screen.
    pub language: Language,
    /// How it looks.
    pub theme: Theme,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The fields of the record of a run.
    pub preview: Preview,
}

/// Everything on the screen.
pub struct Model {
    /// The language of the screen.
    pub language: Language,
    /// The fields of the record of a run.
    pub preview: Preview,
    /// Signs of ASCII only.
    pub ascii: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The time that is shown.
    pub now: DateTime<FixedOffset>,
    /// Where everything stands; settled by update.
    pub layout: Layout,
    /// What is shown.
    pub screen: Screen,
    /// What lies over it.
    pub dialog: Option<Dialog>,
    /// What went wrong in the dialog.
    pub dialog_problem: Option<String>,
    /// The last thing that the person was told.
    pub said: Option<Said>,
}

/// What is shown.
pub enum Screen {
    /// Choosing a procedure.
    Pick(Box<Pick>),
    /// Waiting for the welcome of a run, or told why there is none.
    Waiting {
        /// Why there is none.
        refused: Option<String>,
    },
    /// A run.
    Run(Box<RunView>),
}

/// Something that the person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The sentence.
    pub text: String,
    /// Whether it is bad news.
    pub tone: Tone,
}

/// Whether a message is bad news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Plain,
    /// Something was refused or went wrong.
    Problem,
}

/// The choosing of a procedure.
pub struct Pick {
    /// The document.
    pub runbook: Box<Runbook>,
    /// Its content is trusted.
    pub trusted: bool,
    /// Where commands would run.
    pub place: Place,
    /// What the list is narrowed to.
    pub filter: Field,
    /// The filter is being typed.
    pub filtering: bool,
    /// The selected one among those that match.
    pub selected: usize,
    /// The first row of the list that is shown.
    pub scroll: usize,
    /// The procedure that was opened, by its place in the document.
    pub opened: Option<Opened>,
    /// A start was asked for.
    pub starting: bool,
}

/// A procedure that was opened to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Its place in the document.
    pub procedure: usize,
    /// The first row that is shown.
    pub scroll: usize,
}

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
    /// What was asked for and not answered yet.
    pub flights: Vec<Flight>,
    /// The number of the next request.
    pub next_id: u64,
    /// The banner of the journal.
    pub trouble: Option<String>,
    /// The first row of the final screen.
    pub over_scroll: usize,
    /// What the host was last told about the pane.
    pub told: Option<(Option<AttemptId>, u16, u16, u32)>,
    /// A frame to be acknowledged once it is drawn.
    pub unshown: Option<u64>,
    /// A note that was left unfinished.
    pub draft: Option<Dialog>,
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
    /// Rows scrolled back.
    pub scroll: u32,
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

/// What lies over the screen.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The list of all actions.
    Help {
        /// The first row.
        scroll: usize,
    },
    /// A command was run before, or its step is judged.
    RunAgain(RunAsk),
    /// A command is dangerous: the host's name is to be typed.
    Danger {
        /// What would run.
        ask: RunAsk,
        /// What was typed.
        typed: Field,
        /// The first row of the text.
        scroll: usize,
    },
    /// The judgement of a step.
    Judge(Judge),
    /// A reason for one thing or another.
    Reason {
        /// For what.
        about: Reason,
        /// What was typed.
        text: Field,
    },
    /// Reason, due date and owner.
    Defer {
        /// The step.
        step: StepId,
        /// The fields.
        fields: [Field; 3],
        /// The field that is typed in.
        focus: usize,
    },
    /// A note.
    Note {
        /// The step, or the whole run.
        step: Option<StepId>,
        /// The text.
        area: Box<TextArea<'static>>,
    },
    /// How to stop a command.
    Stop {
        /// The attempt.
        attempt: AttemptId,
        /// The chosen way.
        how: Stop,
    },
    /// The record, and whether to sign it.
    Sign {
        /// The fields of the record.
        fields: Vec<(String, String)>,
        /// The first row.
        scroll: usize,
    },
    /// The steps that stand in the way of a signature.
    Untouched {
        /// Which.
        steps: Vec<StepId>,
        /// The first row.
        scroll: usize,
    },
    /// Whether to take the wheel.
    TakeOver,
    /// Whether to leave.
    Detach,
    /// Whether to trust the document.
    Trust,
}

/// What a reason is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// To leave a step out.
    Skip(StepId),
    /// To say that it does not apply.
    RuleOut(StepId),
    /// To take a mark back.
    Reopen(StepId),
    /// To give the run up.
    Abort,
}

/// A command that would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunAsk {
    /// The step.
    pub step: StepId,
    /// The command.
    pub command: usize,
    /// Its digest as shown.
    pub shown: Digest,
    /// Whether it was run before.
    pub again: Again,
}

/// The dialog of a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judge {
    /// The step.
    pub step: StepId,
    /// The chosen verdict.
    pub choice: Verdict,
    /// The comment.
    pub comment: Field,
    /// Whether the comment is typed in.
    pub part: JudgePart,
    /// The first row of the text.
    pub scroll: usize,
}

/// A part of the dialog of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgePart {
    /// The verdicts.
    Choice,
    /// The comment.
    Comment,
}

/// What update asks of the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Trust the document.
    Trust,
    /// Start a run.
    Start(ProcedureId),
    /// Say something to the host.
    Send(ToHost),
    /// Ask for a command of the run.
    Do {
        /// The number.
        id: u64,
        /// The command.
        command: Command,
    },
    /// Start a command; the loop mints the attempt's id.
    Attempt {
        /// The number.
        id: u64,
        /// What to run.
        ask: RunAsk,
        /// What was typed to confirm a danger.
        typed: Option<String>,
    },
    /// Draw everything anew.
    Redraw,
    /// Leave the screen.
    Leave(Left),
}

impl Model {
    /// The screen as it opens.
    pub fn new(opening: Opening, settings: &Settings, size: (u16, u16)) -> Self {
        let screen = match opening {
            Opening::Attach => Screen::Waiting { refused: None },
            Opening::Pick { runbook, trusted, wanted, place } => {
                Screen::Pick(Box::new(Pick::new(runbook, trusted, wanted.as_ref(), place)))
            }
        };
        let mut model = Self {
            language: settings.language,
            preview: settings.preview,
            ascii: settings.theme.glyphs == crate::tui::theme::Glyphs::Ascii,
            size,
            now: settings.clock.now(),
            layout: Layout::default(),
            screen,
            dialog: None,
            dialog_problem: None,
            said: None,
        };
        crate::tui::update::settle(&mut model);
        model
    }

    /// Where a key is pressed now.
    pub fn context(&self) -> Context {
        if let Some(dialog) = &self.dialog {
            return dialog.context();
        }
        match &self.screen {
            Screen::Waiting { .. } => Context::Notice,
            Screen::Pick(p) if p.runbook.procedures.is_empty() => Context::Notice,
            Screen::Pick(p) if p.filtering => Context::Field,
            Screen::Pick(p) if p.opened.is_some() => Context::Start,
            Screen::Pick(_) => Context::List,
            Screen::Run(r) if r.typing.is_some() => Context::Typing,
            Screen::Run(r) if r.state.phase != Phase::Open => Context::Over,
            Screen::Run(_) => Context::Run,
        }
    }

    /// Seconds are on the screen: a command runs, or a deadline counts down.
    pub fn shows_seconds(&self) -> bool {
        let Screen::Run(r) = &self.screen else { return false };
        let counts = |(i, s): (usize, &Step)| {
            s.deadline.is_some() && r.state.steps.get(i).is_some_and(|s| s.mark == crate::run::state::Mark::Open)
        };
        r.state.phase == Phase::Open
            && (r.running().is_some() || r.state.procedure_steps().iter().enumerate().any(counts))
    }
}

impl Pick {
    fn new(runbook: Box<Runbook>, trusted: bool, wanted: Option<&ProcedureId>, place: Place) -> Self {
        let found = wanted.and_then(|id| runbook.procedures.iter().position(|p| p.id == *id));
        Self {
            trusted,
            place,
            filter: Field::default(),
            filtering: false,
            selected: found.unwrap_or(0),
            scroll: 0,
            opened: found.map(|procedure| Opened { procedure, scroll: 0 }),
            starting: false,
            runbook,
        }
    }

    /// The procedures that match the filter, by their place in the document.
    pub fn matching(&self) -> Vec<usize> {
        let wanted = self.filter.text().to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let fits = |i: &usize| {
            let Some(p) = self.runbook.procedures.get(*i) else { return false };
            let text = format!("{} {}", p.heading_path.join(" "), p.title).to_lowercase();
            words.iter().all(|w| text.contains(w))
        };
        (0..self.runbook.procedures.len()).filter(fits).collect()
    }
}

impl RunView {
    /// A run that was just joined.
    pub fn new(state: RunState, role: Role) -> Self {
        Self {
            state,
            link: Link::Up(role),
            selected: 0,
            command: 0,
            from: 0,
            focus: Pane::List,
            zoomed: false,
            typing: None,
            list_scroll: 0,
            detail_scroll: 0,
            detail: Vec::new(),
            output: Output::default(),
            flights: Vec::new(),
            next_id: 1,
            trouble: None,
            over_scroll: 0,
            told: None,
            unshown: None,
            draft: None,
        }
    }

    /// The selected step as the document has it.
    pub fn step(&self) -> Option<&Step> {
        self.state.procedure_steps().get(self.selected)
    }

    /// The current step: nothing is next where alternatives are listed.
    pub fn current(&self) -> Option<usize> {
        if query::every_step_counts(&self.state) { query::current(&self.state, self.from) } else { None }
    }

    /// The place of a step.
    pub fn index_of(&self, step: &StepId) -> Option<usize> {
        self.state.steps.iter().position(|s| s.id == *step)
    }

    /// The attempt that runs, the last one where there are several.
    pub fn running(&self) -> Option<&Attempt> {
        self.state.attempts.iter().rev().find(|a| a.progress == Progress::Running)
    }

    /// The attempt whose output belongs on the screen: of the chosen command, else of the step.
    pub fn shown_attempt(&self) -> Option<&Attempt> {
        let step = self.step()?;
        let of_step = || self.state.attempts.iter().rev().filter(|a| a.start.step == step.id);
        of_step()
            .find(|a| a.progress == Progress::Running)
            .or_else(|| of_step().find(|a| a.start.command == self.command))
            .or_else(|| of_step().next())
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

impl Dialog {
    /// Where a key is pressed while it is open.
    pub fn context(&self) -> Context {
        match self {
            Self::Help { .. } | Self::Untouched { .. } => Context::Reading,
            Self::RunAgain(_) | Self::TakeOver | Self::Detach | Self::Trust | Self::Sign { .. } => Context::Question,
            Self::Danger { .. } | Self::Reason { .. } | Self::Defer { .. } => Context::Field,
            Self::Judge(j) => match j.part {
                JudgePart::Choice => Context::Choice,
                JudgePart::Comment => Context::Field,
            },
            Self::Stop { .. } => Context::Choice,
            Self::Note { .. } => Context::Note,
        }
    }
}
