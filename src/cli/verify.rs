//! `tejun verify`: holds a record against its signature, its evidence, the journal and what stands beside it, and names
//! the first thing that differs.

mod outputs;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::cli::args::Verify;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{opening, runs};
use crate::config::sign_off::SecondPerson;
use crate::i18n::Language;
use crate::ids::{Digest, Seq};
use crate::record::{self, BesideKind, KeyRecord, Record, SignOff};
use crate::run::event::{Event, Mode, Stored};
use crate::run::state::RunState;
use crate::store::Journal as _;
use crate::store::sqlite::SqliteJournal;
use crate::store::verify::check_chain;
use crate::term::sanitise::inline;
use crate::vault::beside;
use crate::vault::retention;
use crate::vault::signature::{Keygen, RECORD, Rejected, Signer};

/// What was looked at, and what is not covered by looking.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    /// The record.
    record: String,
    /// Everything holds.
    holds: bool,
    /// The first thing that differs.
    differs: Option<String>,
    /// What was found to hold, in the order in which it was looked at.
    held: Vec<Held>,
    /// What nobody could see by this.
    not_covered: Vec<String>,
}

/// Something that holds.
#[derive(Debug, Serialize)]
struct Held {
    what: String,
    detail: String,
}

/// The first thing that differs.
type Differs = String;

/// Whether the journal of this machine is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WithJournal {
    /// It is.
    Yes,
    /// It is on another machine.
    No,
}

pub(super) fn verify(args: &Verify, language: Language) -> anyhow::Result<Exit> {
    let source = crate::vault::source::read(&args.record).map_err(|e| Fault::usage(opening::chain(&e)))?;
    let journal = if args.without_journal { WithJournal::No } else { WithJournal::Yes };
    let report = examine(&args.record, &source.bytes, journal, language)?;
    if args.json {
        super::say_json(&serde_json::to_string_pretty(&report)?);
    } else {
        tell(&report, language);
    }
    Ok(if report.holds { Exit::Well } else { Exit::Failed })
}

fn tell(report: &Report, language: Language) {
    if let Some(what) = &report.differs {
        super::say(format!("{}: {}", language.pick("一致しません", "differs"), inline(what)));
    } else {
        super::say(language.pick("一致しました", "holds"));
    }
    for held in &report.held {
        super::say(format!("  {}: {}", inline(&held.what), inline(&held.detail)));
    }
    if report.holds {
        super::say(language.pick("確認できないこと", "not covered"));
        for text in &report.not_covered {
            super::say(format!("  {}", inline(text)));
        }
    }
}

/// Looks at everything, in the order in which it vouches for what follows.
pub(super) fn examine(path: &Path, bytes: &[u8], journal: WithJournal, language: Language) -> anyhow::Result<Report> {
    let mut report = Report { record: path.to_string_lossy().into_owned(), ..Report::default() };
    let (noted, there) = (Vec::new(), BTreeSet::new());
    let mut look =
        Look { path, bytes, language, report: &mut report, noted, there, unsigned_beside: false, unlisted: Vec::new() };
    let differs = look.all(journal)?;
    report.holds = differs.is_none();
    report.differs = differs;
    Ok(report)
}

impl Report {
    /// The first thing that differs.
    pub(super) fn differs(&self) -> Option<&str> {
        self.differs.as_deref()
    }
}

struct Look<'a> {
    path: &'a Path,
    bytes: &'a [u8],
    language: Language,
    report: &'a mut Report,
    /// What the journal says was put beside the record: where, and its digest.
    noted: Vec<(String, Digest)>,
    /// The digests of what is there.
    there: BTreeSet<Digest>,
    /// Something beside the record has no signature.
    unsigned_beside: bool,
    /// Files among the evidence that the record does not list.
    unlisted: Vec<String>,
}

