//! The two languages of the program, its messages in both, and the characters that no language shows.
//!
//! A message that lacks one language does not compile.

use serde::{Deserialize, Serialize};

/// A language of the program and of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl Language {
    /// The language that a locale name such as `ja_JP.UTF-8` asks for.
    pub fn of_locale(locale: &str) -> Self {
        if locale.starts_with("ja") { Self::Ja } else { Self::En }
    }

    /// The one of the two texts that is in this language.
    pub fn pick<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

/// Whether `c` is printed without being seen, or changes how its neighbours are seen. Marks that are seen above or
/// below a letter are not meant.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFC}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Spaces that look like the common one and are not.
pub fn is_false_space(c: char) -> bool {
    matches!(c, '\u{00A0}' | '\u{2007}' | '\u{202F}')
}

/// Declares messages: a name, then the Japanese and the English text.
///
/// `messages! { Words { SAVED: "保存しました", "saved"; } }` makes `Words::SAVED.text(language)`.
#[macro_export]
macro_rules! messages {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $ja:expr, $en:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            /// The Japanese text.
            pub ja: &'static str,
            /// The English text.
            pub en: &'static str,
        }

        impl $name {
            $(
                #[doc = concat!("```text\n", $en, "\n```")]
                pub const $key: Self = Self { ja: $ja, en: $en };
            )+

            /// The text in `language`.
            pub fn text(self, language: $crate::i18n::Language) -> &'static str {
                match language {
                    $crate::i18n::Language::Ja => self.ja,
                    $crate::i18n::Language::En => self.en,
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_locale_asks_for_japanese_and_any_other_for_english() {
        for (locale, language) in
            [("ja_JP.UTF-8", Language::Ja), ("ja", Language::Ja), ("C", Language::En), ("", Language::En)]
        {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
