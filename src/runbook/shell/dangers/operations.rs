//! The table of dangers to machines, services, clusters and repositories.
//!
//! A rule looks at one call at a time; wrappers such as `sudo` are taken off before.

use super::{Call, DangerRule, does};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

const KUBE: &[&str] = &["kubectl", "oc"];
const CONTAINERS: &[&str] = &["docker", "podman", "docker-compose"];
const CLOUD: &[&str] = &["aws", "gcloud", "az", "gsutil", "rclone", "s3cmd", "mc"];
const PACKAGES: &[&str] = &[
    "apt", "apt-get", "yum", "dnf", "zypper", "apk", "snap", "brew", "pip", "pip3", "npm", "pnpm", "yarn", "gem",
    "poetry", "bundle", "uv", "cargo",
];
const SERVICES: &[&str] = &["systemctl", "service", "supervisorctl", "rc-service", "pm2", "initctl"];
const STOPS: &[&str] = &[
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
];

/// What may happen to machines, services, clusters and repositories.
pub(super) const OPERATIONS: &[DangerRule] = &[
    DangerRule {
        id: "docker-prune",
        level: Destructive,
        why: "Deletes containers, images or volumes.",
        matches: |c| {
            does(c, CONTAINERS, &["prune", "rm", "rmi"])
                || (does(c, CONTAINERS, &["down"]) && (c.has("-v") || c.has("--volumes")))
        },
    },
    DangerRule {
        id: "docker-stop",
        level: Disruptive,
        why: "Stops or restarts containers.",
        matches: |c| does(c, CONTAINERS, &["stop", "restart", "kill", "down", "pause"]),
    },
    DangerRule {
        id: "docker-change",
        level: Changes,
        why: "Starts, builds or pushes containers.",
        matches: |c| {
            !does(c, CONTAINERS, &["exec", "logs", "ps"])
                && does(c, CONTAINERS, &["up", "start", "run", "build", "push", "pull", "scale", "tag", "update"])
        },
    },
    DangerRule {
        id: "kube-delete",
        level: Destructive,
        why: "Deletes resources of the cluster.",
        matches: |c| verb(c, KUBE, &["delete"]) || (verb(c, KUBE, &["replace"]) && c.has("--force")),
    },
    DangerRule {
        id: "kube-disrupt",
        level: Disruptive,
        why: "Moves, restarts or stops pods.",
        matches: |c| {
            verb(c, KUBE, &["drain", "rollout"]) && !c.has("status") && !c.has("history")
                || (verb(c, KUBE, &["scale"]) && c.args().iter().any(|a| a == "--replicas=0"))
        },
    },
    DangerRule {
        id: "kube-change",
        level: Changes,
        why: "Changes resources of the cluster.",
        matches: |c| {
            verb(
                c,
                KUBE,
                &[
                    "apply",
                    "create",
                    "patch",
                    "edit",
                    "scale",
                    "cordon",
                    "uncordon",
                    "label",
                    "annotate",
                    "taint",
                    "set",
                    "autoscale",
                    "expose",
                    "replace",
                    "run",
                    "cp",
                ],
            )
        },
    },
    DangerRule {
        id: "helm-delete",
        level: Destructive,
        why: "Removes a release.",
        matches: |c| does(c, &["helm"], &["uninstall", "delete"]),
    },
    DangerRule {
        id: "helm-change",
        level: Changes,
        why: "Changes a release.",
        matches: |c| does(c, &["helm", "helmfile", "argocd"], &["upgrade", "install", "rollback", "apply", "sync"]),
    },
    DangerRule {
        id: "infrastructure-destroy",
        level: Destructive,
        why: "Destroys infrastructure.",
        matches: |c| does(c, &["terraform", "tofu", "terragrunt", "pulumi"], &["destroy", "-destroy", "rm"]),
    },
    DangerRule {
        id: "infrastructure-change",
        level: Disruptive,
        why: "Changes infrastructure; resources may be replaced.",
        matches: |c| {
            does(c, &["terraform", "tofu", "terragrunt", "pulumi"], &["apply", "up", "import"])
                || c.program() == "ansible-playbook" && !c.has("--check")
        },
    },
    DangerRule {
        id: "cloud-delete",
        level: Destructive,
        why: "Deletes cloud resources.",
        matches: |c| {
            CLOUD.contains(&c.program())
                && c.args().iter().any(|a| {
                    a == "delete"
                        || a == "rm"
                        || a == "rb"
                        || a == "purge"
                        || a.starts_with("delete-")
                        || a.starts_with("terminate-")
                })
        },
    },
    DangerRule {
        id: "cloud-disrupt",
        level: Disruptive,
        why: "Stops or fails over cloud resources.",
        matches: |c| {
            CLOUD.contains(&c.program())
                && c.args().iter().any(|a| {
                    a == "stop"
                        || a == "restart"
                        || a.starts_with("stop-")
                        || a.starts_with("reboot-")
                        || a.starts_with("failover-")
                })
        },
    },
    DangerRule {
        id: "cloud-change",
        level: Changes,
        why: "Changes cloud resources.",
        matches: |c| {
            CLOUD.contains(&c.program())
                && c.args().iter().any(|a| {
                    matches!(a.as_str(), "create" | "update" | "set" | "cp" | "mv" | "sync" | "start")
                        || ["create-", "update-", "put-", "modify-", "start-", "run-", "attach-", "detach-", "restore-"]
                            .iter()
                            .any(|p| a.starts_with(p))
                })
        },
    },
    DangerRule {
        id: "service-stop",
        level: Disruptive,
        why: "Stops or restarts a service.",
        matches: |c| does(c, SERVICES, STOPS) || (c.program() == "nginx" && c.has("-s")),
    },
    DangerRule {
        id: "service-change",
        level: Changes,
        why: "Changes the state of a service.",
        matches: |c| does(c, SERVICES, &["start", "reload", "enable", "daemon-reload", "unmask", "set-property"]),
    },
    DangerRule {
        id: "kill",
        level: Disruptive,
        why: "Ends processes.",
        matches: |c| matches!(c.program(), "kill" | "pkill" | "killall") && !c.has("-0") && !c.has("-l"),
    },
    DangerRule {
        id: "reboot",
        level: Disruptive,
        why: "Stops or restarts the machine.",
        matches: |c| matches!(c.program(), "reboot" | "shutdown" | "halt" | "poweroff" | "init"),
    },
    DangerRule {
        id: "make-stop",
        level: Disruptive,
        why: "By its name this target stops or restarts a service.",
        matches: |c| does(c, &["make", "just", "task"], &["down", "stop", "restart", "failover"]),
    },
    DangerRule {
        id: "make-change",
        level: Changes,
        why: "By its name this target changes state.",
        matches: |c| {
            does(
                c,
                &["make", "just", "task"],
                &["up", "start", "deploy", "install", "migrate", "release", "push", "clean"],
            )
        },
    },
    DangerRule {
        id: "firewall",
        level: Disruptive,
        why: "Changes which connections are let through.",
        matches: |c| {
            (matches!(c.program(), "iptables" | "ip6tables")
                && ["-F", "-A", "-D", "-I", "-P", "-X", "-R"].iter().any(|o| c.has(o)))
                || does(c, &["ufw"], &["enable", "disable", "allow", "deny", "delete", "reset", "reject"])
                || (c.program() == "firewall-cmd"
                    && c.args().iter().any(|a| a.starts_with("--add") || a.starts_with("--remove") || a == "--reload"))
                || does(c, &["nft"], &["flush", "add", "delete"])
        },
    },
    DangerRule {
        id: "network",
        level: Disruptive,
        why: "Changes the network of this machine.",
        matches: |c| {
            c.program() == "ip" && ["add", "del", "set", "flush", "down"].iter().any(|v| c.has(v))
                || does(c, &["ifconfig", "ifdown", "nmcli"], &["down", "modify", "delete"])
        },
    },
    DangerRule {
        id: "package-remove",
        level: Disruptive,
        why: "Removes packages that something may need.",
        matches: |c| does(c, PACKAGES, &["remove", "purge", "autoremove", "uninstall"]),
    },
    DangerRule {
        id: "package-change",
        level: Changes,
        why: "Installs or upgrades packages.",
        matches: |c| {
            does(c, PACKAGES, &["install", "upgrade", "dist-upgrade", "full-upgrade", "update", "add", "ci"])
                && !does(c, &["brew", "apt", "apt-get"], &["update"])
                || does(c, &["dpkg", "rpm"], &["-i", "-U", "-e", "--configure"])
                || (matches!(c.program(), "apt" | "apt-get") && c.has("update"))
        },
    },
    DangerRule {
        id: "git-discard",
        level: Destructive,
        why: "Throws work or history away.",
        matches: |c| {
            c.program() == "git"
                && ((c.has("reset") && c.has("--hard"))
                    || (c.has("clean") && c.short('f'))
                    || (c.has("push") && (c.has("--force") || c.has("-f") || c.has("--force-with-lease")))
                    || (c.has("branch") && c.has("-D")))
        },
    },
    DangerRule {
        id: "git-change",
        level: Changes,
        why: "Changes a repository or what others see of it.",
        matches: |c| {
            verb(
                c,
                &["git"],
                &[
                    "push",
                    "merge",
                    "commit",
                    "rebase",
                    "revert",
                    "cherry-pick",
                    "tag",
                    "pull",
                    "checkout",
                    "switch",
                    "stash",
                    "add",
                    "reset",
                ],
            )
        },
    },
    DangerRule {
        id: "forge-change",
        level: Changes,
        why: "Changes pull requests, issues or releases.",
        matches: |c| {
            does(c, &["gh", "glab"], &["create", "merge", "close", "edit", "delete", "rerun", "approve", "comment"])
        },
    },
    DangerRule {
        id: "certificate",
        level: Changes,
        why: "Changes certificates.",
        matches: |c| does(c, &["certbot"], &["renew", "certonly", "run", "delete", "revoke"]) && !c.has("--dry-run"),
    },
    DangerRule {
        id: "logrotate",
        level: Changes,
        why: "Rotates log files now.",
        matches: |c| c.program() == "logrotate" && !c.short('d') && !c.has("--debug"),
    },
    DangerRule {
        id: "journal-vacuum",
        level: Destructive,
        why: "Deletes journal entries.",
        matches: |c| c.program() == "journalctl" && c.has_start("--vacuum"),
    },
    DangerRule {
        id: "http-delete",
        level: Destructive,
        why: "Asks a server to delete something.",
        matches: |c| method(c).is_some_and(|m| m == "DELETE"),
    },
    DangerRule {
        id: "http-change",
        level: Changes,
        why: "Asks a server to change something.",
        matches: |c| method(c).is_some_and(|m| matches!(m, "POST" | "PUT" | "PATCH")),
    },
    DangerRule {
        id: "account",
        level: Disruptive,
        why: "Changes accounts or passwords.",
        matches: |c| {
            matches!(c.program(), "userdel" | "usermod" | "groupdel" | "passwd" | "chpasswd" | "useradd" | "groupadd")
        },
    },
    DangerRule {
        id: "permissions",
        level: Changes,
        why: "Changes owners or permissions.",
        matches: |c| {
            matches!(c.program(), "chmod" | "chown" | "chgrp" | "setfacl" | "setenforce" | "setsebool" | "usermod")
        },
    },
    DangerRule {
        id: "mount",
        level: Disruptive,
        why: "Changes what is mounted.",
        matches: |c| {
            matches!(c.program(), "umount" | "swapoff" | "lvremove" | "lvextend" | "lvreduce" | "resize2fs" | "fsck")
                || (c.program() == "mount" && !c.args().is_empty() && !c.short('l'))
        },
    },
    DangerRule {
        id: "crontab-remove",
        level: Destructive,
        why: "Deletes the cron table.",
        matches: |c| does(c, &["crontab"], &["-r"]),
    },
    DangerRule {
        id: "kernel-setting",
        level: Changes,
        why: "Changes kernel settings.",
        matches: |c| does(c, &["sysctl"], &["-w", "-p", "--system"]) || matches!(c.program(), "modprobe" | "rmmod"),
    },
    DangerRule {
        id: "file-edit",
        level: Changes,
        why: "Changes files in place.",
        matches: |c| {
            (matches!(c.program(), "sed" | "perl") && c.args().iter().any(|a| a.starts_with("-i")))
                || matches!(c.program(), "mv" | "tee" | "patch")
        },
    },
];

