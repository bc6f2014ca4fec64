//! The copies of outputs beside a record, each against what the record says of it.

use std::io;
use std::path::Path;

use crate::cli::opening;
use crate::i18n::Language;
use crate::ids::Digest;
use crate::record::EvidenceRecord;
use crate::vault::evidence;

/// How many bytes are compared at a time.
const PIECE: usize = 256 * 1024;

/// What differs in the copy at `path`, where something does. `kept` is the output that the run's folder has, if it is
/// still there: against it the first changed byte is found.
pub(super) fn differs(path: &Path, said: &EvidenceRecord, kept: Option<&Path>, language: Language) -> Option<String> {
    let (bytes, digest) = match evidence::digest(path) {
        Ok(found) => found,
        Err(fault) => return Some(format!("{}: {}", said.file, opening::chain(&fault))),
    };
    if bytes == said.bytes && digest == said.sha256 {
        return None;
    }
    let at = kept.filter(|kept| is_that(kept, &said.sha256)).and_then(|kept| first_changed(path, kept).ok());
    let (file, want, have) = (&said.file, said.bytes, &said.sha256);
    Some(match language {
        Language::Ja => {
            let at = at.map(|at| format!("先頭から {at} バイト目以降が違います。")).unwrap_or_default();
            format!(
                "{file}: 保存後に変更されました。{at}記録では {want} バイト {have}、ファイルは {bytes} バイト {digest}"
            )
        }
        Language::En => {
            let at = at.map(|at| format!(", from byte {at} on")).unwrap_or_default();
            format!(
                "{file} was changed after it was saved{at}: the record says {want} bytes {have}, it has {bytes} bytes {digest}"
            )
        }
    })
}

fn is_that(path: &Path, digest: &Digest) -> bool {
    evidence::digest(path).is_ok_and(|(_, found)| found == *digest)
}

/// The place of the first byte that differs, counted from 0.
fn first_changed(one: &Path, other: &Path) -> io::Result<u64> {
    let mut from = 0;
    loop {
        let (a, b) = (evidence::read(one, from, PIECE)?, evidence::read(other, from, PIECE)?);
        let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        from += same as u64;
        if same < PIECE {
            return Ok(from);
        }
    }
}
