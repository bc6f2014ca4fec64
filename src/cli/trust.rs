//! `tejun trust`: exactly these bytes at this place may run commands.

use crate::cli::args::Trust;
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::clock::{Clock as _, SystemClock};
use crate::i18n::Language;
use crate::vault::trust::TrustList;

pub(super) fn trust(args: &Trust, language: Language) -> anyhow::Result<Exit> {
    let opened = opening::open(&args.file, language)?;
    let folders = opening::folders(language)?;
    add(&opened, &folders)?;
    let shown = crate::term::sanitise::inline(&opened.source.canonical.to_string_lossy());
    super::say(match language {
        Language::Ja => format!(
            "信頼しました: {shown}\n  sha256:{}\n  1 バイトでも変わると再び確認が必要です",
            opened.source.digest
        ),
        Language::En => {
            format!("trusted: {shown}\n  sha256:{}\n  one changed byte asks for trust again", opened.source.digest)
        }
    });
    Ok(Exit::Well)
}

/// Puts the opened runbook on the list.
pub(super) fn add(opened: &opening::Opened, folders: &crate::config::folders::Folders) -> Result<(), Fault> {
    let fault = |e: &dyn std::error::Error| Fault::not_written(opening::chain(e));
    crate::vault::private_dir(&folders.state).map_err(|e| fault(&e))?;
    let mut list = TrustList::load(&folders.trust()).map_err(|e| fault(&e))?;
    list.trust(&opened.source.canonical, &opened.source.digest, SystemClock.now()).map_err(|e| fault(&e))?;
    if let Err(fault) = list.keep_text(&opened.source.bytes) {
        tracing::warn!(%fault, "the trusted text is not kept; a later change of it cannot be shown");
    }
    Ok(())
}