/// The first word that is no option, or the one after a namespace, is one of `verbs`.
fn verb(call: &Call, programs: &[&str], verbs: &[&str]) -> bool {
    if !programs.contains(&call.program()) {
        return false;
    }
    let mut args = call.args().iter();
    while let Some(arg) = args.next() {
        if matches!(arg.as_str(), "-n" | "--namespace" | "--context" | "-C" | "--kubeconfig" | "-c") {
            args.next();
        } else if !arg.starts_with('-') {
            return verbs.contains(&arg.as_str());
        }
    }
    false
}

/// The method of a `curl` or `wget` call that sends something.
fn method(call: &Call) -> Option<&str> {
    if !matches!(call.program(), "curl" | "wget" | "http") {
        return None;
    }
    let args = call.args();
    for (at, arg) in args.iter().enumerate() {
        if arg == "-X" || arg == "--request" {
            return args.get(at + 1).map(String::as_str);
        }
        if let Some(joined) =
            arg.strip_prefix("-X").or_else(|| arg.strip_prefix("--request=")).or_else(|| arg.strip_prefix("--method="))
        {
            return Some(joined);
        }
    }
    let sends = args
        .iter()
        .any(|a| a == "-d" || a == "-F" || a == "-T" || a.starts_with("--data") || a == "--form" || a == "--json");
    sends.then_some("POST")
}
