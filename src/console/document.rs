//! The text of a run's runbook for a screen: as the run has it, what its file says now, and what would become of the
//! steps by that.
//!
//! Read beside the run, never in its way: a file on a disk that does not answer holds up this answer and nothing else.
//! The file is only read, never written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::console::wire::{Change, ChangeKind, Document, FileNow, MAX_DOCUMENT, Offer};
use crate::i18n::Language;
use crate::ids::{Digest, StepId};
use crate::run::event::{NewDocument, RunbookRef};
use crate::run::renewal;
use crate::run::state::RunState;
use crate::runbook::model::Step;
use crate::runbook::parse;
use crate::runbook::reader::Reader;
use crate::store::Journal;
use crate::vault::source;

/// How long two texts are compared; past it the difference is coarser, never wrong.
const COMPARING: Duration = Duration::from_secs(1);

/// Lines around a change that are told with it.
const AROUND: usize = 3;

/// The most lines of a difference that are told. Who changed more reads the file.
const MOST_CHANGES: usize = 2000;

/// Reads the text from the journal and looks at the file.
pub(super) async fn read<J: Journal>(journal: J, state: RunState, reader: Arc<Reader>) -> Document {
    let language = state.start().map_or(Language::En, |start| start.language);
    let Some(runbook) = state.runbook().cloned() else {
        return Document { text: None, fault: None, file: FileNow::Same };
    };
    let kept = match journal.runbook(&runbook.sha256).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(language
            .pick(
                "この実施の文書の本文は記録されていません",
                "the journal does not hold the text of this run's document",
            )
            .to_owned()),
        Err(fault) => Err(crate::engine::unread(&fault, language)),
    };
    let failed = |why: String| Document { text: None, fault: Some(why), file: FileNow::Same };
    let bytes = match kept {
        Ok(bytes) => bytes,
        Err(why) => return failed(why),
    };
    let look = move || told(&bytes, &runbook, language, |now| offer(&state, &reader, now, language));
    tokio::task::spawn_blocking(look).await.unwrap_or_else(|stopped| failed(stopped.to_string()))
}

fn told(bytes: &[u8], runbook: &RunbookRef, language: Language, offer: impl Fn(&[u8]) -> Offer) -> Document {
    let text = parse::text(bytes);
    if text.len() > MAX_DOCUMENT {
        let why = match language {
            Language::Ja => format!("文書が大きすぎて表示できません（{} MiB）", text.len() >> 20),
            Language::En => format!("the document is too large to be shown ({} MiB)", text.len() >> 20),
        };
        return Document { text: None, fault: Some(why), file: FileNow::Same };
    }
    let file = match source::read(Path::new(&runbook.path)) {
        Err(fault) => FileNow::Unread { why: fault.told(language) },
        Ok(now) => compare(&text, &runbook.sha256, &now.bytes, language, offer),
    };
    Document { text: Some(text), fault: None, file }
}

fn compare(text: &str, digest: &Digest, now: &[u8], language: Language, offer: impl Fn(&[u8]) -> Offer) -> FileNow {
    if Digest::of(now) == *digest {
        return FileNow::Same;
    }
    let (difference, cut) = difference(text, &parse::text(now));
    // What was not shown is not taken in.
    let offer = if cut { Offer::No { why: too_long(language) } } else { offer(now) };
    FileNow::Changed { difference, cut, offer: Some(Box::new(offer)) }
}

fn too_long(language: Language) -> String {
    language
        .pick(
            "差分が長くすべてを表示できないため、取り込めません。この実施は今の本文で続けるか、終えてから新しい文書で始めます",
            "the difference is too long to be shown, so it cannot be taken in; go on with the text of the run, or end the \
             run and begin anew with the new one",
        )
        .to_owned()
}

/// What the run would have of a text, read as the host's settings say.
pub(super) fn renewed(state: &RunState, reader: &Reader, bytes: &[u8]) -> Option<NewDocument> {
    let runbook = reader.read(&state.runbook()?.path, bytes);
    renewal::document(state, &runbook)
}

fn offer(state: &RunState, reader: &Reader, now: &[u8], language: Language) -> Offer {
    let Some(document) = renewed(state, reader, now) else { return Offer::No { why: no_procedure(language) } };
    let compared = renewal::compare(state, &document.procedure);
    let name = |step: &Step| format!("{} {}", step.number, step.bare_title());
    let named = |ids: &[StepId], steps: &[Step]| -> Vec<String> {
        ids.iter().filter_map(|id| steps.iter().find(|step| step.id == *id)).map(name).collect()
    };
    Offer::Steps {
        path: document.runbook.path,
        sha256: document.runbook.sha256,
        kept: compared.kept.len(),
        changed: named(&compared.changed, &document.procedure.steps),
        new: named(&compared.new, &document.procedure.steps),
        gone: named(&compared.gone, state.procedure_steps()),
    }
}

