//! The settings of a user: `config.toml` in the settings folder.
//!
//! Only reads the text; opening the file is for others. A name that is not known is refused, so that a slip of the
//! pen is not taken for a setting.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What a user has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `[lexicon]`: the team's own words by topic, beside those that the program brings along.
    pub lexicon: BTreeMap<String, Vec<String>>,
}

/// The text is no settings file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the line and what stands there.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| SettingsError(error.to_string().trim_end().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_a_slip_of_the_pen_is_refused_with_its_line() {
        let read = Settings::read("[lexicon]\nprocedural = [\"段取り\"]\n");
        assert_eq!(read.map(|s| s.lexicon["procedural"].clone()), Ok(vec!["段取り".to_owned()]));
        assert_eq!(Settings::read(""), Ok(Settings::default()));
        for (text, named) in
            [("[lexicn]\n", "lexicn"), ("\n[lexicon]\nprocedural = \"x\"\n", "line 3"), ("[", "line 1")]
        {
            let error = Settings::read(text).expect_err(text).to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
