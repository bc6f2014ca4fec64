//! Connections, filters and requests to servers.

use super::super::syntax::Call;
use super::{Found, Rule};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static FIREWALL: Rule =
    Rule::new("firewall", Disruptive, "通信の許可・遮断を変えます。", "Changes which connections are let through.");
static NETWORK: Rule =
    Rule::new("network", Disruptive, "このマシンのネットワークを変えます。", "Changes the network of this machine.");
static HTTP_DELETE: Rule =
    Rule::new("http-delete", Destructive, "サーバーに削除を要求します。", "Asks a server to delete something.");
static HTTP_CHANGE: Rule =
    Rule::new("http-change", Changes, "サーバーに変更を要求します。", "Asks a server to change something.");
static SEND: Rule = Rule::new("send-out", Changes, "外へデータや通知を送ります。", "Sends data or messages out.");

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "iptables" | "ip6tables" | "ebtables" | "arptables" => found.add_if(
            call.has_any(&[
                "-F", "-A", "-D", "-I", "-P", "-X", "-R", "-Z", "--flush", "--append", "--delete", "--insert",
                "--policy",
            ]),
            &FIREWALL,
        ),
        "iptables-restore" | "ip6tables-restore" => found.add(&FIREWALL),
        "ufw" => found.add_if(
            call.has_any(&[
                "enable", "disable", "allow", "deny", "delete", "reset", "reject", "limit", "insert", "reload", "route",
            ]),
            &FIREWALL,
        ),
        "firewall-cmd" => found.add_if(
            call.args().iter().any(|arg| {
                arg.starts_with("--add")
                    || arg.starts_with("--remove")
                    || arg.starts_with("--set")
                    || matches!(arg.as_str(), "--reload" | "--complete-reload" | "--panic-on")
            }),
            &FIREWALL,
        ),
        "nft" => found.add_if(
            call.has_any(&["flush", "add", "delete", "insert", "-f", "replace", "create", "destroy"]),
            &FIREWALL,
        ),
        "fail2ban-client" => {
            found.add_if(call.has_any(&["set", "unban", "stop", "reload", "restart", "banip", "unbanip"]), &FIREWALL)
        }
        "ipset" => found.add_if(call.has_any(&["destroy", "flush", "add", "del", "create"]), &FIREWALL),
        "ip" | "tc" | "bridge" => {
            found.add_if(call.has_any(&["add", "del", "delete", "set", "flush", "down", "replace", "change"]), &NETWORK)
        }
        "ifconfig" => found.add_if(call.operands().count() > 1, &NETWORK),
        "ifdown" | "ifup" | "dhclient" | "netplan" | "resolvconf" | "brctl" | "ethtool" => {
            let reads = (call.program() == "netplan" && !call.has_any(&["apply", "try"]))
                || (call.program() == "ethtool" && !call.has_any(&["-s", "-K", "-G", "-r", "-A"]))
                || (call.program() == "brctl" && call.has("show"));
            found.add_if(!reads, &NETWORK);
        }
        "nmcli" => found.add_if(
            call.has_any(&["down", "modify", "delete", "up", "add", "off", "on", "reload", "disconnect"]),
            &NETWORK,
        ),
        "route" => found.add_if(call.has_any(&["add", "del", "delete", "flush"]), &NETWORK),
        "conntrack" => found.add_if(call.has_any(&["-D", "-F", "--delete", "--flush"]), &NETWORK),
        "resolvectl" | "systemd-resolve" | "rndc" => found.add_if(
            call.has_any(&["flush-caches", "--flush-caches", "flush", "reload", "dns", "freeze", "thaw"]),
            &NETWORK,
        ),
        "curl" | "wget" | "http" | "https" | "xh" | "httpie" => match method(call) {
            Some("DELETE") => found.add(&HTTP_DELETE),
            Some("POST" | "PUT" | "PATCH") => {
                let body = call.args().join(" ");
                let deletes = ["_delete_by_query", "/delete", "/purge", "/wipe", "/truncate", "/reset"]
                    .iter()
                    .any(|path| body.contains(path));
                found.add(if deletes { &HTTP_DELETE } else { &HTTP_CHANGE });
            }
            _ => {}
        },
        "scp" | "sftp" | "ftp" | "lftp" => {
            found.add_if(call.operands().last().is_some_and(|to| to.contains(':')), &SEND)
        }
        "mail" | "mailx" | "sendmail" | "mutt" => found.add_if(!call.args().is_empty(), &SEND),
        _ => {}
    }
}

/// The method of a call that sends a request.
fn method(call: &Call) -> Option<&str> {
    let args = call.args();
    if matches!(call.program(), "http" | "https" | "xh" | "httpie") {
        return args
            .iter()
            .map(String::as_str)
            .find(|arg| matches!(*arg, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD"));
    }
    for (at, arg) in args.iter().enumerate() {
        if matches!(arg.as_str(), "-X" | "--request" | "--method")
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with('X'))
        {
            return args.get(at + 1).map(String::as_str);
        }
        if let Some(joined) =
            arg.strip_prefix("-X").or_else(|| arg.strip_prefix("--request=")).or_else(|| arg.strip_prefix("--method="))
        {
            return Some(joined);
        }
    }
    let reads = call.has_any(&["-G", "--get", "-I", "--head"]);
    let sends = args.iter().any(|arg| {
        matches!(arg.as_str(), "-d" | "-F" | "-T" | "--form" | "--json" | "--upload-file")
            || arg.starts_with("--data")
            || arg.starts_with("--post-")
    });
    (sends && !reads).then_some("POST")
}