fn no_procedure(language: Language) -> String {
    language
        .pick(
            "今のファイルにはこの実施の手順書（同じ見出しの節）がないため、取り込めません。実施は今の本文で続きます",
            "the file has no section with the headings of this run's procedure any more, so it cannot be taken in; the run \
             goes on with its own text",
        )
        .to_owned()
}

/// Reads the file once more, and gives what the run would have of it, with its bytes.
///
/// # Errors
/// What happened, what is safe and what to do: the file cannot be read, or is not what was shown.
pub(super) fn renew(state: &RunState, reader: &Reader, shown: &Digest) -> Result<(Vec<u8>, NewDocument), String> {
    let language = state.start().map_or(Language::En, |start| start.language);
    let path = state.runbook().map(|runbook| runbook.path.clone()).unwrap_or_default();
    let safe = language.pick("何も変更していません", "nothing was changed");
    let now = source::read(Path::new(&path)).map_err(|fault| format!("{}。{safe}", fault.told(language)))?;
    if now.digest != *shown {
        return Err(language
            .pick(
                "確認した後にファイルがまた変更されたため、取り込んでいません。何も変更していません。文書の画面で差分を見直してください",
                "the file was changed again after it was shown, so it was not taken in; nothing was changed. Look at the \
                 difference again where the document is read",
            )
            .to_owned());
    }
    let document = renewed(state, reader, &now.bytes).ok_or_else(|| no_procedure(language))?;
    Ok((now.bytes, document))
}

/// What was changed from one text to another, line by line, and whether there is more than is told.
pub fn difference(text: &str, now: &str) -> (Vec<Change>, bool) {
    let difference = TextDiff::configure().timeout(COMPARING).diff_lines(text, now);
    let mut changes = Vec::new();
    for (n, group) in difference.grouped_ops(AROUND).iter().enumerate() {
        if n > 0 {
            changes.push(Change { kind: ChangeKind::Gap, line: 0, text: String::new() });
        }
        for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
            if changes.len() >= MOST_CHANGES {
                return (changes, true);
            }
            let (kind, index) = match change.tag() {
                ChangeTag::Equal => (ChangeKind::Kept, change.new_index()),
                ChangeTag::Delete => (ChangeKind::Taken, change.old_index()),
                ChangeTag::Insert => (ChangeKind::Added, change.new_index()),
            };
            let text = change.value().trim_end_matches('\n').to_owned();
            changes.push(Change { kind, line: index.map_or(0, |i| i + 1), text });
        }
    }
    (changes, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_changed_is_told_line_by_line() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\n";
        let new = "a\nb\nX\nd\ne\nf\ng\nh\ni\nj\n";
        let no = |_: &[u8]| Offer::No { why: "test".into() };
        let compare = |text: &str, now: &str| {
            super::compare(text, &Digest::of(text.as_bytes()), now.as_bytes(), Language::En, no)
        };
        let FileNow::Changed { difference, cut: false, .. } = compare(old, new) else { panic!("it is changed") };
        let told: Vec<_> = difference
            .iter()
            .filter(|c| matches!(c.kind, ChangeKind::Taken | ChangeKind::Added))
            .map(|c| (c.kind, c.line, c.text.as_str()))
            .collect();
        assert_eq!(told, [(ChangeKind::Taken, 3, "c"), (ChangeKind::Added, 3, "X"), (ChangeKind::Added, 10, "j")]);
        assert_eq!(compare(old, old), FileNow::Same);
    }

    #[test]
    fn a_welcome_of_an_older_host_offers_no_document() {
        let text = r#"{"type":"welcome","protocol":1,"run":"00000000-0000-0000-0000-000000000001","role":"drive","tejun":"0.0.9","facts":[]}"#;
        let welcome: crate::console::wire::FromHost = serde_json::from_str(text).expect("it is understood");
        assert!(matches!(welcome, crate::console::wire::FromHost::Welcome { document: false, .. }));
    }

    #[test]
    fn a_file_that_is_gone_is_said_and_the_text_is_shown_all_the_same() {
        let runbook =
            RunbookRef { path: "/nowhere/x.md".into(), sha256: Digest::of(b"# x"), title: "x".into(), version: None };
        let document = told(b"# x", &runbook, Language::En, |_| Offer::No { why: "test".into() });
        assert_eq!(document.text.as_deref(), Some("# x"));
        assert!(matches!(document.file, FileNow::Unread { .. }));
    }
}
