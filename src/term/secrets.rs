//! Values that no journal, record or log may hold, as one thing that can be passed around and never printed.

use crate::term::redact::{redact_text, secrets_of_env};

/// Known secrets.
#[derive(Clone, Default)]
pub struct Secrets(Vec<Vec<u8>>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} hidden)", self.0.len())
    }
}

impl Secrets {
    /// These very values.
    pub fn of(values: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(values.into_iter().collect())
    }

    /// The values of the variables whose names look like a secret's.
    pub fn of_env(variables: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self(secrets_of_env(variables))
    }

    /// The text with every secret replaced.
    pub fn redact(&self, text: &str) -> String {
        redact_text(&self.0, text)
    }
}
