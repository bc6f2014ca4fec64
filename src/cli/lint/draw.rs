//! Draws a finding under its line, as compilers do.
//!
//! What comes from the file passes the sanitiser here, and secrets are covered: output of a linter ends in logs that
//! more people read than the runbook.

use std::collections::BTreeSet;
use std::ops::Range;

use annotate_snippets::renderer::{AnsiColor, Style};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use unicode_width::UnicodeWidthChar as _;

use crate::i18n::Language;
use crate::runbook::lint::{Finding, Report, Severity};
use crate::term::sanitise::inline;
use crate::tui::text;
use crate::tui::theme::Role;

/// The word for a severity.
pub(super) fn word(severity: Severity, language: Language) -> &'static str {
    match severity {
        Severity::Error => language.pick("誤り", "error"),
        Severity::Warning => language.pick("注意", "warning"),
        Severity::Note => language.pick("参考", "note"),
    }
}

/// Draws findings, one after the other.
pub(super) struct Drawing {
    renderer: Renderer,
    columns: usize,
    language: Language,
    /// The rules whose reason was given; it is given once for each file.
    explained: BTreeSet<(String, &'static str)>,
}

impl Drawing {
    /// For a page of `columns` cells. Colours are the terminal's own sixteen, which fit its background.
    pub(super) fn new(columns: usize, colour: bool, language: Language) -> Self {
        let strong = |colour: AnsiColor| Style::new().bold().fg_color(Some(colour.into()));
        let renderer = if colour {
            Renderer::styled()
                .error(strong(AnsiColor::Red))
                .warning(strong(AnsiColor::Magenta))
                .note(strong(AnsiColor::Blue))
                .info(strong(AnsiColor::Blue))
                .help(strong(AnsiColor::Green))
                .line_num(Style::new().fg_color(Some(AnsiColor::Blue.into())))
                .context(Style::new().fg_color(Some(AnsiColor::Blue.into())))
                .hyperlink(false)
        } else {
            Renderer::plain()
        };
        // Lines are cut here, where the width of every character is known; the renderer is to cut nothing.
        let renderer = renderer.term_width(columns.max(40) * 4);
        Self { renderer, columns: columns.max(40), language, explained: BTreeSet::new() }
    }

    /// The drawing of one finding, with an empty line behind it.
    pub(super) fn finding(&mut self, path: &str, report: &Report, finding: &Finding) -> String {
        let language = self.language;
        let last = finding.related.iter().map(|r| r.line).chain([finding.line]).max().unwrap_or(1);
        let gutter = last.to_string().len();
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::INFO,
        };
        let name = word(finding.severity, language);
        let head = format!("{name}[{}]: ", finding.rule.id);
        let message = self.wrapped(&inline(&finding.message), text::width(&head));
        let room = self.columns.saturating_sub(gutter + 4).max(20);
        let mut group = level
            .with_name(name)
            .primary_title(message)
            .id(finding.rule.id)
            .element(Origin::path(inline(path)).line(finding.line).char_column(finding.column));
        let shown = Shown::of(report, &finding.span, room);
        group = group.element(
            Snippet::source(shown.text).line_start(finding.line).annotation(AnnotationKind::Primary.span(shown.span)),
        );
        for related in &finding.related {
            let words = inline(&related.words);
            let shown = Shown::of(report, &related.span, room.saturating_sub(text::width(&words) + 2).max(20));
            group = group.element(Origin::path(inline(path)).line(related.line));
            let mark = AnnotationKind::Context.span(shown.span).label(words);
            group = group.element(Snippet::source(shown.text).line_start(related.line).annotation(mark));
        }
        if self.explained.insert((path.to_owned(), finding.rule.id)) {
            group = group.element(self.footer(Level::NOTE, language.pick("理由", "why"), &finding.why, gutter));
        }
        group = group.element(self.footer(Level::HELP, language.pick("対処", "fix"), &finding.fix, gutter));
        without_empty_marks(&self.renderer.render(&[group]))
    }

    fn footer<'a>(
        &self,
        level: Level<'a>,
        name: &'static str,
        words: &str,
        gutter: usize,
    ) -> annotate_snippets::Message<'a> {
        let before = gutter + 3 + text::width(name) + 2;
        level.with_name(name).message(self.wrapped(&inline(words), before))
    }

    /// Clean words in rows that leave room for what stands before the first.
    fn wrapped(&self, words: &str, before: usize) -> String {
        let rows = text::prose(words, Role::Text, self.columns.saturating_sub(before).max(20), 0);
        let rows: Vec<String> = rows
            .iter()
            .map(|row| row.pieces.iter().map(text::Piece::text).collect::<String>().trim_end().to_owned())
            .collect();
        rows.join("\n")
    }
}

