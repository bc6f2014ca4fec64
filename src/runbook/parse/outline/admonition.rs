//! Forms of markdown that other tools know and CommonMark does not: admonitions, shortcodes, anchors, plain HTML.

use super::{Node, Paragraph, Quote};
use crate::runbook::text::{Pattern, one_line};

static MKDOCS: Pattern =
    Pattern::new(r#"^(?:!!!|\?\?\?\+?)\s*([A-Za-z]+)!?\s*(?:"([^"]*)")?[ \t]*(.*)"#).needing(&["!!!", "???"]);
static COLONS: Pattern = Pattern::new(r"^:{3,}\s*\{?([A-Za-z]+)\}?[ \t]*(.*)").needing(&[":::"]);
static HINT: Pattern = Pattern::new(
    r#"^\{(?:%|\{<|\{%)\s*(?:hint|notice|alert|admonition|callout|block)\s+(?:style=|type=|class=)?"?([A-Za-z]+)"?[^}]*\}\}?"#,
)
.needing(&["{%", "{{"]);
static ANCHOR: Pattern =
    Pattern::new(r"^(?:\([\w:./-]+\)=|\[\[?_?TOC_?\]?\]|\{(?:%|\{<|\{%)[^}]*\}\}?|\{:[^}]*\}|:{3,})$")
        .needing(&["=", "[", "{", ":::"]);

/// Puts admonitions together with their text, and drops lines that are only marks of other tools.
pub(super) fn gather(nodes: Vec<Node>) -> Vec<Node> {
    let marked =
        |node: &Node| matches!(node, Node::Paragraph(text) if text.text.starts_with(['!', '?', ':', '{', '(', '[']));
    if !nodes.iter().any(marked) {
        return nodes;
    }
    let mut kept: Vec<Node> = Vec::with_capacity(nodes.len());
    let mut nodes = nodes.into_iter().peekable();
    while let Some(node) = nodes.next() {
        let Node::Paragraph(paragraph) = node else {
            kept.push(node);
            continue;
        };
        if ANCHOR.is_match(paragraph.text.trim()) {
            continue;
        }
        let Some((kind, first, closed_by)) = opening(&paragraph.text) else {
            kept.push(Node::Paragraph(paragraph));
            continue;
        };
        let line = paragraph.line;
        let mut inside: Vec<Node> = Vec::new();
        let mut closed = text_of(&first, closed_by, line, &mut inside);
        match closed_by {
            // The text is indented below, which reads like code.
            None => {
                if let Some(Node::Fence(fence)) =
                    nodes.next_if(|next| matches!(next, Node::Fence(fence) if fence.indented))
                {
                    inside.push(Node::Paragraph(Paragraph {
                        text: one_line(&fence.lines.join("\n")),
                        line: fence.first,
                        ..Paragraph::default()
                    }));
                }
            }
            Some(mark) => {
                while !closed && let Some(next) = nodes.next() {
                    if let Node::Paragraph(text) = next {
                        closed = text_of(&text.text, Some(mark), text.line, &mut inside);
                    } else {
                        inside.push(next);
                    }
                }
            }
        }
        kept.push(Node::Quote(Quote { alert: Some(kind.to_lowercase()), nodes: inside, line }));
    }
    kept
}

/// The kind of the admonition that a paragraph opens, what it says already, and the mark that closes it.
fn opening(text: &str) -> Option<(String, String, Option<&'static str>)> {
    let first = text.lines().next()?;
    let rest = text.get(first.len()..).unwrap_or_default();
    if let Some(found) = MKDOCS.captures(first) {
        let title = found.get(2).map_or("", |title| title.as_str());
        return Some((found[1].to_owned(), format!("{title} {}{rest}", &found[3]).trim().to_owned(), None));
    }
    if let Some(found) = COLONS.captures(first) {
        return Some((found[1].to_owned(), format!("{}{rest}", &found[2]), Some(":::")));
    }
    let found = HINT.captures(first)?;
    let behind = first.get(found.get(0)?.end()..).unwrap_or_default();
    Some((found[1].to_owned(), format!("{behind}{rest}"), Some("{")))
}

/// Adds the text of an admonition up to its closing mark; says whether the mark was there.
fn text_of(text: &str, mark: Option<&str>, line: usize, inside: &mut Vec<Node>) -> bool {
    let ends = |line: &str| mark.is_some_and(|mark| line.trim_start().starts_with(mark));
    let closed = text.lines().any(ends);
    let kept = text.lines().take_while(|line| !ends(line)).filter(|line| !line.trim_start().starts_with(":class:"));
    let text = kept.collect::<Vec<_>>().join("\n").trim().to_owned();
    if !text.is_empty() {
        inside.push(Node::Paragraph(Paragraph { text, line, ..Paragraph::default() }));
    }
    closed
}

/// The tags that browsers know and runbooks use.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "body",
    "head",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "li",
    "link",
    "mark",
    "meta",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// The text is a comment or a tag that browsers know.
pub(super) fn is_markup(tag: &str) -> bool {
    let inside = tag.trim_start_matches(['<', '/']);
    let name: String = inside.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    tag.starts_with("<!") || tag.starts_with("<?") || TAGS.iter().any(|known| known.eq_ignore_ascii_case(&name))
}

static COMMENT: Pattern =
    Pattern::new(r"(?s)<!--.*?(?:-->|$)|<(?:script|style)\b.*?</(?:script|style)>").needing(&["<"]);
static TAG: Pattern = Pattern::new(r"</?[A-Za-z][^<>]*>").needing(&["<"]);

/// The words of an HTML block that a reader sees.
pub(super) fn html_text(html: &str) -> String {
    let html = COMMENT.replace_all(html, " ");
    let mut bare = String::with_capacity(html.len());
    let mut from = 0;
    for tag in TAG.find_iter(&html).filter(|tag| is_markup(tag.as_str())) {
        bare.push_str(html.get(from..tag.start()).unwrap_or_default());
        bare.push(' ');
        from = tag.end();
    }
    bare.push_str(html.get(from..).unwrap_or_default());
    let bare = bare
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tag breaks the line.
pub(super) fn breaks(tag: &str) -> bool {
    tag.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("<br"))
}
