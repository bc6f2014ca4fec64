//! `tejun record sign`, `check` and `add`: what is put beside a record after it was saved.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::cli::args::{Add, CheckRecord, SignRecord};
use crate::cli::exit::{Exit, Fault};
use crate::cli::verify::{self, WithJournal};
use crate::cli::{opening, patience};
use crate::clock::{Clock as _, SystemClock};
use crate::config::machine;
use crate::engine::afterwards;
use crate::i18n::Language;
use crate::ids::{Digest, RunId};
use crate::record::{self, BesideInputs, BesideKind, Record, Who};
use crate::run::event::{Actor, ActorKind};
use crate::run::verification::{KeyHolder, same_person};
use crate::store::sqlite::SqliteJournal;
use crate::term::sanitise::inline;
use crate::vault::beside;
use crate::vault::records::{RecordError, Saved};
use crate::vault::signature::{Ask, Keygen, PRESENCE, RECORD};

/// The longest text of an addendum.
const MOST_TEXT: u64 = 1024 * 1024;

pub(super) fn sign(args: &SignRecord, language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = super::record::read(&args.record)?;
    let key = key_of(args.key.as_deref(), language)?.ok_or_else(|| no_key(language))?;
    if let Some(by) = &record.provenance.signed_by
        && fingerprint(&key)? != by.fingerprint
    {
        let say = language.pick(
            "この記録は別の鍵で署名されるものです。署名していません",
            "this record is to be signed by another key; nothing was signed",
        );
        return Err(Fault::refused(format!("{say}: {} {}", by.principal, by.fingerprint)).into());
    }
    let stands = language.pick(
        "記録はそのままで、署名されません。あとで署名するには同じコマンドをもう一度",
        "the record stays as it is, unsigned. To sign it later: the same command again",
    );
    let signature =
        patience::with_key(language, stands, || sign_file(&args.record, &bytes, &key, Ask::Person, language))?;
    super::say(format!("{}: {}", language.pick("署名しました", "signed"), inline(&signature.to_string_lossy())));
    note_signature(&record, &signature, language)?;
    let (_, allowed) = opening::sign_off(language)?;
    let text = beside::read_signature(&signature)?.unwrap_or_default();
    if let Err(why) = keygen()?.verify(&allowed, RECORD, &bytes, &text, record.ended.unwrap_or(record.started)) {
        let say = language
            .pick("ただし tejun verify はこの署名を受け入れません", "but tejun verify does not accept this signature");
        super::warn(format!("{say}: {}", inline(&opening::chain(&why))));
    }
    Ok(Exit::Well)
}

/// Notes a signature in the journal where the record does not name the key that signs it: taken away, it would leave a record
/// that looks as if nobody had signed it.
pub(super) fn note_signature(record: &Record, file: &Path, language: Language) -> Result<(), Fault> {
    if record.provenance.signed_by.is_some() {
        return Ok(());
    }
    let bytes = std::fs::read(file).map_err(|e| Fault::not_written(e.to_string()))?;
    let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let uid = machine::own_uid();
    let user = machine::user_name(uid);
    let by = Actor { uid, operator: user.clone(), user, kind: ActorKind::Person, key: None };
    note(record.run, &by, &Saved { path, digest: Digest::of(&bytes) }, language)
}

/// The fingerprint of a key.
pub(super) fn fingerprint(key: &Path) -> Result<String, Fault> {
    keygen()?.fingerprint(key).map_err(|e| Fault::usage(opening::chain(&e)))
}

/// Signs what was just saved, and writes the signature beside it.
pub(super) fn sign_file(path: &Path, bytes: &[u8], key: &Path, ask: Ask, language: Language) -> Result<PathBuf, Fault> {
    let file = beside::signature_of(path);
    if file.symlink_metadata().is_ok() {
        let say =
            language.pick("署名はすでにあります。何も変更していません", "it is signed already; nothing was changed");
        return Err(Fault::refused(format!("{say}: {}", file.display())));
    }
    let signature = keygen()?.sign(key, RECORD, bytes, ask).map_err(|e| Fault::not_written(opening::chain(&e)))?;
    beside::write_signature(&file, &signature).map_err(|e| Fault::not_written(opening::chain(&e)))?;
    Ok(file)
}

