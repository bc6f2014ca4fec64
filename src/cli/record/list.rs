//! `tejun record list`: the saved records, the newest first.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::args::ListRecords;
use crate::cli::exit::Exit;
use crate::cli::library::{SavedRecord, Team, records};
use crate::cli::verify::{self, WithJournal};
use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::plan::Outcome;
use crate::record::words::completion;
use crate::record::{self, BesideKind, KeyRecord, Record, SignOff};
use crate::run::event::Mode;
use crate::term::fold::fold;
use crate::term::sanitise::inline;
use crate::tui::text::width;
use crate::vault::beside;

/// A record with what stands beside it.
struct Listed {
    saved: SavedRecord,
    signature: Signature,
    second: Second,
    /// The first thing that differs; absent where nobody looked.
    looked: Option<Result<(), String>>,
}

/// Whether a record is signed by a key. That the signature is right is for `verify`.
enum Signature {
    /// Its signature lies beside it, by this key where the record names one.
    There(Option<KeyRecord>),
    /// The record names the key, and there is no signature.
    Missing(KeyRecord),
    /// None was ever asked for.
    None,
}

/// What the second person did.
enum Second {
    /// Nobody had to look, and nobody did.
    NotAsked,
    /// So many steps wait for it.
    Awaited(usize),
    /// Steps were looked at during the run.
    During,
    /// 一人作業.
    Alone(String),
    /// The record was checked by this person.
    Checked(String),
    /// The record, or a step of it, was sent back.
    SentBack(String),
}

pub(in crate::cli) fn list(args: &ListRecords, language: Language) -> anyhow::Result<Exit> {
    let team = Team::of_user(args.record_dir.as_deref(), language)?;
    let mut found = Vec::new();
    let gathered = records(&team, language, |saved| {
        if fits(&saved.record, args) {
            found.push(saved);
        }
    });
    let unread = crate::cli::runs::runtime()?.block_on(gathered);
    // The newest first; of one moment in the order of their names.
    found.sort_by(|a, b| b.record.started.cmp(&a.record.started).then_with(|| a.path.cmp(&b.path)));
    let mut listed = Vec::new();
    for saved in found {
        let looked = match args.verify {
            true => Some(look(&saved, language)?),
            false => None,
        };
        let (signature, second) = (Signature::of(&saved.path, &saved.record), Second::of(&saved.path, &saved.record));
        listed.push(Listed { saved, signature, second, looked });
    }
    if args.json {
        let unread = unread.iter().map(|one| json!({ "path": one.path, "message": one.message }));
        let records: Vec<Value> = listed.iter().map(Listed::json).collect();
        let object = json!({ "schema": 1, "records": records, "unreadable": unread.collect::<Vec<_>>() });
        crate::cli::say_json(&serde_json::to_string_pretty(&object)?);
    } else {
        crate::cli::screen::measure_output(language)?;
        for line in listed.iter().flat_map(|one| one.lines(language)) {
            crate::cli::say(line);
        }
        if listed.is_empty() {
            crate::cli::say(language.pick("該当する記録はありません", "there is no such record"));
        }
        unread.iter().for_each(|one| crate::cli::warn(inline(&one.message)));
    }
    let differs = listed.iter().any(|one| matches!(one.looked, Some(Err(_))));
    Ok(match (differs, unread.is_empty()) {
        (_, false) => Exit::Usage,
        (true, true) => Exit::Failed,
        (false, true) => Exit::Well,
    })
}

/// Whether a record is one of those that are asked for.
fn fits(record: &Record, args: &ListRecords) -> bool {
    let named = format!("{} › {}", record.runbook.title, record.procedure);
    let wanted = args.procedure.as_deref().map(fold);
    wanted.is_none_or(|wanted| fold(&named).contains(&wanted))
        && args.since.is_none_or(|since| record.date >= since)
        && args.until.is_none_or(|until| record.date <= until)
}

/// Everything that `tejun verify` looks at.
fn look(saved: &SavedRecord, language: Language) -> anyhow::Result<Result<(), String>> {
    let report = verify::examine(&saved.path, &saved.bytes, WithJournal::Yes, language)?;
    Ok(report.differs().map_or(Ok(()), |differs| Err(differs.to_owned())))
}

impl Signature {
    fn of(path: &Path, record: &Record) -> Self {
        let there = beside::signature_of(path).symlink_metadata().is_ok();
        match (there, record.provenance.signed_by.clone()) {
            (true, by) => Self::There(by),
            (false, Some(by)) => Self::Missing(by),
            (false, None) => Self::None,
        }
    }

    fn words(&self, language: Language) -> String {
        match self {
            Self::There(Some(by)) => {
                format!("{} {}", language.pick("鍵の署名", "signature by"), inline(&by.principal))
            }
            Self::There(None) => language.pick("鍵の署名あり", "signature there").to_owned(),
            Self::Missing(by) => {
                format!("{} {}", language.pick("署名ファイルなし", "signature missing:"), inline(&by.principal))
            }
            Self::None => language.pick("鍵の署名なし", "no signature by a key").to_owned(),
        }
    }

