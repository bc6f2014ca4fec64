//! Services, processes, accounts and the machine itself.

use super::super::syntax::Call;
use super::{Found, Rule};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static SERVICE_STOP: Rule =
    Rule::new("service-stop", Disruptive, "サービスを停止・再起動します。", "Stops or restarts a service.");
static SERVICE_CHANGE: Rule =
    Rule::new("service-change", Changes, "サービスの状態を変えます。", "Changes the state of a service.");
static KILL: Rule = Rule::new("kill", Disruptive, "プロセスを終了させます。", "Ends processes.");
static REBOOT: Rule = Rule::new("reboot", Disruptive, "マシンを停止・再起動します。", "Stops or restarts the machine.");
static ACCOUNT: Rule =
    Rule::new("account", Disruptive, "アカウントやパスワードを変えます。", "Changes accounts or passwords.");
static KERNEL: Rule = Rule::new("kernel-setting", Changes, "カーネルの設定を変えます。", "Changes kernel settings.");
static CRON_REMOVE: Rule =
    Rule::new("crontab-remove", Destructive, "cron の登録をすべて削除します。", "Deletes the cron table.");
static CRON: Rule =
    Rule::new("scheduled-job", Changes, "定期実行や予約実行の登録を変えます。", "Changes what is run at set times.");
static JOURNAL: Rule =
    Rule::new("journal-vacuum", Destructive, "ジャーナルの記録を削除します。", "Deletes journal entries.");
static SETTING: Rule =
    Rule::new("system-setting", Changes, "システムの設定を変えます。", "Changes a setting of the system.");
static CERTIFICATE: Rule = Rule::new("certificate", Changes, "証明書を変えます。", "Changes certificates.");
static KEY_DELETE: Rule =
    Rule::new("key-delete", Destructive, "鍵や証明書を削除・失効します。", "Deletes or revokes keys or certificates.");

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "systemctl" | "service" | "supervisorctl" | "rc-service" | "pm2" | "initctl" | "launchctl" | "monit" | "sv"
        | "apachectl" | "apache2ctl" | "god" | "svc" | "update-rc.d" | "chkconfig" | "sc" => service(call, found),
        "nginx" | "haproxy" | "httpd" => found.add_if(call.has("-s") || call.has("-sf"), &SERVICE_STOP),
        "unicornctl" | "puma" | "pumactl" | "passenger-config" => {
            found.add_if(call.has_any(&["stop", "restart", "halt", "phased-restart", "restart-app"]), &SERVICE_STOP);
        }
        program if program.starts_with("/etc/init.d/") => service(call, found),
        "kill" | "pkill" | "killall" | "skill" | "xkill" => found.add_if(!call.has_any(&["-0", "-l", "-L"]), &KILL),
        "fuser" => found.add_if(call.short('k'), &KILL),
        "reboot" | "halt" | "poweroff" | "init" | "telinit" | "kexec" => found.add(&REBOOT),
        "shutdown" => found.add_if(!call.has("-c"), &REBOOT),
        "ipmitool" | "racadm" => {
            found.add_if(call.has_any(&["reset", "off", "cycle", "soft", "serveraction"]), &REBOOT)
        }
        "userdel" | "usermod" | "groupdel" | "passwd" | "chpasswd" | "useradd" | "groupadd" | "groupmod"
        | "adduser" | "deluser" | "gpasswd" | "chage" | "chsh" | "visudo" | "vipw" | "smbpasswd" | "htpasswd"
        | "kadmin" | "ldapmodify" | "ldapdelete" | "ldapadd" | "ipa" => {
            found.add_if(
                !(call.program() == "passwd" && call.short('S') || call.program() == "chage" && call.short('l')),
                &ACCOUNT,
            );
        }
        "sysctl" => found.add_if(
            call.short('w') || call.short('p') || call.has("--system") || call.operands().any(|arg| arg.contains('=')),
            &KERNEL,
        ),
        "modprobe" | "rmmod" | "insmod" | "depmod" | "update-grub" | "grub-install" | "grub2-mkconfig" | "dracut"
        | "update-initramfs" | "kmod" => {
            found.add(&KERNEL);
        }
        "setenforce" | "setsebool" | "semanage" | "aa-disable" | "aa-enforce" | "aa-complain" => found.add(&SETTING),
        "timedatectl"
        | "hostnamectl"
        | "localectl"
        | "chronyc"
        | "ntpdate"
        | "hwclock"
        | "alternatives"
        | "update-alternatives"
        | "loginctl" => {
            found.add_if(
                call.operands().next().is_some_and(|verb| {
                    verb.starts_with("set") || matches!(verb, "makestep" | "terminate-session" | "kill-session")
                }) || call.has_any(&["--set", "-w", "-s"])
                    || call.program() == "ntpdate",
                &SETTING,
            );
        }
        "crontab" => {
            found.add_if(call.short('r'), &CRON_REMOVE);
            found.add_if(!call.short('l') && !call.short('r'), &CRON);
        }
        "at" | "batch" | "atrm" => found.add_if(!call.short('l'), &CRON),
        "journalctl" => found.add_if(call.has_start("--vacuum"), &JOURNAL),
        "certbot" | "acme.sh" | "lego" => {
            found.add_if(call.has_any(&["delete", "revoke", "--revoke", "--remove"]), &KEY_DELETE);
            found.add_if(
                call.has_any(&["renew", "certonly", "run", "--issue", "--renew", "--install-cert", "--renew-all"]),
                &CERTIFICATE,
            );
        }
        "update-ca-certificates" | "update-ca-trust" | "keytool" | "ssh-copy-id" | "ssh-keygen" => {
            let reads = call.has_any(&["-list", "-l", "-y", "-F", "-lf", "-printcert", "-e"]);
            found.add_if(call.has("-delete"), &KEY_DELETE);
            found.add_if(!reads && !call.has("-delete"), &CERTIFICATE);
        }
        "gpg" | "gpg2" => {
            found.add_if(call.has_start("--delete"), &KEY_DELETE);
            found.add_if(call.has_any(&["--import", "--edit-key", "--gen-key", "--full-generate-key"]), &CERTIFICATE);
        }
        _ => {}
    }
}

fn service(call: &Call, found: &mut Found) {
    let stops = [
        "stop",
        "restart",
        "kill",
        "try-restart",
        "down",
        "isolate",
        "poweroff",
        "reboot",
        "halt",
        "disable",
        "mask",
        "delete",
        "condrestart",
        "force-reload",
        "reload-or-restart",
        "rescue",
        "emergency",
        "bootout",
        "unload",
        "graceful-stop",
        "shutdown",
        "flush",
        "hup",
        "soft-reboot",
    ];
    let words: Vec<&str> = call.operands().collect();
    found.add_if(words.iter().any(|word| stops.contains(word)), &SERVICE_STOP);
    let changes = [
        "start",
        "reload",
        "enable",
        "daemon-reload",
        "unmask",
        "set-property",
        "reset-failed",
        "load",
        "up",
        "update",
        "reread",
        "add",
        "graceful",
        "set-default",
        "edit",
        "daemon-reexec",
        "save",
        "scale",
        "once",
    ];
    found.add_if(
        words.iter().any(|word| changes.contains(word)) || call.program() == "chkconfig" && words.len() > 1,
        &SERVICE_CHANGE,
    );
}
