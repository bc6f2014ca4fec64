//! Text, programs and verbs that do not stand in the command, and what is fetched only to be run.

use super::super::syntax::{Call, Facts, Input};
use super::{Found, Rule, sql};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};
use crate::runbook::text::Pattern;

static UNSEEN_TEXT: Rule = Rule::new(
    "runs-unseen-text",
    Destructive,
    "ここに書かれていない内容を実行します。",
    "Runs text that does not stand here.",
);
static UNSEEN_PROGRAM: Rule = Rule::new(
    "unseen-program",
    Disruptive,
    "実行するプログラムが変数の中にあり、ここでは分かりません。",
    "Which program runs stands in a variable and is not known here.",
);

static UNSEEN_VERB: Rule = Rule::new(
    "unseen-verb",
    Disruptive,
    "何をするかが変数の中にあり、ここでは分かりません。",
    "What is to be done stands in a variable and is not known here.",
);
static SCRIPT: Rule = Rule::new(
    "sql-script",
    Changes,
    "ここに書かれていない内容をデータベースで実行します。",
    "Runs statements that do not stand here.",
);

const INTERPRETERS: &[&str] =
    &["bash", "sh", "zsh", "dash", "ksh", "ash", "fish", "python", "python3", "perl", "ruby", "node", "php"];

/// Text or a program that does not stand in the command.
pub(super) fn look(call: &Call, found: &mut Found) {
    let program = call.program();
    let varies = (program.starts_with('$') || program.contains("${") || program.contains("$("))
        && !program.contains('/')
        || program.starts_with('`');
    if varies {
        // A client with its options in a variable, which is given a statement that only reads.
        let statement = call.value_of(&["-c", "-e", "--command", "--execute"]);
        statement.into_iter().for_each(|text| sql::look(text, found));
        let asked = statement.is_some_and(|text| {
            let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
            matches!(first.as_str(), "show" | "select" | "explain" | "\\d" | "\\l" | "\\dt" | "\\du")
        });
        found.add_if(!asked, &UNSEEN_PROGRAM);
        return;
    }
    let substituted = |arg: &String| arg.starts_with("<(") || arg.starts_with("$(") || arg.starts_with('`');
    let known = [
        "ssh-agent",
        "docker-env",
        "completion",
        "shellenv",
        "direnv",
        "dircolors",
        "pyenv",
        "rbenv",
        "nodenv",
        "podman-env",
        "brew",
        "starship",
        "lesspipe",
    ];
    let harmless = || call.args().iter().any(|arg| known.iter().any(|word| arg.contains(word)));
    let runs = if INTERPRETERS.contains(&program) {
        let text_option = call
            .args()
            .iter()
            .any(|arg| arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with(['c', 'e', 'm', 'r']));
        let reads = call.operands().all(|word| word == "-") || (call.short('s') && !text_option);
        let fetched = call.args().iter().any(substituted);
        let asks = call.has_any(&["--version", "-V", "-v", "--help", "-n"]);
        let unknown_option = text_option
            && call
                .args()
                .iter()
                .skip_while(|arg| !arg.starts_with('-'))
                .nth(1)
                .is_some_and(|text| text.starts_with('$') && !text.contains(' ') || text.starts_with("$("));
        !asks
            && ((reads && !text_option && call.input == Input::Pipe && call.stdin.is_none())
                || (fetched && !text_option)
                || unknown_option)
    } else {
        match program {
            "eval" => call.args().iter().any(|arg| arg.contains("$(") || arg.contains('`') || arg.starts_with('$')),
            "source" | "." => call.args().first().is_some_and(|arg| substituted(arg) || arg == "/dev/stdin"),
            _ => false,
        }
    };
    found.add_if(runs && !harmless(), &UNSEEN_TEXT);
    found.add_if(varying_verb(call), &UNSEEN_VERB);
    found.add_if(varying_statement(call), &SCRIPT);
}

/// Programs that do what their first word says.
const BY_VERB: &[&str] = &[
    "kubectl",
    "oc",
    "k",
    "docker",
    "podman",
    "systemctl",
    "service",
    "helm",
    "terraform",
    "tofu",
    "git",
    "rabbitmqctl",
    "supervisorctl",
    "virsh",
    "zfs",
    "zpool",
    "ceph",
    "nomad",
    "pm2",
    "make",
    "rclone",
    "apt",
    "apt-get",
    "yum",
    "dnf",
];

/// The first word of a program that is told what to do by it is a variable; what follows is no verb that reads.
fn varying_verb(call: &Call) -> bool {
    let mut words = call.operands().filter(|word| !word.is_empty());
    let varies = |word: &str| word.starts_with('$') && !word.contains('/');
    BY_VERB.contains(&call.program())
        && call.args().first().is_some_and(|first| varies(first))
        && words.next().is_some_and(varies)
        && !words.any(super::tools::reads)
}

/// A client of a database is given a statement out of a variable, or a file of them.
fn varying_statement(call: &Call) -> bool {
    match call.program() {
        "psql" | "mysql" | "mariadb" | "sqlcmd" | "cqlsh" => call
            .value_of(&["-c", "--command", "-e", "--execute", "-Q"])
            .is_some_and(|text| text.starts_with('$') && !text.contains(';')),
        "mongosh" | "mongo" => {
            call.has_any(&["-f", "--file"]) || call.operands().any(|word| word.ends_with(".js") && !word.contains(' '))
        }
        _ => false,
    }
}

static DECODED: Pattern = Pattern::new(
    r"\b(?:exec|eval)\b.*(?:b64decode|decode_base64|base64|urlopen|requests\.get|zlib|codecs\.decode|unhexlify|atob|Buffer\.from)",
)
.needing(&["exec", "eval"]);

/// Program text that runs what it first has to decode or fetch.
pub(super) fn program_text(text: &str, found: &mut Found) {
    found.add_if(DECODED.is_match(text), &UNSEEN_TEXT);
}

/// A text that is fetched by one call and run by a later one.
pub(super) fn fetched(facts: &Facts, found: &mut Found) {
    let mut files: Vec<&str> = Vec::new();
    for call in &facts.calls {
        let name = call.program();
        if matches!(name, "curl" | "wget") {
            files.extend(saved(call));
            continue;
        }
        let read = (INTERPRETERS.contains(&name) || matches!(name, "source" | "."))
            .then(|| call.operands().next())
            .flatten()
            .map(base);
        let runs = files.iter().any(|file| *file == base(name) || Some(*file) == read);
        found.add_if(runs, &UNSEEN_TEXT);
    }
}

/// The name of the file into which a call saves what it fetches.
fn saved(call: &Call) -> Option<&str> {
    let named = match call.program() {
        "curl" => call.value_of(&["-o", "--output"]),
        _ => call.value_of(&["-O", "--output-document"]),
    };
    let url = || call.operands().find(|word| word.contains("://"));
    let by_url = call.program() == "wget" || call.short('O') || call.has("--remote-name");
    named.or_else(|| url().filter(|_| by_url)).map(base).filter(|name| !name.is_empty() && *name != "-")
}

/// The last part of a path.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
