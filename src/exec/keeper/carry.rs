//! What one command leaves to the next: folder, umask, variables and functions.
//!
//! The shell writes it down in its exit trap ([`super::shell`]), in fields that end with a NUL, and it is handed to
//! the next shell as a script. Read here, and checked to be complete.

use std::collections::{BTreeMap, BTreeSet};

use crate::term::redact::names_a_secret;

/// The first field: other content is not a state.
pub(super) const MAGIC: &str = "tejun-carry-1";

/// Variables that belong to each shell anew.
const OWN: [&str; 32] = [
    "_",
    "BASH",
    "BASHOPTS",
    "BASHPID",
    "COLUMNS",
    "COMP_CWORD",
    "COMP_KEY",
    "COMP_LINE",
    "COMP_POINT",
    "COMP_TYPE",
    "COMP_WORDBREAKS",
    "COMP_WORDS",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HISTCMD",
    "HOSTTYPE",
    "LINENO",
    "LINES",
    "MACHTYPE",
    "OPTIND",
    "OSTYPE",
    "PIPESTATUS",
    "PPID",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SRANDOM",
];

fn is_own(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    OWN.contains(&name)
        || ["UID", "SHLVL"].contains(&name)
        || name.starts_with("BASH_") && name != "BASH_ENV"
        || name.starts_with("__tejun")
}

/// Variables of an environment by name.
pub(super) type Env = BTreeMap<Vec<u8>, Vec<u8>>;

/// The state that a command left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct State {
    /// The folder, as the shell names it.
    pub(super) cwd: Vec<u8>,
    umask: Vec<u8>,
    /// A declaration for each variable, by name.
    variables: BTreeMap<Vec<u8>, Declared>,
    /// Secret variables that are as they were in the keeper's environment.
    inherited: BTreeSet<Vec<u8>>,
    functions: Vec<u8>,
    exported_functions: Vec<Vec<u8>>,
    /// Names of variables that were left out.
    pub(super) dropped: Vec<String>,
    /// The exit statuses of the last pipeline.
    pub(super) pipeline: Vec<i32>,
}

/// A variable as the shell declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declared {
    declaration: Vec<u8>,
    /// Its value; of an array the first one.
    value: Vec<u8>,
}

impl Declared {
    fn flags(&self) -> &[u8] {
        self.declaration.split(|b| *b == b' ').nth(1).unwrap_or_default()
    }

    fn is_exported(&self) -> bool {
        self.flags().contains(&b'x')
    }

    /// The value as a person reads it; nothing where it has none.
    fn shown(&self) -> Option<Vec<u8>> {
        let at = self.declaration.iter().position(|b| *b == b'=')?;
        let many = self.flags().iter().any(|flag| matches!(flag, b'a' | b'A'));
        Some(if many { self.declaration[at + 1..].to_vec() } else { self.value.clone() })
    }
}

/// Variables that bash itself sets in every shell, with the value that it gives; nothing where that is the machine's.
const SET_BY_BASH: [(&[u8], Option<&[u8]>); 6] = [
    (b"HOSTNAME", None),
    (b"IFS", Some(b" \t\n")),
    (b"OLDPWD", None),
    (b"OPTERR", Some(b"1")),
    (b"PS4", Some(b"+ ")),
    (b"TERM", Some(b"xterm-256color")),
];

/// Variables that bash sets where they are missing, with what the machine's user list or its own build says.
const MADE_UP_BY_BASH: [&[u8]; 2] = [b"PATH", b"SHELL"];

