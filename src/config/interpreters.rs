//! Interpreters that the user has set up for fences of other languages: `[interpreters]` in the settings.
//!
//! Only the user's own settings make one; a document and a project never do. Without one, such fences are text to be read.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Interpreters by the tag of their fences, in small letters.
pub type Interpreters = BTreeMap<String, Interpreter>;

/// What runs the fences of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpreter {
    /// The program and its arguments, as words. `{file}` stands for a file with the fence's text; where it does not stand,
    /// the text comes on standard input.
    pub command: Vec<String>,
    /// Such fences may run without somebody who confirms each: also in `tejun run --all`.
    pub unattended: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Words(Vec<String>),
    Table(Table),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    command: Vec<String>,
    #[serde(default)]
    unattended: bool,
}

/// Reads `[interpreters]`.
///
/// # Errors
/// When a tag is no single word, or a command names no program.
pub fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Interpreters, D::Error> {
    let written = BTreeMap::<String, Written>::deserialize(from)?;
    let mut out = Interpreters::new();
    for (tag, written) in written {
        let (command, unattended) = match written {
            Written::Words(words) => (words, false),
            Written::Table(table) => (table.command, table.unattended),
        };
        if tag.is_empty() || tag.contains(char::is_whitespace) {
            return Err(D::Error::custom("an interpreter is named by the tag of its fences: one word, such as python"));
        }
        let unseen = |word: &String| word.chars().any(char::is_control);
        if command.first().is_none_or(String::is_empty) || command.iter().any(unseen) {
            let words = "the command of an interpreter is a list of words, such as [\"python3\", \"-\"]";
            return Err(D::Error::custom(words));
        }
        out.insert(tag.to_lowercase(), Interpreter { command, unattended });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use crate::config::settings::Settings;

    #[test]
    fn an_interpreter_is_a_list_of_words_or_a_table_with_one() {
        let text =
            "[interpreters]\nPython = [\"python3\", \"-\"]\nruby = { command = [\"ruby\"], unattended = true }\n";
        let read = Settings::read(text).expect("it is right").interpreters;
        let seen: Vec<_> = read.iter().map(|(tag, i)| (tag.as_str(), i.command.join(" "), i.unattended)).collect();
        assert_eq!(seen, [("python", "python3 -".to_owned(), false), ("ruby", "ruby".to_owned(), true)]);
        assert!(Settings::default().interpreters.is_empty());
    }

    #[test]
    fn what_names_no_program_is_refused_with_its_line() {
        for text in [
            "[interpreters]\npython = []",
            "[interpreters]\npython = [\"\"]",
            "[interpreters]\npython = \"python3 -\"",
            "[interpreters]\npython = [\"python3\\n\"]",
            "[interpreters]\n\"my python\" = [\"python3\"]",
            "[interpreters]\npython = { unattended = true }",
            "[interpreters]\npython = { command = [\"python3\"], unatended = true }",
        ] {
            let error = Settings::read(text).expect_err(text).to_string();
            assert!(error.contains("line "), "{error}");
        }
    }
}
