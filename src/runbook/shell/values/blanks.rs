//! Words that stand for a value which the author left open: `xxx`, `X.Y.Z`, `YYYYMMDD`, `CLUSTER_NAME`.

use super::super::syntax::Call;
use crate::runbook::text::Pattern;

static BLANK: Pattern = Pattern::new(concat!(
    r"(?:^|[-_./=:@])(?:x{2,}|X{2,}|[vV]?X\.Y(?:\.Z)?|[vV]?\d*\.?[xX](?:\.[xX]){1,3}|(?:\d{1,3}\.){2,3}[xX]+",
    r"|HH:?MM(?::?SS)?)(?:$|[-_./:@,])|(?:^|[-./=:@])_{3,}(?:$|[-./:@,])",
    r"|YYYY[-_/]?MM(?:[-_/]?DD)?|yyyymm(?:dd)?|(?:^|[@=:])[a-z][a-z-]*[0-9]+[XN](?:$|[.:/])",
    r"|(?:^|[-_./=:@])(?:[vV]?x\.y(?:\.z)?|[a-z][a-z0-9]*XX+)(?:$|[-_./:@,])",
))
.needing(&["xx", "___", "X", "x.x", "x.y", ".x", "YYYY", "yyyymm", "HH", "N"]);

/// A value that stands in marks which no shell knows.
static MARKED: Pattern = Pattern::new(concat!(
    r"(?:^|[=:/@])(?:\[([^\]\s]*[^\x00-\x7F\]\s][^\]\s]*)\]|[（「《«｛〔]([^）」》»｝〕]+)[）」》»｝〕])(?:$|[=:/@,])",
    r"|%([A-Z][A-Z_]{2,})%|@@(\w+)@@",
    // Between ASCII brackets only a name: a pattern has ranges there, or few letters.
    r"|(?:^|[=:/@])\[([A-Z][A-Z0-9]+(?:_[A-Z0-9]+|-[A-Z0-9]{2,})*|[a-z]{2,}(?:[_-][a-z0-9]{2,})+|[a-z]{4,}",
    r"|ip|pid|pod|url|dir|job|app|env|tag|key|vm|db|id|ns)\](?:$|[=:/@,])",
))
.needing(&["[", "（", "「", "《", "«", "｛", "〔", "%", "@@"]);

/// A moment to be written between quotes, with a blank before its time.
static QUOTED_MOMENT: Pattern =
    Pattern::new(r"^YYYY[-/]?MM[-/]?DD[ T_](?:HH|hh)(?::?(?:MM|mm|mi)(?::?(?:SS|ss))?)?$").needing(&["YYYY"]);

/// A name in capitals between doubled underscores.
static UNDERLINED: Pattern = Pattern::new(r"^__[A-Z][A-Z0-9_]*[A-Z0-9]__$").needing(&["__"]);

