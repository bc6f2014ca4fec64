//! The help: what can be done here first, then what can be done in other places, then the signs.

use crate::run::query;
use crate::tui::action::Action;
use crate::tui::content::document::marked;
use crate::tui::content::{glyph, signs};
use crate::tui::find::Folded;
use crate::tui::keymap;
use crate::tui::model::Model;
use crate::tui::text::{Line, prose, width, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Label, Say};

/// The column in which sentences begin, after the keys.
fn sentences(room: usize) -> usize {
    if room < 50 { 8 } else { 18 }
}

/// The lines of the help; of those only that hold every word of `search`.
pub fn lines(model: &Model, search: &str, room: usize) -> Vec<Line> {
    let language = model.language;
    let words: Vec<Folded> = search.split_whitespace().map(Folded::new).collect();
    let here = here(model);
    let elsewhere: Vec<Action> = Action::ALL.iter().copied().filter(|a| !here.contains(a)).collect();
    let ground = model.ground();
    let mut out = Vec::new();
    group(&mut out, Label::HERE.text(language), &here, &words, room, |a| {
        one(model, a, &model.keymap.keys_in(ground, a), room)
    });
    let others = Label::ELSEWHERE.text(language);
    group(&mut out, others, &elsewhere, &words, room, |a| one(model, a, &model.keymap.keys(a), room));
    let states = legend(model).into_iter().filter(|(_, text)| holds(text, &words)).map(|(line, _)| line);
    section(&mut out, Label::SIGNS.text(language), states.collect());
    if out.is_empty() {
        out = prose(&Say::NOTHING_FITS.text(model.voice()), Role::Dim, room, 0);
    }
    out
}

/// What can be done where the help was opened, the most wanted first.
fn here(model: &Model) -> Vec<Action> {
    let ground = model.ground();
    let has_key = |a: &Action| !model.keymap.keys_in(ground, *a).is_empty();
    let mut here: Vec<Action> = keymap::footer(ground).iter().copied().filter(has_key).collect();
    for action in Action::ALL.iter().copied().filter(has_key) {
        if !here.contains(&action) {
            here.push(action);
        }
    }
    here
}

/// The line of an action, and all that it is found by.
fn one(model: &Model, action: Action, keys: &[String], room: usize) -> (Line, String) {
    let (keys, language) = (keys.join(" "), model.language);
    let pad = sentences(room).saturating_sub(width(&keys)).max(1);
    let line = Line::of(&keys, Role::Key)
        .and(&" ".repeat(pad), Role::Text)
        .and(&action.doc_in(language, model.ascii), Role::Text)
        .and(&format!("  {}", action.name()), Role::Dim);
    let text = format!("{keys} {} {} {}", action.word(language), action.doc(language), action.name());
    (line, text)
}

fn group(
    out: &mut Vec<Line>,
    title: &str,
    actions: &[Action],
    words: &[Folded],
    room: usize,
    line: impl Fn(Action) -> (Line, String),
) {
    let fitting = actions.iter().map(|a| line(*a)).filter(|(_, text)| holds(text, words));
    let lines = fitting.flat_map(|(line, _)| {
        let line = words.iter().fold(line, |line, word| marked(&line, word));
        wrap(line, room, sentences(room))
    });
    section(out, title, lines.collect());
}

fn section(out: &mut Vec<Line>, title: &str, lines: Vec<Line>) {
    if lines.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(Line::empty());
    }
    out.push(Line::of(title, Role::Title));
    out.extend(lines);
}

fn holds(text: &str, words: &[Folded]) -> bool {
    let text = Folded::new(text);
    words.iter().all(|word| !text.occurrences(word).is_empty())
}

/// The signs of states, and the one of the current step.
fn legend(model: &Model) -> Vec<(Line, String)> {
    const STATES: [query::Label; 12] = [
        query::Label::Untouched,
        query::Label::UnderWay,
        query::Label::Running,
        query::Label::AwaitsVerdict,
        query::Label::OutcomeUnknown,
        query::Label::Done,
        query::Label::DoneWithFinding,
        query::Label::Failed,
        query::Label::Undecided,
        query::Label::Skipped,
        query::Label::Deferred,
        query::Label::RuledOut,
    ];
    let state = |label: &query::Label| {
        let (sign, role) = glyph(*label, model.ascii);
        let words = label.words(model.language);
        (Line::of(sign, role).and(&format!("  {words}"), Role::Text), words.to_owned())
    };
    let mut out: Vec<(Line, String)> = STATES.iter().map(state).collect();
    let words = Action::ToCurrent.doc_in(model.language, model.ascii);
    let line = Line::of(signs(model.ascii).current, Role::Current).and(&format!("  {words}"), Role::Text);
    out.push((line, words.into_owned()));
    out
}
