//! The picker: the document, its procedures under their headings, and the question whether to start one.

use crate::i18n::Language;
use crate::run::query;
use crate::runbook::model::{Procedure, ProcedureKind};
use crate::tui::action::Action;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{Context, Voice};
use crate::tui::model::Pick;
use crate::tui::text::{Line, fit, prose, width, wrap, wrap_exact};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label, Say};

/// The lines above the list: title, path, digest, trust.
pub fn head(pick: &Pick, language: Language, room: usize) -> Vec<Line> {
    let (word, role) = if pick.trusted { (Label::TRUSTED, Role::Good) } else { (Label::UNTRUSTED, Role::Finding) };
    let path = fit(&sanitise_inline(&pick.runbook.path), room.saturating_sub(2));
    let trust =
        Line::of(&format!(" sha256 {}  ", pick.runbook.sha256.short()), Role::Dim).and(word.text(language), role);
    vec![Line::of(" ", Role::Dim).and(&path, Role::Dim), trust]
}

/// The word for a kind of procedure.
pub fn kind(kind: ProcedureKind, language: Language) -> &'static str {
    let (ja, en) = match kind {
        ProcedureKind::Checklist => ("点検", "checklist"),
        ProcedureKind::Sequence => ("手順", "sequence"),
        ProcedureKind::Flow => ("障害対応", "flow"),
        ProcedureKind::Menu => ("選択", "menu"),
        ProcedureKind::Drill => ("訓練", "drill"),
        ProcedureKind::Troubleshooting => ("調査", "troubleshooting"),
    };
    language.pick(ja, en)
}

/// A row of the list: a heading over procedures, or one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The place among those that match, of a procedure.
    pub item: Option<usize>,
    /// The line.
    pub line: Line,
}

/// The rows of the list.
pub fn rows(pick: &Pick, language: Language, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut above: Option<&[String]> = None;
    for (i, at) in pick.matching().into_iter().enumerate() {
        let Some(p) = pick.runbook.procedures.get(at) else { continue };
        let path = p.heading_path.split_last().map_or(&[][..], |(_, rest)| rest);
        if !path.is_empty() && above != Some(path) {
            let text = fit(&sanitise_inline(&path.join(" › ")), room.saturating_sub(2));
            rows.push(Row { item: None, line: Line::of(&format!(" {text}"), Role::Dim) });
        }
        above = Some(path);
        rows.push(Row {
            item: Some(i),
            line: procedure(pick, p, i == pick.selected, !path.is_empty(), (language, room)),
        });
    }
    rows
}

fn procedure(pick: &Pick, p: &Procedure, selected: bool, under: bool, (language, room): (Language, usize)) -> Line {
    let steps = p.steps.len();
    let commands: usize = p.steps.iter().map(|s| query::runnable_commands(&pick.place.connections, s).len()).sum();
    let counts = match language {
        Language::Ja => format!("手順 {steps:>2}  コマンド {commands:>2} "),
        Language::En => format!("{steps:>2} steps  {commands:>2} commands "),
    };
    let kind = kind(p.kind, language);
    let right = if room >= 60 { format!("{kind}  {counts}") } else { format!("{steps}/{commands} ") };
    let indent = if under { "   " } else { " " };
    let space = room.saturating_sub(width(&right) + indent.len() + 1);
    let title = fit(&sanitise_inline(&p.title), space);
    let when = sanitise_inline(&p.trigger.text);
    let mut line = Line::of(indent, Role::Text).and(&title, Role::Title);
    let left = space.saturating_sub(width(&title) + 2);
    if !when.is_empty() && when != title && left >= 6 {
        line = line.and("  ", Role::Dim).and(&fit(&when, left), Role::Dim);
    }
    line = line.right(&right, Role::Dim);
    line.row = selected.then_some(Role::Selected);
    line
}