/// Capitals with hyphens between them.
static HYPHENED: Pattern = Pattern::new(r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+$").needing(&["-"]);

/// Dots for what is left out, as a value or as a part of one.
static LEFT_OUT: Pattern = Pattern::new(r#"(?:^|[:=/,;"'(\[])(?:\.\.\.|…)(?:$|["'\s,;&)}\]])"#).needing(&["...", "…"]);

/// Programs whose words are texts, names of variables or programs of their own.
const FREE: &[&str] = &[
    "echo",
    "printf",
    "export",
    "unset",
    "read",
    "declare",
    "local",
    "readonly",
    "printenv",
    "env",
    "set",
    "trap",
    "pkill",
    "test",
    "[",
    "[[",
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "sed",
    "awk",
    "gawk",
    "jq",
    "yq",
    "redis-cli",
    "date",
    "logger",
    "date",
    "make",
    "git",
    "strftime",
    "tr",
    "cut",
    "column",
];

/// Options behind which text of another language, or of people, stands.
const TEXT_FOLLOWS: &[&str] = &[
    "-c",
    "--command",
    "--execute",
    "--eval",
    "-m",
    "--message",
    "--title",
    "--body",
    "--subject",
    "--description",
    "--date-format",
    "--format",
    "--query",
];

/// Options behind which the name of a variable stands.
const NAMES_FOLLOW: &[&str] =
    &["-e", "--env", "--build-arg", "-v", "--variable", "-var", "--from-literal", "--set", "-u", "--filter", "-o"];

/// Endings of shouted words that name a value.
const ENDINGS: &[&str] = &[
    "_NAME",
    "_ID",
    "_ARN",
    "_IP",
    "_HOST",
    "_HOSTNAME",
    "_URL",
    "_ADDRESS",
    "_VERSION",
    "_BUCKET",
    "_REGION",
    "_ZONE",
    "_PROJECT",
    "_CLUSTER",
    "_NAMESPACE",
    "_POD",
    "_NODE",
    "_TAG",
    "_FILE",
    "_PATH",
    "_USER",
    "_USERNAME",
    "_NUMBER",
    "_DOMAIN",
    "_ADDR",
    "_ACCOUNT",
    "_GROUP",
    "_PORT",
    "_PID",
    "_DIR",
    "_DB",
    "_DATABASE",
    "_TABLE",
    "_SERVER",
    "_INSTANCE",
    "_SERVICE",
    "_DEPLOYMENT",
    "_CONTAINER",
    "_TOKEN",
    "_PASSWORD",
    "_DATE",
    "_HASH",
    "_SHA",
    "_BRANCH",
    "_DEVICE",
];

/// Beginnings of shouted words that name a value.
const BEGINNINGS: &[&str] = &["OLD_", "NEW_", "MY_", "TARGET_", "SOURCE_", "DESIRED_"];

/// Shouted words that name a value wherever they stand.
const ALWAYS: &[&str] =
    &["NAMESPACE", "PODNAME", "NODENAME", "HOSTNAME", "USERNAME", "IPADDRESS", "SERVICENAME", "FILENAME"];

/// Programs that are told the number of a process.
const CALLS_FOR_PROCESS: &[&str] =
    &["kill", "renice", "strace", "gdb", "jstack", "jmap", "jcmd", "pmap", "lsof", "nsenter", "gcore", "perf", "cat"];

/// Shouted words that name a value where a resource is called for.
const NOUNS: &[&str] = &[
    "NAMESPACE",
    "POD",
    "PODNAME",
    "HOST",
    "HOSTNAME",
    "USERNAME",
    "BUCKET",
    "CLUSTER",
    "CONTAINER",
    "DEPLOYMENT",
    "NODE",
    "NODENAME",
    "IPADDRESS",
    "SERVICENAME",
    "FILENAME",
    "PROJECT",
    "SERVER",
];

/// Programs that are told which resource they are to look at.
const CALLS_FOR_RESOURCE: &[&str] = &[
    "kubectl",
    "oc",
    "helm",
    "docker",
    "podman",
    "ssh",
    "scp",
    "systemctl",
    "journalctl",
    "ping",
    "dig",
    "gcloud",
    "aws",
    "az",
    "velero",
    "argocd",
];

/// Adds what the words of a call leave open. `assigned` are the variables that the text sets.
pub(super) fn of_call(call: &Call, assigned: &[String], add: &mut dyn FnMut(&str, &str)) {
    let program = call.program();
    if FREE.contains(&program) && !matches!(program, "git" | "make") {
        return;
    }
    let mut before = "";
    for word in call.args() {
        if names_nothing(word) {
            before = word;
            continue;
        }
        let told = TEXT_FOLLOWS.contains(&before) && !(before == "-c" && program == "kubectl");
        let listed = word.contains("./...") || word.starts_with("//");
        if !told && word.contains("***") && !word.contains('\n') {
            add(word, "xx");
        } else if !told && !listed && !matches!(program, "git" | "go") && LEFT_OUT.is_match(word) {
            add("...", "...");
        } else if let Some(found) = MARKED.captures(word).filter(|_| !told && program != "git") {
            add(found.iter().skip(1).flatten().next().map_or("", |name| name.as_str()), "blank");
        } else if !told && QUOTED_MOMENT.is_match(word) {
            add(word, "xx");
        } else if !told {
            plain_word(program, before, word, assigned, add);
        }
        before = word;
    }
}

/// Adds what the name of a file leaves open that a redirection reads or writes.
pub(super) fn of_file(name: &str, assigned: &[String], add: &mut dyn FnMut(&str, &str)) {
    match MARKED.captures(name) {
        _ if names_nothing(name) => {}
        Some(found) => add(found.iter().skip(1).flatten().next().map_or("", |inner| inner.as_str()), "blank"),
        None => plain_word("", "", name, assigned, add),
    }
}

/// No form of a blank is made of these letters alone, as most words are.
fn names_nothing(word: &str) -> bool {
    word.bytes().all(|byte| matches!(byte, b'a'..=b'w' | b'z' | b'0'..=b'9' | b'-' | b'/'))
}

fn plain_word(program: &str, before: &str, word: &str, assigned: &[String], add: &mut dyn FnMut(&str, &str)) {
    if word.contains(char::is_whitespace) || word.contains(['$', '{', '%', '+', '*']) {
        return;
    }
    let value = word.split_once('=').filter(|(option, _)| option.starts_with("--")).map_or(word, |(_, value)| value);
    let open =
        value.ends_with("...") && value.len() > 3 && !value.starts_with('.') && program != "git" && program != "go";
    // A branch may be called after an example; a version is to be filled in.
    let named = program == "git" && !value.contains("X.Y") && !value.contains("YYYY");
    let template = program == "mktemp";
    if !value.starts_with('-') && !named && !template && BLANK.is_match(value) {
        add(value, "xx");
    } else if open || (value.ends_with('…') && value.chars().count() > 1) {
        add("...", "...");
    } else if !FREE.contains(&program) && !NAMES_FOLLOW.contains(&before) {
        let parts = value.rsplit('=').next().unwrap_or(value).split(['/', ':', '@', ',']);
        let option = before.starts_with('-') || value.len() < word.len();
        let hyphened = |part: &str| {
            option && HYPHENED.is_match(part) && ENDINGS.iter().any(|ending| part.replace('-', "_").ends_with(ending))
        };
        let open = |part: &&str| is_shouted(program, part) || UNDERLINED.is_match(part) || hyphened(part);
        for part in parts.filter(|part| open(part) && !assigned.iter().any(|name| name == part)) {
            add(part, "word");
        }
    }
}

/// A word in capitals that names what is to be filled in.
fn is_shouted(program: &str, word: &str) -> bool {
    let capitals = word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !capitals || !word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    // The first and the second of several values of one kind.
    let kind = word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    ENDINGS.iter().any(|ending| kind.ends_with(ending))
        || BEGINNINGS.iter().any(|beginning| kind.len() > beginning.len() && kind.starts_with(beginning))
        || ALWAYS.contains(&kind)
        || (CALLS_FOR_RESOURCE.contains(&program) && NOUNS.contains(&kind))
        || (CALLS_FOR_PROCESS.contains(&program) && kind == "PID")
}

/// Endings of Japanese words that name a value.
const NAMING: &[&str] = &[
    "名",
    "ID",
    "ＩＤ",
    "IP",
    "アドレス",
    "番号",
    "ホスト",
    "サーバ",
    "サーバー",
    "ファイル",
    "ディレクトリ",
    "フォルダ",
    "パス",
    "ユーザ",
    "ユーザー",
    "パスワード",
    "日付",
    "日時",
    "ポート",
    "バージョン",
    "URL",
    "コンテナ",
    "サービス",
    "インスタンス",
    "データベース",
    "テーブル",
    "ブランチ",
    "リージョン",
    "プロジェクト",
    "クラスタ",
    "クラスター",
    "アカウント",
    "ドメイン",
    "プロセスID",
    "リビジョン",
    "スナップショット",
    "ボリューム",
];

/// Beginnings of Japanese words that name a value.
const NAMED: &[&str] = &["対象", "任意", "該当", "旧", "新", "適当な"];

/// The Japanese noun of a bare word that stands for a value. `resource` says that the program is told a name there.
pub(in crate::runbook::shell) fn noun(program: &str, word: &str) -> Option<String> {
    let japanese = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々');
    if !word.chars().any(japanese) {
        return None;
    }
    let parts: Vec<&str> = word.split(['/', '=', ':', '@', ',']).filter(|part| !part.is_empty()).collect();
    let core = |part: &str| {
        // `-p` and its value may stand together.
        let bare =
            part.strip_prefix('-').map_or(part, |rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
        bare.trim_matches('-').to_owned()
    };
    let simple = |part: &str| part.chars().all(|c| japanese(c) || c.is_alphanumeric() || matches!(c, '_' | '-'));
    let whole = parts.len() == 1 && CALLS_FOR_RESOURCE.contains(&program);
    parts.iter().map(|part| core(part)).find(|part| {
        let named =
            NAMING.iter().any(|ending| part.ends_with(ending)) || NAMED.iter().any(|start| part.starts_with(start));
        part.chars().any(japanese) && simple(part) && (named || whole)
    })
}
