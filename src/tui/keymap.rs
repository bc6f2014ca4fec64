//! Which key does what, where: a table for each context, and nothing hidden besides.

mod chord;
mod own;
mod tables;
mod voice;

use crate::tui::action::Action;

pub use own::{FaultKind, KeyFault, Keymap, Wish};
pub use voice::{Voice, place};

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
    /// A recording that is played.
    Player,
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
        Self::Player,
    ];

    /// Its name, for sentences that name a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::List => "list",
            Self::Notice => "notice",
            Self::Start => "start",
            Self::Run => "run",
            Self::Over => "over",
            Self::Reading => "reading",
            Self::Help => "help",
            Self::Question => "question",
            Self::YesNo => "yes-no",
            Self::Choice => "choice",
            Self::Field => "field",
            Self::Value => "value",
            Self::Note => "note",
            Self::Palette => "palette",
            Self::Document => "document",
            Self::Output => "output",
            Self::Lines => "lines",
            Self::Panes => "panes",
            Self::Comparison => "comparison",
            Self::Typing => "typing",
            Self::Player => "player",
        }
    }

    /// Letters are text there.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Field | Self::Value | Self::Note | Self::Palette | Self::Typing)
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

/// What the footer of the run screen offers while an output has all of it: nothing is run from there.
pub const FOOTER_OUTPUT: &[Action] = &[
    Action::Zoom,
    Action::Find,
    Action::PageUp,
    Action::Last,
    Action::Split,
    Action::Panes,
    Action::Compare,
    Action::SaveOutput,
    Action::Copy,
    Action::Note,
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
        Context::Player => &[
            Action::Play,
            Action::Find,
            Action::PartAfter,
            Action::Rewind,
            Action::Forward,
            Action::Faster,
            Action::Slower,
            Action::PartBefore,
            Action::FindNext,
            Action::OneOn,
            Action::First,
            Action::Help,
            Action::Quit,
        ],
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;
    use crate::tui::keymap::tables::tables;

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
