//! The signature of a record with the key of the person who signed the run off at this screen: at once where the key asks
//! nobody, else when the terminal is the person's again.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cli::exit::{Exit, Fault};
use crate::cli::patience::{self, Interrupts};
use crate::cli::signing;
use crate::i18n::Language;
use crate::record;
use crate::run::state::{Phase, RunState};
use crate::run::verification::KeyHolder;
use crate::term::sanitise::inline;
use crate::tui::backend::{Input, KeySignature};
use crate::vault::beside;
use crate::vault::signature::Ask;

/// The record that the key was asked for last. Who signs holds it, so that one signature is made at a time.
pub(super) type Asked = Arc<Mutex<Option<PathBuf>>>;

/// Signs a record that was just saved, where the person was known by that key: then it answers without a question.
pub(super) fn at_once(
    asked: &Asked,
    state: &RunState,
    key: Option<&Path>,
    inputs: &mpsc::Sender<Input>,
    language: Language,
) {
    let (Some(record), Phase::Signed { stamp, .. }, Some(key)) = (&state.record, &state.phase, key) else { return };
    let (path, key, by) = (PathBuf::from(&record.path), key.to_owned(), stamp.by.key.clone());
    let tell = {
        let inputs = inputs.clone();
        move |now| {
            let _screen_is_gone = inputs.send(Input::KeySignature(now));
        }
    };
    if by.is_none() {
        return tell(KeySignature::WhenLeft);
    }
    let asked = asked.clone();
    tokio::task::spawn_blocking(move || {
        let mut last = asked.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref() == Some(&path) {
            return;
        }
        last.replace(path.clone());
        tell(KeySignature::Working);
        tell(match sign(&path, &key, by.as_ref(), Ask::Nobody, language) {
            Ok(Some(file)) => KeySignature::Made(file.to_string_lossy().into_owned()),
            Ok(None) => return,
            Err(fault) => {
                tracing::info!(fault = fault.text, "the key signs nothing without a question");
                KeySignature::WhenLeft
            }
        });
    });
}

/// Signs what is not signed yet. The terminal is the person's, so a key may ask for its passphrase.
pub(super) fn at_the_end(asked: &Asked, state: &RunState, key: Option<&Path>, language: Language) -> Exit {
    let (Some(record), Phase::Signed { stamp, .. }, Some(key)) = (&state.record, &state.phase, key) else {
        return Exit::Well;
    };
    let made = |file: &Path| {
        crate::cli::say(format!("{}: {}", language.pick("電子署名", "signature"), inline(&file.to_string_lossy())));
        Exit::Well
    };
    let path = PathBuf::from(&record.path);
    let interrupts = Interrupts::watched();
    let later = format!("tejun record sign {}", inline(&record.path));
    let unsigned = language.pick(
        "記録は保存済みで、鍵では署名されません。あとで署名するには",
        "the record is saved, and is not signed with your key. To sign it later",
    );
    let signed = patience::with_key(language, &format!("{unsigned}: {later}"), || {
        // One that is being made is waited for.
        let _last = asked.lock().unwrap_or_else(PoisonError::into_inner);
        let file = beside::signature_of(&path);
        if file.symlink_metadata().is_ok() {
            return Some(Ok(Some(file)));
        }
        let given_up = interrupts.pressed();
        (!given_up).then(|| sign(&path, key, stamp.by.key.as_ref(), Ask::Person, language))
    });
    match signed {
        Some(Ok(Some(file))) => made(&file),
        Some(Ok(None)) => Exit::Well,
        Some(Err(fault)) if !interrupts.pressed() => {
            let say = language.pick(
                "記録は保存されましたが、電子署名できませんでした。あとで署名するには",
                "the record is saved, but it is not signed with your key. To sign it later",
            );
            crate::cli::warn(format!("{}\n{say}: {later}", inline(&fault.text)));
            fault.exit
        }
        Some(Err(_)) | None => {
            let say = language.pick(
                "署名をやめました。記録は保存済みです。あとで署名するには",
                "given up: the record is saved, and not signed with your key. To sign it later",
            );
            crate::cli::warn(format!("{say}: {later}"));
            Exit::Interrupted
        }
    }
}

/// Signs with the key that the record names; with another one nothing, for somebody else signed the run off meanwhile.
fn sign(
    path: &Path,
    key: &Path,
    by: Option<&KeyHolder>,
    ask: Ask,
    language: Language,
) -> Result<Option<PathBuf>, Fault> {
    if let Some(by) = by
        && signing::fingerprint(key)? != by.fingerprint
    {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(|e| Fault::not_written(e.to_string()))?;
    let file = signing::sign_file(path, &bytes, key, ask, language)?;
    if let Ok(record) = record::parse(&String::from_utf8_lossy(&bytes)) {
        // It is signed all the same.
        let _noted = signing::note_signature(&record, &file, language).map_err(|fault| crate::cli::warn(fault.text));
    }
    Ok(Some(file))
}
