//! The text of a run's runbook for a screen: as it was when the run began, and what its file says now.
//!
//! Read beside the run, never in its way: a file on a disk that does not answer holds up this answer and nothing else.
//! The file is only read, never written.

use std::path::Path;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::console::wire::{Change, ChangeKind, Document, FileNow, MAX_DOCUMENT};
use crate::i18n::Language;
use crate::ids::Digest;
use crate::run::event::RunbookRef;
use crate::runbook::parse;
use crate::store::Journal;
use crate::vault::source;

/// How long two texts are compared; past it the difference is coarser, never wrong.
const COMPARING: Duration = Duration::from_secs(1);

/// Lines around a change that are told with it.
const AROUND: usize = 3;

/// The most lines of a difference that are told. Who changed more reads the file.
const MOST_CHANGES: usize = 2000;

/// Reads the text from the journal and looks at the file.
pub(super) async fn read<J: Journal>(journal: J, runbook: RunbookRef, language: Language) -> Document {
    let kept = match journal.runbook(&runbook.sha256).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(language
            .pick(
                "この実施の文書の本文は記録されていません",
                "the journal does not hold the text of this run's document",
            )
            .to_owned()),
        Err(fault) => Err(crate::engine::chain(&fault)),
    };
    let failed = |why: String| Document { text: None, fault: Some(why), file: FileNow::Same };
    let bytes = match kept {
        Ok(bytes) => bytes,
        Err(why) => return failed(why),
    };
    let look = move || told(&bytes, &runbook, language);
    tokio::task::spawn_blocking(look).await.unwrap_or_else(|stopped| failed(stopped.to_string()))
}

fn told(bytes: &[u8], runbook: &RunbookRef, language: Language) -> Document {
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
        Ok(now) => compare(&text, &runbook.sha256, &now.bytes),
    };
    Document { text: Some(text), fault: None, file }
}

fn compare(text: &str, digest: &Digest, now: &[u8]) -> FileNow {
    if Digest::of(now) == *digest {
        return FileNow::Same;
    }
    let (difference, cut) = difference(text, &parse::text(now));
    FileNow::Changed { difference, cut }
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
        let FileNow::Changed { difference, cut: false } = compare(old, &Digest::of(old.as_bytes()), new.as_bytes())
        else {
            panic!("it is changed")
        };
        let told: Vec<_> = difference
            .iter()
            .filter(|c| matches!(c.kind, ChangeKind::Taken | ChangeKind::Added))
            .map(|c| (c.kind, c.line, c.text.as_str()))
            .collect();
        assert_eq!(told, [(ChangeKind::Taken, 3, "c"), (ChangeKind::Added, 3, "X"), (ChangeKind::Added, 10, "j")]);
        assert_eq!(compare(old, &Digest::of(old.as_bytes()), old.as_bytes()), FileNow::Same);
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
        let document = told(b"# x", &runbook, Language::En);
        assert_eq!(document.text.as_deref(), Some("# x"));
        assert!(matches!(document.file, FileNow::Unread { .. }));
    }
}
