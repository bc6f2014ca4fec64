//! tejun (手順, "procedure"): the terminal console for working through markdown runbooks.
//!
//! A run is an append-only list of facts; everything else is derived from it. The rooms stand on floors and import only
//! downwards (`tests/architecture.rs`): [`cli`] · [`tui`] · [`console`] · [`engine`] · [`exec`], [`store`], [`vault`] ·
//! [`record`], [`plan`] · [`run`] · [`runbook`], [`term`] · [`ids`], [`clock`], [`config`], [`i18n`].
//!
//! # Invariants
//!
//! - **I1** [`runbook`], [`run`], [`record`], [`plan`] and [`term`] do no IO and know no clock and no randomness.
//! - **I2** Intent before effect: a fact is durable before its effect starts or its pixels change. Output may be shown
//!   before it is durable; a fact may not.
//! - **I3** A failing journal stops the run: no new command, a banner, running commands left alive.
//! - **I4** `AttemptFinished` is appended after its output is on disk; it carries stored length, SHA-256, gaps and
//!   redactions.
//! - **I5** A start without a finish is *outcome unknown* (結果不明). A person decides; nothing is run again by itself.
//! - **I6** Facts are appended at an expected place, each place is taken once, and a command is claimed once: two
//!   operators who press Run on one step at one instant execute it once.
//! - **I7** Events of an unknown version are not read as if they were known: the run is left alone and said to be newer.
//! - **I8** Bytes pass the redactor before journal, evidence, record, screen or log.
//! - **I9** `draw` takes shared references only. Scroll and layout are settled in `update`.
//! - **I10** What was shown and approved is what runs: the bytes are fixed by hash when shown; the file is not read
//!   again.
//! - **I11** A drill holds no real executor: the type of its engine has none. The mode is in the first fact and cannot
//!   change.
//! - **I12** Every byte that did not come from this program is sanitised once, where it enters the state of the screen:
//!   no control, C1, bidi or zero-width character reaches the terminal unseen.
//! - **I13** A runbook can make tejun more careful, never less: nothing in a document sets trust, mode, redaction, shell
//!   or environment.

pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod engine;
pub mod exec;
pub mod i18n;
pub mod ids;
pub mod plan;
pub mod record;
pub mod run;
pub mod runbook;
pub mod store;
pub mod term;
pub mod tui;
pub mod vault;