pub(super) fn check(args: &CheckRecord, language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = super::record::read(&args.record)?;
    let agrees = !args.send_back;
    let comment = args.comment.clone().unwrap_or_default();
    if !agrees && comment.trim().is_empty() {
        let say =
            language.pick("差し戻しには理由が必要です（--comment）", "to send it back needs a reason (--comment)");
        return Err(Fault::usage(say).into());
    }
    let by = me(args.operator.as_deref(), args.key.as_deref(), language)?;
    if is_of_the_run(&record, &who(&by)) || worked_as(&record) {
        let say = language.pick(
            "実施した本人と区別できないため、確認を記録していません。別のユーザーで行うか、2人とも鍵を登録してください（[sign_off] key と allowed_signers）",
            "you cannot be told apart from who did the work, so no check was recorded. Do it as another user, or list keys for both ([sign_off] key and allowed_signers)",
        );
        return Err(Fault::refused(say).into());
    }
    let journal = if args.without_journal { WithJournal::No } else { WithJournal::Yes };
    let report = verify::examine(&args.record, &bytes, journal, language)?;
    if let (true, Some(differs)) = (agrees, report.differs()) {
        let say = language
            .pick("記録が一致しないため、確認を記録していません", "the record does not hold, so no check was recorded");
        return Err(Fault { text: format!("{say}: {differs}"), exit: Exit::Failed }.into());
    }
    let kind = BesideKind::Check { agrees };
    // The second person signs the very bytes that the operator signed; who gives a key up leaves nothing behind.
    let signature = match (agrees && by.key.is_some(), key_of(args.key.as_deref(), language)?) {
        (true, Some(key)) => Some(signed(&key, RECORD, &bytes, language)?),
        _ => None,
    };
    let (number, saved) = put_beside(&args.record, &bytes, kind, &by, &comment, args.key.as_deref(), language)?;
    if let Some(signature) = signature {
        beside::write_signature(&beside::check_signature_of(&args.record, number), &signature)
            .map_err(|e| Fault::not_written(opening::chain(&e)))?;
    }
    let word = match agrees {
        true => language.pick("確認を記録しました", "the check is recorded"),
        false => language.pick("差し戻しを記録しました", "it is sent back"),
    };
    super::say(format!("{word}: {}", inline(&saved.path.to_string_lossy())));
    note(record.run, &by, &saved, language)?;
    Ok(if agrees { Exit::Well } else { Exit::Failed })
}

pub(super) fn add(args: &Add, language: Language) -> anyhow::Result<Exit> {
    let (record, bytes) = super::record::read(&args.record)?;
    let text = match &args.text {
        Some(text) => text.clone(),
        None => {
            let mut text = String::new();
            std::io::stdin().lock().take(MOST_TEXT).read_to_string(&mut text)?;
            text
        }
    };
    if text.trim().is_empty() {
        let say = language.pick(
            "追記する文がありません（-m または標準入力）。何も書いていません",
            "there is no text to add (-m, or standard input); nothing was written",
        );
        return Err(Fault::usage(say).into());
    }
    let by = me(args.operator.as_deref(), args.key.as_deref(), language)?;
    let (_, saved) = put_beside(&args.record, &bytes, BesideKind::Addendum, &by, &text, args.key.as_deref(), language)?;
    super::say(format!(
        "{}: {}",
        language.pick("追記を保存しました", "the addendum is saved"),
        inline(&saved.path.to_string_lossy())
    ));
    note(record.run, &by, &saved, language)?;
    Ok(Exit::Well)
}

/// Writes a file beside the record, and signs it where the person has a listed key.
fn put_beside(
    record: &Path,
    bytes: &[u8],
    kind: BesideKind,
    by: &Actor,
    text: &str,
    key: Option<&Path>,
    language: Language,
) -> Result<(u32, Saved), Fault> {
    let name = record.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (digest, at) = (Digest::of(bytes), SystemClock.now());
    let secrets = crate::term::Secrets::of(crate::term::secrets_of_env(
        std::env::vars().map(|(name, value)| (name, value.into_bytes())),
    ));
    let text = secrets.redact(text);
    let key = key_of(key, language)?.filter(|_| by.key.is_some());
    let mut signature = None;
    let (number, saved) = beside::add(record, kind.word(), |_, before| {
        let before = before.map(Digest::of);
        let inputs = BesideInputs {
            kind,
            record: &name,
            record_sha256: &digest,
            before: before.as_ref(),
            by,
            at,
            text: &text,
            tejun: env!("CARGO_PKG_VERSION"),
        };
        let bytes = record::render_beside(&inputs, language).into_bytes();
        signature = key.as_deref().map(|key| signed(key, RECORD, &bytes, language)).transpose()?;
        Ok::<_, Fault>(bytes)
    })?;
    if let Some(signature) = signature {
        beside::write_signature(&beside::signature_of(&saved.path), &signature)?;
    }
    Ok((number, saved))
}

/// A signature by the key of the person at this command, before anything is written.
fn signed(key: &Path, purpose: &str, bytes: &[u8], language: Language) -> Result<String, Fault> {
    let stands = language.pick("まだ何も書いていません", "nothing was written yet");
    let keygen = keygen()?;
    patience::with_key(language, stands, || keygen.sign(key, purpose, bytes, Ask::Person))
        .map_err(|e| Fault::not_written(opening::chain(&e)))
}

