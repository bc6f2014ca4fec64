//! The machine: what ends with a login, the shell, and the programs and keys of signatures.

use std::path::{Path, PathBuf};

use super::Finding;
use crate::cli::opening;
use crate::clock::{Clock as _, SystemClock};
use crate::config::logind::{FOLDERS, Logind};
use crate::config::machine;
use crate::i18n::Language;
use crate::vault::signature::{Ask, Keygen, PRESENCE};

pub(super) fn look(language: Language) -> Vec<Finding> {
    let mut found = vec![logout(language), shell(language)];
    found.extend(signatures(language));
    found
}

/// Whether systemd ends runs when the login ends.
fn logout(language: Language) -> Finding {
    if !Path::new("/run/systemd/system").exists() {
        let seen = language.pick(
            "systemd-logind なし: ログアウトで実行は終わりません",
            "no systemd-logind: nothing is ended with a login",
        );
        return Finding::good("logout", seen);
    }
    let user = machine::user_name(machine::own_uid());
    let lingers = Path::new("/var/lib/systemd/linger").join(&user).exists();
    let linger = if lingers { "Linger=yes" } else { "Linger=no" };
    if !logind().kills(&user) {
        return Finding::good("logout", format!("KillUserProcesses=no  {linger}"));
    }
    Finding::bad(
        "logout",
        format!("KillUserProcesses=yes  {linger}"),
        language.pick(
            "SSH が切れると、systemd が実行中のコマンドも含めて終了させます。",
            "When SSH drops, systemd ends what runs, the commands of a run as well.",
        ),
        language.pick(
            "管理者: /etc/systemd/logind.conf.d/tejun.conf に [Login] KillUserProcesses=no と書き、systemctl restart systemd-logind\n\
             自分だけ: loginctl enable-linger のあと、systemd-run --user --scope tejun … で起動する",
            "As administrator: [Login] KillUserProcesses=no in /etc/systemd/logind.conf.d/tejun.conf, then systemctl restart systemd-logind\n\
             For yourself: loginctl enable-linger, then start with systemd-run --user --scope tejun …",
        ),
    )
}

/// The configuration of logind as its files have it.
fn logind() -> Logind {
    let main = FOLDERS.iter().find_map(|folder| std::fs::read_to_string(Path::new(folder).join("logind.conf")).ok());
    let mut drop_ins = Vec::new();
    for folder in FOLDERS {
        let entries = std::fs::read_dir(Path::new(folder).join("logind.conf.d"));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".conf") {
                // One that cannot be read says nothing, and hides those of its name that count less.
                drop_ins.push((name, std::fs::read_to_string(entry.path()).unwrap_or_default()));
            }
        }
    }
    Logind::read(&main.unwrap_or_default(), &drop_ins)
}

fn shell(language: Language) -> Finding {
    match in_path("bash") {
        Some(bash) => Finding::good("bash", bash.display().to_string()),
        None => Finding::bad(
            "bash",
            language.pick("ありません", "not there"),
            language.pick("シェルのコマンドは bash で実行します。", "Commands of the shell run in bash."),
            language.pick("bash を入れてください。", "Install bash."),
        ),
    }
}

/// A program in the absolute folders of `PATH`.
fn in_path(name: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let runs = |p: &PathBuf| p.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).filter(|f| f.is_absolute()).map(|f| f.join(name)).find(runs)
}

fn signatures(language: Language) -> Vec<Finding> {
    let keygen = match Keygen::find(std::env::var_os("PATH").as_deref()) {
        Ok(keygen) => keygen,
        Err(_) => {
            return vec![Finding::warning(
                "ssh-keygen",
                language.pick("PATH のどのフォルダーにもありません", "in no folder of PATH"),
                language.pick(
                    "鍵による署名と、署名の検証ができません。",
                    "No record is signed with a key, and no signature is checked.",
                ),
                language.pick("openssh-client を入れてください。", "Install the OpenSSH client."),
            )];
        }
    };
    let mut found = vec![Finding::good("ssh-keygen", keygen.program().display().to_string()), agent(language)];
    let Ok((key, allowed)) = opening::sign_off(language) else { return found };
    let key = std::env::var_os("TEJUN_KEY").map(PathBuf::from).or(key);
    let Some(key) = key else {
        let seen = language.pick(
            "設定なし: 記録は鍵で署名されません（[sign_off] key）",
            "none is set: records are not signed with a key ([sign_off] key)",
        );
        found.push(Finding::note("signing-key", seen));
        return found;
    };
    found.push(signing_key(&keygen, &key, &allowed, language));
    found
}

/// Signs something and looks whose signature it is: what a run will do.
fn signing_key(keygen: &Keygen, key: &Path, allowed: &Path, language: Language) -> Finding {
    let text = format!("tejun doctor\n{}\n", SystemClock.fresh_id());
    let signature = match keygen.sign(key, PRESENCE, text.as_bytes(), Ask::Nobody) {
        Ok(signature) => signature,
        Err(fault) => {
            return Finding::warning(
                "signing-key",
                opening::chain(&fault),
                language.pick(
                    "実施中に鍵で本人を確認できません（署名のときはパスフレーズを聞きます）。",
                    "You are not known by your key during a run (at the end its passphrase is asked for).",
                ),
                language
                    .pick("ssh-add で鍵をエージェントに入れてください。", "Put the key into the agent with ssh-add."),
            );
        }
    };
    match keygen.verify(allowed, PRESENCE, text.as_bytes(), &signature, SystemClock.now()) {
        Ok(signer) => Finding::good("signing-key", format!("{}  {}", signer.principal, signer.fingerprint)),
        Err(rejected) => Finding::warning(
            "signing-key",
            opening::chain(&rejected),
            language.pick(
                "登録されていない鍵の署名は、誰にも検証されません。",
                "A signature by a key that is not listed is trusted by nobody.",
            ),
            language.pick(
                "チームの allowed_signers に公開鍵を加えてください（名前空間 tejun-record と tejun-presence）。",
                "Add the public key to the team's allowed_signers (namespaces tejun-record and tejun-presence).",
            ),
        ),
    }
}

fn agent(language: Language) -> Finding {
    let Some(socket) = std::env::var_os("SSH_AUTH_SOCK").filter(|s| !s.is_empty()).map(PathBuf::from) else {
        let seen = language.pick("なし（SSH_AUTH_SOCK が未設定）", "none (SSH_AUTH_SOCK is not set)");
        return Finding::note("ssh-agent", seen);
    };
    match std::os::unix::net::UnixStream::connect(&socket) {
        Ok(_) => Finding::good("ssh-agent", socket.display().to_string()),
        Err(fault) => Finding::warning(
            "ssh-agent",
            format!("{}: {fault}", socket.display()),
            language.pick("エージェントの鍵は使えません。", "Keys of the agent cannot be used."),
            language.pick(
                "ログインし直すか、SSH_AUTH_SOCK を今のエージェントに合わせてください。",
                "Log in anew, or set SSH_AUTH_SOCK to the agent of today.",
            ),
        ),
    }
}
