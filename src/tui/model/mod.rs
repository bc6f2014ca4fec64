//! All that the screen knows: the run as its facts tell it, and where the person is.
//!
//! Changed by `update` only. Views read it; nothing here knows of styles or processes.

mod dialog;
mod filter;
pub mod home;
pub mod library;
mod output;
mod palette;
mod pick;
mod reader;
mod reading;
mod run;
pub mod seek;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::clock::Clock;
use crate::config::settings::Environment;
use crate::console::wire::ToHost;
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, ProcedureId, RunId};
use crate::run::command::Command;
use crate::run::state::{Phase, RunState};
use crate::runbook::model::{Runbook, Step};
use crate::tui::backend::{Beside, Left};
use crate::tui::keymap::{Context, Keymap, Voice};
use crate::tui::layout::Layout;
use crate::tui::theme::Theme;

pub use dialog::{
    BranchAsk, ConfirmAbout, ConfirmAsk, Dialog, EnvironmentAbout, FormAbout, FormAsk, Judge, JudgePart, Reason,
    RowsAbout, RowsAsk, RunAsk, ValueField, ValueForm, VerifyAsk,
};
pub use filter::{ListRow, StepFilter};
pub use output::{Comparison, CopyPart, OutputDialog};
pub use palette::{Entry, Hit, Palette, Target};
pub use pick::{Opened, Pick};
pub use reader::{Page, Paper, Reader, Text};
pub use reading::{Goal, Reading, Search};
pub use run::{Flight, Link, Output, Pane, RunView, Second};

/// What the screen is opened for.
#[expect(clippy::large_enum_variant, reason = "one is made for each screen that is opened")]
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// Choose a procedure of a document and start it.
    Pick {
        /// The document.
        runbook: Box<Runbook>,
        /// Its text, of which the runbook counts the lines.
        text: String,
        /// Its content is trusted.
        trusted: bool,
        /// What was changed since it was trusted last, in lines; empty where it was not.
        changes: Vec<String>,
        /// The procedure that was named already.
        wanted: Option<ProcedureId>,
        /// Where commands would run, and who asks.
        place: Place,
    },
    /// Join a run: its facts come with the welcome.
    Attach,
    /// The home screen.
    Home(Box<library::Library>),
}

/// Where commands would run, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The machine.
    pub host: String,
    /// What it is by the settings; nothing where no rule says so.
    pub environment: Option<Environment>,
    /// The user.
    pub user: String,
    /// The folder.
    pub cwd: String,
    /// What the person is called.
    pub operator: String,
    /// A drill: nothing real is touched.
    pub drill: bool,
    /// The connections that statements could run on.
    pub connections: Vec<crate::run::server::KnownConnection>,
}

/// The values that were given for each name, the newest first.
pub type Earlier = BTreeMap<String, Vec<String>>;

/// What the record will say, as name and text.
pub type Preview = fn(&RunState) -> Vec<(String, String)>;

/// What a screen is set up with.
#[derive(Clone)]
pub struct Settings {
    /// The language of the screen.
    pub language: Language,
    /// How it looks.
    pub theme: Theme,
    /// What the person at this screen is called: who signs.
    pub operator: String,
    /// Which key does what.
    pub keymap: Keymap,
    /// The mouse is listened to.
    pub mouse: bool,
    /// Output may go to the clipboard of the terminal, when the person asks for it.
    pub clipboard: bool,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The fields of the record of a run.
    pub preview: Preview,
    /// The values that were given before on this machine.
    pub earlier: Earlier,
}

/// Everything on the screen.
pub struct Model {
    /// The language of the screen.
    pub language: Language,
    /// What the person at this screen is called.
    pub operator: String,
    /// The fields of the record of a run.
    pub preview: Preview,
    /// Which key does what.
    pub keymap: Keymap,
    /// Output may go to the clipboard of the terminal.
    pub clipboard: bool,
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
    /// The home screen, where the person came from one.
    pub home: Option<Box<home::Home>>,
    /// The document's text.
    pub paper: Paper,
    /// The host of the run gives the document's text when it is asked.
    pub offers_document: bool,
    /// The host of the run reads, searches and compares outputs.
    pub offers_outputs: bool,
    /// What lies over it.
    pub dialog: Option<Dialog>,
    /// The values that were given for each name, the newest first: in this run, and in runs before on this machine.
    pub earlier: Earlier,
    /// What went wrong in the dialog.
    pub dialog_problem: Option<String>,
    /// The last thing that the person was told.
    pub said: Option<Said>,
}

/// What is shown.
pub enum Screen {
    /// The home screen.
    Home,
    /// Choosing a procedure.
    Pick(Box<Pick>),
    /// Waiting for the welcome of a run, or told why there is none.
    Waiting {
        /// Why there is none.
        refused: Option<String>,
        /// Since when.
        since: DateTime<FixedOffset>,
        /// The host does not answer: what the person is told.
        silent: Option<String>,
    },
    /// A run.
    Run(Box<RunView>),
}

