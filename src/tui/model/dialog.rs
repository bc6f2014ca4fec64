//! What lies over the screen: an enumeration, so that there is one dialog or none.

use std::collections::BTreeMap;

use ratatui_textarea::TextArea;

use crate::console::wire::{Change, Offer};
use crate::ids::{AttemptId, Digest, ProcedureId, StepId};
use crate::run::command::{Again, Place};
use crate::run::event::{Stop, Verdict};
use crate::run::guidance::Pause;
use crate::run::server::OnServer;
use crate::runbook::model::{Step, TargetKind};
use crate::term::Secret;
use crate::tui::action::Action;
use crate::tui::backend::GoingOn;
use crate::tui::edit::Field;
use crate::tui::keymap::Context;
use crate::tui::model::{OutputDialog, Palette, Reader};

/// What lies over the screen.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// The list of all actions.
    Help {
        /// The first row.
        scroll: usize,
        /// What is looked for in it.
        search: Field,
        /// It is being typed.
        searching: bool,
    },
    /// A command was run before, or its step is judged.
    RunAgain(RunAsk),
    /// Another command runs: this one would run beside it.
    Beside(RunAsk),
    /// A value means more where it stands than quotes can take from it.
    Doubt(RunAsk),
    /// A command writes to a server.
    Write(RunAsk),
    /// Values for placeholders.
    Values(ValueForm),
    /// Secrets for one start of a command.
    Secrets(ValueForm),
    /// A command is dangerous: the names of where it acts are to be typed.
    Danger {
        /// What would run.
        ask: RunAsk,
        /// The names, and what each is of.
        names: Vec<(TargetKind, String)>,
        /// What was typed for each.
        typed: Vec<Field>,
        /// The field that is typed in.
        focus: usize,
        /// The first row of the text.
        scroll: usize,
    },
    /// Cautions that govern a command: they are read before it runs.
    Caution {
        /// What would run then.
        ask: RunAsk,
        /// The cautions.
        texts: Vec<String>,
        /// The first row of the text.
        scroll: usize,
    },
    /// A question between two people.
    Verify {
        /// What is asked.
        ask: VerifyAsk,
        /// The first row of the text.
        scroll: usize,
    },
    /// A question about a branch.
    Branch {
        /// The step.
        step: StepId,
        /// What is asked.
        ask: BranchAsk,
        /// The first row of the text.
        scroll: usize,
    },
    /// The sub-points of a step, to be ticked.
    Points {
        /// The step.
        step: StepId,
        /// The one that the keys belong to.
        at: usize,
    },
    /// Whether to choose one of several alternatives.
    Choose {
        /// The step.
        step: StepId,
        /// The command; absent where steps are the alternatives.
        command: Option<usize>,
        /// The first row of the text.
        scroll: usize,
    },
    /// A few lines to be filled in.
    Form(FormAsk),
    /// A command that is being written.
    Edit {
        /// The step.
        step: StepId,
        /// The place of the command; absent for one more.
        command: Option<usize>,
        /// The text.
        area: Box<TextArea<'static>>,
    },
    /// A row to be chosen of several.
    Rows(RowsAsk),
    /// Something to be read and agreed to.
    Confirm(ConfirmAsk),
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
        /// Who signs, made harmless.
        signer: String,
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
    /// Whether to join a run of the procedure that goes on, or to begin another.
    Join {
        /// The procedure.
        procedure: ProcedureId,
        /// The runs; behind the last one stands another.
        runs: Vec<GoingOn>,
        /// The chosen one.
        at: usize,
    },
    /// Whether to take the wheel.
    TakeOver,
    /// Whether to begin with a fresh shell.
    ResetShell,
    /// Whether to leave.
    Detach,
    /// Whether to trust the document.
    Trust {
        /// The first row.
        scroll: usize,
    },
    /// Everything that can be done or gone to.
    Palette(Box<Palette>),
    /// The whole document.
    Document(Box<Reader>),
    /// A question about outputs.
    Output(Box<OutputDialog>),
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
    /// Not to agree to what was read aloud.
    Object {
        /// The step.
        step: StepId,
        /// The command.
        command: usize,
        /// Its digest as shown.
        shown: Digest,
    },
    /// To send a step back.
    SendBack(StepId),
    /// To work alone.
    WorkAlone,
}

/// A few lines to be filled in, none of which may stay empty unless [`FormAbout::optional`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAsk {
    /// For what.
    pub about: FormAbout,
    /// The fields.
    pub fields: Vec<Field>,
    /// The field that is typed in.
    pub focus: usize,
    /// The first row of the text.
    pub scroll: usize,
}

