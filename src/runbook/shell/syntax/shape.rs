//! What a shell refuses and the grammar lets pass: an empty body, a word of the language where a program must stand.

use tree_sitter::Node;

/// Words that go on with a construct, and begin no command.
const MISPLACED: &[&str] = &["fi", "done", "then", "do", "else", "elif", "esac", "in"];

/// The construct has an empty body, or a mark that belongs to another.
pub(super) fn refuses(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    let children: Vec<_> = node.children(&mut cursor).filter(|child| child.kind() != "comment").collect();
    let body = |from: &str| {
        let at = children.iter().position(|child| child.kind() == from);
        at.is_some_and(|at| {
            children.get(at + 1).is_none_or(|next| matches!(next.kind(), "fi" | "elif_clause" | "else_clause"))
        })
    };
    let stray = children.iter().any(|child| child.kind() == ";;");
    stray
        || match node.kind() {
            "if_statement" | "elif_clause" => body("then"),
            "else_clause" => body("else"),
            "compound_statement" | "do_group" | "subshell" => !children.iter().any(|child| child.is_named()),
            _ => false,
        }
}

/// The call begins with a word of the language, or has a bracket among its words.
pub(super) fn refuses_call(node: Node<'_>, text: &str, whole: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    // The grammar takes the braces of `time { …; }` for words.
    let unopened = first == "}" && !whole.split_whitespace().any(|word| word == "{");
    let bracket = || node.children(&mut node.walk()).any(|child| child.kind() == "subshell");
    unopened || MISPLACED.contains(&first) || (text.contains('(') && bracket())
}