impl Screen {
    /// Waiting from now on.
    pub fn waiting(since: DateTime<FixedOffset>) -> Self {
        Self::Waiting { refused: None, since, silent: None }
    }
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

/// What update asks of the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Trust the document.
    Trust,
    /// Look whether a changed document is trusted; what is to be agreed to is shown then.
    LookAtTrust {
        /// The file.
        path: String,
        /// The SHA-256 of what was shown.
        sha256: Digest,
    },
    /// Trust a changed document, then have it taken in.
    TrustAndRenew {
        /// The number.
        id: u64,
        /// The file.
        path: String,
        /// The SHA-256 of what was shown.
        shown: Digest,
    },
    /// Start a run.
    Start(ProcedureId, Beside),
    /// Join a run that goes on.
    Join(RunId),
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
        /// The names that were typed to confirm a danger.
        typed: Vec<String>,
    },
    /// Remember values for runs to come.
    Remember(Vec<(String, String)>),
    /// Put a text into the clipboard of the terminal.
    Copy(String),
    /// Give the text of an output, as much of its end as is copied; answered by `Input::CopyReady`.
    CopyOutput {
        /// Whose output.
        attempt: AttemptId,
    },
    /// Save an output as text; answered by `Input::Saved`.
    SaveOutput {
        /// Whose output.
        attempt: AttemptId,
        /// The file, as it was typed.
        name: String,
    },
    /// Something that the home screen asks for.
    Home(home::HomeAsk),
    /// Draw everything anew.
    Redraw,
    /// Leave the screen.
    Leave(Left),
}

impl Model {
    /// The screen as it opens.
    pub fn new(opening: Opening, settings: &Settings, size: (u16, u16)) -> Self {
        crate::tui::text::measure_as(settings.theme.ambiguous);
        let mut model = Self {
            language: settings.language,
            operator: settings.operator.clone(),
            preview: settings.preview,
            keymap: settings.keymap.clone(),
            clipboard: settings.clipboard,
            ascii: settings.theme.glyphs == crate::tui::theme::Glyphs::Ascii,
            size,
            now: settings.clock.now(),
            layout: Layout::default(),
            screen: Screen::waiting(settings.clock.now()),
            home: None,
            paper: Paper::default(),
            offers_document: false,
            offers_outputs: false,
            dialog: None,
            earlier: settings.earlier.clone(),
            dialog_problem: None,
            said: None,
        };
        model.show(opening);
        crate::tui::update::settle(&mut model);
        model
    }

    /// Shows something else.
    pub fn show(&mut self, opening: Opening) {
        match opening {
            Opening::Attach => self.screen = Screen::waiting(self.now),
            Opening::Home(library) => {
                self.home = Some(Box::new(home::Home::new(*library)));
                self.screen = Screen::Home;
            }
            Opening::Pick { runbook, text, trusted, changes, wanted, place } => {
                self.paper = Paper { text: Text::Unread(text), ..Paper::default() };
                if wanted.as_ref().is_some_and(|w| runbook.procedures.iter().all(|p| p.id != *w)) {
                    let text = crate::tui::words::Say::NOT_FOUND.text(self.voice()).into_owned();
                    self.said = Some(Said { text, tone: Tone::Problem });
                }
                let mut pick = Pick::new(runbook, trusted, wanted.as_ref(), place);
                pick.changes = changes;
                self.screen = Screen::Pick(Box::new(pick));
            }
        }
    }

    /// How the person is spoken to.
    pub fn voice(&self) -> Voice<'_> {
        Voice { language: self.language, keymap: &self.keymap }
    }

    /// Where a key is pressed now.
    pub fn context(&self) -> Context {
        if let Some(dialog) = &self.dialog {
            return dialog.context();
        }
        self.ground()
    }

    /// Where a key would be pressed if no dialog were open.
    pub fn ground(&self) -> Context {
        match &self.screen {
            Screen::Home if self.home.as_ref().is_some_and(|home| home.typing.is_some()) => Context::Palette,
            Screen::Home => Context::Home,
            Screen::Waiting { .. } => Context::Notice,
            Screen::Pick(p) if p.runbook.procedures.is_empty() => Context::Notice,
            Screen::Pick(p) if p.filtering => Context::Field,
            Screen::Pick(p) if p.opened.is_some() => Context::Start,
            Screen::Pick(_) => Context::List,
            Screen::Run(r) if r.typing.is_some() => Context::Typing,
            Screen::Run(r) if r.state.phase != Phase::Open => Context::Over,
            Screen::Run(r) if r.active().search.as_ref().is_some_and(|s| s.typing) => Context::Field,
            Screen::Run(r) if r.active().search.is_some() => Context::Output,
            Screen::Run(_) => Context::Run,
        }
    }

    /// Seconds are on the screen: a command runs, or a deadline counts down.
    pub fn shows_seconds(&self) -> bool {
        let r = match &self.screen {
            Screen::Run(r) => r,
            Screen::Waiting { refused, .. } => return refused.is_none(),
            Screen::Home | Screen::Pick(_) => return false,
        };
        if r.awaits.is_some() || r.silent.is_some() || self.paper.awaited {
            return true;
        }
        let counts = |(i, s): (usize, &Step)| {
            s.deadline.is_some() && r.state.steps.get(i).is_some_and(|s| s.mark == crate::run::state::Mark::Open)
        };
        r.state.phase == Phase::Open
            && (r.running().is_some() || r.state.procedure_steps().iter().enumerate().any(counts))
    }
}