/// What a form is filled in for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormAbout {
    /// To accept a failed or undecided step: reason and approver.
    Override(StepId),
    /// To say what must be undone.
    Owe(StepId),
    /// That something was undone: a comment, which may stay empty.
    Undone(usize),
    /// To hand something over: reason, due date, owner.
    HandOver(usize),
    /// That there is nothing to undo: reason.
    DropRevert(usize),
    /// To hold the work: what is waited for.
    SetHold(StepId),
    /// To say who released the work, and what was said.
    Release(StepId),
    /// To add a step behind another one: title, command (which may stay empty), reason.
    AddStep {
        /// The step that it stands behind.
        after: Option<StepId>,
    },
    /// To make a command another one, or to add one: reason.
    ChangeCommand {
        /// The step.
        step: StepId,
        /// The place of the command.
        command: Option<usize>,
        /// The new text.
        text: String,
    },
    /// To change something of the run's own shell.
    Environment(EnvironmentAbout),
}

/// What of the shell a form changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentAbout {
    /// To go to another folder.
    Folder,
    /// To set a variable: name, value.
    NewVariable,
    /// To give a variable another value; without one it is taken away.
    Variable {
        /// Its name.
        name: String,
    },
}

impl FormAbout {
    /// The place of the field that may stay empty.
    pub fn optional(&self) -> Option<usize> {
        match self {
            Self::AddStep { .. } => Some(1),
            Self::Undone(_) | Self::Environment(EnvironmentAbout::Variable { .. }) => Some(0),
            Self::Override(_)
            | Self::ChangeCommand { .. }
            | Self::Environment(EnvironmentAbout::Folder | EnvironmentAbout::NewVariable)
            | Self::Owe(_)
            | Self::HandOver(_)
            | Self::DropRevert(_)
            | Self::SetHold(_)
            | Self::Release(_) => None,
        }
    }
}

/// A row to be chosen of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsAsk {
    /// For what.
    pub about: RowsAbout,
    /// The row that the keys belong to.
    pub at: usize,
}

/// What a row is chosen for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowsAbout {
    /// The step that a command belongs to, among all steps.
    Move {
        /// The step that it was matched with.
        from: StepId,
        /// The places of the commands.
        commands: Vec<usize>,
        /// The whole fence, not one command of it.
        whole: bool,
    },
    /// The folder or a variable of the run's own shell, to be changed.
    Environment,
    /// Which of the things to be undone; behind them a new one of the step.
    Reverts {
        /// The numbers.
        numbers: Vec<usize>,
        /// The step.
        step: StepId,
    },
    /// What became of one of them.
    RevertHow {
        /// Its number.
        number: usize,
    },
    /// One of several connections, by their names.
    Connection {
        /// The names.
        names: Vec<String>,
    },
}

/// Something to be read and agreed to.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmAsk {
    /// What.
    pub about: ConfirmAbout,
    /// The first row of the text.
    pub scroll: usize,
}

/// What is agreed to.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfirmAbout {
    /// That the document's advice was read; what was wished for comes next.
    Guidance {
        /// For which part of the work.
        pause: Pause,
        /// What was wished for.
        then: Action,
    },
    /// That what was changed in the document is taken in.
    Renew {
        /// What the host would take in.
        offer: Box<Offer>,
        /// The text is to be trusted first.
        untrusted: bool,
        /// What was changed, where the text is to be trusted.
        difference: Vec<Change>,
    },
    /// That a line of the document becomes a step.
    Line {
        /// The step that it stands behind.
        after: Option<StepId>,
        /// The line.
        line: usize,
        /// What the document has there.
        step: Box<Step>,
    },
}

/// What is asked between two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyAsk {
    /// The operator: to read a command aloud.
    Aloud {
        /// The step.
        step: StepId,
        /// The command.
        command: usize,
        /// Its digest as shown.
        shown: Digest,
    },
    /// The second person: whether to agree to it.
    Answer {
        /// The step.
        step: StepId,
        /// The command.
        command: usize,
        /// Its digest as shown.
        shown: Digest,
    },
    /// The second person: whether the step is as it should be.
    Check(StepId),
}

