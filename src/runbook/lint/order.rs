//! Code blocks whose labels and commands say another order than their form does.

use super::{Desk, Severity, rules, say};
use crate::runbook::model::{Block, Command, Shape};
use crate::runbook::text::Pattern;

static FOLLOWS: Pattern = Pattern::new(
    r"(?i)^(?:次に|次いで|その後|それから|続いて|続けて|最後に|then\b|next\b|after (?:that|this|which)\b|afterwards\b|finally\b|lastly\b)",
);
static CHOICE: Pattern = Pattern::new(
    r"(?i)(?:^|[(（:：\s])(?:または|又は|もしくは|あるいは)|いずれか|どちらか|(?:方法|案|オプション|選択肢|パターン)\s*[A-CＡ-Ｃ1-3１-３①-③]|\b(?:option|alternative|variant)\s+(?:[a-c]|[1-3]|one|two)\b|^(?:or|alternatively|either)\b",
);
static STOP: Pattern = Pattern::new(
    r"\b(?:systemctl|service|docker|docker-compose|pm2|supervisorctl|brew services)\b.*\b(?:stop|down|disable|mask)\b|\bkubectl scale\b.*--replicas=0\b",
);
static START: Pattern = Pattern::new(
    r"\b(?:systemctl|service|docker|docker-compose|pm2|supervisorctl|brew services)\b.*\b(?:start|up|enable|unmask)\b|\bkubectl scale\b.*--replicas=[1-9]",
);
static RESTART: Pattern = Pattern::new(r"(?i)\brestart\b|再起動|\breload\b|\bstatus\b|状態");
static SETS: Pattern = Pattern::new(r"(?m)^\s*(?:export\s+|declare\s+|local\s+|readonly\s+)?([A-Za-z_]\w*)=\S");
static WRITES: Pattern = Pattern::new(
    r"(?:>{1,2}\s*|\btee\s+(?:-a\s+)?|\s-o\s+|--output[= ]|dump\w*\b[^|;\n]*?\s(?:-f\s+|--file[= ]|-r\s+))([\w./~$@%+-]*[./][\w./~$@%+-]{2,})",
);
static UNDOES: Pattern = Pattern::new(r"(?i)リストア|復元|戻|restore|revert|rollback|import|展開|解凍|extract");

/// Looks at every block of several groups.
pub(super) fn check(desk: &mut Desk<'_>) {
    let book = desk.book;
    for step in book.procedures.iter().flat_map(|procedure| &procedure.steps) {
        for block in step.blocks.iter().filter(|block| block.commands.len() > 1) {
            match block.shape {
                Shape::Menu => menu(desk, block),
                Shape::Sequence => sequence(desk, block),
                Shape::Single | Shape::Script | Shape::CommentsOnly | Shape::Reference | Shape::ExpectedOutput => {}
            }
        }
    }
}

fn label(command: &Command) -> &str {
    command.label.as_deref().unwrap_or_default()
}

fn menu(desk: &mut Desk<'_>, block: &Block) {
    if block.commands.iter().any(|command| CHOICE.is_match(label(command))) {
        return;
    }
    let language = desk.language;
    let commands = &block.commands;
    let follows = commands.iter().skip(1).find(|command| FOLLOWS.is_match(label(command)));
    let (severity, message, at) = if let Some(command) = follows {
        let words = label(command);
        (
            Severity::Warning,
            say!(
                language,
                "「{words}」は順序を示しますが、選択肢として読まれます",
                "“{words}” tells an order, and the block is read as alternatives"
            ),
            command,
        )
    } else if let Some(command) = stopped_and_started(commands) {
        (
            Severity::Warning,
            say!(
                language,
                "停止、作業、開始の順に見えますが、選択肢として読まれます",
                "stop, work, start looks like an order, and the block is read as alternatives"
            ),
            command,
        )
    } else if let Some((name, command)) = data_flow(commands) {
        (
            Severity::Note,
            say!(
                language,
                "前のコマンドの {name} を使うので順序がありそうですが、選択肢として読まれます",
                "this needs {name} of a command before it, and the block is read as alternatives"
            ),
            command,
        )
    } else {
        return;
    };
    // The comment stands above the command.
    let span = desk.page.find(block.line, at.line, label(at)).unwrap_or_else(|| desk.page.words(at.line));
    desk.add(&rules::MENU_LIKE_SEQUENCE, severity, span, message);
}

/// The command that starts again what one before it stopped, with other work between the two.
fn stopped_and_started(commands: &[Command]) -> Option<&Command> {
    let restarts = |command: &Command| RESTART.is_match(label(command)) || RESTART.is_match(&command.text);
    let stop = commands.iter().position(|command| STOP.is_match(&command.text) && !START.is_match(&command.text))?;
    let start = commands.iter().skip(stop + 1).position(|command| START.is_match(&command.text))? + stop + 1;
    let between = commands.get(stop + 1..start)?;
    (!between.is_empty() && !between.iter().any(restarts)).then(|| commands.get(start))?
}

/// A file or a variable that one command makes and a later one uses, and that later command.
fn data_flow(commands: &[Command]) -> Option<(String, &Command)> {
    for (at, command) in commands.iter().enumerate() {
        let mut made: Vec<(String, bool)> = Vec::new();
        for hit in WRITES.captures_iter(&command.text) {
            let name = hit.get(1).map_or("", |name| name.as_str());
            if !name.starts_with("/dev/") {
                made.push((name.to_owned(), false));
            }
        }
        made.extend(SETS.captures_iter(&command.text).filter_map(|hit| Some((hit.get(1)?.as_str().to_owned(), true))));
        for (name, variable) in made {
            let uses = |later: &&Command| {
                if variable { later.environment.contains(&name) } else { uses_file(&later.text, &name) }
            };
            let later = commands.iter().skip(at + 1).find(uses);
            if let Some(later) = later.filter(|later| !UNDOES.is_match(label(later)) && !UNDOES.is_match(&later.text)) {
                return Some((if variable { format!("${name}") } else { name }, later));
            }
        }
    }
    None
}

/// The text reads the file, and does not only write it anew.
fn uses_file(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        !before.ends_with('>') && !before.ends_with(" -o") && !before.ends_with("tee")
    })
}

fn sequence(desk: &mut Desk<'_>, block: &Block) {
    let named = block.commands.iter().filter(|command| CHOICE.is_match(label(command))).collect::<Vec<_>>();
    let Some(command) = named.get(1).or(named.first()) else { return };
    let words = label(command);
    let message = say!(
        desk.language,
        "「{words}」は選択肢を示しますが、順に実行されます",
        "“{words}” names an alternative, and the block is run in order"
    );
    let span = desk.page.find(block.line, command.line, words).unwrap_or_else(|| desk.page.words(command.line));
    desk.add(&rules::SEQUENCE_LIKE_MENU, Severity::Warning, span, message);
}
