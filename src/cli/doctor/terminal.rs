//! The terminal: its size, what it can show, and how wide it draws what Unicode leaves open.

use std::io::{IsTerminal as _, Write as _};

use super::Finding;
use crate::i18n::Language;

/// The size at which everything has room, and the smallest at which it still works.
const ROOM: (u16, u16) = (80, 24);
const LEAST: (u16, u16) = (40, 10);

/// A character that Unicode calls ambiguous, and that frames are drawn with.
const AMBIGUOUS: &str = "─";

pub(super) fn look(language: Language) -> Vec<Finding> {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = var("LC_ALL").or_else(|| var("LC_CTYPE")).or_else(|| var("LANG"));
    let mut found = vec![self::locale(locale.as_deref(), language)];
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        let seen = language
            .pick("端末ではありません（画面の確認は省略）", "this is none: what is about the screen was left out");
        found.push(Finding::note("terminal", seen));
        return found;
    }
    found.push(size(crossterm::terminal::size().ok(), language));
    found.push(kind(var("TERM").as_deref(), var("COLORTERM").as_deref(), var("NO_COLOR").is_some(), language));
    found.push(width(measured(), language));
    found.push(clipboard(var("TMUX").is_some(), var("STY").is_some(), var("SSH_CONNECTION").is_some(), language));
    found
}

fn locale(locale: Option<&str>, language: Language) -> Finding {
    let seen = locale.unwrap_or("C").to_owned();
    let codeset =
        seen.rsplit_once('.').map(|(_, set)| set.split('@').next().unwrap_or(set).replace('-', "").to_lowercase());
    if codeset.as_deref() == Some("utf8") {
        return Finding::good("locale", seen);
    }
    Finding::warning(
        "locale",
        seen,
        language.pick(
            "UTF-8 でないロケールでは、コマンドが日本語を ? や文字化けで出力することがあります。",
            "In a locale without UTF-8 commands may print anything but ASCII as ? or worse.",
        ),
        language.pick("export LANG=ja_JP.UTF-8（または C.UTF-8）", "export LANG=C.UTF-8 (or en_US.UTF-8)"),
    )
}

fn size(size: Option<(u16, u16)>, language: Language) -> Finding {
    let why = language.pick(
        "小さい画面では区画が畳まれ、40×10 より小さいと表示できないものがあります。",
        "In a small terminal panes are folded; below 40×10 not everything can be shown.",
    );
    let todo = language.pick("端末を 80×24 以上にしてください。", "Make the terminal 80×24 or larger.");
    let Some((cols, rows)) = size else {
        return Finding::warning("size", language.pick("分かりません", "unknown"), why, todo);
    };
    let seen = format!("{cols}×{rows}");
    if cols >= ROOM.0 && rows >= ROOM.1 {
        Finding::good("size", seen)
    } else if cols >= LEAST.0 && rows >= LEAST.1 {
        Finding::warning("size", seen, why, todo)
    } else {
        Finding::bad("size", seen, why, todo)
    }
}

fn kind(term: Option<&str>, colours: Option<&str>, no_colour: bool, language: Language) -> Finding {
    let seen = format!("TERM={} COLORTERM={}", term.unwrap_or("-"), colours.unwrap_or("-"));
    match term {
        None | Some("dumb" | "unknown") => Finding::bad(
            "term",
            seen,
            language.pick(
                "カーソル移動のできない端末では画面を開けません。",
                "No screen opens on a terminal that cannot move its cursor.",
            ),
            language.pick(
                "TERM を端末の種類に合わせるか、tejun run --headless を使ってください。",
                "Set TERM to what the terminal is, or use tejun run --headless.",
            ),
        ),
        Some(_) if no_colour => {
            let none = language.pick("（NO_COLOR: 色なし）", " (NO_COLOR: without colours)");
            Finding::note("term", format!("{seen}{none}"))
        }
        Some(_) => Finding::good("term", seen),
    }
}

