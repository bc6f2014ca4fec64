//! One program with its arguments, and where its input and output go.

use super::super::targets::Place;

/// Where a call's input comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::runbook::shell) enum Input {
    /// The terminal.
    #[default]
    Terminal,
    /// The call before it in a pipe.
    Pipe,
    /// A file or a text in the script.
    File,
}

/// One program with its arguments, quotes taken off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::runbook::shell) struct Call {
    /// The program, without its folder, and its arguments.
    pub(in crate::runbook::shell) words: Vec<String>,
    /// Where its input comes from.
    pub(in crate::runbook::shell) input: Input,
    /// The text that it is fed, where that stands in the script.
    pub(in crate::runbook::shell) stdin: Option<String>,
    /// Its output goes into a pipe or a file.
    pub(in crate::runbook::shell) captured: bool,
    /// It is run in the background.
    pub(in crate::runbook::shell) background: bool,
    /// The reader of its output stops early, which ends it.
    pub(in crate::runbook::shell) cut_short: bool,
    /// The variables that are set for it alone.
    pub(in crate::runbook::shell) variables: Vec<String>,
    /// The pipe that it is part of, and its place there.
    pub(in crate::runbook::shell) pipe: Option<(u32, u32)>,
    /// Where it acts.
    pub(in crate::runbook::shell) place: Place,
}

impl Call {
    /// The program's name.
    pub(in crate::runbook::shell) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The arguments.
    pub(in crate::runbook::shell) fn args(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// True when `word` is one of the arguments.
    pub(in crate::runbook::shell) fn has(&self, word: &str) -> bool {
        self.args().iter().any(|arg| arg == word)
    }

    /// True when one of `words` is one of the arguments.
    pub(in crate::runbook::shell) fn has_any(&self, words: &[&str]) -> bool {
        self.args().iter().any(|arg| words.contains(&arg.as_str()))
    }

    /// True when an argument begins with `start`.
    pub(in crate::runbook::shell) fn has_start(&self, start: &str) -> bool {
        self.args().iter().any(|arg| arg.starts_with(start))
    }

    /// True when a short option such as `f` is given, alone or in a bundle such as `-rf`.
    pub(in crate::runbook::shell) fn short(&self, option: char) -> bool {
        self.args()
            .iter()
            .filter_map(|arg| arg.strip_prefix('-'))
            .any(|bundle| !bundle.starts_with('-') && bundle.contains(option))
    }

    /// The arguments that are no options.
    pub(in crate::runbook::shell) fn operands(&self) -> impl Iterator<Item = &str> {
        self.args().iter().map(String::as_str).filter(|arg| !arg.starts_with('-'))
    }

    /// The value of an option, behind it or joined to it by `=`.
    pub(in crate::runbook::shell) fn value_of(&self, options: &[&str]) -> Option<&str> {
        let mut args = self.args().iter();
        while let Some(arg) = args.next() {
            if options.contains(&arg.as_str()) {
                return args.next().map(String::as_str);
            }
            let joined = arg.split_once('=').filter(|(option, _)| option.starts_with('-') && options.contains(option));
            if let Some((_, value)) = joined {
                return Some(value);
            }
        }
        None
    }

    /// A call of other words with the same input and output, and the variables that its wrapper sets.
    pub(super) fn starting(&self, words: Vec<String>) -> Self {
        let before = self.words.len().saturating_sub(words.len());
        let set = |word: &&String| word.contains('=') && !word.starts_with('-');
        let wraps = matches!(self.program(), "sudo" | "doas" | "env");
        let variables = self.words.iter().take(before).filter(|_| wraps).filter(set).cloned().collect();
        Self { words, variables, place: Place::default(), ..self.clone() }
    }
}
