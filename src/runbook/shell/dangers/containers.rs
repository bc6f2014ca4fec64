//! Containers and clusters.

use super::super::syntax::Call;
use super::{Found, Rule, verbs};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static PRUNE: Rule = Rule::new(
    "docker-prune",
    Destructive,
    "コンテナ・イメージ・ボリュームを削除します。",
    "Deletes containers, images or volumes.",
);
static STOP: Rule =
    Rule::new("docker-stop", Disruptive, "コンテナを停止・再起動します。", "Stops or restarts containers.");
static CHANGE: Rule = Rule::new(
    "docker-change",
    Changes,
    "コンテナの起動やイメージの作成・送信を行います。",
    "Starts, builds or pushes containers.",
);
static KUBE_DELETE: Rule =
    Rule::new("kube-delete", Destructive, "クラスターのリソースを削除します。", "Deletes resources of the cluster.");
static KUBE_DRAIN_DATA: Rule = Rule::new(
    "kube-drain-data",
    Destructive,
    "Pod を追い出し、emptyDir のデータを失います。",
    "Evicts pods and loses the data of their emptyDir volumes.",
);
static VM_DELETE: Rule = Rule::new(
    "vm-delete",
    Destructive,
    "仮想マシンやそのスナップショットを失います。",
    "Loses a virtual machine or a state of it.",
);
static VM_STOP: Rule =
    Rule::new("vm-stop", Disruptive, "仮想マシンを停止・再起動します。", "Stops or restarts a virtual machine.");
static VM_CHANGE: Rule = Rule::new(
    "vm-change",
    Changes,
    "仮想マシンを作成・起動・移動します。",
    "Creates, starts or moves a virtual machine.",
);
static KUBE_DISRUPT: Rule =
    Rule::new("kube-disrupt", Disruptive, "Pod を移動・再起動・停止します。", "Moves, restarts or stops pods.");
static KUBE_CHANGE: Rule =
    Rule::new("kube-change", Changes, "クラスターのリソースを変えます。", "Changes resources of the cluster.");
static HELM_DELETE: Rule = Rule::new("helm-delete", Destructive, "リリースを削除します。", "Removes a release.");
static HELM_CHANGE: Rule = Rule::new("helm-change", Changes, "リリースを変えます。", "Changes a release.");

/// Options of the cluster clients that take the next word.
const KUBE_VALUED: &[&str] = &[
    "-n",
    "--namespace",
    "--context",
    "--kubeconfig",
    "-l",
    "--selector",
    "-c",
    "--container",
    "-f",
    "--filename",
    "-o",
    "--output",
    "--as",
    "--cluster",
    "--user",
    "-s",
    "--server",
    "-p",
    "--patch",
    "--type",
    "--field-selector",
    "--token",
];
/// Options of a drain that give up what pods keep on the node.
const LOSES_DATA: &[&str] =
    &["--delete-emptydir-data", "--delete-local-data", "--delete-emptydir-data=true", "--delete-local-data=true"];
/// Options of the container clients that take the next word before their command.
const DOCKER_VALUED: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "-H",
    "--host",
    "-c",
    "--context",
    "--project-directory",
];

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "crictl" | "ctr" | "buildah" => {
            docker(call, found)
        }
        "kubectl" | "oc" | "k" | "kubecolor" | "microk8s.kubectl" => kube(call, found),
        "minikube" | "kind" | "k3d" | "kubeadm" | "eksctl" | "kops" | "rosa" | "rancher" => {
            let words = verbs(call, &[]);
            let first = words.first().copied().unwrap_or_default();
            found.add_if(matches!(first, "delete" | "reset"), &KUBE_DELETE);
            found.add_if(matches!(first, "drain" | "stop" | "upgrade"), &KUBE_DISRUPT);
            found.add_if(
                matches!(first, "create" | "start" | "join" | "init" | "scale" | "update" | "apply"),
                &KUBE_CHANGE,
            );
        }
        "helm" | "helmfile" | "argocd" | "flux" | "kustomize" | "skaffold" | "velero" => {
            let words = verbs(call, &["-n", "--namespace", "--kube-context", "-f", "--values", "--set", "-e", "-l"]);
            let has = |wanted: &[&str]| words.iter().take(3).any(|word| wanted.contains(word));
            found.add_if(has(&["uninstall", "delete", "del", "destroy"]) && call.program() != "velero", &HELM_DELETE);
            found.add_if(
                has(&[
                    "upgrade",
                    "install",
                    "rollback",
                    "apply",
                    "sync",
                    "reconcile",
                    "suspend",
                    "resume",
                    "set",
                    "deploy",
                    "terminate-op",
                ]),
                &HELM_CHANGE,
            );
        }
        "systemd-nspawn" | "lxc" | "incus" | "virsh" | "vagrant" | "multipass" | "pct" | "qm" | "virtctl" => {
            let words = verbs(call, &[]);
            let first = words.first().copied().unwrap_or_default();
            found.add_if(
                matches!(
                    first,
                    "delete" | "destroy" | "undefine" | "purge" | "snapshot-delete" | "snapshot-revert" | "rollback"
                ),
                &VM_DELETE,
            );
            found.add_if(
                matches!(
                    first,
                    "stop"
                        | "restart"
                        | "shutdown"
                        | "reboot"
                        | "reset"
                        | "suspend"
                        | "halt"
                        | "reload"
                        | "pause"
                        | "soft-reboot"
                ),
                &VM_STOP,
            );
            found.add_if(
                matches!(first, "start" | "launch" | "up" | "create" | "define" | "migrate" | "snapshot"),
                &VM_CHANGE,
            );
        }
        _ => {}
    }
}

