//! tejun (手順, "procedure"): the terminal console for working through markdown runbooks.

pub mod clock;
pub mod config;
pub mod console;
pub mod exec;
pub mod i18n;
pub mod ids;
pub mod record;
pub mod run;
pub mod runbook;
pub mod store;
pub mod term;
pub mod tui;
pub mod vault;
