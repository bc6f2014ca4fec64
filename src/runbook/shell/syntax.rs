//! The syntax tree of a shell text, and the calls in it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use tree_sitter::{Node, Parser, Tree};

use super::values::{Marked, marked_values};

mod calls;
mod inner;
mod quote;
mod shape;
mod simple;
mod walk;
pub(super) use calls::{Call, Input};
pub(super) use inner::started_at;
pub(super) use quote::bare;
use simple::Simple;
pub(super) use walk::{Facts, Write};

/// A parser that is made once and used for every text of a document.
pub(super) struct ShellParser(Option<Parser>);

impl ShellParser {
    pub(super) fn new() -> Self {
        let mut parser = Parser::new();
        let ready = parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_ok();
        Self(ready.then_some(parser))
    }

    fn tree(&mut self, text: &str) -> Option<Tree> {
        if deepest(text) > DEEPEST {
            return None;
        }
        self.0.as_mut()?.parse(safe(text).as_bytes(), None)
    }
}

/// Brackets may stand so deep in each other. Nobody writes half as deep, and reading takes time by the square of it.
const DEEPEST: usize = 500;

/// How deep brackets stand in each other at most, whatever they mean there.
fn deepest(text: &str) -> usize {
    let mut depth = 0usize;
    let after = |byte: u8| {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth
    };
    text.bytes().map(after).max().unwrap_or(0)
}

/// The text as the scanner of the grammar can bear it, each byte in its place.
///
/// Behind a brace, and what of a range such as `{1..9}` follows it, the scanner of tree-sitter-bash 0.25 asks the C
/// library whether a character is a digit. The C library looks it up in a table of bytes, so that a character beyond
/// them reads memory that is not the table's, and a high one ends the process. A letter stands in its place there.
fn safe(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count() + from;
    let beyond = |at: usize| bytes.get(at).is_some_and(|byte| !byte.is_ascii());
    let mut found = Vec::new();
    for (brace, _) in text.match_indices('{') {
        let first = digits(brace + 1);
        let second = bytes.get(first..first + 2).is_some_and(|dots| dots == b"..").then(|| digits(first + 2));
        found.extend([Some(first), second].into_iter().flatten().filter(|at| beyond(*at)));
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_owned();
    for at in found {
        let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        masked.replace_range(at..at + length, &"q".repeat(length));
    }
    Cow::Owned(masked)
}

/// A shell text with its syntax tree.
pub(super) struct Script {
    /// The text as it stands.
    pub(super) text: String,
    /// The text with every marked value, such as `<name>`, replaced by a word of the same length.
    pub(super) masked: String,
    /// Where the marked values are, and their names and forms.
    pub(super) marked: Vec<Marked>,
    tree: Option<Tree>,
    /// What stands in a text that needs no tree.
    simple: Option<Simple>,
}

impl Script {
    /// Parses `text`; a text that is no shell gives a tree with errors in it.
    pub(super) fn read(parser: &mut ShellParser, text: &str) -> Self {
        let mut script = Self::masked(text);
        script.tree = parser.tree(&script.masked);
        script
    }

    /// Reads `text` for its [`facts`](Self::facts) alone: one of plain words is not parsed.
    pub(super) fn for_facts(parser: &mut ShellParser, text: &str) -> Self {
        let mut script = Self::masked(text);
        script.simple = simple::read(&script.masked);
        if script.simple.is_none() {
            script.tree = parser.tree(&script.masked);
        }
        script
    }

    fn masked(text: &str) -> Self {
        let marked = marked_values(text, true);
        let mut masked = text.to_owned();
        for (range, _, form) in &marked {
            if matches!(*form, "<>" | "＜＞" | "{{}}") {
                masked.replace_range(range.clone(), &"q".repeat(range.len()));
            }
        }
        // The grammar does not know a file that is opened for both.
        if masked.contains("<>") {
            masked = masked.replace("<>", ">>");
        }
        Self { text: text.to_owned(), masked, marked, tree: None, simple: None }
    }

    /// The smallest node that holds the byte `at`.
    pub(super) fn node_at(&self, at: usize) -> Option<Node<'_>> {
        self.tree.as_ref()?.root_node().descendant_for_byte_range(at, at + 1)
    }

    /// The text of a node.
    pub(super) fn slice(&self, node: Node<'_>) -> &str {
        self.masked.get(node.byte_range()).unwrap_or_default()
    }

    /// Part of the text is no shell that the grammar knows.
    pub(super) fn broken(&self) -> bool {
        self.simple.is_none() && self.tree.as_ref().is_none_or(|tree| tree.root_node().has_error())
    }

    /// Calls `visit` with every node, parents first; it says whether to go inside.
    pub(super) fn walk<'t>(&'t self, visit: &mut dyn FnMut(Node<'t>) -> bool) {
        let Some(tree) = &self.tree else { return };
        let mut open = vec![tree.root_node()];
        while let Some(node) = open.pop() {
            if visit(node) {
                let mut cursor = node.walk();
                let children: Vec<_> = node.children(&mut cursor).collect();
                open.extend(children.into_iter().rev());
            }
        }
    }

    /// The lines, counted from 0, that hold only a comment which stands outside every construct.
    pub(super) fn comment_lines(&self) -> BTreeSet<usize> {
        let lines: Vec<&str> = self.masked.split('\n').collect();
        let mut found = BTreeSet::new();
        self.walk(&mut |node| {
            if node.kind() == "comment" {
                let at = node.start_position();
                let alone = lines
                    .get(at.row)
                    .and_then(|line| line.get(..at.column))
                    .is_some_and(|before| before.trim().is_empty());
                if alone && outside(node) {
                    found.insert(at.row);
                }
            }
            true
        });
        found
    }

    /// What one walk over the text finds.
    pub(super) fn facts(&self, parser: &mut ShellParser) -> Facts {
        let found = walk::facts(self, parser, 0);
        debug_assert!(
            self.simple.is_none() || found == walk::facts(&Self::read(parser, &self.text), parser, 0),
            "the grammar reads {:?} otherwise",
            self.text
        );
        found
    }
}