impl Look<'_> {
    fn all(&mut self, journal: WithJournal) -> anyhow::Result<Option<Differs>> {
        // The signature first: it is of the bytes, whatever they say.
        let signed = beside::read_signature(&beside::signature_of(self.path));
        let signed = match signed {
            Ok(signed) => signed,
            Err(fault) => return Ok(Some(format!("{}.sig: {}", self.name(), opening::chain(&fault)))),
        };
        let parsed = record::parse(&String::from_utf8_lossy(self.bytes));
        if let (Some(signature), Err(_)) = (&signed, &parsed)
            && let Err(differs) = self.signature(self.bytes, signature, None, now())?
        {
            return Ok(Some(differs));
        }
        let record = match parsed {
            Ok(record) => record,
            Err(record::ParseFault::NoRecord) => {
                let fault = record::ParseFault::NoRecord;
                return Err(Fault::usage(format!("{}: {}", self.path.display(), opening::chain(&fault))).into());
            }
            Err(fault) => return Ok(Some(format!("{}: {}", self.name(), opening::chain(&fault)))),
        };
        let at = record.ended.unwrap_or(record.started);
        match (&signed, &record.provenance.signed_by) {
            (Some(signature), by) => match self.signature(self.bytes, signature, by.as_ref(), at)? {
                Ok(signer) => self.held(("署名", "signature"), who_signed(&signer)),
                Err(differs) => return Ok(Some(differs)),
            },
            (None, Some(by)) => {
                let say = self.language.pick(
                    "署名ファイルがありません（記録には署名者の鍵がある）",
                    "its signature is missing, although the record names the key that signs it",
                );
                let later = self.language.pick("署名するには", "to sign it");
                return Ok(Some(format!(
                    "{}.sig: {say}: {} {}. {later}: tejun record sign {}",
                    self.name(),
                    by.principal,
                    by.fingerprint,
                    self.path.display()
                )));
            }
            (None, None) => {
                let none = self.language.pick("なし（未署名の記録）", "none: the record is not signed with a key");
                self.held(("署名", "signature"), none.to_owned());
            }
        }
        if let Some(differs) = self.evidence(&record) {
            return Ok(Some(differs));
        }
        match journal {
            WithJournal::Yes => {
                if let Some(differs) = self.journal(&record)? {
                    return Ok(Some(differs));
                }
            }
            WithJournal::No => {
                let not = self.language.pick("照合していません", "not looked at");
                self.held(("ジャーナル", "journal"), not.to_owned());
            }
        }
        for kind in [record::CHECK, record::ADDENDUM] {
            if let Some(differs) = self.beside(&record, kind)? {
                return Ok(Some(differs));
            }
        }
        if let (None, Some((path, _))) = (&signed, self.noted.iter().find(|(path, _)| self.is_signature(path))) {
            let say = self
                .language
                .pick("ジャーナルにある署名のファイルがありません", "a signature that the journal knows is not there");
            return Ok(Some(format!("{say}: {path}")));
        }
        // A signature may be made anew; whose it is now was looked at.
        let lacks = |(path, digest): &&(String, Digest)| !self.is_signature(path) && !self.there.contains(digest);
        if let Some((path, _)) = self.noted.iter().find(lacks) {
            let say = self.language.pick(
                "ジャーナルにある追記・確認のファイルがありません",
                "an addendum or check that the journal knows is not there",
            );
            return Ok(Some(format!("{say}: {path}")));
        }
        self.second_person(&record);
        self.not_covered(&record, signed.is_some(), journal);
        Ok(None)
    }

    /// Whether a file that the journal knows is the signature of the record itself.
    fn is_signature(&self, path: &str) -> bool {
        Path::new(path).file_name() == beside::signature_of(self.path).file_name()
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    fn held(&mut self, (ja, en): (&'static str, &'static str), detail: String) {
        self.report.held.push(Held { what: self.language.pick(ja, en).to_owned(), detail });
    }

    /// Whose signature it is: one of a listed key, and of the very key that the text names.
    fn signature(
        &self,
        bytes: &[u8],
        signature: &str,
        by: Option<&KeyRecord>,
        at: DateTime<FixedOffset>,
    ) -> anyhow::Result<Result<Signer, Differs>> {
        let (_, allowed) = opening::sign_off(self.language)?;
        let keygen = Keygen::find(std::env::var_os("PATH").as_deref()).map_err(|e| Fault::usage(opening::chain(&e)))?;
        let signer = match keygen.verify(&allowed, RECORD, bytes, signature, at) {
            Ok(signer) => signer,
            Err(Rejected::Unknown(fault)) => return Err(Fault::usage(opening::chain(&fault)).into()),
            Err(rejected) => return Ok(Err(format!("{}: {}", self.name(), opening::chain(&rejected)))),
        };
        Ok(match by.filter(|by| by.fingerprint != signer.fingerprint) {
            Some(by) => {
                let say = self.language.pick("別の鍵の署名です", "it is signed by another key");
                Err(format!("{}: {say}: {} ≠ {}", self.name(), signer.fingerprint, by.fingerprint))
            }
            None => Ok(signer),
        })
    }

    fn evidence(&mut self, record: &Record) -> Option<Differs> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let kept = opening::folders(self.language).ok().map(|folders| folders.run(record.run));
        let removed = kept.as_ref().map(retention::removed).unwrap_or_default();
        for file in &record.evidence {
            if file.matches == Some(false) {
                let what = self
                    .language
                    .pick("署名の前に証跡が変更されました", "the evidence was changed before the record was made");
                return Some(format!("{}: {what}", file.file));
            }
            let kept = kept.as_ref().map(|run| run.output(file.attempt));
            let own = outputs::Own { kept: kept.as_deref(), removed: &removed };
            let differs = outputs::differs(&folder.join(&file.file), file, own, self.language);
            if differs.is_some() {
                return differs;
            }
        }
        self.held(("証跡ファイル", "evidence files"), record.evidence.len().to_string());
        for gone in removed {
            self.held(crate::cli::runs::RETENTION, gone);
        }
        self.unlisted = outputs::unlisted(folder, &self.path.with_extension("evidence"), record);
        None
    }

    fn journal(&mut self, record: &Record) -> anyhow::Result<Option<Differs>> {
        let language = self.language;
        let folders = opening::folders(language)?;
        let read = || -> anyhow::Result<Vec<Stored>> {
            if !folders.journal().exists() {
                return Ok(Vec::new());
            }
            runs::runtime()?.block_on(async {
                let journal = SqliteJournal::open_read_only(&folders.journal()).await?;
                anyhow::Ok(journal.load(record.run, Seq(0)).await?)
            })
        };
        let stored = match read() {
            Ok(stored) => stored,
            Err(fault) => {
                let say = language.pick(
                    "ジャーナルと照合できません（ジャーナルなしで確かめるには --without-journal）",
                    "the journal cannot be asked (without it: --without-journal)",
                );
                return Ok(Some(format!("{say}: {}", opening::chain(fault.as_ref()))));
            }
        };
        let say = |ja: &'static str, en: &'static str| Ok(Some(language.pick(ja, en).to_owned()));
        if stored.is_empty() {
            return say(
                "この実施は手元のジャーナルにありません（別のマシンの記録なら --without-journal）",
                "the journal here does not know this run (of another machine: --without-journal)",
            );
        }
        if let Err(fault) = check_chain(record.run, &stored) {
            return Ok(Some(opening::chain(&fault)));
        }
        let head = stored.iter().find(|s| s.seq == record.provenance.head_seq).map(Stored::digest);
        if head.as_ref() != Some(&record.provenance.head) {
            let seq = record.provenance.head_seq;
            return Ok(Some(match (language, head) {
                (Language::Ja, None) => {
                    format!("ジャーナルが途中で終わっています: 記録にある {seq} 番の事実がありません")
                }
                (Language::En, None) => {
                    format!("the journal was cut: fact {seq}, which the record names, is not there")
                }
                (Language::Ja, Some(head)) => format!(
                    "ジャーナル末尾のハッシュが違います（{seq} 番の事実）: 記録では {}、ジャーナルは {head}",
                    record.provenance.head
                ),
                (Language::En, Some(head)) => format!(
                    "the journal's head hash differs (fact {seq}): the record says {}, the journal has {head}",
                    record.provenance.head
                ),
            }));
        }
        let facts = stored.iter().map(Stored::decode).collect::<Result<Vec<_>, _>>()?;
        self.noted.extend(facts.iter().filter_map(|fact| {
            let Event::AddedBeside { path, sha256 } = &fact.event else { return None };
            Some((path.clone(), sha256.clone()))
        }));
        match &RunState::of(&facts).record {
            Some(saved) if saved.sha256 == Digest::of(self.bytes) => {}
            Some(_) => {
                return say("記録の本文が、保存後に変更されました", "the record's text was changed after it was saved");
            }
            None => {
                let run = record.run;
                return Ok(Some(match language {
                    Language::Ja => format!(
                        "ジャーナルに保存の事実がありません（保存の途中でホストが止まったときは tejun attach {run} が仕上げます）"
                    ),
                    Language::En => format!(
                        "the journal does not say that it was saved (where its host was stopped while it saved, tejun attach {run} finishes it)"
                    ),
                }));
            }
        }
        self.held(("ジャーナル", "journal"), format!("{} ({})", record.provenance.head, record.provenance.head_seq));
        Ok(None)
    }

    /// The checks or the addenda of the record, each with what it names and its signature.
    fn beside(&mut self, record: &Record, kind: &str) -> anyhow::Result<Option<Differs>> {
        let mut before: Option<Digest> = None;
        let own = Digest::of(self.bytes);
        for (number, path) in (1u32..).zip(beside::list(self.path, kind)) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let source = match crate::vault::source::read(&path) {
                Ok(source) => source,
                Err(fault) => return Ok(Some(opening::chain(&fault))),
            };
            let read = match record::parse_beside(&String::from_utf8_lossy(&source.bytes)) {
                Ok(read) => read,
                Err(fault) => return Ok(Some(format!("{name}: {}", opening::chain(&fault)))),
            };
            let language = self.language;
            let differs = |ja, en| Ok(Some(format!("{name}: {}", language.pick(ja, en))));
            if read.record_sha256 != own || read.record != self.name() {
                return differs(
                    "別の記録、または変更前の記録についてのものです",
                    "it is of another record, or of other bytes of it",
                );
            }
            if read.before != before {
                return differs(
                    "前のファイルが変更されたか、抜かれています",
                    "the one before it was changed or taken away",
                );
            }
            before = Some(source.digest.clone());
            self.there.insert(source.digest.clone());
            let at = read.at;
            let signer = match self.signed_beside(&path, &source.bytes, read.signed_by.as_ref(), at)? {
                Ok(signer) => signer,
                Err(differs) => return Ok(Some(differs)),
            };
            self.unsigned_beside |= signer.is_none();
            let unsigned = || language.pick("未署名", "not signed").to_owned();
            let detail = signer.as_ref().map_or_else(unsigned, who_signed);
            if let BesideKind::Check { agrees } = read.kind {
                if super::signing::is_of_the_run(record, &read.by) {
                    return differs("確認者が実施者と同じ人です", "who checked is who did the work");
                }
                if !agrees {
                    return differs("確認者が差し戻しました", "the second person sent the record back");
                }
                if let Some(differs) = self.check_signature(number, read.signed_by.as_ref(), at)? {
                    return Ok(Some(differs));
                }
            }
            let what = match read.kind {
                BesideKind::Check { .. } => ("独立確認", "check"),
                BesideKind::Addendum => ("追記", "addendum"),
            };
            self.held(what, format!("{name}  {}  {detail}", read.by.operator));
        }
        Ok(beside::behind_a_gap(self.path, kind).map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let say = self.language.pick("前のファイルがありません", "the one before it is not there");
            format!("{name}: {say}")
        }))
    }

    /// What differs in the second person's signature of the record's own bytes.
    fn check_signature(
        &self,
        number: u32,
        by: Option<&KeyRecord>,
        at: DateTime<FixedOffset>,
    ) -> anyhow::Result<Option<Differs>> {
        let path = beside::check_signature_of(self.path, number);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let signature = match beside::read_signature(&path) {
            Ok(signature) => signature,
            Err(fault) => return Ok(Some(format!("{name}: {}", opening::chain(&fault)))),
        };
        match signature {
            Some(signature) => Ok(self.signature(self.bytes, &signature, by, at)?.err()),
            None if by.is_some() => {
                let say = self.language.pick(
                    "確認者による記録への署名ファイルがありません",
                    "the second person's signature of the record is missing",
                );
                Ok(Some(format!("{name}: {say}")))
            }
            None => Ok(None),
        }
    }

    /// Whether a file beside the record is signed as it says.
    fn signed_beside(
        &self,
        path: &Path,
        bytes: &[u8],
        by: Option<&KeyRecord>,
        at: DateTime<FixedOffset>,
    ) -> anyhow::Result<Result<Option<Signer>, Differs>> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let signature = match beside::read_signature(&beside::signature_of(path)) {
            Ok(signature) => signature,
            Err(fault) => return Ok(Err(format!("{name}.sig: {}", opening::chain(&fault)))),
        };
        match (signature, by) {
            (None, None) => Ok(Ok(None)),
            (None, Some(_)) => {
                let say = self.language.pick("署名ファイルがありません", "its signature is missing");
                Ok(Err(format!("{name}: {say}")))
            }
            (Some(signature), by) => Ok(self.signature(bytes, &signature, by, at)?.map(Some)),
        }
    }

    fn second_person(&mut self, record: &Record) {
        let verification = &record.verification;
        let checks = beside::list(self.path, record::CHECK).len();
        let detail = if let Some(alone) = &verification.alone {
            format!("{}: {}", self.language.pick("一人作業", "worked alone"), alone.reason)
        } else if checks == 0 && verification.awaited > 0 && verification.policy != SecondPerson::None {
            let say = self.language.pick("確認待ち", "awaits the check of a second person");
            format!("{say} ({}): tejun record check", verification.awaited)
        } else {
            record.verifier.clone().unwrap_or_default()
        };
        if !detail.is_empty() {
            self.held(("第二者確認", "second person"), detail);
        }
        if record.mode == Mode::Drill {
            self.held(("区分", "mode"), self.language.pick("訓練の記録", "a DRILL record").to_owned());
        }
    }

    fn not_covered(&mut self, record: &Record, signed: bool, journal: WithJournal) {
        let (language, unsigned_beside) = (self.language, self.unsigned_beside);
        let unlisted = std::mem::take(&mut self.unlisted);
        let mut say =
            |ja: &'static str, en: &'static str| self.report.not_covered.push(language.pick(ja, en).to_owned());
        if !signed {
            say(
                "鍵による署名がないため、記録・証跡・ジャーナルのすべてを書き換えられる人による改ざん",
                "without a signature by a key: a change by somebody who can rewrite record, evidence and journal together",
            );
        }
        if journal == WithJournal::No {
            say("ジャーナルとの不一致", "a journal that says something else");
        }
        for file in unlisted {
            self.report.not_covered.push(match language {
                Language::Ja => format!("記録の一覧にない証跡フォルダーのファイル: {file}"),
                Language::En => format!("a file among the evidence that the record does not list: {file}"),
            });
        }
        let mut say =
            |ja: &'static str, en: &'static str| self.report.not_covered.push(language.pick(ja, en).to_owned());
        if unsigned_beside {
            say(
                "鍵で署名されていない追記・確認を、書いてある本人が書いたかどうか",
                "whether an addendum or check without a signature was written by whom it names",
            );
        }
        if !matches!(record.sign_off, SignOff::Signed { .. }) {
            say("未署名・中断の実施であること", "that nobody signed the run off");
        }
        match journal {
            WithJournal::Yes => say(
                "最後の追記・確認のファイルが、ジャーナルの最後の記載と一緒に消されること（別のユーザーや別のマシンで加えたものは、ファイルだけでも）",
                "the last addendum or check being taken away together with the journal's last facts (where another user or machine put it there: the file alone)",
            ),
            WithJournal::No => say(
                "最後の追記・確認のファイルが丸ごと消されること",
                "the last addendum or check being taken away as a whole",
            ),
        }
        say(
            "コマンドがそのバイト列と終了状態のほかに何をしたか、署名の鍵を誰が使ったか",
            "what commands did beyond their bytes and status, and who held the key",
        );
    }
}

fn who_signed(signer: &Signer) -> String {
    format!("{}  {}", signer.principal, signer.fingerprint)
}

fn now() -> DateTime<FixedOffset> {
    use crate::clock::Clock as _;
    crate::clock::SystemClock.now()
}
