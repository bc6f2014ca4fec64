//! Which key does what, where: a table for each context, and nothing hidden besides.

mod chord;
mod own;

use crossterm::event::KeyCode;

use crate::tui::action::Action;
use crate::tui::keymap::chord::{Chord, code, ctrl, k};

pub use own::{FaultKind, KeyFault, Keymap, Wish};

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The home screen.
    Home,
    /// The list of procedures.
    List,
    /// Nothing to choose from: a message, or waiting.
    Notice,
    /// The question whether to start.
    Start,
    /// The run screen.
    Run,
    /// The final screen.
    Over,
    /// Text to read, such as a list of steps.
    Reading,
    /// The help.
    Help,
    /// A question that is answered with yes.
    Question,
    /// A question that is answered with yes or no.
    YesNo,
    /// Several answers to choose from.
    Choice,
    /// A field of one line.
    Field,
    /// The field of a value.
    Value,
    /// A field of several lines.
    Note,
    /// The palette.
    Palette,
    /// The document.
    Document,
    /// An output in which something is looked for.
    Output,
    /// A line of the document to be chosen.
    Lines,
    /// The list of outputs.
    Panes,
    /// What changed from an earlier output.
    Comparison,
    /// The terminal of a command.
    Typing,
}

impl Context {
    /// All contexts.
    pub const ALL: &'static [Self] = &[
        Self::Home,
        Self::List,
        Self::Notice,
        Self::Start,
        Self::Run,
        Self::Over,
        Self::Reading,
        Self::Help,
        Self::Question,
        Self::YesNo,
        Self::Choice,
        Self::Field,
        Self::Value,
        Self::Note,
        Self::Palette,
        Self::Document,
        Self::Output,
        Self::Lines,
        Self::Panes,
        Self::Comparison,
        Self::Typing,
    ];

    /// Letters are text there.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Field | Self::Value | Self::Note | Self::Palette | Self::Typing)
    }
}

const ENTER: Chord = code(KeyCode::Enter);
const ESC: Chord = code(KeyCode::Esc);
const TAB: Chord = code(KeyCode::Tab);
const BACK_TAB: Chord = code(KeyCode::BackTab);

type Table = &'static [(Chord, Action)];

const MOVES: Table = &[
    (k('j'), Action::Down),
    (code(KeyCode::Down), Action::Down),
    (k('k'), Action::Up),
    (code(KeyCode::Up), Action::Up),
    (code(KeyCode::PageDown), Action::PageDown),
    (code(KeyCode::PageUp), Action::PageUp),
    (k('g'), Action::First),
    (code(KeyCode::Home), Action::First),
    (k('G'), Action::Last),
    (code(KeyCode::End), Action::Last),
    (ctrl('l'), Action::Redraw),
];

const HOME: Table = &[
    (ENTER, Action::Open),
    (TAB, Action::NextPane),
    (code(KeyCode::Right), Action::NextPane),
    (k('l'), Action::NextPane),
    (BACK_TAB, Action::PaneBefore),
    (code(KeyCode::Left), Action::PaneBefore),
    (k('h'), Action::PaneBefore),
    (k('/'), Action::Filter),
    (k('s'), Action::SearchAll),
    (k('r'), Action::Reload),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
    (ESC, Action::Cancel),
    (k('q'), Action::Quit),
    (ctrl('c'), Action::Quit),
];

const LIST: Table = &[
    (ENTER, Action::Open),
    (k('/'), Action::Filter),
    (k('t'), Action::Trust),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
    (ESC, Action::Cancel),
    (k('q'), Action::Quit),
    (ctrl('c'), Action::Quit),
];

const NOTICE: Table = &[
    (k('q'), Action::Quit),
    (ctrl('c'), Action::Quit),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
    (ctrl('l'), Action::Redraw),
];

const START: Table = &[
    (k('y'), Action::Start),
    (k('t'), Action::Trust),
    (ESC, Action::Cancel),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
    (k('q'), Action::Quit),
    (ctrl('c'), Action::Quit),
];

