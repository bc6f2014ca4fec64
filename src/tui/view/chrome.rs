//! What stands around the panes: header, banner, messages, keys.

use crate::config::settings::Environment;
use crate::console::wire::Role as WireRole;
use crate::i18n::Language;
use crate::run::event::Mode;
use crate::run::query;
use crate::run::state::Phase;
use crate::tui::action::Action;
use crate::tui::content::{checklist, clock};
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::{self, Context};
use crate::tui::model::{Dialog, Link, Model, RunView, Screen, Tone};
use crate::tui::text::{Line, fit, prose, width};
use crate::tui::theme::Role;
use crate::tui::view::paint::Brush;
use crate::tui::words::Label;
use ratatui::layout::Rect;

/// Mode, what is worked on, by whom, where, how far, and the time.
pub(super) fn header(model: &Model, brush: &mut Brush<'_>) {
    let area = model.layout.header;
    let mut modes: Vec<(String, Role)> = Vec::new();
    let word = |label: Label| label.text(brush.language).to_owned();
    let mut procedure = None;
    let (what, right, ground) = match &model.screen {
        Screen::Home | Screen::Waiting { .. } => {
            // By the clocks of the team, as all that stands in the list.
            let local = model.home.as_ref().map(|home| home.library.calendar.local(model.now));
            let time = local.map_or_else(|| clock(model.now), |local| local.format("%H:%M").to_string());
            ("tejun".to_owned(), time, Role::Header)
        }
        Screen::Pick(p) => {
            let (place, loud) = live(p.place.environment.as_ref(), word(Label::LIVE));
            modes.push(if p.place.drill { (word(Label::DRILL), Role::ModeDrill) } else { place });
            let who = format!("{}@{}", p.place.operator, p.place.host);
            let right = format!("{}  {}", sanitise_inline(&who), clock(model.now));
            (p.runbook.title.clone(), right, if p.place.drill || !loud { Role::Header } else { Role::HeaderLive })
        }
        Screen::Run(r) => {
            // Nobody drives a run that is over.
            if r.state.phase == Phase::Open && matches!(r.link, Link::Gone | Link::Up(WireRole::Watch)) {
                modes.push((word(Label::WATCH), Role::ModeWatch));
            }
            let ground = match r.mode() {
                Mode::Live => {
                    let environment = r.state.start().and_then(|start| start.environment.as_ref());
                    let (place, loud) = live(environment, word(Label::LIVE));
                    modes.push(place);
                    if loud { Role::HeaderLive } else { Role::Header }
                }
                Mode::Drill => {
                    modes.push((word(Label::DRILL), Role::ModeDrill));
                    Role::Header
                }
            };
            let start = r.state.start();
            let what = start.map_or_else(String::new, |s| s.runbook.title.clone());
            procedure = start.map(|s| sanitise_inline(&s.procedure.title));
            let who = start.map_or_else(String::new, |s| format!("{}@{}", s.operator, s.host));
            let (done, all) = query::progress(&r.state);
            let minutes = (model.now - r.state.started.as_ref().map_or(model.now, |s| s.at)).num_minutes().max(0);
            let spent = model.language.pick("分", "min");
            let tail = if area.width >= 100 {
                format!("{done}/{all}  {minutes}{spent}  {}", clock(model.now))
            } else {
                format!("{done}/{all}  {}", clock(model.now))
            };
            (what, format!("{}  {tail}", sanitise_inline(&who)), ground)
        }
    };
    brush.fill(area, ground);
    let mut x = area.x;
    for (word, role) in modes {
        let style = brush.style(role);
        let mark = if brush.ascii() { format!("[{word}]") } else { format!(" {word} ") };
        x = brush.text((x, area.y), area.right(), &mark, style);
    }
    x = x.saturating_add(1);
    let style = brush.style(ground);
    let space = usize::from(area.right().saturating_sub(x));
    // On a narrow screen the tail goes first, but for progress and time.
    let right = if width(&right) + 12 <= space {
        right
    } else {
        right.split_once("  ").map_or(String::new(), |(_, tail)| tail.to_owned())
    };
    let right = if width(&right) + 8 <= space { right } else { String::new() };
    let what = named(&sanitise_inline(&what), procedure.as_deref(), space.saturating_sub(width(&right) + 2));
    brush.line(&Line::of(&what, ground), Rect { x, width: area.right().saturating_sub(x), height: 1, ..area });
    let wide = u16::try_from(width(&right) + 1).unwrap_or(area.width);
    brush.text((area.right().saturating_sub(wide), area.y), area.right(), &right, style);
    trouble(model, brush);
}

/// What a machine on which commands really run is called, and whether mistakes there hurt: they do where nobody has
/// said otherwise.
fn live(environment: Option<&Environment>, plain: String) -> ((String, Role), bool) {
    match environment {
        Some(known) if !known.production => ((sanitise_inline(&known.name), Role::ModeWatch), false),
        Some(known) => ((sanitise_inline(&known.name), Role::ModeLive), true),
        None => ((plain, Role::ModeLive), true),
    }
}

