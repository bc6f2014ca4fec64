//! The keys of the program: a table for each context.

use crossterm::event::KeyCode;

use crate::tui::action::Action;
use crate::tui::keymap::Context;
use crate::tui::keymap::chord::{Chord, code, ctrl, k};

const ENTER: Chord = code(KeyCode::Enter);
const ESC: Chord = code(KeyCode::Esc);
const TAB: Chord = code(KeyCode::Tab);
const BACK_TAB: Chord = code(KeyCode::BackTab);

pub(super) type Table = &'static [(Chord, Action)];

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
    // Choices stand below each other.
    (code(KeyCode::Down), Action::ChoiceAfter),
    (k('j'), Action::ChoiceAfter),
    (code(KeyCode::Right), Action::ChoiceAfter),
    (k('l'), Action::ChoiceAfter),
    (k(' '), Action::ChoiceAfter),
    (code(KeyCode::Up), Action::ChoiceBefore),
    (k('k'), Action::ChoiceBefore),
    (code(KeyCode::Left), Action::ChoiceBefore),
    (k('h'), Action::ChoiceBefore),
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

/// A recording that is played.
const PLAYER: Table = &[
    (k(' '), Action::Play),
    (k('+'), Action::Faster),
    (k('='), Action::Faster),
    (code(KeyCode::Up), Action::Faster),
    (k('-'), Action::Slower),
    (code(KeyCode::Down), Action::Slower),
    (code(KeyCode::Right), Action::Forward),
    (k('l'), Action::Forward),
    (code(KeyCode::Left), Action::Rewind),
    (k('h'), Action::Rewind),
    (k(']'), Action::PartAfter),
    (code(KeyCode::PageDown), Action::PartAfter),
    (k('['), Action::PartBefore),
    (code(KeyCode::PageUp), Action::PartBefore),
    (k('.'), Action::OneOn),
    (k('g'), Action::First),
    (code(KeyCode::Home), Action::First),
    (k('G'), Action::Last),
    (code(KeyCode::End), Action::Last),
    (k('/'), Action::Find),
    (k('n'), Action::FindNext),
    (k('?'), Action::Help),
    (k('q'), Action::Quit),
    (ESC, Action::Quit),
    (ctrl('c'), Action::Quit),
];

pub(super) fn tables(context: Context) -> [Table; 2] {
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
        Context::Player => [PLAYER, &[]],
    }
}
