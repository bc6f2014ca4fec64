//! Fences of other languages that the user has an interpreter for: they become commands of the shell.
//!
//! Pure. What runs is a here-document, so that the interpreter's command line and the fence's text are shown together, and
//! all that holds for a command holds for it: trust, approval, evidence, limits, rules. The document's own reading is not
//! changed by it: ids and content of steps stay.

use crate::config::interpreters::{Interpreter, Interpreters};
use crate::i18n::Language;
use crate::runbook::model::{
    Block, BlockReason, Command, CommandReason, Danger, DangerLevel, ExecutorKind, Runbook, Shape, Target,
};
use crate::runbook::parse::runs_by_itself;
use crate::runbook::shell;

/// The danger of a text that nobody here can look into.
const OTHER_LANGUAGE: &str = "other-language";

/// Where a word of the command stands for a file with the text.
const FILE: &str = "{file}";

/// A tag that needs no interpreter, as the shell, SQL and Redis do not.
pub fn refused(interpreters: &Interpreters) -> Option<&str> {
    interpreters.keys().map(String::as_str).find(|tag| runs_by_itself(tag))
}

/// Makes the fences of steps that have an interpreter commands that run by it.
pub fn apply(runbook: &mut Runbook, interpreters: &Interpreters) {
    if interpreters.is_empty() {
        return;
    }
    let language = runbook.language;
    for step in runbook.procedures.iter_mut().flat_map(|procedure| &mut procedure.steps) {
        let mut changed = false;
        for block in &mut step.blocks {
            let found = block.lang.as_deref().and_then(|tag| Some((tag.to_owned(), interpreters.get(tag)?)));
            if let Some((tag, interpreter)) = found.filter(|_| is_program(block)) {
                run_by(block, &tag, interpreter, language);
                changed = true;
            }
        }
        if changed {
            step.manual = !step.could_run();
        }
    }
}

/// The fence is the text of a program: no session, no output, nothing that hides.
fn is_program(block: &Block) -> bool {
    let refused = matches!(block.reason, Some(BlockReason::NotConfigured | BlockReason::NotExecutable));
    let shows = matches!(block.shape, Shape::ExpectedOutput | Shape::CommentsOnly);
    let whole = matches!(block.commands.as_slice(), [one] if matches!(one.reason, None | Some(CommandReason::Config)));
    let unknown = matches!(block.executor, ExecutorKind::Python | ExecutorKind::None);
    let prompt = |line: &str| line == ">>>" || line.starts_with(">>> ") || shell::is_repl(line);
    let session = block.commands.iter().flat_map(|command| command.text.lines()).any(|line| prompt(line.trim_start()));
    unknown && refused && !shows && whole && !session
}

fn run_by(block: &mut Block, tag: &str, interpreter: &Interpreter, language: Language) {
    let Some(old) = block.commands.first() else { return };
    let text = here_document(&old.text, interpreter);
    let mut read = shell::typed(ExecutorKind::Shell, &text, language);
    let Some(new) = read.commands.pop() else { return };
    let mut command = Command { label: old.label.clone(), line: old.line, end_line: old.end_line, ..new };
    for danger in &old.dangers {
        if !command.dangers.contains(danger) {
            command.dangers.push(danger.clone());
        }
    }
    // What a text of another language does cannot be known from it, so somebody must mean it: that asks for the name of
    // the machine, and holds it back where nobody is asked. Whose settings say that it may go alone has looked.
    if !interpreter.unattended {
        let why = match language {
            Language::Ja => format!("{tag} のプログラムです。何をするかはここでは調べられません。"),
            Language::En => format!("A program in {tag}: what it does is not known here."),
        };
        command.dangers.push(Danger { rule: OTHER_LANGUAGE.to_owned(), level: DangerLevel::Disruptive, why });
    }
    if command.targets.is_empty() && !command.dangers.is_empty() {
        command.targets.push(Target::here());
    }
    block.executor = ExecutorKind::Shell;
    block.shape = Shape::Single;
    block.runnable = command.runnable;
    block.whole_runnable = command.runnable;
    block.reason = (!command.runnable && command.reason == Some(CommandReason::Hidden)).then_some(BlockReason::Hidden);
    block.commands = vec![command];
}

/// The command line of the interpreter with the text behind it, byte for byte.
fn here_document(text: &str, interpreter: &Interpreter) -> String {
    let mut end = "TEJUN_TEXT".to_owned();
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    let by_file = interpreter.command.iter().any(|word| word.contains(FILE));
    let words: Vec<String> = interpreter.command.iter().map(|word| quoted(&word.replace(FILE, "/dev/fd/3"))).collect();
    let from = if by_file { "3<<" } else { "<<" };
    let last = if text.ends_with('\n') { "" } else { "\n" };
    format!("{} {from}'{end}'\n{text}{last}{end}", words.join(" "))
}

