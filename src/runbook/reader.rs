//! How the user's own settings have a runbook read: the words of the team, and interpreters for other languages.

use crate::config::interpreters::Interpreters;
use crate::runbook::interpreters;
use crate::runbook::lexicon::Lexicon;
use crate::runbook::model::Runbook;
use crate::runbook::parse::Parser;

/// Reads runbooks as the settings say; by default as every machine does.
#[derive(Default)]
pub struct Reader {
    /// The words of the program and those of the team, where there are any.
    pub lexicon: Option<Lexicon>,
    /// What runs the fences of other languages.
    pub interpreters: Interpreters,
}

impl Reader {
    /// The runbook of a text.
    pub fn read(&self, path: &str, bytes: &[u8]) -> Runbook {
        let lexicon = self.lexicon.as_ref().unwrap_or_else(|| Lexicon::built_in());
        let mut runbook = Parser::new(lexicon).parse(path, bytes);
        interpreters::apply(&mut runbook, &self.interpreters);
        runbook
    }
}
