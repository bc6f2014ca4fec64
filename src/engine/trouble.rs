//! What keeps facts or the record from the disk, in the words of the run's language: what happened, what is safe, what
//! to do.

use crate::engine::{EngineError, chain};
use crate::i18n::Language;
use crate::store::fault::Fault;
use crate::store::{AppendError, StoreError};

/// A journal or a record that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened, what is safe, what to do.
    pub text: String,
    /// This host writes no more: another one has to look at the disk anew.
    pub broken: bool,
}

impl Trouble {
    /// The journal refused a fact.
    pub(super) fn of_journal(fault: &AppendError, language: Language) -> Self {
        let cause = match fault {
            AppendError::Store(fault) => fault.fault(),
            AppendError::Conflict { .. } | AppendError::Claimed | AppendError::Broken { .. } => None,
        };
        let broken = cause.is_some_and(|cause| !cause.passes());
        let said = match cause {
            Some(Fault::Full(_)) => language.pick(
                "ディスクに空きがなく、記録（ジャーナル）に書けません。保存済みのものは無事で、実行中のコマンドは続きます。空きができれば自動で再開します",
                "the disk is full and the journal cannot be written; what is saved is safe, and running commands go on. Free some space: it then goes on by itself",
            ),
            Some(Fault::Busy(_)) => language.pick(
                "ほかのプログラムが記録（ジャーナル）を使っています。空き次第、自動で再開します",
                "another program keeps the journal locked; it goes on by itself as soon as it can",
            ),
            Some(_) if broken => language.pick(
                "記録（ジャーナル）への書き込みに失敗したため、ここではもう書きません。保存済みのものは無事で、実行中のコマンドは続きます。ディスクを調べ、この実施の画面をすべて閉じて tejun attach で戻ってください",
                "the journal failed, and nothing more is written here; what is saved is safe, and running commands go on. Check the disk, leave every screen of this run and return with tejun attach",
            ),
            _ => language.pick(
                "記録（ジャーナル）に書けません。保存済みのものは無事で、実行中のコマンドは続きます。自動で再び試します",
                "the journal cannot be written; what is saved is safe, and running commands go on. It is tried again by itself",
            ),
        };
        Self { text: format!("{said} ({})", chain(fault)), broken }
    }

    /// The record, or the evidence beside it, cannot be written.
    pub(super) fn of_record(why: &str, language: Language) -> Self {
        let said = language.pick(
            "記録を書けません。実施の内容はすべて保存済みです。自動で再び試します",
            "the record cannot be written; everything about the run is saved. It is tried again by itself",
        );
        Self { text: format!("{said} ({why})"), broken: false }
    }
}

impl EngineError {
    /// What happened to what a person asked for, what is safe, and what to do; the system's own words stand behind it.
    pub fn told(&self, language: Language) -> String {
        let said = match self {
            Self::Journal(_) => language.pick(
                "記録（ジャーナル）に書けなかったため、この操作は行われていません。保存済みのものは無事です。書けるようになってから、もう一度行ってください",
                "the journal could not be written, so this was not done; what is saved is safe. Do it again once it can be written",
            ),
            Self::Load(_) => language.pick(
                "記録（ジャーナル）を読めないため、この操作は行われていません。保存済みのものは無事です",
                "the journal could not be read, so this was not done; what is saved is safe",
            ),
            Self::Crowded => language.pick(
                "ほかの画面が同時に変更し続けたため、この操作は行われていません。もう一度行ってください",
                "others kept changing the run, so this was not done. Do it again",
            ),
            Self::Refused(_) | Self::Unreadable(_) | Self::WrongMode { .. } | Self::NoSuchRun { .. } => language.pick(
                "この操作は行われていません。保存済みのものは無事です",
                "this was not done; what is saved is safe",
            ),
        };
        format!("{said} ({})", chain(self))
    }
}

/// Why a text that the journal keeps cannot be shown.
pub fn unread(fault: &StoreError, language: Language) -> String {
    let said = language.pick(
        "記録（ジャーナル）を読めません。実施への影響はありません",
        "the journal could not be read; the run is not affected",
    );
    format!("{said} ({})", chain(fault))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ids::Seq;

    #[test]
    fn i3_each_fault_says_what_is_safe_what_to_do_and_whether_this_host_goes_on() {
        let cause = || Arc::new(std::io::Error::other("the cause")) as crate::store::fault::Cause;
        for (fault, ja, en, broken) in [
            (Fault::Full(cause()), "ディスクに空きがなく", "Free some space", false),
            (Fault::Busy(cause()), "ほかのプログラム", "another program", false),
            (Fault::Refused(cause()), "自動で再び試します", "tried again by itself", false),
            (Fault::Overflow(Seq(1)), "自動で再び試します", "tried again by itself", false),
            (Fault::Broken(cause()), "tejun attach", "return with tejun attach", true),
            (Fault::ReadOnly, "tejun attach", "return with tejun attach", true),
        ] {
            let fault = StoreError { doing: "write", journal: "j.db".into(), source: Box::new(fault) }.into();
            for (language, wanted) in [(Language::Ja, ja), (Language::En, en)] {
                let told = Trouble::of_journal(&fault, language);
                assert!(told.text.contains(wanted) && told.text.contains("j.db"), "{}", told.text);
                assert_eq!(told.broken, broken, "{}", told.text);
            }
        }
    }

    #[test]
    fn what_was_not_done_is_told_in_the_language_of_the_run_with_the_words_of_the_system_behind_it() {
        let store = || StoreError { doing: "write", journal: "j.db".into(), source: Box::new(Fault::ReadOnly) };
        for (fault, ja, en) in [
            (
                EngineError::Journal(store().into()),
                "もう一度行ってください (failed to",
                "Do it again once it can be written",
            ),
            (EngineError::Load(store()), "保存済みのものは無事です (failed to", "could not be read"),
            (EngineError::Crowded, "同時に変更し続けた", "others kept changing"),
        ] {
            for (language, wanted) in [(Language::Ja, ja), (Language::En, en)] {
                let told = fault.told(language);
                assert!(told.contains(wanted) && told.ends_with(&format!("({})", chain(&fault))), "{told}");
            }
        }
        assert!(unread(&store(), Language::Ja).starts_with("記録（ジャーナル）を読めません"));
        let record = Trouble::of_record("no space left", Language::Ja).text;
        assert_eq!(record, "記録を書けません。実施の内容はすべて保存済みです。自動で再び試します (no space left)");
    }
}