/// Notes in the journal of this machine what was put beside a record, where it knows the run: taken away as a whole it
/// would leave no trace.
fn note(run: RunId, by: &Actor, saved: &Saved, language: Language) -> Result<(), Fault> {
    let folders = opening::folders(language)?;
    if !folders.journal().exists() {
        return Ok(());
    }
    let path = saved.path.to_string_lossy();
    let noted = super::runs::runtime().map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            let journal = SqliteJournal::open(&folders.journal()).await?;
            let file = (&*path, &saved.digest);
            anyhow::Ok(afterwards::note_beside(&journal, &SystemClock, run, by, file).await?)
        })
    });
    // What the journal of this machine does not know is noted nowhere.
    noted.map(drop).map_err(|fault| {
        let say = language.pick(
            "ファイルは保存しましたが、ジャーナルに記せませんでした（消されても分かりません）",
            "the file is saved, but the journal could not note it: if it is taken away nobody finds out",
        );
        Fault::not_written(format!("{say}: {}: {}", inline(&path), opening::chain(fault.as_ref())))
    })
}

/// The person at this command, known by a key where one is set and listed.
fn me(operator: Option<&str>, key: Option<&Path>, language: Language) -> Result<Actor, Fault> {
    let uid = machine::own_uid();
    let user = machine::user_name(uid);
    let operator = operator.map(str::trim).filter(|o| !o.is_empty()).unwrap_or(&user).to_owned();
    let key = match key_of(key, language)? {
        None => None,
        Some(key) => Some(holder(&key, language)?),
    };
    Ok(Actor { uid, user, operator, kind: ActorKind::Person, key })
}

/// Whose key it is by the list of signers, proven by a signature.
fn holder(key: &Path, language: Language) -> Result<KeyHolder, Fault> {
    let (_, allowed) = opening::sign_off(language)?;
    let keygen = keygen()?;
    let text = format!("tejun: who writes beside a record\n{}\n", SystemClock.fresh_id());
    let signature = signed(key, PRESENCE, text.as_bytes(), language)?;
    let signer = keygen
        .verify(&allowed, PRESENCE, text.as_bytes(), &signature, SystemClock.now())
        .map_err(|e| Fault::refused(opening::chain(&e)))?;
    Ok(KeyHolder { principal: signer.principal, fingerprint: signer.fingerprint })
}

/// Whether `by` did something of the run: then it is no second person.
pub(super) fn is_of_the_run(record: &Record, by: &Who) -> bool {
    let signed = match &record.sign_off {
        record::SignOff::Signed { by, .. }
        | record::SignOff::Aborted { by, .. }
        | record::SignOff::Unsigned { by, .. } => Some(by),
        record::SignOff::Open => None,
    };
    let marks = record.steps.iter().filter_map(|s| s.mark.as_ref()).map(|mark| &mark.by);
    let attempts = record.steps.iter().flat_map(|s| &s.commands).filter_map(|c| c.by.as_ref());
    signed.into_iter().chain(marks).chain(attempts).any(|did| same_person(&actor(did), &actor(by)))
}

/// Whether the login that this process comes from did something of the run, whatever user it became since.
fn worked_as(record: &Record) -> bool {
    let Some(login) = machine::login_uid() else { return false };
    let by = Who { operator: String::new(), user: String::new(), uid: login, kind: ActorKind::Person, key: None };
    let keyed = record.provenance.signed_by.is_some();
    !keyed && is_of_the_run(record, &by)
}

fn actor(who: &Who) -> Actor {
    let key = who.key.as_ref();
    let key = key.map(|k| KeyHolder { principal: k.principal.clone(), fingerprint: k.fingerprint.clone() });
    Actor { uid: who.uid, user: who.user.clone(), operator: who.operator.clone(), kind: who.kind, key }
}

impl From<RecordError> for Fault {
    fn from(fault: RecordError) -> Self {
        Self::not_written(opening::chain(&fault))
    }
}

fn who(actor: &Actor) -> Who {
    let key = actor.key.as_ref();
    let key = key.map(|k| record::KeyRecord { principal: k.principal.clone(), fingerprint: k.fingerprint.clone() });
    Who { operator: actor.operator.clone(), user: actor.user.clone(), uid: actor.uid, kind: actor.kind, key }
}

fn key_of(named: Option<&Path>, language: Language) -> Result<Option<PathBuf>, Fault> {
    match named {
        Some(key) => Ok(Some(key.to_owned())),
        None => Ok(opening::sign_off(language)?.0),
    }
}

fn keygen() -> Result<Keygen, Fault> {
    Keygen::find(std::env::var_os("PATH").as_deref()).map_err(|e| Fault::usage(opening::chain(&e)))
}

fn no_key(language: Language) -> Fault {
    Fault::usage(language.pick(
        "署名する鍵がありません。何も署名していません。--key FILE か、config.toml の [sign_off] key で指定してください",
        "there is no key to sign with; nothing was signed. Name one with --key FILE, or [sign_off] key in config.toml",
    ))
}
