//! `tejun trust`: exactly these bytes at this place may run commands.

use crate::cli::args::Trust;
use crate::cli::exit::{Exit, Fault};
use crate::cli::opening;
use crate::clock::{Clock as _, SystemClock};
use crate::config::folders::Folders;
use crate::console::document;
use crate::console::wire::{Change, ChangeKind};
use crate::i18n::Language;
use crate::runbook::parse;
use crate::term::sanitise::inline;
use crate::vault::trust::TrustList;

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

/// Puts the opened runbook on the list.
pub(super) fn add(opened: &opening::Opened, folders: &crate::config::folders::Folders) -> Result<(), Fault> {
    let fault = |e: &(dyn std::error::Error + 'static)| Fault::not_written(opening::chain(e));
    crate::vault::private_dir(&folders.state).map_err(|e| fault(&e))?;
    let mut list = TrustList::load(&folders.trust()).map_err(|e| fault(&e))?;
    list.trust(&opened.source.canonical, &opened.source.digest, SystemClock.now()).map_err(|e| fault(&e))?;
    if let Err(fault) = list.keep_text(&opened.source.bytes) {
        tracing::warn!(%fault, "the trusted text is not kept; a later change of it cannot be shown");
    }
    Ok(())
}