/// Nothing stands around the node but the whole text, or a part of it that did not parse.
fn outside(node: Node<'_>) -> bool {
    let mut parent = node.parent();
    while let Some(above) = parent {
        if !matches!(above.kind(), "program" | "ERROR") {
            return false;
        }
        parent = above.parent();
    }
    true
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_character_of_any_plane_behind_a_brace_is_a_word_and_harms_nobody() {
        let mut parser = ShellParser::new();
        for sign in ['\u{e0041}', '\u{10ffff}', '\u{f0000}', '\u{1f600}', '日', '３', '\u{80}', '\u{feff}'] {
            for text in
                ["echo {@", "{@", "echo {1..@", "a{@}b {@", "echo {12@..3}", "echo {1..2@}", "x {{@", "echo {..@"]
            {
                let text = text.replace('@', &sign.to_string());
                let script = Script::read(&mut parser, &text);
                assert_eq!(script.masked, text, "what is read of the tree is the text itself");
                assert!(script.tree.is_some(), "{text:?}");
            }
        }
    }

    #[test]
    fn a_text_that_is_nested_beyond_measure_is_refused_and_not_read() {
        let mut parser = ShellParser::new();
        let nested = |times: usize| format!("echo {}x{}", "$(".repeat(times), ")".repeat(times));

        assert!(!Script::read(&mut parser, &nested(50)).broken());
        for text in [nested(DEEPEST + 1), "a=(".repeat(100_000), "{ ".repeat(100_000)] {
            assert!(Script::read(&mut parser, &text).broken());
        }
    }

    #[test]
    fn each_byte_keeps_its_place() {
        for (text, masked) in [
            ("echo {日本} {a}", "echo {qqq本} {a}"),
            ("{1..日}", "{1..qqq}"),
            ("{日..日}", "{qqq..日}"),
            ("日{}", "日{}"),
            ("{", "{"),
            ("{1..", "{1.."),
            ("{{😀", "{{qqqq"),
        ] {
            assert_eq!((safe(text).as_ref(), safe(text).len()), (masked, text.len()));
        }
    }
}