/// A word as the shell takes it: with quotes where it needs them.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::parse::parse;

    fn read(lang: &str, text: &str, settings: &str) -> Block {
        let settings = crate::config::settings::Settings::read(settings).expect("they read");
        let source = format!("# 点検\n\n## 手順\n\n- [ ] 見る\n\n```{lang}\n{text}\n```\n");
        let mut runbook = parse("a.md", source.as_bytes());
        let before = runbook.clone();
        apply(&mut runbook, &settings.interpreters);
        assert_eq!(runbook.procedures[0].steps[0].content, before.procedures[0].steps[0].content);
        assert_eq!(runbook.procedures[0].steps[0].id, before.procedures[0].steps[0].id);
        runbook.procedures[0].steps[0].blocks[0].clone()
    }

    const PYTHON: &str = "[interpreters]\npython = [\"python3\", \"-\"]\n";

    #[test]
    fn a_fence_with_an_interpreter_runs_by_it_and_must_be_confirmed() {
        let block = read("python", "print(1)\nprint('a')", PYTHON);
        let command = &block.commands[0];
        assert_eq!(command.text, "python3 - <<'TEJUN_TEXT'\nprint(1)\nprint('a')\nTEJUN_TEXT");
        assert!(block.runnable && command.runnable && block.executor == ExecutorKind::Shell);
        let seen: Vec<_> = command.dangers.iter().map(|d| (d.rule.as_str(), d.level)).collect();
        assert_eq!(seen, [(OTHER_LANGUAGE, DangerLevel::Disruptive)]);
        assert_eq!(command.targets, [Target::here()]);
    }

    #[test]
    fn the_command_line_is_what_the_settings_say() {
        for (settings, first) in [
            ("[interpreters]\nruby = [\"ruby\"]", "ruby <<'TEJUN_TEXT'"),
            ("[interpreters]\nruby = [\"ruby\", \"-w\", \"{file}\"]", "ruby -w /dev/fd/3 3<<'TEJUN_TEXT'"),
            ("[interpreters]\nruby = [\"/opt/my ruby\", \"it's\"]", "'/opt/my ruby' 'it'\\''s' <<'TEJUN_TEXT'"),
        ] {
            let block = read("ruby", "puts 1", settings);
            assert_eq!(block.commands[0].text.lines().next(), Some(first));
        }
        let block = read("ruby", "puts <<TEJUN_TEXT\nx\nTEJUN_TEXT", "[interpreters]\nruby = [\"ruby\"]");
        assert!(block.commands[0].text.ends_with("\nTEJUN_TEXT\nTEJUN_TEXT_"), "{}", block.commands[0].text);
    }

    #[test]
    fn who_has_looked_may_let_a_language_go_alone_and_what_deletes_is_still_a_danger() {
        let alone = "[interpreters]\npython = { command = [\"python3\", \"-\"], unattended = true }";
        let worst = |text: &str| read("python", text, alone).commands[0].dangers.iter().map(|d| d.level).max();
        assert_eq!(worst("print(1)"), None);
        assert_eq!(worst("import shutil\nshutil.rmtree('/srv/data')"), Some(DangerLevel::Destructive));
    }

    #[test]
    fn nothing_else_runs_by_it() {
        for (lang, text, settings) in [
            ("python", "print(1)", ""),
            ("ruby", "puts 1", PYTHON),
            ("python", ">>> 1 + 1\n2", PYTHON),
            ("json", "{\"a\": 1}", PYTHON),
        ] {
            let block = read(lang, text, settings);
            assert!(!block.commands.iter().any(|command| command.runnable), "{lang}: {text}");
            assert_ne!(block.executor, ExecutorKind::Shell);
        }
        // Characters that are not seen hide nothing from whoever approves it.
        let hidden = read("python", "print(1) #\u{202e}x", PYTHON);
        assert!(!hidden.runnable && !hidden.commands[0].runnable);
    }

    #[test]
    fn what_runs_by_itself_takes_no_interpreter() {
        for tag in ["bash", "sql", "redis", "console"] {
            let text = format!("[interpreters]\n{tag} = [\"x\"]");
            let settings = crate::config::settings::Settings::read(&text).expect("it reads");
            assert_eq!(refused(&settings.interpreters), Some(tag));
        }
    }
}
