//! What the palette offers, and its rows.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::tui::action::Action;
use crate::tui::content::{signs, values};
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{self, Context};
use crate::tui::model::{Entry, Model, Palette, Screen, Target};
use crate::tui::text::{Line, fit, width};
use crate::tui::theme::Role;
use crate::tui::words::Label;

/// Everything that can be done or gone to from where the person is: actions, steps or procedures, headings.
pub fn entries(model: &Model) -> Vec<Entry> {
    let mut out = actions(model);
    let language = model.language;
    match &model.screen {
        Screen::Run(run) => {
            for step in run.state.procedure_steps() {
                let text = sanitise_inline(&format!("{} {}", step.number, step.bare_title()));
                let tag = Label::STEPS.text(language).to_owned();
                out.push(Entry::new(Target::Step(step.id.clone()), text, tag, &[]));
            }
        }
        Screen::Pick(pick) => {
            for (at, procedure) in pick.runbook.procedures.iter().enumerate() {
                let text = sanitise_inline(&procedure.heading_path.join(" › "));
                let tag = Label::PROCEDURES.text(language).to_owned();
                out.push(Entry::new(Target::Procedure(at), text, tag, &[]));
            }
        }
        Screen::Home | Screen::Waiting { .. } => {}
    }
    for heading in model.paper.document().into_iter().flat_map(|d| &d.headings) {
        let text = format!("{} {}", "#".repeat(heading.level), heading.text);
        let tag = format!("{} {}", Label::LINE.text(language), heading.line);
        out.push(Entry::new(Target::Line(heading.line), text, tag, &[]));
    }
    out
}

/// The actions that have a key here, those of the footer first.
fn actions(model: &Model) -> Vec<Entry> {
    let context = model.ground();
    let here = |action: &Action| *action != Action::Palette && !model.keymap.keys_in(context, *action).is_empty();
    let mut all: Vec<Action> = keymap::footer(context).iter().copied().filter(here).collect();
    // Its key is the document's; who knows of a change finds it here too.
    let changed = |action: &Action| *action == Action::Renew && context == Context::Run && model.paper.is_changed();
    for action in Action::ALL.iter().copied().filter(|action| here(action) || changed(action)) {
        if !all.contains(&action) {
            all.push(action);
        }
    }
    let entry = |action: Action| {
        let mut text = format!("{}  {}", action.word(model.language), action.doc_in(model.language, model.ascii));
        if action == Action::RunCommand
            && let Screen::Run(run) = &model.screen
            && let Some((block, command)) = run.step().and_then(|step| step.command(run.command))
        {
            // What would run is in sight, as it is for the key.
            let ready = values::prepared(run, block, command);
            let command = ready.as_ref().map_or(&command.text, |ready| &ready.text);
            text = format!("{}  {}", action.word(model.language), sanitise_inline(command));
        }
        let other = match model.language {
            crate::i18n::Language::Ja => crate::i18n::Language::En,
            crate::i18n::Language::En => crate::i18n::Language::Ja,
        };
        let names = [action.name(), action.doc(model.language), action.word(other), action.doc(other)];
        Entry::new(Target::Do(action), text, model.keymap.keys_in(context, action).join(" "), &names)
    };
    all.into_iter().map(entry).collect()
}

/// The row of a hit: the sign of the selected one, the text with what was found in it, and the keys.
pub fn row(palette: &Palette, at: usize, ascii: bool, room: usize) -> Option<Line> {
    let hit = palette.hits.get(at)?;
    let entry = palette.entries.get(hit.entry)?;
    let selected = at == palette.selected;
    let mark = if selected { signs(ascii).next } else { " " };
    let tag = if width(&entry.tag) * 3 <= room { entry.tag.as_str() } else { "" };
    let space = room.saturating_sub(width(tag) + 4);
    let mut line = Line::of(mark, Role::Current).and(" ", Role::Text);
    let base = if matches!(entry.target, Target::Do(_)) { Role::Text } else { Role::Title };
    let shown = fit(&entry.text, space);
    let mut run = (String::new(), base);
    for (place, part) in shown.graphemes(true).enumerate() {
        let role = if hit.marks.binary_search(&place).is_ok() { Role::Measured } else { base };
        if role != run.1 {
            line = line.and(&run.0, run.1);
            run = (String::new(), role);
        }
        run.0.push_str(part);
    }
    line = line.and(&run.0, run.1);
    let role = if matches!(entry.target, Target::Do(_)) { Role::Key } else { Role::Dim };
    line = line.right(tag, role);
    line.row = selected.then_some(Role::Selected);
    Some(line)
}