/// What is asked about a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchAsk {
    /// Whether the action of a rule that applies becomes a step.
    Open {
        /// The place of the rule.
        rule: usize,
    },
    /// Whether a rule that could not be read applies.
    Answer {
        /// The place of the rule.
        rule: usize,
    },
    /// Whether the condition of the step holds.
    Applies,
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
    /// In which shell.
    pub place: Place,
    /// The secrets that were typed for it, by placeholder.
    pub secrets: BTreeMap<String, Secret>,
    /// The server that it runs on, as it is shown; nothing where a shell runs it.
    pub on: Option<OnServer>,
}

/// The form that asks for values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueForm {
    /// A field for each value.
    pub fields: Vec<ValueField>,
    /// The field that is typed in.
    pub focus: usize,
    /// No field may stay empty: a command waits for them.
    pub needed: bool,
    /// The first row of the text.
    pub scroll: usize,
}

/// The field of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueField {
    /// The name of the placeholder.
    pub name: String,
    /// What was typed.
    pub text: Field,
    /// It is not shown.
    pub secret: bool,
    /// The document has a value that looks like an example.
    pub sample: bool,
    /// What was given for this name before, the newest first.
    pub earlier: Vec<String>,
    /// Which of them stands in the field, and what stood there before.
    pub recalled: Option<(usize, String)>,
}

impl ValueField {
    /// Calls an earlier value back.
    pub fn recall_earlier(&mut self) {
        let at = self.recalled.as_ref().map_or(0, |(at, _)| at + 1);
        let Some(value) = self.earlier.get(at) else { return };
        let typed = self.recalled.take().map_or_else(|| self.text.text(), |(_, typed)| typed);
        self.text.replace(value);
        self.recalled = Some((at, typed));
    }

    /// Goes back to a later one, and at the end to what was typed.
    pub fn recall_later(&mut self) {
        let Some((at, typed)) = self.recalled.take() else { return };
        match at.checked_sub(1).and_then(|at| Some((at, self.earlier.get(at)?))) {
            Some((at, value)) => {
                self.text.replace(value);
                self.recalled = Some((at, typed));
            }
            None => self.text.replace(&typed),
        }
    }
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

impl Dialog {
    /// There is something else in it to be typed or chosen.
    pub fn has_another_field(&self) -> bool {
        matches!(self, Self::Judge(_) | Self::Defer { .. })
            || matches!(self, Self::Danger { typed, .. } if typed.len() > 1)
            || matches!(self, Self::Form(form) if form.fields.len() > 1)
            || matches!(self, Self::Values(form) | Self::Secrets(form) if form.fields.len() > 1)
            || matches!(self, Self::Rows(rows) if matches!(rows.about, RowsAbout::Move { .. }))
    }

    /// Where a key is pressed while it is open.
    pub fn context(&self) -> Context {
        match self {
            Self::Help { searching: true, .. } => Context::Field,
            Self::Help { .. } => Context::Help,
            Self::Untouched { .. } => Context::Reading,
            Self::Verify { ask: VerifyAsk::Answer { .. } | VerifyAsk::Check(_), .. }
            | Self::Branch { ask: BranchAsk::Applies | BranchAsk::Answer { .. }, .. } => Context::YesNo,
            Self::Verify { ask: VerifyAsk::Aloud { .. }, .. }
            | Self::Branch { ask: BranchAsk::Open { .. }, .. }
            | Self::Choose { .. }
            | Self::Confirm(_)
            | Self::RunAgain(_)
            | Self::Beside(_)
            | Self::Doubt(_)
            | Self::Caution { .. }
            | Self::Write(_)
            | Self::TakeOver
            | Self::ResetShell
            | Self::Detach
            | Self::Trust { .. }
            | Self::Sign { .. } => Context::Question,
            Self::Form(_) | Self::Danger { .. } | Self::Reason { .. } | Self::Defer { .. } | Self::Secrets(_) => {
                Context::Field
            }
            Self::Values(_) => Context::Value,
            Self::Judge(j) => match j.part {
                JudgePart::Choice => Context::Choice,
                JudgePart::Comment => Context::Field,
            },
            Self::Stop { .. } | Self::Points { .. } | Self::Join { .. } | Self::Rows(_) => Context::Choice,
            Self::Note { .. } | Self::Edit { .. } => Context::Note,
            Self::Palette(_) => Context::Palette,
            Self::Document(reader) if reader.searching => Context::Field,
            Self::Document(reader) if reader.picking.is_some() => Context::Lines,
            Self::Document(_) => Context::Document,
            Self::Output(dialog) => dialog.context(),
        }
    }
}
