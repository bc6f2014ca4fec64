//! What a list of runbooks shows of one: its procedures and when they are due, without their commands.

use serde::{Deserialize, Serialize};

use super::{Due, Language, Procedure, ProcedureKind, Trigger};
use crate::ids::{Digest, ProcedureId};

/// The contents of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// Where the document was read from.
    pub path: String,
    /// The SHA-256 of the source bytes.
    pub sha256: Digest,
    /// The language that the document is written in.
    pub language: Language,
    /// The document's title.
    pub title: String,
    /// Its procedures, in document order.
    pub procedures: Vec<Listed>,
    /// Every recurring duty that it states.
    pub schedule: Vec<Due>,
}

/// A procedure as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// The procedure.
    pub id: ProcedureId,
    /// Its heading.
    pub title: String,
    /// The headings above and including its own, without the document's title.
    pub heading_path: Vec<String>,
    /// The line of the heading.
    pub line: usize,
    /// How its steps relate to each other.
    pub kind: ProcedureKind,
    /// When it is due.
    pub trigger: Trigger,
    /// How many steps it has.
    pub steps: usize,
}

impl Listed {
    /// What a list shows of `procedure`.
    pub fn of(procedure: Procedure) -> Self {
        Self {
            id: procedure.id,
            title: procedure.title,
            heading_path: procedure.heading_path,
            line: procedure.line,
            kind: procedure.kind,
            trigger: procedure.trigger,
            steps: procedure.steps.len(),
        }
    }
}