/// How many columns the terminal moved on for the ambiguous character; nothing where it does not say.
fn measured() -> Option<u16> {
    let mut out = std::io::stdout();
    crossterm::terminal::enable_raw_mode().ok()?;
    let measure = || {
        write!(out, "\r{AMBIGUOUS}").ok()?;
        out.flush().ok()?;
        // The terminal is asked where its cursor is, and has two seconds to answer.
        let (col, _) = crossterm::cursor::position().ok()?;
        Some(col)
    };
    let measured = { measure }();
    let _best_effort = crossterm::execute!(
        std::io::stdout(),
        crossterm::style::Print("\r"),
        crossterm::terminal::Clear(crossterm::terminal::ClearType::UntilNewLine)
    );
    let _best_effort = crossterm::terminal::disable_raw_mode();
    measured
}

fn width(columns: Option<u16>, language: Language) -> Finding {
    match columns {
        Some(1) => Finding::good("ambiguous-width", language.pick("1 桁", "one column")),
        Some(2) => Finding::warning(
            "ambiguous-width",
            language.pick("2 桁", "two columns"),
            language.pick(
                "罫線や記号（─ ▶ ①）を 2 桁で描く端末では、枠が崩れます。",
                "A terminal that draws lines and signs (─ ▶ ①) two columns wide breaks frames.",
            ),
            language.pick(
                "端末の設定で「曖昧な幅の文字」を半角にするか、--theme mono（ASCII の罫線）を使ってください。",
                "Set ambiguous-width characters to narrow in the terminal, or use --theme mono (ASCII borders).",
            ),
        ),
        Some(_) | None => {
            Finding::note("ambiguous-width", language.pick("端末が答えません", "the terminal does not say"))
        }
    }
}

fn clipboard(tmux: bool, screen: bool, ssh: bool, language: Language) -> Finding {
    let seen = match (tmux, screen, ssh) {
        (true, ..) => language.pick(
            "OSC 52（tmux の中: set -g set-clipboard on が必要）",
            "OSC 52 (within tmux: it needs set -g set-clipboard on)",
        ),
        (_, true, _) => language.pick(
            "GNU screen は OSC 52 を通しません（コピーは端末の選択で）",
            "GNU screen passes no OSC 52: copy with the terminal's own selection",
        ),
        (.., true) => language.pick(
            "OSC 52（SSH 越し。端末が許可していれば手元に届きます）",
            "OSC 52 (over SSH: it arrives where the terminal allows it)",
        ),
        (false, false, false) => {
            language.pick("OSC 52（端末が許可していれば）", "OSC 52 (where the terminal allows it)")
        }
    };
    Finding::note("clipboard", seen)
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    const EN: Language = Language::En;

    #[test]
    fn a_locale_with_utf_8_is_well_and_any_other_is_said() {
        let states = ["ja_JP.UTF-8", "C.utf8", "de_DE.UTF-8@euro", "C", "ja_JP.eucJP", "POSIX"];
        let states = states.map(|name| locale(Some(name), EN).state);
        assert_eq!(states, [State::Good, State::Good, State::Good, State::Warning, State::Warning, State::Warning]);
        assert_eq!(locale(None, EN).state, State::Warning);
    }

    #[test]
    fn small_terminals_are_told_apart() {
        let states = [Some((80, 24)), Some((79, 24)), Some((40, 10)), Some((39, 30)), None].map(|s| size(s, EN).state);
        assert_eq!(states, [State::Good, State::Warning, State::Warning, State::Bad, State::Warning]);
    }

    #[test]
    fn every_fault_says_why_it_matters_and_what_to_do_in_both_languages() {
        for language in [Language::Ja, Language::En] {
            let all = [
                locale(None, language),
                size(Some((10, 10)), language),
                kind(Some("dumb"), None, false, language),
                width(Some(2), language),
            ];
            for finding in all {
                assert!(!finding.why.is_empty() && !finding.todo.is_empty(), "{finding:?}");
            }
        }
        assert_eq!(width(Some(1), EN).state, State::Good);
        assert_eq!(kind(Some("xterm"), None, true, EN).state, State::Note);
    }
}
