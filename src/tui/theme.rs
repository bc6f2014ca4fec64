//! Themes: what each named role looks like. No colour is named anywhere else.
//!
//! A theme is a TOML file. A role or a colour that is not known is an error that names the file and the key.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)+) => {
        /// What a piece of the screen is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[$doc])* $name,)+ }

        impl Role {
            /// All roles, in the order in which a theme lists them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in a theme file.
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }
        }
    };
}

roles! {
    /// Plain text.
    Text = "text",
    /// Less important text.
    Dim = "dim",
    /// Lines between panes.
    Border = "border",
    /// The line around the pane that has the focus.
    Focus = "focus",
    /// Titles.
    Title = "title",
    /// The header band.
    Header = "header",
    /// The header band of a live run.
    HeaderLive = "header_live",
    /// The mark of a live run.
    ModeLive = "mode_live",
    /// The mark of a drill.
    ModeDrill = "mode_drill",
    /// The mark of somebody who looks on.
    ModeWatch = "mode_watch",
    /// The selected row.
    Selected = "selected",
    /// The mark of the current step.
    Current = "current",
    /// A key in the footer.
    Key = "key",
    /// What a key does.
    KeyText = "key_text",
    /// All is well.
    Good = "good",
    /// Something must be done, or was done.
    Finding = "finding",
    /// It failed.
    Failed = "failed",
    /// Nobody can say.
    Unknown = "unknown",
    /// It runs, or it is on its way.
    Running = "running",
    /// It waits for a person.
    Waiting = "waiting",
    /// It was left out, put off or does not apply.
    Passed = "passed",
    /// A caution.
    Caution = "caution",
    /// A warning or a danger.
    Danger = "danger",
    /// A command.
    Command = "command",
    /// The command that Enter runs.
    CommandNext = "command_next",
    /// A measured value, or text that a rule matched.
    Measured = "measured",
    /// A value that must be filled in, or that looks like an example.
    Placeholder = "placeholder",
    /// A message.
    Message = "message",
    /// A message that something was refused or went wrong.
    Problem = "problem",
    /// The banner of a failing journal.
    Trouble = "trouble",
    /// The ground of a dialog.
    Dialog = "dialog",
    /// The line around a dialog.
    DialogBorder = "dialog_border",
    /// A field of a dialog.
    Field = "field",
    /// The field that is typed in.
    FieldFocus = "field_focus",
    /// The mark of typing into a command's terminal.
    Typing = "typing",
}

/// Which signs the screen is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Signs and lines of Unicode. Most are of ambiguous width: the terminal must draw them narrow.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// How the terminal draws the characters whose East Asian Width is ambiguous (UAX #11), such as `①`, `…` and `→`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ambiguous {
    /// In one column.
    #[default]
    Narrow,
    /// In two columns.
    Wide,
}

/// A theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// Its signs.
    pub glyphs: Glyphs,
    /// How the terminal that it is shown on draws what Unicode leaves open.
    pub ambiguous: Ambiguous,
    /// Output keeps the colours that its program asked for.
    pub output_colours: bool,
    styles: Vec<Style>,
}

/// Why a theme cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is no such theme.
    #[error("no theme is called `{name}`; there are {known}")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// The file is not TOML, or not of the form of a theme.
    #[error("{file}: the theme cannot be read")]
    Form {
        /// The file.
        file: String,
        /// What the reader stumbled over.
        #[source]
        source: toml::de::Error,
    },
    /// A role is not one of ours.
    #[error("{file}: roles.{key}: no such role")]
    Role {
        /// The file.
        file: String,
        /// The key.
        key: String,
    },
    /// A role is not described.
    #[error("{file}: roles.{key} is missing")]
    Missing {
        /// The file.
        file: String,
        /// The key.
        key: &'static str,
    },
    /// A colour is none.
    #[error("{file}: roles.{key}: `{value}` is no colour; write a name, a number from 0 to 255 or #rrggbb")]
    Colour {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// What stands there.
        value: String,
    },
    /// A modifier is none.
    #[error("{file}: roles.{key}: `{value}` is none of bold, dim, italic, underlined, reversed, crossed_out")]
    Modifier {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// What stands there.
        value: String,
    },
}

const BUILT_IN: &[(&str, &str)] = &[
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../themes/colour-blind.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("red-production", include_str!("../../themes/red-production.toml")),
];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default)]
    ascii: bool,
    #[serde(default = "yes")]
    output_colours: bool,
    roles: BTreeMap<String, Look>,
}

