//! tejun (手順, "procedure"): the terminal console for working through markdown runbooks.

pub mod clock;
pub mod ids;
pub mod runbook;