/// Reads what an exit trap wrote; nothing when it is not there or not complete.
pub(super) fn parse(written: &[u8], env: &Env) -> Option<State> {
    let mut fields = written.split(|b| *b == 0);
    let mut next = || fields.next();
    (next()? == MAGIC.as_bytes()).then_some(())?;
    let statuses = std::str::from_utf8(next()?).ok()?;
    let pipeline = statuses.split_ascii_whitespace().skip(1).filter_map(|s| s.parse().ok()).collect();
    let cwd = next()?.strip_suffix(b"\n")?.to_vec();
    let umask = next()?.trim_ascii().to_vec();
    (umask.iter().all(u8::is_ascii_digit) && !umask.is_empty()).then_some(())?;
    let mut state = State {
        cwd,
        umask,
        variables: BTreeMap::new(),
        inherited: BTreeSet::new(),
        functions: Vec::new(),
        exported_functions: Vec::new(),
        dropped: Vec::new(),
        pipeline,
    };
    loop {
        match next()? {
            b"v" => {
                let (name, declaration, value) = (next()?, next()?, next()?);
                state.keep(name, declaration, value, env);
            }
            b"f" => {
                state.functions = next()?.to_vec();
                let names = next()?;
                state.exported_functions = names
                    .split(|b| *b == b'\n')
                    .filter_map(|line| line.strip_prefix(b"declare -"))
                    .filter_map(|line| {
                        let space = line.iter().position(|b| *b == b' ')?;
                        line[..space].contains(&b'x').then(|| line[space + 1..].to_vec())
                    })
                    .collect();
            }
            b"end" => return Some(state),
            _ => return None,
        }
    }
}

impl State {
    fn keep(&mut self, name: &[u8], declaration: &[u8], value: &[u8], env: &Env) {
        if is_own(name) || !declaration.starts_with(b"declare -") {
            return;
        }
        let shown = String::from_utf8_lossy(name).into_owned();
        if names_a_secret(&shown) {
            // Also an array or a reference: what it holds does not matter.
            if env.get(name).is_some_and(|was| was == value) {
                self.inherited.insert(name.to_vec());
            } else if declaration.contains(&b'=') {
                self.dropped.push(shown);
            }
            return;
        }
        let declared = Declared { declaration: declaration.trim_ascii_end().to_vec(), value: value.to_vec() };
        self.variables.insert(name.to_vec(), declared);
    }

    /// Whether the next shell is to get the variable `name` in its environment.
    pub(super) fn passes(&self, name: &[u8]) -> bool {
        if name.starts_with(b"BASH_FUNC_") {
            return false; // The functions are carried as they are now.
        }
        !is_identifier(name)
            || name == b"SHLVL"
            || self.inherited.contains(name)
            || self.variables.get(name).is_some_and(Declared::is_exported)
    }

    /// Whether the variable `name` is restored by the script.
    pub(super) fn holds(&self, name: &[u8]) -> bool {
        self.variables.contains_key(name)
    }

    /// Sets a variable, exported unless it was there and was not; `quoted` is the value as a word of the shell.
    pub(super) fn set(&mut self, name: &[u8], value: &[u8], quoted: &[u8]) {
        let kept_inside = self.variables.get(name).is_some_and(|known| !known.is_exported());
        let flags: &[u8] = if kept_inside { b"declare -- " } else { b"declare -x " };
        let declaration = [flags, name, b"=", quoted].concat();
        self.variables.insert(name.to_vec(), Declared { declaration, value: value.to_vec() });
    }

    /// Takes a variable away.
    pub(super) fn remove(&mut self, name: &[u8]) {
        self.variables.remove(name);
        self.inherited.remove(name);
    }

