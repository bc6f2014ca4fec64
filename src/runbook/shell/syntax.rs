//! The syntax tree of a shell text, and the calls in it.

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
        self.0.as_mut()?.parse(text, None)
    }
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