const RUN: Table = &[
    (ENTER, Action::RunCommand),
    (k(' '), Action::Judge),
    (k('s'), Action::Skip),
    (k('d'), Action::Defer),
    (k('x'), Action::RuleOut),
    (k('b'), Action::Branch),
    (k('m'), Action::Choose),
    (k('a'), Action::Override),
    (k('+'), Action::AddStep),
    (k('e'), Action::ChangeCommand),
    (k('M'), Action::MoveCommand),
    (k('r'), Action::Revert),
    (k('H'), Action::Hold),
    (k('u'), Action::Reopen),
    (k('n'), Action::Note),
    (k('N'), Action::RunNote),
    (k('h'), Action::CommandBefore),
    (code(KeyCode::Left), Action::CommandBefore),
    (k('l'), Action::CommandAfter),
    (code(KeyCode::Right), Action::CommandAfter),
    (k('v'), Action::Values),
    (k('i'), Action::TypeInto),
    (ctrl('c'), Action::Stop),
    (k('o'), Action::Zoom),
    (k('R'), Action::NextRunning),
    (ESC, Action::Cancel),
    (k('c'), Action::ToCurrent),
    (k('f'), Action::FilterSteps),
    (TAB, Action::NextPane),
    (BACK_TAB, Action::PaneBefore),
    (k('J'), Action::DetailDown),
    (k('K'), Action::DetailUp),
    (k('V'), Action::Verify),
    (k('W'), Action::WorkAlone),
    (k('S'), Action::SignOff),
    (k('A'), Action::Abort),
    (k('t'), Action::TakeOver),
    (k('E'), Action::Environment),
    (k('C'), Action::Connection),
    (ctrl('r'), Action::ResetShell),
    (k('q'), Action::Detach),
    (k('/'), Action::Find),
    (k('w'), Action::SaveOutput),
    (k('Y'), Action::Copy),
    (k('='), Action::Compare),
    (k('|'), Action::Split),
    (k('p'), Action::Panes),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
];

/// As on the run screen, without what changes the run: Enter and letters belong to the search.
const OUTPUT: Table = &[
    (k('/'), Action::Find),
    (k('n'), Action::FindNext),
    (k('N'), Action::FindBefore),
    (k(' '), Action::PageDown),
    (k('w'), Action::SaveOutput),
    (k('Y'), Action::Copy),
    (k('='), Action::Compare),
    (k('|'), Action::Split),
    (k('p'), Action::Panes),
    (k('i'), Action::TypeInto),
    (ctrl('c'), Action::Stop),
    (k('o'), Action::Zoom),
    (TAB, Action::NextPane),
    (BACK_TAB, Action::PaneBefore),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
];