    /// The variables that are not what they were before: in the state before, or in the environment of the first shell.
    pub(super) fn changed(&self, before: Option<&Self>, env: &Env) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let was = |name: &[u8]| match before {
            Some(before) => before.variables.get(name).and_then(Declared::shown),
            None => {
                let by_bash = SET_BY_BASH.iter().find(|(known, _)| *known == name).and_then(|(_, value)| *value);
                by_bash.or(env.get(name).map(Vec::as_slice)).map(<[u8]>::to_vec)
            }
        };
        let of_no_account = |name: &[u8]| {
            let machine = SET_BY_BASH.iter().any(|(known, value)| *known == name && value.is_none());
            let made_up = before.is_none() && MADE_UP_BY_BASH.contains(&name) && !env.contains_key(name);
            machine || made_up || is_own(name)
        };
        let now = self.variables.iter().filter(|(name, _)| !of_no_account(name));
        let set = now.filter_map(|(name, declared)| {
            let value = declared.shown();
            (value != was(name)).then(|| (name.clone(), value))
        });
        let names: Vec<&Vec<u8>> = match before {
            Some(before) => before.variables.keys().collect(),
            None => env
                .keys()
                .filter(|name| is_identifier(name) && !names_a_secret(&String::from_utf8_lossy(name)))
                .collect(),
        };
        let gone = names.into_iter().filter(|name| !self.variables.contains_key(*name) && !of_no_account(name));
        let gone = gone.filter(|name| was(name).is_some()).map(|name| (name.clone(), None));
        set.chain(gone).collect()
    }

    /// Writes the script that brings a fresh shell into this state; the folder is set when the shell is started.
    pub(super) fn restore(&self, script: &mut Vec<u8>) {
        let mut line = |parts: &[&[u8]]| {
            parts.iter().for_each(|part| script.extend_from_slice(part));
            script.push(b'\n');
        };
        line(&[b"umask ", &self.umask]);
        for declared in self.variables.values() {
            line(&[&declared.declaration, b" 2>/dev/null"]);
        }
        if !self.functions.trim_ascii().is_empty() {
            line(&[b"shopt -s extglob"]);
            line(&[&self.functions]);
            line(&[b"shopt -u extglob"]);
        }
        for name in &self.exported_functions {
            line(&[b"export -f -- '", name, b"' 2>/dev/null"]);
        }
    }
}

fn is_identifier(name: &[u8]) -> bool {
    name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: &[&str]) -> Vec<u8> {
        fields.iter().flat_map(|f| f.bytes().chain([0])).collect()
    }

    const HEAD: [&str; 4] = [MAGIC, "1 0 1", "/tmp/a b\n", "0022\n"];

    #[test]
    fn a_complete_state_is_read_and_written_as_a_script() {
        let env = Env::from([(b"API_TOKEN".to_vec(), b"same".to_vec())]);
        let mut fields = HEAD.to_vec();
        fields.extend(["v", "A", "declare -x A=\"1\n2\"\n", "1\n2"]);
        fields.extend(["v", "BASH_VERSION", "declare -- BASH_VERSION=\"5\"\n", "5"]);
        fields.extend(["v", "API_TOKEN", "declare -x API_TOKEN=\"same\"\n", "same"]);
        fields.extend(["v", "DB_PASSWORD", "declare -x DB_PASSWORD=\"x\"\n", "x"]);
        fields.extend(["f", "f () \n{ \n    :\n}\n", "declare -fx f\ndeclare -f g\n", "end"]);

        let state = parse(&written(&fields), &env).unwrap();

        assert_eq!(state.cwd, b"/tmp/a b");
        assert_eq!(
            (state.dropped.as_slice(), state.pipeline.as_slice()),
            (&["DB_PASSWORD".to_owned()][..], &[0, 1][..])
        );
        assert!(state.passes(b"API_TOKEN") && state.passes(b"A") && state.passes(b"not.a.name"));
        assert!(!state.passes(b"DB_PASSWORD") && !state.passes(b"UNSET") && !state.passes(b"BASH_FUNC_f%%"));
        let mut script = Vec::new();
        state.restore(&mut script);
        assert_eq!(
            String::from_utf8(script).unwrap(),
            "umask 0022\ndeclare -x A=\"1\n2\" 2>/dev/null\nshopt -s extglob\nf () \n{ \n    :\n}\n\nshopt -u extglob\n\
             export -f -- 'f' 2>/dev/null\n"
        );
    }

    #[test]
    fn a_state_that_breaks_off_is_no_state() {
        let mut fields = HEAD.to_vec();
        fields.extend(["v", "A", "declare -- A=\"1\"\n", "1", "f", "", "", "end"]);
        let whole = written(&fields);

        assert!(parse(&whole, &Env::new()).is_some());
        for len in 0..whole.len() - 4 {
            assert_eq!(parse(&whole[..len], &Env::new()), None, "{len}");
        }
    }
}
