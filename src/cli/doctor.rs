//! `tejun doctor`: what of this machine, terminal and set-up could get in the way of a run, why it matters, what to do.

mod machine;
mod store;
mod terminal;

use serde::Serialize;

use crate::cli::args::Doctor;
use crate::cli::exit::Exit;
use crate::cli::opening;
use crate::i18n::Language;
use crate::term::sanitise::inline;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Good,
    /// Good to know.
    Note,
    /// It works, and could be better.
    Warning,
    /// It gets in the way.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// What was looked at, for scripts.
    check: &'static str,
    /// How it is.
    state: State,
    /// What was seen.
    seen: String,
    /// Why it matters; empty where all is well.
    why: String,
    /// What to do; where all is well, how to see that it is.
    todo: String,
}

impl Finding {
    fn good(check: &'static str, seen: impl Into<String>) -> Self {
        Self { check, state: State::Good, seen: seen.into(), why: String::new(), todo: String::new() }
    }

    fn note(check: &'static str, seen: impl Into<String>) -> Self {
        Self { state: State::Note, ..Self::good(check, seen) }
    }

    fn warning(check: &'static str, seen: impl Into<String>, why: &str, todo: impl Into<String>) -> Self {
        Self { state: State::Warning, why: why.to_owned(), todo: todo.into(), ..Self::good(check, seen) }
    }

    fn bad(check: &'static str, seen: impl Into<String>, why: &str, todo: impl Into<String>) -> Self {
        Self { state: State::Bad, ..Self::warning(check, seen, why, todo) }
    }
}

pub(super) fn doctor(args: &Doctor, language: Language) -> anyhow::Result<Exit> {
    let drawn = opening::settings(language).map(|own| own.ambiguous_width).unwrap_or_default();
    let mut found = terminal::look(drawn, language);
    found.extend(machine::look(language));
    found.extend(store::look(language));
    found.extend(settings(language));
    let worst = found.iter().map(|f| f.state).max();
    if args.json {
        super::say_json(&serde_json::to_string_pretty(&found)?);
    } else {
        for finding in &found {
            tell(finding, language);
        }
        super::say(match worst {
            Some(State::Bad) => language.pick("妨げになるものがあります。", "Something gets in the way."),
            Some(State::Warning) => language.pick("使えます（注意あり）。", "It works, with warnings."),
            Some(State::Good | State::Note) | None => language.pick("問題ありません。", "All is well."),
        });
    }
    Ok(if worst == Some(State::Bad) { Exit::Failed } else { Exit::Well })
}

fn tell(finding: &Finding, language: Language) {
    let sign = match finding.state {
        State::Good => "[ok]  ",
        State::Note => "[--]  ",
        State::Warning => "[!]   ",
        State::Bad => "[NG]  ",
    };
    super::say(format!("{sign}{}: {}", finding.check, inline(&finding.seen)));
    let todo = match finding.state {
        State::Good | State::Note => ("確認", "see"),
        State::Warning | State::Bad => ("対処", "do"),
    };
    for (words, text) in [(("理由", "why"), &finding.why), (todo, &finding.todo)] {
        for (at, line) in text.lines().enumerate() {
            let head = if at == 0 { format!("{}: ", language.pick(words.0, words.1)) } else { "  ".to_owned() };
            super::say(format!("      {head}{}", inline(line)));
        }
    }
}

/// The settings, and what they name.
fn settings(language: Language) -> Vec<Finding> {
    let own = match opening::settings(language) {
        Ok(own) => own,
        Err(fault) => {
            let why =
                language.pick("読めない設定では何も実行しません。", "Nothing runs with settings that cannot be read.");
            let todo = language.pick(
                "示された行を直すか、ファイルを移動してください。",
                "Mend the line that is named, or move the file away.",
            );
            return vec![Finding::bad("settings", fault.text, why, todo)];
        }
    };
    let path = opening::folders(language).map(|f| f.settings().display().to_string()).unwrap_or_default();
    let seen = if std::path::Path::new(&path).exists() {
        path
    } else {
        language.pick("設定ファイルなし（既定のまま）", "no file: everything is as it comes").to_owned()
    };
    let mut found = vec![Finding::good("settings", seen)];
    if let Err(fault) = opening::keymap(&own, language) {
        let why = language.pick("画面が開けません。", "No screen opens.");
        found.push(Finding::bad("keys", fault.text, why, ""));
    }
    if let Err(fault) = crate::cli::screen::theme_of(std::env::var("TEJUN_THEME").ok().as_deref(), &own, language) {
        let why = language.pick("画面が開けません。", "No screen opens.");
        let todo = language.pick(
            "TEJUN_THEME か、config.toml の theme を直してください。",
            "Mend TEJUN_THEME, or theme in config.toml.",
        );
        found.push(Finding::bad("theme", fault.text, why, todo));
    }
    found
}