const PANES: Table = &[
    (ENTER, Action::Accept),
    (k('|'), Action::Split),
    (k('j'), Action::ChoiceAfter),
    (code(KeyCode::Down), Action::ChoiceAfter),
    (k('k'), Action::ChoiceBefore),
    (code(KeyCode::Up), Action::ChoiceBefore),
    (ESC, Action::Cancel),
    (k('p'), Action::Cancel),
    (k('q'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

const COMPARISON: Table = &[
    (k('d'), Action::Difference),
    (k(' '), Action::PageDown),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (k('='), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const OVER: Table = &[
    (k('q'), Action::Quit),
    (ctrl('c'), Action::Quit),
    (k('D'), Action::Document),
    (k(':'), Action::Palette),
    (ctrl('p'), Action::Palette),
    (k('?'), Action::Help),
];

const READING: Table =
    &[(ESC, Action::Cancel), (k('q'), Action::Cancel), (k('?'), Action::Cancel), (ctrl('c'), Action::Cancel)];

const HELP: Table = &[
    (k('/'), Action::Find),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (k('?'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const QUESTION: Table = &[
    (k('y'), Action::Confirm),
    (ESC, Action::Cancel),
    (k('n'), Action::Cancel),
    (k('q'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const YES_NO: Table = &[
    (k('y'), Action::Confirm),
    (k('n'), Action::Deny),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const CHOICE: Table = &[
    (code(KeyCode::PageDown), Action::PageDown),
    (code(KeyCode::PageUp), Action::PageUp),
    (ENTER, Action::Accept),
    (code(KeyCode::Right), Action::ChoiceAfter),
    (k('l'), Action::ChoiceAfter),
    (k(' '), Action::ChoiceAfter),
    (code(KeyCode::Down), Action::ChoiceAfter),
    (k('j'), Action::ChoiceAfter),
    (code(KeyCode::Left), Action::ChoiceBefore),
    (k('h'), Action::ChoiceBefore),
    (code(KeyCode::Up), Action::ChoiceBefore),
    (k('k'), Action::ChoiceBefore),
    (TAB, Action::NextField),
    (BACK_TAB, Action::FieldBefore),
    (ESC, Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

const FIELD: Table = &[
    (code(KeyCode::PageDown), Action::PageDown),
    (code(KeyCode::PageUp), Action::PageUp),
    (ENTER, Action::Accept),
    (TAB, Action::NextField),
    (code(KeyCode::Down), Action::NextField),
    (BACK_TAB, Action::FieldBefore),
    (code(KeyCode::Up), Action::FieldBefore),
    (ESC, Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

const VALUE: Table = &[
    (code(KeyCode::PageDown), Action::PageDown),
    (code(KeyCode::PageUp), Action::PageUp),
    (ENTER, Action::Accept),
    (TAB, Action::NextField),
    (BACK_TAB, Action::FieldBefore),
    (code(KeyCode::Up), Action::EarlierValue),
    (code(KeyCode::Down), Action::LaterValue),
    (ctrl('j'), Action::NewLine),
    (ESC, Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

const DOCUMENT: Table = &[
    (k('/'), Action::Find),
    (k('n'), Action::FindNext),
    (k('N'), Action::FindBefore),
    (k('d'), Action::Difference),
    (k('r'), Action::Renew),
    (k('+'), Action::MakeStep),
    (k('c'), Action::ToCurrent),
    (k(' '), Action::PageDown),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (k('D'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const LINES: Table = &[
    (ENTER, Action::Accept),
    (k('+'), Action::Accept),
    (ESC, Action::Cancel),
    (k('q'), Action::Cancel),
    (ctrl('c'), Action::Cancel),
];

const PALETTE: Table = &[
    (ENTER, Action::Accept),
    (code(KeyCode::Down), Action::ChoiceAfter),
    (ctrl('n'), Action::ChoiceAfter),
    (TAB, Action::ChoiceAfter),
    (code(KeyCode::Up), Action::ChoiceBefore),
    (ctrl('p'), Action::ChoiceBefore),
    (BACK_TAB, Action::ChoiceBefore),
    (code(KeyCode::PageDown), Action::PageDown),
    (code(KeyCode::PageUp), Action::PageUp),
    (ESC, Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

const NOTE: Table = &[
    (ctrl('s'), Action::Save),
    (ctrl('d'), Action::Save),
    (ESC, Action::Cancel),
    (ctrl('c'), Action::Cancel),
    (ctrl('l'), Action::Redraw),
];

// Ctrl-5 is what many terminals make of Ctrl-].
const TYPING: Table =
    &[(ctrl(']'), Action::LeaveTyping), (ctrl('5'), Action::LeaveTyping), (code(KeyCode::F(12)), Action::LeaveTyping)];

fn tables(context: Context) -> [Table; 2] {
    match context {
        Context::Home => [HOME, MOVES],
        Context::List => [LIST, MOVES],
        Context::Notice => [NOTICE, &[]],
        Context::Start => [START, MOVES],
        Context::Run => [RUN, MOVES],
        Context::Over => [OVER, MOVES],
        Context::Reading => [READING, MOVES],
        Context::Help => [HELP, MOVES],
        Context::Question => [QUESTION, MOVES],
        Context::YesNo => [YES_NO, MOVES],
        Context::Choice => [CHOICE, &[]],
        Context::Field => [FIELD, &[]],
        Context::Value => [VALUE, &[]],
        Context::Note => [NOTE, &[]],
        Context::Palette => [PALETTE, &[]],
        Context::Document => [DOCUMENT, MOVES],
        Context::Output => [OUTPUT, MOVES],
        Context::Lines => [LINES, MOVES],
        Context::Panes => [PANES, &[]],
        Context::Comparison => [COMPARISON, MOVES],
        Context::Typing => [TYPING, &[]],
    }
}

/// What the footer of the run screen offers to somebody who looks on.
pub const FOOTER_WATCHING: &[Action] = &[
    Action::TakeOver,
    Action::Verify,
    Action::Down,
    Action::Zoom,
    Action::NextPane,
    Action::ToCurrent,
    Action::Document,
    Action::FilterSteps,
    Action::Help,
    Action::Detach,
];

/// What the footer of the run screen offers while a command runs.
pub const FOOTER_RUNNING: &[Action] = &[
    Action::Stop,
    Action::TypeInto,
    Action::Zoom,
    Action::Find,
    Action::RunCommand,
    Action::NextRunning,
    Action::Panes,
    Action::Split,
    Action::Note,
    Action::Down,
    Action::NextPane,
    Action::ToCurrent,
    Action::Help,
    Action::Detach,
];

/// What the footer offers, the most wanted first; it shows as many as there is room for.
pub fn footer(context: Context) -> &'static [Action] {
    match context {
        Context::Home => &[
            Action::Open,
            Action::Filter,
            Action::NextPane,
            Action::SearchAll,
            Action::Reload,
            Action::Help,
            Action::Quit,
        ],
        Context::List => &[
            Action::Open,
            Action::Filter,
            Action::Trust,
            Action::Document,
            Action::Palette,
            Action::Help,
            Action::Quit,
        ],
        Context::Notice => &[Action::Document, Action::Quit],
        Context::Start => &[Action::Start, Action::Cancel, Action::Document, Action::Down, Action::Quit],
        Context::Run => &[
            Action::RunCommand,
            Action::Judge,
            Action::Skip,
            Action::Defer,
            Action::Note,
            Action::Zoom,
            Action::SignOff,
            Action::Branch,
            Action::Reopen,
            Action::RuleOut,
            Action::NextPane,
            Action::ToCurrent,
            Action::FilterSteps,
            Action::Document,
            Action::Find,
            Action::Panes,
            Action::Split,
            Action::Compare,
            Action::SaveOutput,
            Action::Palette,
            Action::Choose,
            Action::Abort,
            Action::Help,
            Action::Detach,
        ],
        Context::Over => &[Action::Quit, Action::Down, Action::Document, Action::Help],
        Context::Help => &[Action::Find, Action::Cancel, Action::Down, Action::Up],
        Context::Reading => &[Action::Cancel, Action::Down, Action::Up],
        Context::Question => &[Action::Confirm, Action::Cancel],
        Context::YesNo => &[Action::Confirm, Action::Deny, Action::Cancel],
        Context::Choice => &[Action::Accept, Action::ChoiceAfter, Action::NextField, Action::Cancel],
        Context::Field => &[Action::Accept, Action::NextField, Action::Cancel],
        Context::Value => &[
            Action::Accept,
            Action::NextField,
            Action::EarlierValue,
            Action::NewLine,
            Action::LaterValue,
            Action::Cancel,
        ],
        Context::Note => &[Action::Save, Action::Cancel],
        Context::Lines => &[Action::Accept, Action::Down, Action::Up, Action::Cancel],
        Context::Document => &[
            Action::Find,
            Action::FindNext,
            Action::Difference,
            Action::Renew,
            Action::MakeStep,
            Action::ToCurrent,
            Action::PageDown,
            Action::Down,
            Action::Cancel,
        ],
        Context::Panes => &[Action::Accept, Action::Split, Action::ChoiceAfter, Action::ChoiceBefore, Action::Cancel],
        Context::Comparison => &[Action::Difference, Action::PageDown, Action::Down, Action::Cancel],
        Context::Output => &[
            Action::FindNext,
            Action::FindBefore,
            Action::Find,
            Action::Zoom,
            Action::PageDown,
            Action::Down,
            Action::Help,
            Action::Cancel,
        ],
        Context::Palette => &[Action::Accept, Action::ChoiceAfter, Action::ChoiceBefore, Action::Cancel],
        Context::Typing => &[Action::LeaveTyping],
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyEvent, KeyModifiers};

    use super::*;

    #[test]
    fn every_action_has_a_key() {
        for action in Action::ALL {
            assert!(!Keymap::default().keys(*action).is_empty(), "{}", action.name());
        }
    }

    #[test]
    fn what_the_footer_offers_can_be_done_there() {
        for context in Context::ALL {
            let special = if *context == Context::Run { [FOOTER_WATCHING, FOOTER_RUNNING] } else { [&[][..], &[]] };
            for action in footer(*context).iter().chain(special.concat().iter()) {
                assert!(!Keymap::default().keys_in(*context, *action).is_empty(), "{context:?} {}", action.name());
            }
        }
    }

    #[test]
    fn no_context_gives_a_key_two_meanings() {
        for context in Context::ALL {
            let [own, shared] = tables(*context);
            let all: Vec<_> = own.iter().chain(shared).collect();
            for (i, (chord, _)) in all.iter().enumerate() {
                assert!(all[..i].iter().all(|(c, _)| c != chord), "{context:?} {}", chord.shown());
            }
        }
    }

    #[test]
    fn enter_alone_answers_no_question() {
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(Keymap::default().resolve(Context::Question, enter), None);
        assert_eq!(Keymap::default().resolve(Context::Run, enter), Some(Action::RunCommand));
        assert_eq!(Keymap::default().resolve(Context::YesNo, enter), None);
    }
}
