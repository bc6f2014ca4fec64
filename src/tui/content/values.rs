//! What a command is with the values of the run, and the text of the forms that ask for them.

use std::collections::BTreeMap;

use crate::i18n::Language;
use crate::run::values::{self, Prepared};
use crate::runbook::model::{Block, Command, Step};
use crate::runbook::shell::filling::Doubt;
use crate::term::redact::SHORTEST_SECRET;
use crate::tui::content::detail::Pen;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{RunView, ValueField, ValueForm};
use crate::tui::text::{Line, prose, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::Ask;

/// The command as it would run now; nothing while a value is missing.
pub fn prepared(run: &RunView, block: &Block, command: &Command) -> Option<Prepared> {
    values::prepare(&run.state, block, command).ok()
}

/// The lines of a command as it would run, its values marked.
pub fn text_lines(ready: &Prepared, head: &str, role: Role) -> Vec<Line> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, text) in ready.text.split('\n').enumerate() {
        let mut line = Line::of(if at == 0 { head } else { "  " }, Role::Current);
        let end = start + text.len();
        let mut from = start;
        for place in &ready.places {
            let (begin, stop) = (place.start.clamp(from, end), place.end.clamp(from, end));
            if begin < stop {
                let piece = |a: usize, b: usize| ready.text.get(a..b).unwrap_or_default();
                line = line.and(piece(from, begin), role).and(piece(begin, stop), Role::Placeholder);
                from = stop;
            }
        }
        line = line.and(ready.text.get(from..end).unwrap_or_default(), role);
        out.push(line);
        start = end + 1;
    }
    out
}

/// What a person must look at before a command runs.
pub fn doubts(ready: &Prepared, pen: Pen) -> Vec<Line> {
    let mut out = Vec::new();
    for doubt in &ready.doubts {
        let name = sanitise_inline(doubt.name());
        let text = match (doubt, pen.language) {
            (Doubt::Option { .. }, Language::Ja) => {
                format!("値「{name}」は - で始まり、オプションと解釈されることがあります。")
            }
            (Doubt::Option { .. }, Language::En) => {
                format!("The value {name} begins with - and may be taken for an option.")
            }
            (Doubt::Inside { program, .. }, Language::Ja) => format!(
                "値「{name}」は {} の文の中に入り、そこでもう一度解釈されます。意味を確かめてください。",
                sanitise_inline(program)
            ),
            (Doubt::Inside { program, .. }, Language::En) => format!(
                "The value {name} stands in text that {} reads once more. Look at what it means there.",
                sanitise_inline(program)
            ),
        };
        out.extend(wrap(Line::of("! ", Role::Caution).and(&text, Role::Caution), pen.room, 2));
    }
    out
}

/// The text of the form: every command that asks for one of its values, with the values that are typed in it. Those of the
/// field that is typed in stand first.
pub fn form_text(run: &RunView, form: &ValueForm, pen: Pen) -> Vec<Line> {
    let secret = form.fields.iter().any(|field| field.secret);
    let why = if secret { Ask::SECRETS_WHY } else { Ask::VALUES_WHY };
    let mut out = prose(&why.text(pen.voice()), Role::Dim, pen.room, 0);
    let short = |len: usize| (1..SHORTEST_SECRET).contains(&len);
    if form.fields.iter().any(|field| field.secret && short(field.text.text().len())) {
        out.extend(prose(&Ask::SECRET_SHORT.text(pen.voice()), Role::Caution, pen.room, 0));
    }
    let mut typed: BTreeMap<String, String> = run.state.values.clone();
    for field in form.fields.iter().filter(|field| !field.secret) {
        let text = field.text.text();
        if text.trim().is_empty() {
            typed.remove(&field.name)
        } else {
            typed.insert(field.name.clone(), text)
        };
    }
    let asks = |command: &Command, field: &ValueField| values::asked(command).iter().any(|p| field.name == p.name);
    let mut commands: Vec<(&Step, &Block, &Command)> = Vec::new();
    for step in run.state.procedure_steps() {
        let own = step.blocks.iter().flat_map(|block| block.commands.iter().map(move |command| (step, block, command)));
        commands.extend(own.filter(|(_, _, command)| form.fields.iter().any(|field| asks(command, field))));
    }
    let typed_in = form.fields.get(form.focus);
    commands.sort_by_key(|(_, _, command)| !typed_in.is_some_and(|field| asks(command, field)));
    for (step, block, command) in commands {
        out.push(Line::empty());
        let title = Line::of(&format!("{} ", step.number), Role::Dim).and(step.bare_title(), Role::Dim);
        out.extend(wrap(title, pen.room, 2));
        match values::preview(&run.state, block, command, &typed) {
            Ok(ready) => {
                let lines = text_lines(&ready, "  ", Role::Command);
                out.extend(lines.into_iter().flat_map(|line| wrap_exact(line, pen.room, 4)));
                out.extend(doubts(&ready, pen));
            }
            Err(_) => {
                for text in command.text.lines() {
                    let line = super::detail::parts(Line::of("  ", Role::Current), text, command, Role::Command);
                    out.extend(wrap_exact(line, pen.room, 4));
                }
            }
        }
    }
    out
}
