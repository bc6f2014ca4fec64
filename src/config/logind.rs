//! Whether systemd ends what a person leaves running when the login ends: `KillUserProcesses` of `logind.conf`.
//!
//! Only reads the texts, in the order of systemd; opening the files is for others.

/// The folders of configuration, the one that counts most first.
pub const FOLDERS: [&str; 4] = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

/// What `logind.conf` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logind {
    /// `KillUserProcesses`.
    pub kill: bool,
    /// `KillOnlyUsers`: where there are some, only theirs.
    pub only: Vec<String>,
    /// `KillExcludeUsers`.
    pub exclude: Vec<String>,
}

impl Logind {
    /// Reads `main`, the first `logind.conf` of [`FOLDERS`], and then the `drop_ins`: name and text of every `.conf` in
    /// `logind.conf.d`, of the folder that counts most first. Of two with one name the first counts; they are read by name.
    ///
    /// What the program was built with stands in the main file as a comment, as distributions ship it.
    pub fn read(main: &str, drop_ins: &[(String, String)]) -> Self {
        let mut found = Self { kill: true, only: Vec::new(), exclude: vec!["root".to_owned()] };
        if let Some(built) = main.lines().find_map(|line| line.trim().strip_prefix("#KillUserProcesses=")) {
            found.kill = is_yes(built);
        }
        found.take(main);
        let mut named: Vec<&(String, String)> = Vec::new();
        for drop_in in drop_ins {
            if !named.iter().any(|(name, _)| *name == drop_in.0) {
                named.push(drop_in);
            }
        }
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (_, text) in named {
            found.take(text);
        }
        found
    }

    fn take(&mut self, text: &str) {
        let mut login = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with('[') {
                login = line == "[Login]";
                continue;
            }
            let Some((key, value)) = line.split_once('=').filter(|_| login && !line.starts_with(['#', ';'])) else {
                continue;
            };
            let users = || value.split_whitespace().map(str::to_owned).collect();
            match key.trim() {
                "KillUserProcesses" => self.kill = is_yes(value),
                "KillOnlyUsers" => self.only = users(),
                "KillExcludeUsers" => self.exclude = users(),
                _ => {} // Of all else nothing concerns us.
            }
        }
    }

    /// Whether what `user` leaves running is ended with the login.
    pub fn kills(&self, user: &str) -> bool {
        let named = |users: &[String]| users.iter().any(|name| name == user);
        self.kill && !named(&self.exclude) && (self.only.is_empty() || named(&self.only))
    }
}

fn is_yes(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "on" | "1" | "y" | "t")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_the_program_was_built_with_holds_where_nobody_says_otherwise() {
        assert!(Logind::read("", &[]).kills("taro"), "upstream ends them");
        assert!(!Logind::read("[Login]\n#KillUserProcesses=no\n", &[]).kills("taro"), "Debian does not");
        assert!(!Logind::read("", &[]).kills("root"));
    }

    #[test]
    fn later_files_count_more_and_one_name_counts_once() {
        let debian = "[Login]\n#KillUserProcesses=no\n";
        let yes = "[Login]\nKillUserProcesses=yes\n";
        let no = "[Login]\nKillUserProcesses = no\n";
        for (drop_ins, kills) in [
            (vec![("10.conf", yes)], true),
            (vec![("20.conf", no), ("10.conf", yes)], false),
            (vec![("10.conf", no), ("10.conf", yes)], false),
            (vec![("10.conf", "[Other]\nKillUserProcesses=yes\n")], false),
            (vec![("10.conf", "[Login]\n;KillUserProcesses=yes\n")], false),
        ] {
            assert_eq!(Logind::read(debian, &named(&drop_ins)).kills("taro"), kills, "{drop_ins:?}");
        }
    }

    #[test]
    fn users_are_left_out_or_meant_alone() {
        let text = "[Login]\nKillUserProcesses=1\nKillOnlyUsers=ops taro\nKillExcludeUsers=taro\n";
        let read = Logind::read(text, &[]);
        assert_eq!(["ops", "taro", "hanako"].map(|user| read.kills(user)), [true, false, false]);
    }
}
