//! Reads arbitrary bytes as a document and checks what the parser promises of every document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tejun::runbook::{model, parse};

#[path = "../../src/runbook/parse/tests/promises.rs"]
mod promises;

fuzz_target!(|bytes: &[u8]| promises::check(&parse::parse("any.md", bytes), &parse::text(bytes)));
