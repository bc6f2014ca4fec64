//! The terminal: its size, what it can show, and how wide it draws what Unicode leaves open.

use std::io::IsTerminal as _;

use super::Finding;
use crate::config::settings::AmbiguousWidth;
use crate::i18n::Language;
use crate::tui::terminal::ask_ambiguous_width;

/// The size at which everything has room, and the smallest at which it still works.
const ROOM: (u16, u16) = (80, 24);
const LEAST: (u16, u16) = (40, 10);

/// Characters that Unicode calls ambiguous, as they stand in runbooks and frames.
const AMBIGUOUS: &str = "①…─○※→α";

pub(super) fn look(drawn: AmbiguousWidth, language: Language) -> Vec<Finding> {
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
    found.push(width(drawn, ask_ambiguous_width(), language));
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

/// What the settings say of ambiguous characters, beside what the terminal says, with a ruler to look at: a terminal
/// within another one may not know how it is drawn.
fn width(set: AmbiguousWidth, told: Option<u16>, language: Language) -> Finding {
    let (columns, setting) = match set {
        AmbiguousWidth::One => (1, "1"),
        AmbiguousWidth::Two => (2, "2"),
        AmbiguousWidth::Asked => (told.unwrap_or(1), "\"auto\""),
    };
    let other = if columns == 2 { 1 } else { 2 };
    let told_otherwise = told.is_some_and(|told| told != columns);
    let told = match (told, language) {
        (Some(told), Language::Ja) => format!("端末の答えは {told} 桁"),
        (Some(1), Language::En) => "the terminal says one column".to_owned(),
        (Some(told), Language::En) => format!("the terminal says {told} columns"),
        (None, _) => language.pick("端末は答えません", "the terminal does not say").to_owned(),
    };
    let seen = match language {
        Language::Ja => format!("{told}、設定は ambiguous_width = {setting}"),
        Language::En => format!("{told}, the setting is ambiguous_width = {setting}"),
    };
    let see = match language {
        Language::Ja => format!(
            "次の 2 行の右端の | が縦に並べば {columns} 桁で正しく、ずれるなら config.toml に ambiguous_width = {other} と書きます。"
        ),
        Language::En => format!(
            "Where the | at the end of these two lines stand below each other, {columns} is right; else put \
             ambiguous_width = {other} into config.toml."
        ),
    };
    let ruler = "=".repeat(AMBIGUOUS.chars().count() * usize::from(columns));
    let see = format!("{see}\n{AMBIGUOUS}|\n{ruler}|");
    if told_otherwise {
        let why = language.pick(
            "幅が合わないと、罫線や ①・… を含む行が崩れ、文字が隠れます。",
            "Where they differ, rows with lines and signs such as ① and … are out of place, and letters are hidden.",
        );
        return Finding::warning("ambiguous-width", seen, why, see);
    }
    Finding { todo: see, ..Finding::good("ambiguous-width", seen) }
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
    fn the_ruler_is_as_long_as_the_setting_says_and_a_terminal_that_says_otherwise_is_believed() {
        use AmbiguousWidth::{Asked, One, Two};
        for (set, told, state, columns) in [
            (One, Some(1), State::Good, 7),
            (One, Some(2), State::Warning, 7),
            (One, None, State::Good, 7),
            (Two, Some(2), State::Good, 14),
            (Two, Some(1), State::Warning, 14),
            (Asked, Some(2), State::Good, 14),
            (Asked, None, State::Good, 7),
        ] {
            let found = width(set, told, EN);
            let lines: Vec<&str> = found.todo.lines().collect();
            assert_eq!(found.state, state, "{found:?}");
            assert_eq!(lines[1..], ["①…─○※→α|", &format!("{}|", "=".repeat(columns))], "{set:?} {told:?}");
        }
    }

    #[test]
    fn every_fault_says_why_it_matters_and_what_to_do_in_both_languages() {
        for language in [Language::Ja, Language::En] {
            let all = [
                locale(None, language),
                size(Some((10, 10)), language),
                kind(Some("dumb"), None, false, language),
                width(AmbiguousWidth::One, Some(2), language),
                width(AmbiguousWidth::Two, Some(1), language),
            ];
            for finding in all {
                assert!(!finding.why.is_empty() && !finding.todo.is_empty(), "{finding:?}");
            }
        }
        assert_eq!(kind(Some("xterm"), None, true, EN).state, State::Note);
    }
}