/// Runbook and procedure in `room` columns. The procedure is what one is in the middle of: the runbook's title is cut
/// first, and goes where little would be left of it.
fn named(runbook: &str, procedure: Option<&str>, room: usize) -> String {
    const WORTH_SHOWING: usize = 8;
    let Some(procedure) = procedure else { return fit(runbook, room) };
    let left = room.saturating_sub(width(procedure) + 3);
    if left >= width(runbook).min(WORTH_SHOWING) {
        format!("{} › {procedure}", fit(runbook, left))
    } else {
        fit(procedure, room)
    }
}

/// The banner of a journal that fails or a host that is silent: it stays until all is well.
fn trouble(model: &Model, brush: &mut Brush<'_>) {
    let area = model.layout.trouble;
    let Screen::Run(run) = &model.screen else { return };
    let Some(text) = run.banner() else { return };
    brush.fill(area, Role::Trouble);
    let lines = prose(text, Role::Trouble, usize::from(area.width).saturating_sub(1).max(1), 0);
    brush.lines(&lines, 0, Rect { x: area.x + u16::from(area.width > 1), ..area });
}

/// The keys of the context: as many as there is room for, help and the way out always among them.
pub(super) fn footer(model: &Model, brush: &mut Brush<'_>) {
    let area = model.layout.footer;
    let context = model.context();
    let mut x = area.x + 1;
    if context == Context::Typing {
        let style = brush.style(Role::Typing);
        x = brush.text((area.x, area.y), area.right(), &format!(" {} ", Label::TYPING.text(model.language)), style) + 1;
    }
    // What is worth a look comes first, and its key with it.
    let news = context == Context::Run && model.paper.is_changed();
    if news {
        let style = brush.style(Role::Key);
        let key = sign_of(model.keymap.key(context, Action::Document), brush);
        x = brush.text((x, area.y), area.right(), &key, style) + 1;
        let style = brush.style(Role::Caution);
        x = brush.text((x, area.y), area.right(), Label::FILE_CHANGED.text(model.language), style) + 2;
    }
    let offered = match &model.screen {
        Screen::Run(r) if context == Context::Run => match r.link {
            Link::Up(WireRole::Drive) if r.running().is_some() => keymap::FOOTER_RUNNING,
            Link::Up(WireRole::Drive) if r.zoomed => keymap::FOOTER_OUTPUT,
            Link::Up(WireRole::Drive) => keymap::footer(context),
            Link::Up(WireRole::Watch) | Link::Gone => keymap::FOOTER_WATCHING,
        },
        Screen::Home | Screen::Run(_) | Screen::Pick(_) | Screen::Waiting { .. } => keymap::footer(context),
    };
    // There is something to take in.
    let zoomed = context == Context::Run && matches!(&model.screen, Screen::Run(run) if run.zoomed);
    let another_field = model.dialog.as_ref().is_some_and(Dialog::has_another_field);
    let unsought = matches!(&model.dialog, Some(Dialog::Document(reader)) if reader.search.is_blank());
    let on_a_run = matches!(model.screen, Screen::Run(_));
    let useless = [
        (Action::Renew, !model.paper.is_changed()),
        (Action::Difference, context == Context::Document && !model.paper.is_changed()),
        (Action::FindNext, unsought),
        (Action::MakeStep, !on_a_run),
        (Action::ToCurrent, !on_a_run),
        (Action::Document, news),
        (Action::NextField, !another_field),
        (Action::RunCommand, zoomed),
    ];
    let offered = offered.iter().filter(|action| !useless.contains(&(**action, true)));
    let word = |action: Action| if zoomed && action == Action::Zoom { Action::Cancel } else { action };
    let offered = offered.map(|action| (model.keymap.key(context, *action), word(*action).word(model.language)));
    keys(offered.collect(), x, brush, area);
}