/// The lines of a procedure that was opened: the question, where it would run, and its steps.
pub fn opened(pick: &Pick, p: &Procedure, voice: Voice<'_>, room: usize) -> Vec<Line> {
    let Voice { language, keymap } = voice;
    let mut out = Vec::new();
    if pick.trusted || pick.place.drill {
        out.extend(wrap(
            Line::of(&format!(" {}", Ask::START.text(voice)), Role::Title)
                .and(&format!("  {}", keymap.key(Context::Start, Action::Start)), Role::Key),
            room,
            1,
        ));
        out.extend(wrap(Line::of(&format!(" {}", Ask::START_WHY.text(voice)), Role::Dim), room, 1));
    } else {
        out.extend(wrap(Line::of(&format!(" {}", Say::UNTRUSTED.text(voice)), Role::Problem), room, 1));
    }
    out.push(Line::empty());
    let mode = if pick.place.drill { (Label::DRILL, Role::ModeDrill) } else { (Label::LIVE, Role::ModeLive) };
    out.push(
        Line::of(&format!(" {}: ", Label::MODE.text(language)), Role::Dim)
            .and(&format!(" {} ", mode.0.text(language)), mode.1),
    );
    for (label, value) in [
        (Label::HOST, &pick.place.host),
        (Label::USER, &pick.place.user),
        (Label::FOLDER, &pick.place.cwd),
        (Label::OPERATOR, &pick.place.operator),
    ] {
        let line = Line::of(&format!(" {}: ", label.text(language)), Role::Dim).and(value, Role::Title);
        out.extend(wrap(line, room, 3));
    }
    out.push(Line::empty());
    for c in &p.cautions {
        out.extend(wrap(
            Line::of(&format!(" {} ", Label::CAUTION.text(language)), Role::Caution).and(&c.text, Role::Caution),
            room,
            3,
        ));
    }
    if p.steps.is_empty() {
        out.extend(prose(Label::NO_STEPS.text(language), Role::Dim, room, 1));
    }
    let mut phase = None;
    for step in &p.steps {
        let own = step.phase.as_ref().map(|phase| phase.title.as_str());
        if own != phase {
            phase = own;
            out.extend(own.into_iter().flat_map(|title| wrap(Line::of(&format!(" {title}"), Role::Dim), room, 2)));
        }
        let optional = if step.optional { format!("  {}", Label::OPTIONAL.text(language)) } else { String::new() };
        let line = Line::of(&format!(" {:>2} ", step.number), Role::Dim)
            .and(step.bare_title(), Role::Text)
            .and(&optional, Role::Dim);
        out.extend(wrap(line, room, 4));
        let when = |condition: &String| {
            let line = Line::of(&format!("      {}: {condition}", Label::CONDITION.text(language)), Role::Caution);
            wrap(line, room, 8)
        };
        out.extend(step.condition.iter().flat_map(when));
        for caution in &step.cautions {
            let line = Line::of(&format!("      {} {}", Label::CAUTION.text(language), caution.text), Role::Caution);
            out.extend(wrap(line, room, 8));
        }
        for (block, command) in step.blocks.iter().flat_map(|b| b.commands.iter().map(move |c| (b, c))) {
            if block.commands.first().is_some_and(|first| std::ptr::eq(first, command)) {
                out.extend(block.condition.iter().flat_map(when));
                let way = command.label.iter().filter(|_| block.alternative);
                out.extend(way.flat_map(|label| wrap(Line::of(&format!("      # {label}"), Role::Dim), room, 8)));
            }
            let role =
                if query::could_run(&pick.place.connections, block, command) { Role::Command } else { Role::Dim };
            for text in command.text.lines() {
                out.extend(wrap_exact(Line::of("      ", Role::Dim).and(text, role), room, 8));
            }
            for d in &command.dangers {
                out.extend(wrap(Line::of(&format!("      ! {}", d.why), Role::Danger), room, 8));
            }
        }
    }
    out
}
