//! asciicast version 2: a recording that `asciinema play` plays.
//!
//! Text goes through [`Harmless`] first: a recording from somebody else must not reach further than the screen.

use serde_json::json;

use super::harmless::Harmless;

/// What stands at the head of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Head<'a> {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
    /// Seconds since 1970 at which it begins.
    pub began: i64,
    /// What it is called.
    pub title: &'a str,
    /// Silences are played no longer than so many seconds.
    pub idle: Option<f64>,
}

/// Writes the lines of a recording.
#[derive(Debug, Default)]
pub struct Cast {
    filter: Harmless,
    /// Time never goes back in a recording.
    last_ms: u64,
}

impl Cast {
    /// The first line.
    pub fn head(head: &Head<'_>) -> String {
        let mut line = json!({
            "version": 2,
            "width": head.cols,
            "height": head.rows,
            "timestamp": head.began,
            "title": super::sanitise::inline(head.title),
            "env": { "TERM": "xterm-256color" },
        });
        if let Some(idle) = head.idle {
            line["idle_time_limit"] = json!(idle);
        }
        format!("{line}\n")
    }

    /// The line for output at `ms`; empty where nothing of it is shown.
    pub fn output(&mut self, ms: u64, bytes: &[u8]) -> String {
        let mut text = String::new();
        self.filter.push(bytes, &mut text);
        if text.is_empty() { text } else { self.line(ms, "o", &text) }
    }

    /// The lines that show, at `ms`, that another command begins: what it is, on an empty screen.
    pub fn command(&mut self, ms: u64, title: &str, text: &str) -> String {
        let mut lines = self.finish(ms);
        lines.push_str(&self.line(ms, "m", &super::sanitise::inline(title)));
        // Whatever the command before left switched on is off again.
        let shown = super::sanitise::inline(title);
        let mut out = format!(
            "\u{1b}[0m\u{1b}(B\u{1b}[?1049l\u{1b}[r\u{1b}[?25h\u{1b}[2J\u{1b}[H\u{1b}[1m# {shown}\u{1b}[0m\r\n"
        );
        for line in text.lines() {
            let shown = super::sanitise::inline(line);
            out.extend(["\u{1b}[1m$ ", &shown, "\u{1b}[0m\r\n"]);
        }
        lines.push_str(&self.line(ms, "o", &out));
        lines
    }

    /// What is still held back of the output before.
    pub fn finish(&mut self, ms: u64) -> String {
        let mut text = String::new();
        self.filter.finish(&mut text);
        if text.is_empty() { text } else { self.line(ms, "o", &text) }
    }

    fn line(&mut self, ms: u64, kind: &str, text: &str) -> String {
        self.last_ms = self.last_ms.max(ms);
        #[expect(clippy::cast_precision_loss, reason = "a recording of 200 000 years has other faults")]
        let seconds = self.last_ms as f64 / 1000.0;
        format!("{}\n", json!([seconds, kind, text]))
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_recording_is_lines_of_json_in_the_form_of_asciicast_2() {
        let head = Head { cols: 80, rows: 24, began: 1_763_571_600, title: "定期\u{1b}点検", idle: Some(2.0) };
        let mut cast = Cast::default();
        let text = [
            Cast::head(&head),
            cast.command(0, "1 容量", "df -h"),
            cast.output(1500, "使用率 85%\r\n".as_bytes()),
            cast.output(1200, b"back in time"),
            cast.output(1600, b"\x1b]0;x\x07"),
            cast.output(1700, b"\xe3\x81"),
            cast.output(1800, b"\x82!"),
            cast.finish(1900),
        ]
        .concat();

        let lines: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
        assert_eq!(lines[0]["version"], 2);
        assert_eq!((&lines[0]["width"], &lines[0]["height"]), (&json!(80), &json!(24)));
        assert!(!lines[0]["title"].as_str().expect("a title").contains('\u{1b}'));
        assert_eq!(lines[1], json!([0.0, "m", "1 容量"]));
        assert!(lines[2][2].as_str().expect("text").contains("$ df -h"));
        let rest: Vec<_> =
            lines[3..].iter().map(|l| (l[0].as_f64().expect("a time"), l[2].as_str().expect("text"))).collect();
        assert_eq!(rest, [(1.5, "使用率 85%\r\n"), (1.5, "back in time"), (1.8, "\u{3042}!")]);
    }
}