fn docker(call: &Call, found: &mut Found) {
    let mut words = verbs(call, DOCKER_VALUED);
    if words.first() == Some(&"compose") {
        words.remove(0);
    }
    // `docker container rm` says what `docker rm` says.
    let grouped = matches!(
        words.first(),
        Some(
            &("container"
                | "image"
                | "volume"
                | "network"
                | "system"
                | "builder"
                | "buildx"
                | "stack"
                | "service"
                | "swarm"
                | "node"
                | "secret"
                | "config"
                | "pod"
                | "machine")
        )
    );
    let group = if grouped { words.remove(0) } else { "" };
    let verb = words.first().copied().unwrap_or_default();
    match verb {
        "prune" | "rm" | "rmi" | "rmp" | "remove" | "reset" => found.add(&PRUNE),
        "down" => {
            found.add_if(call.short('v') || call.has_any(&["--volumes", "--rmi"]), &PRUNE);
            found.add(&STOP);
        }
        "stop" | "restart" | "kill" | "pause" | "leave" | "disconnect" | "stopp" => found.add(&STOP),
        "update" if matches!(group, "service" | "node") => found.add(&STOP),
        "up" | "start" | "run" | "build" | "push" | "pull" | "scale" | "tag" | "update" | "create" | "unpause"
        | "deploy" | "load" | "import" | "commit" | "cp" | "rename" | "connect" | "init" | "join" | "rollback" => {
            found.add_if(verb == "up" && call.has_any(&["--force-recreate", "--renew-anon-volumes", "-V"]), &STOP);
            found.add(&CHANGE);
        }
        _ => {}
    }
}

fn kube(call: &Call, found: &mut Found) {
    let before: Vec<String> = call.words.iter().take_while(|word| *word != "--").cloned().collect();
    let call = &Call { words: before, ..Call::default() };
    let words = verbs(call, KUBE_VALUED);
    let first = words.first().copied().unwrap_or_default();
    let second = words.get(1).copied().unwrap_or_default();
    match first {
        "delete" => found.add(&KUBE_DELETE),
        "replace" if call.has("--force") => found.add(&KUBE_DELETE),
        "apply" if call.has("--prune") => found.add(&KUBE_DELETE),
        "drain" | "evict" => {
            found.add_if(call.has_any(LOSES_DATA), &KUBE_DRAIN_DATA);
            found.add(&KUBE_DISRUPT);
        }
        "rollout" => {
            found.add_if(matches!(second, "restart" | "undo" | "pause"), &KUBE_DISRUPT);
            found.add_if(matches!(second, "resume" | "latest" | "retry" | "cancel"), &KUBE_CHANGE);
        }
        "scale" => {
            let none = call.value_of(&["--replicas"]) == Some("0");
            found.add(if none { &KUBE_DISRUPT } else { &KUBE_CHANGE });
        }
        "adm" => {
            found.add_if(second == "drain" && call.has_any(LOSES_DATA), &KUBE_DRAIN_DATA);
            // Without a version `upgrade` says what could be installed.
            let asks = second == "upgrade"
                && (words.len() > 2
                    || !call.has_start("--to") && !call.has_start("--force") && !call.has_start("--clear"));
            found.add_if(matches!(second, "drain" | "upgrade" | "cordon") && !asks, &KUBE_DISRUPT);
            found.add_if(matches!(second, "prune" | "certificate") && !call.has("--confirm=false"), &KUBE_CHANGE);
            found.add_if(matches!(second, "policy" | "taint" | "uncordon" | "pod-network"), &KUBE_CHANGE);
        }
        "apply" | "create" | "patch" | "edit" | "cordon" | "uncordon" | "label" | "annotate" | "taint" | "set"
        | "autoscale" | "expose" | "replace" | "run" | "cp" | "debug" | "certificate" | "new-app" | "new-project"
        | "start-build" | "import-image" | "tag" | "process" => {
            let quiet = matches!(first, "debug" | "process");
            found.add_if(!quiet, &KUBE_CHANGE);
        }
        "argo" => found.add_if(call.has_any(&["promote", "abort", "undo", "restart"]), &KUBE_DISRUPT),
        _ => {}
    }
}