    fn json(&self) -> Value {
        let (state, by) = match self {
            Self::There(by) => ("there", by.as_ref()),
            Self::Missing(by) => ("missing", Some(by)),
            Self::None => ("none", None),
        };
        json!({ "state": state, "by": by })
    }
}

impl Second {
    fn of(path: &Path, record: &Record) -> Self {
        let last = beside::list(path, record::CHECK).pop().and_then(|file| crate::vault::source::read(&file).ok());
        let last = last.and_then(|source| record::parse_beside(&String::from_utf8_lossy(&source.bytes)).ok());
        let during = &record.verification;
        match (last, &during.alone) {
            (Some(check), _) => match check.kind {
                BesideKind::Check { agrees: true } => Self::Checked(check.by.operator),
                BesideKind::Check { agrees: false } | BesideKind::Addendum => Self::SentBack(check.by.operator),
            },
            (None, Some(alone)) => Self::Alone(alone.reason.clone()),
            (None, None) if during.sent_back > 0 => Self::SentBack(record.verifier.clone().unwrap_or_default()),
            (None, None) if during.awaited > 0 && during.policy != SecondPerson::None => Self::Awaited(during.awaited),
            (None, None) if during.done > 0 => Self::During,
            (None, None) => Self::NotAsked,
        }
    }

    fn words(&self, language: Language) -> Option<String> {
        let say =
            |ja, en, what: &str| Some(format!("{} {}", language.pick(ja, en), inline(what)).trim_end().to_owned());
        match self {
            Self::NotAsked => None,
            Self::Awaited(steps) => say("確認待ち", "awaits a check:", &steps.to_string()),
            Self::During => say("実施中に確認済み", "checked during the run", ""),
            Self::Alone(reason) => say("一人作業", "worked alone:", reason),
            Self::Checked(by) => say("確認済み", "checked by", by),
            Self::SentBack(by) => say("差し戻し", "sent back by", by),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::NotAsked => json!({ "state": "not_asked" }),
            Self::Awaited(steps) => json!({ "state": "awaited", "steps": steps }),
            Self::During => json!({ "state": "during" }),
            Self::Alone(reason) => json!({ "state": "alone", "reason": reason }),
            Self::Checked(by) => json!({ "state": "checked", "by": by }),
            Self::SentBack(by) => json!({ "state": "sent_back", "by": by }),
        }
    }
}

impl Listed {
    /// What it was, then how it stands, then where it is.
    fn lines(&self, language: Language) -> [String; 3] {
        let record = &self.saved.record;
        let drill = if record.mode == Mode::Drill { language.pick("【訓練】", "[DRILL] ") } else { "" };
        let outcome = self.saved.outcome.word(language);
        let first = format!(
            "{}  {outcome}{}  {drill}{} › {}  {}",
            record.started.format("%Y-%m-%d %H:%M"),
            " ".repeat(OUTCOME.saturating_sub(width(outcome))),
            inline(&record.runbook.title),
            inline(&record.procedure),
            inline(&record.started_by.operator),
        );
        let mut stands = vec![ended(&record.sign_off, language), self.signature.words(language)];
        stands.extend(self.second.words(language));
        stands.extend(self.looked.as_ref().map(|looked| match looked {
            Ok(()) => language.pick("照合: 一致", "verified: holds").to_owned(),
            Err(what) => format!("{}: {}", language.pick("照合: 不一致", "verified: differs"), inline(what)),
        }));
        let path = inline(&self.saved.path.to_string_lossy());
        [first, format!("    {}", stands.join("  ")), format!("    {path}")]
    }

    fn json(&self) -> Value {
        let (record, path) = (&self.saved.record, &self.saved.path);
        let outcome = match self.saved.outcome {
            Outcome::Well => "well",
            Outcome::Findings => "findings",
            Outcome::Failed => "failed",
            Outcome::Incomplete => "incomplete",
            Outcome::Aborted => "aborted",
        };
        let verified =
            self.looked.as_ref().map(|looked| json!({ "holds": looked.is_ok(), "differs": looked.as_ref().err() }));
        json!({
            "path": path, "run": record.run.to_string(), "started": record.started.to_rfc3339(),
            "ended": record.ended.map(|at| at.to_rfc3339()), "mode": record.mode,
            "runbook": { "title": record.runbook.title, "path": record.runbook.path }, "procedure": record.procedure,
            "title": record.title, "operator": record.started_by.operator, "outcome": outcome,
            "sign_off": record.sign_off, "signature": self.signature.json(), "second_person": self.second.json(),
            "verified": verified,
        })
    }
}

/// How wide an outcome is shown.
const OUTCOME: usize = 13;

/// Which kind of complete.
fn ended(sign_off: &SignOff, language: Language) -> String {
    match sign_off {
        SignOff::Signed { completion: kind, .. } => completion(*kind, language),
        SignOff::Aborted { reason, .. } => format!("{}: {}", language.pick("中断", "aborted"), inline(reason)),
        SignOff::Unsigned { .. } => language.pick("未署名", "not signed off").to_owned(),
        SignOff::Open => language.pick("進行中", "open").to_owned(),
    }
}
