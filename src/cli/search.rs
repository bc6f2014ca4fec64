//! `tejun search`: words in records and in the outputs beside them.

use crate::cli::args::Search;
use crate::cli::exit::Exit;
use crate::cli::library::{Team, search};
use crate::i18n::Language;
use crate::term::sanitise::inline;

pub(super) fn find(args: &Search, language: Language) -> anyhow::Result<Exit> {
    let team = Team::of_user(args.record_dir.as_deref(), language)?;
    let (mut count, mut above, mut hits) = (0usize, None, Vec::new());
    let most = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let unread = search(
        &team.records,
        &args.words.join(" "),
        language,
        || true,
        |hit| {
            if count == most {
                count += 1;
                return false;
            }
            count += 1;
            if args.json {
                hits.push(serde_json::json!({
                    "record": hit.record, "title": hit.title, "file": hit.file, "line": hit.line, "text": hit.text,
                    "output": hit.is_output(),
                }));
                return true;
            }
            if above.as_ref() != Some(&hit.record) {
                super::say(format!("{}  {}", hit.title, inline(&hit.record.to_string_lossy())));
                above = Some(hit.record.clone());
            }
            let name = hit.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = if hit.is_output() { format!("{}:", inline(&name)) } else { String::new() };
            super::say(format!("  {name}{}: {}", hit.line, hit.text));
            true
        },
    );
    let cut = count > most;
    if args.json {
        let object = serde_json::json!({ "schema": 1, "hits": hits, "cut": cut, "unreadable": unread });
        super::say_json(&serde_json::to_string_pretty(&object)?);
    } else {
        for one in &unread {
            super::warn(inline(one));
        }
        if cut {
            super::warn(language.pick(
                "一致が多いため、ここまでを表示しました。言葉を足すか、--limit を大きくしてください",
                "there is more than was told; add a word, or give a larger --limit",
            ));
        }
    }
    Ok(match (count, unread.is_empty()) {
        (_, false) => Exit::Usage,
        (0, true) => Exit::Failed,
        (_, true) => Exit::Well,
    })
}
