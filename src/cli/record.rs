//! `tejun record show`.

use std::path::Path;

use crate::cli::args::Show;
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::i18n::Language;
use crate::term::sanitise::inline;

/// A record and its bytes.
pub(super) fn read(path: &Path) -> Result<(crate::record::Record, Vec<u8>), Fault> {
    let source = crate::vault::source::read(path).map_err(|e| Fault::usage(opening::chain(&e)))?;
    let text = String::from_utf8_lossy(&source.bytes);
    let record = crate::record::parse(&text)
        .map_err(|e| Fault::usage(format!("{}: {}", inline(&path.to_string_lossy()), opening::chain(&e))))?;
    Ok((record, source.bytes))
}

pub(super) fn show(args: &Show, _language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = read(&args.record)?;
    if args.json {
        super::say(serde_json::to_string_pretty(&record)?);
    } else {
        for line in String::from_utf8_lossy(&bytes).lines() {
            super::say(inline(line));
        }
    }
    Ok(Exit::Well)
}