fn yes() -> bool {
    true
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    add: Vec<String>,
}

impl Theme {
    /// The names of the themes that are built in.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// A theme that is built in.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        match BUILT_IN.iter().find(|(n, _)| *n == name) {
            Some((n, text)) => Self::parse(&format!("themes/{n}.toml"), text),
            None => {
                let known = Self::names().collect::<Vec<_>>().join(", ");
                Err(ThemeError::Unknown { name: name.to_owned(), known })
            }
        }
    }

    /// Reads a theme; `file` is named in errors.
    ///
    /// # Errors
    /// When it is not a theme, or a role, a colour or a modifier in it is not known.
    pub fn parse(file: &str, text: &str) -> Result<Self, ThemeError> {
        let read: File = toml::from_str(text).map_err(|source| ThemeError::Form { file: file.to_owned(), source })?;
        if let Some(key) = read.roles.keys().find(|k| Role::ALL.iter().all(|r| r.key() != k.as_str())) {
            return Err(ThemeError::Role { file: file.to_owned(), key: key.clone() });
        }
        let mut styles = Vec::with_capacity(Role::ALL.len());
        for role in Role::ALL {
            let key = role.key();
            let look = read.roles.get(key).ok_or_else(|| ThemeError::Missing { file: file.to_owned(), key })?;
            styles.push(look.style(file, key)?);
        }
        let glyphs = if read.ascii { Glyphs::Ascii } else { Glyphs::Unicode };
        let ambiguous = Ambiguous::Narrow;
        Ok(Self { name: read.name, glyphs, ambiguous, output_colours: read.output_colours, styles })
    }

    /// The theme on a terminal that draws so: where lines of frames would be two columns wide, all signs are ASCII.
    #[must_use]
    pub fn drawn(self, ambiguous: Ambiguous) -> Self {
        let glyphs = match ambiguous {
            Ambiguous::Narrow => self.glyphs,
            Ambiguous::Wide => Glyphs::Ascii,
        };
        Self { glyphs, ambiguous, ..self }
    }

    /// What `role` looks like.
    pub fn style(&self, role: Role) -> Style {
        // A theme holds a style for each role, in the order of the roles.
        self.styles.get(role as usize).copied().unwrap_or_default()
    }
}

impl Look {
    fn style(&self, file: &str, key: &str) -> Result<Style, ThemeError> {
        let colour = |value: &Option<String>| match value {
            None => Ok(None),
            Some(v) => Color::from_str(v).map(Some).map_err(|_| ThemeError::Colour {
                file: file.to_owned(),
                key: key.to_owned(),
                value: v.clone(),
            }),
        };
        let mut style = Style { fg: colour(&self.fg)?, bg: colour(&self.bg)?, ..Style::default() };
        for m in &self.add {
            let modifier = match m.as_str() {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underlined" => Modifier::UNDERLINED,
                "reversed" => Modifier::REVERSED,
                "crossed_out" => Modifier::CROSSED_OUT,
                // An open set of words: the others are mistakes.
                _ => {
                    let (file, key) = (file.to_owned(), key.to_owned());
                    return Err(ThemeError::Modifier { file, key, value: m.clone() });
                }
            };
            style = style.add_modifier(modifier);
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_describes_every_role() {
        for name in Theme::names() {
            let theme = Theme::named(name).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(theme.name, name);
        }
    }

    #[test]
    fn the_monochrome_theme_has_no_colour() {
        let mono = Theme::named("mono").unwrap();
        for role in Role::ALL {
            let style = mono.style(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
        assert!(!mono.output_colours);
    }

    #[test]
    fn a_mistake_in_a_theme_names_file_and_key() {
        let dark = include_str!("../../themes/dark.toml");
        let check = |from: &str, to: &str, message: &str| {
            let broken = dark.replacen(from, to, 1);
            assert_ne!(broken, dark);
            let error = Theme::parse("my.toml", &broken).unwrap_err();
            assert_eq!(error.to_string(), message);
        };

        check("\nborder = ", "\nbroder = ", "my.toml: roles.broder: no such role");
        check(
            "\nborder = { fg = \"240\"",
            "\nborder = { fg = \"blu\"",
            "my.toml: roles.border: `blu` is no colour; write a name, a number from 0 to 255 or #rrggbb",
        );
        assert!(Theme::named("nope").unwrap_err().to_string().contains("dark, light"));
    }
}
