//! `tejun record show` and `tejun record verify`.

use std::path::Path;

use crate::cli::args::{Show, Verify};
use crate::cli::exit::{Exit, Fault};
use crate::cli::{opening, runs};
use crate::i18n::Language;
use crate::ids::{Digest, Seq};
use crate::run::event::{Mode, Stored};
use crate::run::state::RunState;
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::store::verify::check_chain;
use crate::term::sanitise::inline;

fn read(path: &Path) -> Result<(crate::record::Record, Vec<u8>), Fault> {
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

/// Checks the evidence files, then the journal: its chain, its head as the record names it, and the record's own digest.
/// The first thing that differs is named.
pub(super) fn verify(args: &Verify, language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = read(&args.record)?;
    let differs = |what: String| {
        super::say(format!("{}: {}", language.pick("一致しません", "differs"), inline(&what)));
        Ok(Exit::Failed)
    };
    let folder = args.record.parent().unwrap_or(Path::new("."));
    for file in &record.evidence {
        if file.matches == Some(false) {
            let what =
                language.pick("署名の前に証跡が変更されました", "the evidence was changed before the record was made");
            return differs(format!("{}: {what}", file.file));
        }
        let path = folder.join(&file.file);
        match crate::vault::evidence::digest(&path) {
            Ok((length, digest)) if digest == file.sha256 && length == file.bytes => {}
            Ok((length, digest)) => {
                return differs(format!("{}: {length} bytes, sha256 {digest}", file.file));
            }
            Err(fault) => return differs(format!("{}: {fault}", file.file)),
        }
    }
    let folders = opening::folders(language)?;
    let stored: Vec<Stored> = if folders.journal().exists() {
        runs::runtime()?.block_on(async {
            let journal = SqliteJournal::open_read_only(&folders.journal()).await?;
            anyhow::Ok(journal.load(record.run, Seq(0)).await?)
        })?
    } else {
        Vec::new()
    };
    if stored.is_empty() {
        return differs(
            language
                .pick("この実行は手元のジャーナルにありません", "the journal here does not know this run")
                .to_owned(),
        );
    }
    if let Err(fault) = check_chain(record.run, &stored) {
        return differs(opening::chain(&fault));
    }
    let head = stored.iter().find(|s| s.seq == record.provenance.head_seq).map(Stored::digest);
    if head.as_ref() != Some(&record.provenance.head) {
        return differs(language.pick("ジャーナルの先頭ハッシュ", "the journal's head hash").to_owned());
    }
    let facts = stored.iter().map(Stored::decode).collect::<Result<Vec<_>, _>>()?;
    let state = RunState::of(&facts);
    match &state.record {
        Some(saved) if saved.sha256 == Digest::of(&bytes) => {}
        Some(_) => {
            return differs(
                language
                    .pick("記録の本文（保存後に変更）", "the record's text (changed after it was saved)")
                    .to_owned(),
            );
        }
        None => {
            return differs(
                language
                    .pick("ジャーナルに保存の事実がありません", "the journal does not say that it was saved")
                    .to_owned(),
            );
        }
    }
    let mode = match record.mode {
        Mode::Live => "",
        Mode::Drill => language.pick("訓練の記録", "a DRILL record"),
    };
    super::say(format!(
        "{} {mode}\n  {}: {}\n  {}: {}\n  {}",
        language.pick("一致しました", "holds"),
        language.pick("証跡ファイル", "evidence files"),
        record.evidence.len(),
        language.pick("ジャーナル", "journal"),
        record.provenance.head,
        language.pick(
            "電子署名はありません（鍵による署名は未対応）。ジャーナルを書き換えられる人による改ざんは検出できません",
            "no cryptographic signature; a change by somebody who can rewrite the journal is not detected",
        ),
    ));
    Ok(Exit::Well)
}