/// The drawing without the marks that stand for nothing: the renderer puts `:::` before each line whose file was named.
fn without_empty_marks(drawing: &str) -> String {
    let mut out = String::with_capacity(drawing.len() + 1);
    for line in drawing.lines() {
        let seen: String = line
            .split('\u{1b}')
            .enumerate()
            .map(|(n, part)| if n == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) })
            .collect();
        if seen.trim() != ":::" {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

/// A line of the document as it is shown, and the marked part of it.
struct Shown {
    text: String,
    span: Range<usize>,
}

impl Shown {
    /// The line of `span`, clean, its secrets covered, cut to `room` cells around the span.
    fn of(report: &Report, span: &Range<usize>, room: usize) -> Self {
        let source = report.text.as_str();
        let start = source.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let end = source.get(span.start..).and_then(|rest| rest.find('\n')).map_or(source.len(), |at| span.start + at);
        let mut cuts: Vec<usize> = [start, end, span.start, span.end].into();
        cuts.extend(report.secrets.iter().flat_map(|secret| [secret.start, secret.end]));
        cuts.retain(|at| (start..=end).contains(at) && source.is_char_boundary(*at));
        cuts.sort_unstable();
        cuts.dedup();
        let mut shown = Self { text: String::new(), span: 0..0 };
        for pair in cuts.windows(2) {
            let [from, to] = *pair else { continue };
            if from == span.start {
                shown.span = shown.text.len()..shown.text.len();
            }
            let part = source.get(from..to).unwrap_or_default();
            if report.secrets.iter().any(|secret| secret.start <= from && to <= secret.end) {
                // The length of a secret is part of it.
                shown.text.push_str("********");
            } else {
                shown.text.push_str(&inline(&part.replace('\t', "    ")));
            }
            if to == span.end {
                shown.span.end = shown.text.len();
            }
        }
        shown.cut(room)
    }

    fn cut(self, room: usize) -> Self {
        let cells = |text: &str| text.chars().map(|c| c.width().unwrap_or_default()).sum::<usize>();
        if cells(&self.text) <= room {
            return self;
        }
        let (left, right) = ("... ", " ...");
        let before = self.text.get(..self.span.start).unwrap_or_default();
        let marked = self.text.get(self.span.clone()).unwrap_or_default();
        let room = room.saturating_sub(left.len() + right.len());
        // A part of what stands before the span stays, so that the reader sees where it is.
        let keep = room.saturating_sub(cells(marked)).max(room / 4);
        let skip = if cells(before) + cells(marked) <= room { 0 } else { cells(before).saturating_sub(keep) };
        let (mut from, mut to, mut at) = (None, self.text.len(), 0);
        for (byte, c) in self.text.char_indices() {
            if at >= skip && from.is_none() {
                from = Some(byte);
                at = skip;
            }
            at += c.width().unwrap_or_default();
            if from.is_some() && at > skip + room {
                to = byte;
                break;
            }
        }
        let from = from.unwrap_or_default();
        let left = if from == 0 { "" } else { left };
        let right = if to == self.text.len() { "" } else { right };
        let move_to = |byte: usize| byte.clamp(from, to) - from + left.len();
        Self {
            text: format!("{left}{}{right}", self.text.get(from..to).unwrap_or_default()),
            span: move_to(self.span.start)..move_to(self.span.end),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::i18n::is_invisible;
    use crate::runbook::lint::{Target, lint};

    fn drawn(text: &str, rule: &str, columns: usize, colour: bool) -> String {
        let report = lint("a.md", text.as_bytes(), &|_| Target::Missing, Language::Ja);
        let finding = report.findings.iter().find(|f| f.rule.id == rule).expect("a finding");
        Drawing::new(columns, colour, Language::Ja).finding("a.md", &report, finding)
    }

    /// The cells before the first caret, and those before `word` in the line above it.
    fn caret_and_word(drawing: &str, word: &str) -> (usize, usize) {
        let lines: Vec<&str> = drawing.lines().collect();
        let at = lines.iter().position(|line| line.contains('^')).expect("carets");
        let cells = |line: &str, part: &str| text::width(line.split(part).next().expect("a part"));
        (cells(lines[at], "^"), cells(lines[at - 1], word))
    }

    #[test]
    fn the_carets_stand_under_the_word_behind_wide_characters() {
        let drawing = drawn("# A\n\n- [ ] 端末の幅　ﾊﾝｶｸ: TODO を書く\n", "todo-left", 80, false);

        assert_eq!(
            drawing,
            "\
参考[todo-left]: 書きかけの印「TODO」が残っています
 --> a.md:3:18
  |
3 | - [ ] 端末の幅　ﾊﾝｶｸ: TODO を書く
  |                       ^^^^
  |
  = 理由: いちばん必要なときに、その部分がありません。
  = 対処: 書き足すか、誰がいつ決めるかを書いてください。
"
        );
    }

    #[test]
    fn a_line_wider_than_the_page_is_cut_around_the_finding() {
        let text = format!("# A\n\n- [ ] {} TODO {}\n", "長い説明".repeat(20), "その続き".repeat(20));
        let drawing = drawn(&text, "todo-left", 80, false);

        assert!(drawing.lines().all(|line| text::width(line) <= 80), "{drawing}");
        let (caret, word) = caret_and_word(&drawing, "TODO");
        assert_eq!(caret, word, "{drawing}");
        assert!(drawing.contains("a.md:3:88"), "the column is that of the file: {drawing}");
    }

    #[test]
    fn i12_nothing_of_the_file_that_is_not_seen_reaches_the_terminal() {
        let drawing = drawn("# A\n\n- [ ] 消\u{202e}す\u{1b}[2J\u{200b}\n", "hidden-text", 80, false);

        assert!(drawing.contains("消⟨U+202E⟩す␛[2J⟨U+200B⟩"), "{drawing}");
        assert_eq!(caret_and_word(&drawing, "⟨"), (12, 12), "{drawing}");
    }

    #[test]
    fn a_secret_is_covered_in_every_line_that_is_drawn() {
        let text = "# A\n\n## B\n\n```bash\n# 確認のみ\nmysql -pHunter22 -e 'DROP TABLE a'\n```\n";

        for rule in ["secret-on-command-line", "prose-contradicts-command"] {
            let drawing = drawn(text, rule, 80, false);
            assert!(drawing.contains("mysql -p******** -e"), "{drawing}");
            assert!(!drawing.contains("Hunter"), "{drawing}");
        }
        assert_eq!(caret_and_word(&drawn(text, "secret-on-command-line", 80, false), "*"), (12, 12));
    }

    #[test]
    fn the_reason_is_given_once_for_each_file() {
        let report = lint("a.md", b"# A\n\n- [ ] \n- [ ] \n- [ ] x\n", &|_| Target::Missing, Language::En);
        let mut drawing = Drawing::new(80, false, Language::En);
        let mut draw = |path| {
            report.findings.iter().map(|f| drawing.finding(path, &report, f).contains("why:")).collect::<Vec<_>>()
        };

        assert_eq!(draw("a.md"), [true, false]);
        assert_eq!(draw("b.md"), [true, false]);
    }

    #[test]
    fn without_colour_there_is_no_escape() {
        let text = "# A\n\n- [ ] \n- [ ] x\n";

        assert!(drawn(text, "empty-step", 80, true).contains("\u{1b}["));
        assert!(!drawn(text, "empty-step", 80, false).contains('\u{1b}'));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_finding_is_drawn_clean_and_within_the_page(
            words in "\\PC{0,60}|.{0,40}|[あ漢ｶa \t]{0,120}",
            columns in 40usize..120,
        ) {
            let text = format!("# A\n\n- [ ] {words} TODO \u{202e}{words}\n- [ ] \n[x]({words})\n");
            let report = lint("a.md", text.as_bytes(), &|_| Target::Missing, Language::Ja);
            let mut drawing = Drawing::new(columns, false, Language::Ja);
            for finding in &report.findings {
                let drawn = drawing.finding("a.md", &report, finding);
                prop_assert!(!drawn.chars().any(|c| c != '\n' && (c.is_control() || is_invisible(c))), "{drawn:?}");
                let source = drawn.lines().find(|line| line.starts_with(|c: char| c.is_ascii_digit()));
                prop_assert!(source.is_none_or(|line| text::width(line) <= columns), "{columns}: {drawn}");
            }
        }
    }
}
