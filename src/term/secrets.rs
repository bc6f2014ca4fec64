//! Values that no journal, record or log may hold, as one thing that can be passed around and never printed.

use crate::term::redact::{redact_text, secrets_of_env};

/// One secret that a person gave: never shown, and journalled nowhere.
#[derive(Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret `value`.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the one command that it was given to.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

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

    /// Takes note of one more.
    pub fn learn(&mut self, secret: &Secret) {
        let value = secret.reveal().as_bytes();
        // A shorter value is no secret that could be found without destroying the text around it.
        if value.len() >= crate::term::redact::SHORTEST_SECRET && !self.0.iter().any(|known| known == value) {
            self.0.push(value.to_vec());
        }
    }

    /// The text with every secret replaced.
    pub fn redact(&self, text: &str) -> String {
        redact_text(&self.0, text)
    }
}
