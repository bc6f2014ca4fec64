//! The server that the statements of a fence run on, as it is known.

use crate::run::server::{self, NoConnection, OnServer, Seen};
use crate::runbook::model::Block;
use crate::tui::content::detail::Pen;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::RunView;
use crate::tui::text::{Line, fit, prose, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Ask, Label, Say};

/// The line under a command: connection and server, or what is missing.
pub(super) fn lines(run: &RunView, block: &Block, pen: Pen) -> Vec<Line> {
    if !server::needs_server(block) {
        return Vec::new();
    }
    let line = match server::connection_of(&run.state.connections, block) {
        Err(why) => Line::of(&format!("    {}", missing(why).text(pen.voice())), Role::Dim),
        Ok(connection) => {
            let head = Line::of(&format!("    @ {}  ", sanitise_inline(&connection.name)), Role::Dim);
            match run.state.servers.get(&connection.name) {
                Some(Seen::Server { identity }) => {
                    head.and(&sanitise_inline(&identity.told(pen.language)), Role::Title)
                }
                Some(Seen::Unreachable { why }) => head.and(&sanitise_inline(why), Role::Problem),
                None => head.and(&Say::LOOKING.text(pen.voice()), Role::Dim),
            }
        }
    };
    wrap(line, pen.room, 6)
}

/// Connections to choose from, each with its kind and what its server was seen to be.
pub(super) fn rows(run: &RunView, names: &[String], at: usize, pen: Pen) -> Vec<Line> {
    let mut out = prose(&Ask::CONNECTION_WHY.text(pen.voice()), Role::Text, pen.room, 0);
    for (number, name) in names.iter().enumerate() {
        let known = run.state.connections.iter().find(|connection| connection.name == *name);
        let kind = known.map_or("", |connection| connection.kind.product());
        let seen = match run.state.servers.get(name) {
            Some(Seen::Server { identity }) => identity.told(pen.language),
            Some(Seen::Unreachable { why }) => why.clone(),
            None => Label::NOT_SEEN.text(pen.language).to_owned(),
        };
        let text = format!("{}  {kind}  {}", sanitise_inline(name), sanitise_inline(&seen));
        let row = (number == at).then_some(Role::Selected);
        out.push(Line { row, ..Line::of(&fit(&text, pen.room), Role::Text) });
    }
    out
}

/// Where a command runs, for a dialog.
pub(super) fn place(on: &OnServer, pen: Pen) -> Vec<Line> {
    let line = Line::of(&format!("{} ", Label::SERVER.text(pen.language)), Role::Dim)
        .and(&sanitise_inline(&on.identity.told(pen.language)), Role::Title)
        .and(&format!("  @ {}", sanitise_inline(&on.connection)), Role::Dim);
    wrap(line, pen.room, 2)
}

/// What is to be done where a fence has no connection.
pub(super) fn missing(why: NoConnection) -> Say {
    match why {
        NoConnection::None => Say::NO_CONNECTION,
        NoConnection::Several => Say::SEVERAL_CONNECTIONS,
        NoConnection::Unspoken => Say::NO_COMMAND,
    }
}
