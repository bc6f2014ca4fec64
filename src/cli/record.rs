//! `tejun record show`, `export` and `list`.

mod list;

use std::path::Path;

use crate::cli::args::{Export, Show};
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::i18n::Language;
use crate::ids::Digest;
use crate::term::sanitise::inline;

pub(super) use list::list;

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
        super::say_json(&serde_json::to_string_pretty(&record)?);
    } else {
        for line in String::from_utf8_lossy(&bytes).lines() {
            super::say(inline(line));
        }
    }
    Ok(Exit::Well)
}

pub(super) fn export(args: &Export, language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = read(&args.record)?;
    let name = args.record.file_name().unwrap_or_default().to_string_lossy();
    let page = crate::record::html(&record, &name, &Digest::of(&bytes));
    let file = args.output.clone().unwrap_or_else(|| args.record.with_extension("html"));
    if file == Path::new("-") {
        super::say(page.trim_end());
        return Ok(Exit::Well);
    }
    let saved =
        crate::vault::beside::write_new(&file, page.as_bytes()).map_err(|e| Fault::not_written(opening::chain(&e)))?;
    super::say(format!("{}: {}", language.pick("書き出しました", "exported"), inline(&saved.to_string_lossy())));
    Ok(Exit::Well)
}
