//! What an attempt prints: lines of text into its evidence, as a terminal shows them.

use tokio::sync::mpsc;

use crate::exec::Report;
use crate::exec::evidence::{Closed, Evidence};
use crate::ids::AttemptId;
use crate::term::{Breaks, sanitise};

/// Writes the output of one attempt.
pub(super) struct Printer {
    attempt: AttemptId,
    evidence: Evidence,
    reports: mpsc::Sender<Report>,
}

impl Printer {
    pub(super) fn new(attempt: AttemptId, evidence: Evidence, reports: mpsc::Sender<Report>) -> Self {
        Self { attempt, evidence, reports }
    }

    /// Prints lines. Controls become pictures: nothing that a server says moves a cursor.
    pub(super) fn print(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        for line in text.lines() {
            self.evidence.push(sanitise(line, Breaks::Show).as_bytes());
            self.evidence.push(b"\r\n");
        }
        self.evidence.store();
        // One that is left out is made up for by the next one, or by the end.
        let _full = self.reports.try_send(Report::Output { attempt: self.attempt, bytes: self.evidence.stored() });
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.evidence.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(super) fn close(self) -> Closed {
        self.evidence.close()
    }
}