/// Keys with their words from column `x` on: as many as there is room for, and always the last two.
pub(super) fn keys(offered: Vec<(String, &'static str)>, mut x: u16, brush: &mut Brush<'_>, area: Rect) {
    let item = |(key, word): (String, &'static str)| {
        let key = sign_of(key, brush);
        let wide = u16::try_from(width(&key) + 3 + width(word)).unwrap_or(u16::MAX);
        (key, word, wide)
    };
    let items: Vec<(String, &str, u16)> = offered.into_iter().map(item).collect();
    // The last two are kept a place: help and the way out.
    let kept = items.len().saturating_sub(2);
    let tail: u16 = items.iter().skip(kept).map(|(_, _, wide)| *wide).sum();
    for (i, (key, word, wide)) in items.iter().enumerate() {
        let limit = if i < kept { area.right().saturating_sub(tail) } else { area.right() };
        if x.saturating_add(*wide) > limit.saturating_add(2) {
            continue;
        }
        let style = brush.style(Role::Key);
        x = brush.text((x, area.y), area.right(), key, style) + 1;
        let style = brush.style(Role::KeyText);
        x = brush.text((x, area.y), area.right(), word, style) + 2;
    }
}

/// A key as the footer shows it: by a sign where there are signs, else by a word of the person's language.
fn sign_of(key: String, brush: &Brush<'_>) -> String {
    let (sign, ja) = match key.as_str() {
        "Enter" => ("⏎", "Enter"),
        "Left" => ("←", "左"),
        "Right" => ("→", "右"),
        "Up" => ("↑", "上"),
        "Down" => ("↓", "下"),
        _ => return key, // It is what stands on the key.
    };
    match (brush.ascii(), brush.language) {
        (false, _) => sign.to_owned(),
        (true, Language::Ja) => ja.to_owned(),
        (true, Language::En) => key,
    }
}

/// What the person was told last, else the counts. A long message grows upwards over the panes.
pub(super) fn status(model: &Model, brush: &mut Brush<'_>) {
    let area = model.layout.status;
    let Some(said) = &model.said else {
        if let Screen::Run(run) = &model.screen {
            let counts = checklist::counts(run, model.language);
            let used = counts.pieces.iter().map(|piece| width(piece.text())).sum::<usize>();
            brush.line(&counts, area);
            folder(run, used, brush, area);
        }
        return;
    };
    let role = match said.tone {
        Tone::Plain => Role::Message,
        Tone::Problem => Role::Problem,
    };
    let room = usize::from(model.size.0).saturating_sub(2).max(1);
    let lines = prose(&said.text, role, room, 0);
    let bottom = if area.is_empty() { model.layout.footer.y } else { area.bottom() };
    let most = bottom.saturating_sub(1).min(4);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(most);
    let over = Rect::new(0, bottom - rows, model.size.0, rows);
    brush.fill(over, Role::Text);
    brush.lines(&lines, 0, Rect { x: 1, width: over.width.saturating_sub(1), ..over });
}

/// The folder of the next command, as much of its end as there is room for.
fn folder(run: &RunView, used: usize, brush: &mut Brush<'_>, area: Rect) {
    const LEAST: usize = 12;
    let Some(lane) = query::main_lane(&run.state) else { return };
    let room = usize::from(area.width).saturating_sub(used + 3);
    let cwd = sanitise_inline(&lane.cwd);
    let mut shown = cwd.as_str();
    while width(shown) > room {
        let Some((_, rest)) = shown.char_indices().nth(1).and_then(|(at, _)| shown.split_at_checked(at)) else {
            return;
        };
        shown = rest;
    }
    if room < LEAST && shown.len() < cwd.len() {
        return;
    }
    let cut = if shown.len() < cwd.len() { "~" } else { "" };
    let text = format!("{cut}{shown}");
    let wide = u16::try_from(width(&text) + 1).unwrap_or(area.width);
    let style = brush.style(Role::Dim);
    brush.text((area.right().saturating_sub(wide), area.y), area.right(), &text, style);
}

/// A message in the place of the panes.
pub(super) fn notice(model: &Model, brush: &mut Brush<'_>, text: &str) {
    let body = model.layout.body;
    let room = usize::from(body.width).saturating_sub(4).max(1);
    let lines = prose(&sanitise_inline(text), Role::Message, room, 0);
    let area = Rect {
        x: body.x + 2,
        y: body.y + body.height / 4,
        width: body.width.saturating_sub(2),
        height: body.height - body.height / 4,
    };
    brush.lines(&lines, 0, area);
    let top = model.layout.top;
    brush.rule(top, "", "", Role::Title);
}

/// The row of a search.
pub(super) struct SearchRow<'a> {
    /// What is looked for.
    pub(super) field: &'a Field,
    /// It is being typed.
    pub(super) typing: bool,
    /// How often it is there.
    pub(super) count: &'a str,
    /// What that is.
    pub(super) count_role: Role,
}

/// What is looked for and how often it is there; while it is typed, with the cursor.
pub(super) fn search(model: &Model, row: &SearchRow<'_>, area: Rect, brush: &mut Brush<'_>) -> Option<(u16, u16)> {
    let count = fit(row.count, usize::from(area.width / 2));
    let right = area.right().saturating_sub(u16::try_from(width(&count)).unwrap_or(0));
    let style = brush.style(row.count_role);
    brush.text((right, area.y), area.right(), &count, style);
    let label = format!(" {}: ", Label::SEARCH.text(model.language));
    let style = brush.style(Role::Key);
    let x = brush.text((area.x, area.y), right, &label, style);
    let (shown, column) = row.field.window(usize::from(right.saturating_sub(x + 1)), brush.ascii());
    let style = brush.style(if row.typing { Role::FieldFocus } else { Role::Field });
    brush.text((x, area.y), right, &format!("{shown} "), style);
    row.typing.then(|| (x + u16::try_from(column).unwrap_or(0), area.y))
}
