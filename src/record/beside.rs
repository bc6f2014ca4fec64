//! Files beside a record that is never written again: an addendum, and the check of a second person.
//!
//! Each names the record by its SHA-256, and the file of its kind before it, so that none can be taken out of the middle.
//! Written and read back in the forms of a record.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use crate::i18n::Language;
use crate::ids::Digest;
use crate::record::escape::{BETWEEN, inline};
use crate::record::model::{KeyRecord, Who};
use crate::record::parse::ParseFault;
use crate::record::parse::lines::{self, Form};
use crate::record::parse::part::Part;
use crate::record::parse::verification::signed_by;
use crate::record::render::page::{Page, time};
use crate::record::words::Words;
use crate::run::event::Actor;

/// What stands beside a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// Addendum or check.
    pub kind: BesideKind,
    /// The file name of the record.
    pub record: String,
    /// The SHA-256 of the record's bytes.
    pub record_sha256: Digest,
    /// The SHA-256 of the one of this kind before it.
    pub before: Option<Digest>,
    /// Who.
    pub by: Who,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The text; empty where nothing was said.
    pub text: String,
    /// The key that its signature must be by.
    pub signed_by: Option<KeyRecord>,
}

/// Addendum or check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BesideKind {
    /// 追記.
    Addendum,
    /// 独立確認.
    Check {
        /// The record is as it should be; else it is sent back.
        agrees: bool,
    },
}

impl BesideKind {
    /// The word in the file's name: `NAME.addendum-1.md`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Addendum => ADDENDUM,
            Self::Check { .. } => CHECK,
        }
    }
}

/// The word in the names of addenda.
pub const ADDENDUM: &str = "addendum";

/// The word in the names of checks.
pub const CHECK: &str = "check";

/// What a file beside a record is made of.
#[derive(Debug, Clone, Copy)]
pub struct BesideInputs<'a> {
    /// Addendum or check.
    pub kind: BesideKind,
    /// The file name of the record.
    pub record: &'a str,
    /// The SHA-256 of the record's bytes.
    pub record_sha256: &'a Digest,
    /// The SHA-256 of the one of this kind before it.
    pub before: Option<&'a Digest>,
    /// Who, with the key that will sign it.
    pub by: &'a Actor,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The text.
    pub text: &'a str,
    /// The version of the program.
    pub tejun: &'a str,
}

/// The file as markdown.
pub fn render_beside(inputs: &BesideInputs<'_>, language: Language) -> String {
    let mut page = Page::new(language);
    let (title, said) = match inputs.kind {
        BesideKind::Addendum => (Words::ADDENDUM_TITLE, None),
        BesideKind::Check { agrees: true } => (Words::CHECK_TITLE, Some(Words::CHECK_DONE)),
        BesideKind::Check { agrees: false } => (Words::CHECK_TITLE, Some(Words::SENT_BACK)),
    };
    page.heading(2, page.say(title));
    page.text(Words::RECORD_FILE, inputs.record);
    page.text(Words::RECORD_SHA256, inputs.record_sha256.as_str());
    page.text(Words::BEFORE_SHA256, inputs.before.map_or("", Digest::as_str));
    if let Some(said) = said {
        page.fact(Words::CHECKED, page.say(said));
    }
    page.fact(Words::WRITTEN, &[time(inputs.at), page.who(inputs.by)].join(BETWEEN));
    let signature = match &inputs.by.key {
        None => page.say(Words::NO_SIGNATURE).to_owned(),
        Some(key) => [page.say(Words::SIGNED_BESIDE), &inline(&key.principal), &inline(&key.fingerprint)].join(BETWEEN),
    };
    page.fact(Words::SIGNATURE, &signature);
    page.text(Words::TEJUN, inputs.tejun);
    page.fence("text", inputs.text.trim_end());
    page.finish()
}

/// Reads such a file back.
///
/// # Errors
/// A [`ParseFault`] that names the first line that is none of such a file.
pub fn parse_beside(text: &str) -> Result<Beside, ParseFault> {
    let items = lines::items(text)?;
    let titles = [Words::ADDENDUM_TITLE, Words::CHECK_TITLE];
    let all = [Language::Ja, Language::En].into_iter().flat_map(|l| titles.map(|title| (l, title)));
    let found = all.into_iter().find_map(|(l, title)| Some((l, title, Part::find(&items, 2, title.text(l), l)?)));
    let (language, title, part) = found.ok_or(ParseFault::NoRecord)?;
    let said = match items.last().map(|item| &item.form) {
        Some(Form::Fence(text)) => text.clone(),
        Some(Form::Heading { .. } | Form::Bullet { .. }) | None => return Err(ParseFault::NoRecord),
    };
    let kind = if title == Words::CHECK_TITLE {
        let words = [(Words::CHECK_DONE, true), (Words::SENT_BACK, false)];
        let agrees = part
            .one(Words::CHECKED)?
            .read(|raw| words.into_iter().find(|(w, _)| w.text(language) == raw).map(|(_, agrees)| agrees))?;
        BesideKind::Check { agrees }
    } else {
        BesideKind::Addendum
    };
    let written = part.one(Words::WRITTEN)?;
    let mut written = written.parts();
    Ok(Beside {
        kind,
        record: part.one(Words::RECORD_FILE)?.text(),
        record_sha256: Digest(part.one(Words::RECORD_SHA256)?.text()),
        before: part.one(Words::BEFORE_SHA256)?.maybe().map(Digest),
        at: written.next()?.time()?,
        by: written.who()?,
        text: said,
        signed_by: signed_by(&part.one(Words::SIGNATURE)?)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::escape::{visible_block, visible_line};
    use crate::run::testing::{person, two_in_the_morning};
    use crate::run::verification::KeyHolder;

    proptest! {
        #[test]
        fn what_stands_beside_a_record_is_read_back_whatever_it_says(
            text in "(\\PC|\n|`|~|#|- ){0,40}", name in "\\PC{0,12}", kind in 0u8..3, ja: bool, keyed: bool,
        ) {
            let kind = match kind {
                0 => BesideKind::Addendum,
                n => BesideKind::Check { agrees: n == 1 },
            };
            let key = KeyHolder { principal: "taro@example.com".into(), fingerprint: "SHA256:abc/+1".into() };
            let by = Actor { operator: name.clone(), key: keyed.then_some(key), ..person() };
            let digest = Digest::of(b"record");
            let inputs = BesideInputs {
                kind,
                record: "2026-11-20-0200-週次.md",
                record_sha256: &digest,
                before: keyed.then_some(&digest),
                by: &by,
                at: two_in_the_morning(),
                text: &text,
                tejun: "0.1.0",
            };
            let language = if ja { Language::Ja } else { Language::En };

            let read = parse_beside(&render_beside(&inputs, language)).expect("it is read");

            prop_assert_eq!(read.kind, kind);
            prop_assert_eq!(read.record, "2026-11-20-0200-週次.md");
            prop_assert_eq!(&read.record_sha256, &digest);
            prop_assert_eq!(read.before.is_some(), keyed);
            prop_assert_eq!(read.by.operator, visible_line(&name));
            prop_assert_eq!(read.by.key.is_some(), keyed);
            prop_assert_eq!(read.signed_by.is_some(), keyed);
            prop_assert_eq!(read.text, visible_block(text.trim_end()));
        }
    }

    #[test]
    fn a_record_is_no_file_beside_one() {
        assert_eq!(parse_beside("## 2026-11-20 週次\n- **結果**: 成功\n"), Err(ParseFault::NoRecord));
    }
}
