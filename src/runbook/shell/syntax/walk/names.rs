//! The variables that a text sets and uses.

use tree_sitter::Node;

use super::super::quote::bare;
use super::{Around, Open, Walker, children};

impl Walker<'_> {
    pub(super) fn assignment<'t>(&mut self, node: Node<'t>, around: Around, open: &mut Open<'t>) {
        if let Some(name) = node.child_by_field_name("name") {
            let name = self.script.slice(name).to_owned();
            if let Some(value) = node.child_by_field_name("value") {
                let text = self.script.slice(value);
                if text.contains(['$', '`']) {
                    self.variables.set_unseen(&name);
                } else {
                    self.variables.set(&name, bare(text));
                    self.literals.insert(name.clone(), bare(text));
                }
            }
            // `A=1 program` sets the variable for that program only.
            let for_one = node.parent().is_some_and(|parent| parent.kind() == "command");
            if for_one { self.passing.push(name) } else { self.facts.sets.push(name) }
        }
        children(node, around, open);
    }

    /// The variable of a loop, and the words that it stands for.
    pub(super) fn loop_variable(&mut self, node: Node<'_>) {
        let Some(name) = node.child_by_field_name("variable") else { return };
        let name = self.script.slice(name).to_owned();
        let mut cursor = node.walk();
        let mut seen = false;
        for word in node.children_by_field_name("value", &mut cursor) {
            let text = self.script.slice(word);
            seen = true;
            if text.contains(['$', '`', '*', '?', '{']) {
                self.variables.set_unseen(&name);
            } else {
                self.variables.set(&name, bare(text));
            }
        }
        if !seen {
            self.variables.set_unseen(&name);
        }
        self.facts.sets.push(name);
    }

    pub(super) fn declaration(&mut self, node: Node<'_>) {
        let words = self.script.slice(node).split_whitespace().skip(1);
        let names = words.filter_map(|word| word.split('=').next()).filter(|word| is_name(word));
        // `export A` hands on what is there: it sets nothing.
        let hands_on = |name: &str| self.script.slice(node).split_whitespace().any(|word| word == name);
        let set: Vec<String> = names.filter(|name| !hands_on(name)).map(str::to_owned).collect();
        self.facts.sets.extend(set);
    }

    pub(super) fn expansion(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let name = node.children(&mut cursor).find(|child| child.kind() == "variable_name");
        let Some(name) = name.map(|name| self.script.slice(name)) else { return };
        let behind = self.script.slice(node).split_once(name).map_or("", |(_, rest)| rest);
        let defaulted = [":-", ":=", ":+", "-", "=", "+"].iter().any(|mark| behind.starts_with(mark));
        if !defaulted && is_name(name) && !self.facts.uses.iter().any(|known| known == name) {
            self.facts.uses.push(name.to_owned());
        }
    }
}

/// The word could name a variable, and is no positional one.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
