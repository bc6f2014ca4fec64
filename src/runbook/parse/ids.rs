//! Ids that stay the same as long as the words do.

use std::collections::BTreeMap;

use crate::ids::{Digest, ProcedureId, StepId};

/// How often `key` was counted before; counts it.
pub(super) fn count(seen: &mut BTreeMap<String, usize>, key: &str) -> usize {
    let times = seen.entry(key.to_owned()).or_default();
    *times += 1;
    *times - 1
}

/// The id of a procedure by its heading path.
pub(super) fn procedure(path: &str, occurrence: usize) -> ProcedureId {
    ProcedureId(Digest::of(format!("{path}\u{1e}{occurrence}").as_bytes()).short().to_owned())
}

/// The id of a step by its procedure and its title.
pub(super) fn step(procedure: &ProcedureId, title: &str, occurrence: usize) -> StepId {
    StepId(Digest::of(format!("{procedure}\u{1e}{title}\u{1e}{occurrence}").as_bytes()).short().to_owned())
}
