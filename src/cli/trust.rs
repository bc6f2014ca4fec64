//! `tejun trust`: exactly these bytes at this place may run commands.

use std::path::Path;

use crate::cli::args::Trust;
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::clock::{Clock as _, SystemClock};
use crate::config::folders::Folders;
use crate::console::document;
use crate::console::wire::{Change, ChangeKind};
use crate::i18n::Language;
use crate::ids::Digest;
use crate::runbook::parse;
use crate::term::sanitise::inline;
use crate::vault::source::{self, Source};
use crate::vault::trust::{Trust as Trusted, TrustList};

pub(super) fn trust(args: &Trust, language: Language) -> anyhow::Result<Exit> {
    let opened = opening::open(&args.file, language)?;
    let folders = opening::folders(language)?;
    let changed = changed(&opened, &folders, language);
    add(&opened, &folders)?;
    changed.into_iter().for_each(super::say);
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

/// So many changed lines are told before trust is given or refused; the document itself says all.
const MOST_LINES: usize = 40;

/// What was changed since this document was trusted last, in lines for a person; nothing where it was not, or where the
/// text of then is not kept any more.
pub(super) fn changed(opened: &opening::Opened, folders: &Folders, language: Language) -> Vec<String> {
    let list = TrustList::load(&folders.trust()).ok();
    let Some(then) = list.and_then(|list| list.trusted_text(&opened.source.canonical)) else { return Vec::new() };
    let (then, now) = (parse::text(&then), parse::text(&opened.source.bytes));
    let (changes, _) = document::difference(&then, &now);
    let told = |change: &Change| {
        let sign = match change.kind {
            ChangeKind::Taken => '-',
            ChangeKind::Added => '+',
            ChangeKind::Kept | ChangeKind::Gap => return None,
        };
        Some(format!("  {sign} {:>4}  {}", change.line, inline(&change.text)))
    };
    let lines: Vec<String> = changes.iter().filter_map(told).collect();
    if lines.is_empty() {
        return lines;
    }
    let head = language.pick("前回信頼した内容からの変更:", "changed since it was trusted last:").to_owned();
    let more = lines.len().saturating_sub(MOST_LINES);
    let rest = (more > 0).then(|| match language {
        Language::Ja => format!("  … ほか {more} 行"),
        Language::En => format!("  … and {more} more lines"),
    });
    std::iter::once(head).chain(lines.into_iter().take(MOST_LINES)).chain(rest).collect()
}

/// Whether a text at a place may run commands. A list that cannot be read trusts nothing.
pub(super) fn is_trusted(canonical: &Path, sha256: &Digest, folders: &Folders) -> bool {
    TrustList::load(&folders.trust()).is_ok_and(|list| list.of(canonical, sha256, opening::SHIPPED) != Trusted::No)
}

/// Puts the text at a place on the list, where it is still the one that was shown.
pub(super) fn add_shown(canonical: &Path, shown: &Digest, folders: &Folders, language: Language) -> Result<(), Fault> {
    let source = source::read(canonical).map_err(|e| Fault::usage(e.told(language)))?;
    if source.digest != *shown {
        return Err(Fault::refused(language.pick(
            "確認した後にファイルがまた変更されたため、信頼していません。何も変更していません。文書の画面で差分を見直してください",
            "the file was changed again after it was shown, so it is not trusted; nothing was changed. Look at the \
             difference again where the document is read",
        )));
    }
    add_source(&source, folders)
}

/// Puts the opened runbook on the list.
pub(super) fn add(opened: &opening::Opened, folders: &Folders) -> Result<(), Fault> {
    add_source(&opened.source, folders)
}

fn add_source(source: &Source, folders: &Folders) -> Result<(), Fault> {
    let fault = |e: &(dyn std::error::Error + 'static)| Fault::not_written(opening::chain(e));
    crate::vault::private_dir(&folders.state).map_err(|e| fault(&e))?;
    let mut list = TrustList::load(&folders.trust()).map_err(|e| fault(&e))?;
    list.trust(&source.canonical, &source.digest, SystemClock.now()).map_err(|e| fault(&e))?;
    if let Err(fault) = list.keep_text(&source.bytes) {
        tracing::warn!(%fault, "the trusted text is not kept; a later change of it cannot be shown");
    }
    Ok(())
}
