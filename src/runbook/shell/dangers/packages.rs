//! Packages and what is published.

use super::super::syntax::Call;
use super::{Found, Rule, verbs};
use crate::runbook::model::DangerLevel::{Changes, Disruptive};

static REMOVE: Rule = Rule::new(
    "package-remove",
    Disruptive,
    "使われているかもしれないパッケージを削除します。",
    "Removes packages that something may need.",
);
static CHANGE: Rule =
    Rule::new("package-change", Changes, "パッケージを導入・更新します。", "Installs or upgrades packages.");
static PUBLISH: Rule =
    Rule::new("publish", Changes, "パッケージやイメージを公開します。", "Publishes for others to use.");

pub(super) fn look(call: &Call, found: &mut Found) {
    let words = verbs(call, &["-C", "--prefix", "--cwd", "-o", "--registry"]);
    let first = words.first().copied().unwrap_or_default();
    match call.program() {
        "apt" | "apt-get" | "aptitude" | "yum" | "dnf" | "zypper" | "apk" | "snap" | "brew" | "pip" | "pip3"
        | "gem" | "poetry" | "bundle" | "uv" | "cargo" | "flatpak" | "microdnf" | "pkg" | "port" | "conda"
        | "mamba" | "composer" | "pipx" | "rustup" | "go" | "opkg" | "nix-env" | "choco" | "winget" => {
            let simulated =
                matches!(call.program(), "apt" | "apt-get") && (call.short('s') || call.has("--download-only"));
            let has = |wanted: &[&str]| {
                wanted.contains(&first) || (first == "pip" && words.get(1).is_some_and(|word| wanted.contains(word)))
            };
            found.add_if(
                has(&["remove", "purge", "autoremove", "uninstall", "del", "erase", "cleanup"]) && !simulated,
                &REMOVE,
            );
            found.add_if(has(&["downgrade", "rollback", "revert"]) && !simulated, &REMOVE);
            let undone =
                first == "history" && words.get(1).is_some_and(|word| matches!(*word, "undo" | "rollback" | "redo"));
            found.add_if(undone, &REMOVE);
            let installs = has(&[
                "install",
                "upgrade",
                "dist-upgrade",
                "full-upgrade",
                "update",
                "add",
                "sync",
                "reinstall",
                "localinstall",
                "groupinstall",
                "refresh",
                "tap",
                "distro-sync",
                "require",
                "patch",
                "dup",
                "safe-upgrade",
            ]);
            found.add_if(installs && !simulated && !(call.program() == "brew" && first == "update"), &CHANGE);
            found.add_if(has(&["publish", "push", "yank"]), &PUBLISH);
        }
        "apt-mark" | "add-apt-repository" | "yum-config-manager" | "dpkg-reconfigure" | "corepack" | "nvm" | "asdf"
        | "pyenv" => {
            found.add_if(
                call.program() != "pyenv" && call.program() != "nvm" && call.program() != "asdf"
                    || matches!(first, "install" | "uninstall"),
                &CHANGE,
            );
        }
        "npm" | "pnpm" | "yarn" | "bun" => {
            found.add_if(matches!(first, "uninstall" | "remove" | "rm" | "un" | "prune"), &REMOVE);
            let fixes = first == "audit" && words.get(1) == Some(&"fix");
            found.add_if(
                matches!(first, "install" | "i" | "ci" | "add" | "update" | "upgrade" | "up" | "dedupe" | "link")
                    || fixes,
                &CHANGE,
            );
            found.add_if(matches!(first, "publish" | "unpublish" | "deprecate" | "dist-tag" | "version"), &PUBLISH);
        }
        "python" | "python3" => {
            let at = call.args().iter().position(|arg| arg == "-m");
            let module: Vec<&str> =
                at.and_then(|at| call.args().get(at + 1..)).unwrap_or_default().iter().map(String::as_str).collect();
            found.add_if(module.starts_with(&["pip", "install"]), &CHANGE);
            found.add_if(module.starts_with(&["pip", "uninstall"]), &REMOVE);
        }
        "dpkg" | "rpm" => {
            found.add_if(call.has_any(&["-e", "-r", "-P", "--remove", "--purge", "--erase"]), &REMOVE);
            let queries = call.short('q') || call.has_any(&["-l", "-L", "-S", "-s", "--list"]);
            found.add_if(
                !queries
                    && (call.has_any(&["-i", "--install", "--configure", "--upgrade"])
                        || call.short('U')
                        || call.short('i')),
                &CHANGE,
            );
        }
        "twine" | "semantic-release" | "goreleaser" | "lerna" => {
            found.add_if(call.has_any(&["upload", "publish", "release"]) || call.args().is_empty(), &PUBLISH)
        }
        "mvn" | "mvnw" | "gradle" | "gradlew" | "./gradlew" | "./mvnw" => {
            found.add_if(call.has_any(&["deploy", "publish", "release:perform"]), &PUBLISH)
        }
        _ => {}
    }
}
