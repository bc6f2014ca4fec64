//! Finds a procedure by the word that a user types after `#`.

use crate::runbook::model::{Procedure, Runbook};
use crate::runbook::text::half_width;

/// Why no procedure could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// The word fits no procedure.
    #[error("no procedure is called \"{wanted}\"")]
    None {
        /// The user's word.
        wanted: String,
    },
    /// The word fits more than one.
    #[error("\"{wanted}\" fits more than one procedure: {}", .candidates.join(", "))]
    Several {
        /// The user's word.
        wanted: String,
        /// The heading paths that it fits.
        candidates: Vec<String>,
    },
}

/// Finds a procedure: by id, by title, by heading path joined with ` › ` or `/`, else by a part of those
/// that only one procedure has, whatever its case and spaces.
pub fn find_procedure<'a>(runbook: &'a Runbook, wanted: &str) -> Result<&'a Procedure, NotFound> {
    let wanted = wanted.trim();
    let none = || NotFound::None { wanted: wanted.to_owned() };
    let exact: [fn(&Procedure, &str) -> bool; 4] = [
        |procedure, wanted| procedure.id.as_str() == wanted,
        |procedure, wanted| procedure.title == wanted,
        |procedure, wanted| procedure.heading_path.join(" › ") == wanted,
        |procedure, wanted| procedure.heading_path.join("/") == wanted,
    ];
    for fits in exact {
        match &runbook.procedures.iter().filter(|procedure| fits(procedure, wanted)).collect::<Vec<_>>()[..] {
            [] => {}
            [only] => return Ok(only),
            several => return Err(ambiguous(wanted, several)),
        }
    }
    let folded = fold(wanted);
    if folded.is_empty() {
        return Err(none());
    }
    let fits = |procedure: &&Procedure| {
        fold(&procedure.heading_path.join("/")).contains(&folded) || fold(&procedure.title).contains(&folded)
    };
    let titles = |procedure: &&Procedure| fold(&procedure.title).contains(&folded);
    let found: Vec<&Procedure> = runbook.procedures.iter().filter(fits).collect();
    let by_title: Vec<&Procedure> = found.iter().copied().filter(titles).collect();
    match (&found[..], &by_title[..]) {
        ([only], _) | (_, [only]) => Ok(only),
        ([], _) => Err(none()),
        (several, _) => Err(ambiguous(wanted, several)),
    }
}

fn ambiguous(wanted: &str, several: &[&Procedure]) -> NotFound {
    NotFound::Several {
        wanted: wanted.to_owned(),
        candidates: several.iter().map(|p| p.heading_path.join(" › ")).collect(),
    }
}

fn fold(text: &str) -> String {
    half_width(text).to_lowercase().replace('›', "/").chars().filter(|c| !c.is_whitespace()).collect()
}
