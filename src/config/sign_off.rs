//! How runs are signed off: with which key, whose keys count, and whether a second person has to look.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// `[sign_off]` of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignOffSettings {
    /// `key`: the person's SSH key. A public one (`.pub`) is used through the agent. Unsigned where there is none.
    pub key: Option<PathBuf>,
    /// `allowed_signers`: the file that lists whose keys count; `allowed_signers` in the settings folder where none is named.
    pub allowed_signers: Option<PathBuf>,
    /// `second_person`: whether somebody else has to look.
    pub second_person: SecondPerson,
    /// `shared_records = true`: the group of the folder may read records and their evidence (mode 0640), so that another
    /// user can check them.
    pub shared_records: bool,
}

/// Whether a second person (確認者) has to look, from the least careful to the most: where several say, the last counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondPerson {
    /// Nobody has to.
    #[default]
    None,
    /// 事後独立確認: somebody else checks the steps, or the record, afterwards.
    Independent,
    /// 事前承認 of dangerous commands: each is read aloud, and runs after the second person's はい; the rest is checked
    /// afterwards.
    Dangerous,
    /// 事前承認 of every command.
    Every,
}

impl SignOffSettings {
    /// The key, with `~` for the home folder.
    pub fn key(&self, home: Option<&Path>) -> Option<PathBuf> {
        self.key.as_deref().map(|key| at_home(key, home))
    }

    /// The file of those whose keys count.
    pub fn allowed_signers(&self, settings: &Path, home: Option<&Path>) -> PathBuf {
        match &self.allowed_signers {
            Some(file) => at_home(file, home),
            None => settings.join("allowed_signers"),
        }
    }
}

/// `path` with a `~` at its beginning replaced.
fn at_home(path: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest),
        (Ok(_), None) | (Err(_), _) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;

    #[test]
    fn key_and_signers_are_found_at_home_or_where_they_are_named() {
        let text = "[sign_off]\nkey = \"~/.ssh/id.pub\"\nsecond_person = \"dangerous\"\n";
        let read = Settings::read(text).expect("it reads").sign_off;
        let home = Some(Path::new("/home/taro"));
        assert_eq!(read.key(home), Some(PathBuf::from("/home/taro/.ssh/id.pub")));
        assert_eq!(read.allowed_signers(Path::new("/etc/t"), home), PathBuf::from("/etc/t/allowed_signers"));
        assert_eq!(read.second_person, SecondPerson::Dangerous);
        let named = SignOffSettings { allowed_signers: Some("/srv/signers".into()), ..SignOffSettings::default() };
        assert_eq!(named.allowed_signers(Path::new("/etc/t"), home), PathBuf::from("/srv/signers"));
    }

    #[test]
    fn the_more_careful_word_counts() {
        use SecondPerson::{Dangerous, Every, Independent, None};
        assert!(None < Independent && Independent < Dangerous && Dangerous < Every);
    }
}
