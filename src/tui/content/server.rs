//! The server that the statements of a fence run on, as it is known.

use crate::run::server::{self, NoConnection, OnServer, Seen};
use crate::runbook::model::Block;
use crate::tui::content::detail::Pen;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::RunView;
use crate::tui::text::{Line, wrap};
use crate::tui::theme::Role;
use crate::tui::words::{Label, Say};

/// The line under a command: connection and server, or what is missing.
pub(super) fn lines(run: &RunView, block: &Block, pen: Pen) -> Vec<Line> {
    if !server::needs_server(block) {
        return Vec::new();
    }
    let line = match server::connection_of(&run.state.connections, block) {
        Err(why) => Line::of(&format!("    {}", missing(why).text(pen.language)), Role::Dim),
        Ok(connection) => {
            let head = Line::of(&format!("    @ {}  ", sanitise_inline(&connection.name)), Role::Dim);
            match run.state.servers.get(&connection.name) {
                Some(Seen::Server { identity }) => head.and(&sanitise_inline(&identity.line()), Role::Title),
                Some(Seen::Unreachable { why }) => head.and(&sanitise_inline(why), Role::Problem),
                None => head.and(Say::LOOKING.text(pen.language), Role::Dim),
            }
        }
    };
    wrap(line, pen.room, 6)
}

/// Where a command runs, for a dialog.
pub(super) fn place(on: &OnServer, pen: Pen) -> Vec<Line> {
    let line = Line::of(&format!("{} ", Label::SERVER.text(pen.language)), Role::Dim)
        .and(&sanitise_inline(&on.identity.line()), Role::Title)
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
