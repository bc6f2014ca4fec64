//! The copies of outputs beside a record, each against what the record says of it.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use crate::cli::opening;
use crate::i18n::Language;
use crate::ids::Digest;
use crate::record::{EvidenceRecord, Record};
use crate::vault::{compressed, evidence};

/// How many bytes are compared at a time.
const PIECE: usize = 256 * 1024;

/// What the run's own folder has of an output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    /// Where it is, if it is still there.
    pub(super) kept: Option<&'a Path>,
    /// What retention removed from there, a line each time.
    pub(super) removed: &'a [String],
}

/// What differs in the copy at `path`, where something does. Against the run's own output, if it is still there, the first
/// changed byte is found.
pub(super) fn differs(path: &Path, said: &EvidenceRecord, own: Own<'_>, language: Language) -> Option<String> {
    let kept = own.kept;
    let (bytes, digest) = match evidence::digest(path) {
        Ok(found) => found,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Some(missing(said, own, language)),
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

/// A copy that is not there: whether the run's folder still has the same, or retention took that away.
fn missing(said: &EvidenceRecord, own: Own<'_>, language: Language) -> String {
    let (file, stop) = (&said.file, language.pick("。", ". "));
    let gone = language.pick("記録の横の写しがありません", "the copy beside the record is not there");
    match (own.kept.filter(|kept| is_that(kept, &said.sha256)), own.removed.last()) {
        (Some(kept), _) => {
            let say = language.pick("実施のフォルダーには同じものがあります", "the run's folder has the same");
            let compressed = compressed::packed(kept);
            let kept = if kept.exists() { kept } else { &compressed };
            format!("{file}: {gone}{stop}{say}: {}", kept.display())
        }
        (None, Some(removed)) => {
            let say =
                language.pick("実施のフォルダーの控えは保存期限で削除済みです", "retention removed the run's own");
            format!("{file}: {gone}{stop}{say}: {removed}")
        }
        (None, None) => {
            let say = language.pick("実施のフォルダーにもありません", "the run's folder has none either");
            format!("{file}: {gone}{stop}{say}")
        }
    }
}

/// The files in the folder of evidence that the record does not list.
pub(super) fn unlisted(folder: &Path, evidence: &Path, record: &Record) -> Vec<String> {
    let listed: BTreeSet<_> = record.evidence.iter().map(|file| folder.join(&file.file)).collect();
    let there = std::fs::read_dir(evidence).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut unlisted: Vec<String> =
        there.filter(|path| !listed.contains(path)).map(|path| path.to_string_lossy().into_owned()).collect();
    unlisted.sort();
    unlisted
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
