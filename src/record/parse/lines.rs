//! The forms that lines of a record have: headings, bullets, fences, and empty lines between them.

use super::ParseFault;

/// One piece of a record with its line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// Its first line.
    pub(crate) line: usize,
    /// What it is.
    pub(crate) form: Form<'a>,
}

/// What a piece of a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form<'a> {
    /// `## …`, still escaped.
    Heading {
        /// How many `#`.
        level: usize,
        /// The rest.
        raw: &'a str,
    },
    /// `- **name**: value`, still escaped.
    Bullet {
        /// The name.
        name: &'a str,
        /// The value.
        raw: &'a str,
    },
    /// A fence's text.
    Fence(String),
}

/// The pieces of `text`.
pub(crate) fn items(text: &str) -> Result<Vec<Item<'_>>, ParseFault> {
    let mut items = Vec::new();
    let mut lines = text.split('\n').zip(1..);
    while let Some((content, line)) = lines.next() {
        if content.is_empty() {
            continue;
        }
        let form = if let Some(bar) = bar(content) {
            let mut inside = Vec::new();
            loop {
                match lines.next() {
                    Some((end, _)) if end == bar => break,
                    Some((content, _)) => inside.push(content),
                    None => return Err(ParseFault::OpenFence { line }),
                }
            }
            Form::Fence(inside.join("\n"))
        } else {
            heading(content).or_else(|| bullet(content)).ok_or(ParseFault::UnknownLine { line })?
        };
        items.push(Item { line, form });
    }
    Ok(items)
}

/// The marks that open a fence, and close it.
fn bar(content: &str) -> Option<&str> {
    let mark = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = content.trim_start_matches(mark);
    let bar = &content[..content.len() - rest.len()];
    (bar.len() >= 3).then_some(bar)
}

fn heading(content: &str) -> Option<Form<'_>> {
    let rest = content.trim_start_matches('#');
    let level = content.len() - rest.len();
    let raw = rest.strip_prefix(' ').filter(|_| (1..=6).contains(&level))?;
    Some(Form::Heading { level, raw })
}

fn bullet(content: &str) -> Option<Form<'_>> {
    let (name, raw) = content.strip_prefix("- **")?.split_once("**: ")?;
    Some(Form::Bullet { name, raw })
}
