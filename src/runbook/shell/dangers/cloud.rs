//! Clouds and what builds them.

use super::super::syntax::Call;
use super::{Found, Rule, verbs};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static DELETE: Rule =
    Rule::new("cloud-delete", Destructive, "クラウドのリソースを削除します。", "Deletes cloud resources.");
static RESTORE: Rule = Rule::new(
    "cloud-restore",
    Destructive,
    "クラウドのデータにバックアップを書き戻します。",
    "Writes a backup over data in the cloud.",
);
static DISRUPT: Rule = Rule::new(
    "cloud-disrupt",
    Disruptive,
    "クラウドのリソースを停止・再起動・切り替えします。",
    "Stops, restarts or fails over cloud resources.",
);
static CHANGE: Rule = Rule::new("cloud-change", Changes, "クラウドのリソースを変えます。", "Changes cloud resources.");
static DESTROY: Rule =
    Rule::new("infrastructure-destroy", Destructive, "インフラを破棄します。", "Destroys infrastructure.");
static APPLY: Rule = Rule::new(
    "infrastructure-change",
    Disruptive,
    "インフラを変更します。リソースが作り直されることがあります。",
    "Changes infrastructure; resources may be replaced.",
);
static STATE: Rule = Rule::new(
    "infrastructure-state",
    Changes,
    "インフラの状態ファイルを変えます。",
    "Changes the state of infrastructure.",
);

const VALUED: &[&str] =
    &["--region", "--profile", "--output", "--project", "--query", "--filters", "-o", "-g", "-n", "--resource-group"];

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "aws" | "gcloud" | "az" | "gsutil" | "s3cmd" | "mc" | "ibmcloud" | "oci" | "doctl" | "linode-cli"
        | "hcloud" | "openstack" | "heroku" | "flyctl" | "fly" | "azcopy" | "s5cmd" | "cf" | "wrangler" | "vercel"
        | "netlify" => cloud(call, found),
        "terraform" | "tofu" | "terragrunt" | "tf" | "tg" => {
            let words = verbs(call, &["-chdir", "--terragrunt-working-dir"]);
            let has = |word: &str| words.iter().take(3).any(|known| *known == word);
            found.add_if(has("destroy") || call.has_any(&["-destroy", "--destroy"]) && !has("plan"), &DESTROY);
            found.add_if(has("state") && has("rm") || (has("workspace") && has("delete")), &DESTROY);
            found.add_if(has("apply") || has("run-all"), &APPLY);
            found.add_if(
                has("import")
                    || has("taint")
                    || has("untaint")
                    || has("force-unlock")
                    || has("refresh")
                    || (has("state") && (has("mv") || has("push") || has("replace-provider"))),
                &STATE,
            );
        }
        "pulumi" | "cdk" | "sam" | "serverless" | "sls" | "cdktf" => {
            found.add_if(call.has_any(&["destroy", "remove", "delete"]), &DESTROY);
            found.add_if(call.has_any(&["up", "deploy", "import", "refresh", "cancel"]), &APPLY);
        }
        "ansible-playbook" => found.add_if(
            !call.has_any(&["--check", "-C", "--syntax-check", "--list-tasks", "--list-hosts", "--list-tags"]),
            &APPLY,
        ),
        "ansible" => {
            let module = call.value_of(&["-m", "--module-name"]).unwrap_or("command");
            let reads = matches!(module, "ping" | "setup" | "debug" | "stat")
                || call.has_any(&["--check", "-C", "--list-hosts"]);
            found.add_if(!reads, &APPLY);
        }
        "packer" => found.add_if(call.has("build"), &CHANGE),
        "knife" | "chef-client" | "puppet" | "salt" | "salt-call" => {
            found.add_if(call.has_any(&["delete", "bulk"]), &DELETE);
            found.add_if(
                matches!(call.program(), "chef-client")
                    || call.has_any(&[
                        "state.apply",
                        "state.highstate",
                        "cmd.run",
                        "apply",
                        "agent",
                        "upload",
                        "bootstrap",
                        "ssh",
                    ]),
                &APPLY,
            );
        }
        _ => {}
    }
}

/// An operation without the word that says only who may do it, or how often.
fn bare_verb(word: &str) -> &str {
    ["admin-", "batch-", "bulk-"].iter().find_map(|start| word.strip_prefix(start)).unwrap_or(word)
}

/// An account, a key or a switch is turned off by the value of an option.
fn turned_off(call: &Call) -> bool {
    let off = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "inactive" | "disabled" | "false" | "off");
    call.value_of(&["--status", "--account-enabled", "--enabled", "--state"]).is_some_and(off)
        || call.has_any(&["--no-enabled", "--disabled"])
}

fn cloud(call: &Call, found: &mut Found) {
    let words: Vec<&str> = verbs(call, VALUED).into_iter().map(bare_verb).collect();
    let any = |exact: &[&str], starts: &[&str]| {
        words.iter().any(|word| exact.contains(word) || starts.iter().any(|start| word.starts_with(start)))
    };
    let storage = matches!(call.program(), "gsutil" | "s3cmd" | "mc" | "azcopy" | "s5cmd")
        || words.iter().take(2).any(|word| matches!(*word, "s3" | "storage"));
    let deletes = any(
        &["delete", "rb", "purge", "destroy", "delete-batch", "apps:destroy", "undeploy"],
        &["delete-", "destroy-", "terminate-", "purge-", "deregister-", "schedule-key-deletion", "empty-", "remove-"],
    ) || words.iter().any(|word| *word == "rm" || *word == "remove")
        || (storage && any(&["del", "mv"], &[]) && call.program() == "s3cmd")
        || (storage
            && call.has_any(&["--delete", "-d", "--delete-removed", "--delete-destination=true"])
            && any(&["sync", "rsync", "mirror"], &[]))
        || (call.program() == "mc" && call.has("--remove"));
    found.add_if(deletes, &DELETE);
    found.add_if(any(&["restore", "import"], &["restore-", "import-snapshot"]), &RESTORE);
    let stops = any(
        &["stop", "restart", "reset", "deallocate", "reboot", "failover", "suspend", "ps:restart", "drain", "disable"],
        &[
            "stop-",
            "reboot-",
            "restart-",
            "failover-",
            "disable-",
            "deactivate-",
            "revoke-",
            "switchover-",
            "cancel-",
            "suspend-",
            "user-global-sign-out",
            "global-sign-out",
            "ps:scale",
            // A replica that is promoted follows its source no more.
            "promote-",
        ],
    ) || any(&["update", "set"], &["update-", "modify-", "put-"]) && turned_off(call);
    found.add_if(stops, &DISRUPT);
    let scales_to_none =
        call.value_of(&["--desired-count", "--desired-capacity", "--num-nodes", "--size"]) == Some("0");
    found.add_if(scales_to_none, &DISRUPT);
    let changes = any(
        &[
            "create",
            "update",
            "set",
            "start",
            "add",
            "attach",
            "detach",
            "resize",
            "deploy",
            "import",
            "enable",
            "patch",
            "scale",
            "restore",
            "clone",
            "promote",
            "invoke",
            "swap",
            "config:set",
        ],
        &[
            "create-",
            "update-",
            "put-",
            "modify-",
            "start-",
            "run-",
            "attach-",
            "detach-",
            "restore-",
            "associate-",
            "disassociate-",
            "enable-",
            "register-",
            "tag-",
            "untag-",
            "add-",
            "set-",
            "send-",
            "authorize-",
            "copy-",
            "promote-",
            "reset-",
            "allocate-",
            "release-",
            "rotate-",
            "change-",
            "import-",
            "publish",
            "invoke",
        ],
    ) || (storage && any(&["cp", "mv", "sync", "rsync", "mirror", "upload", "put", "mb", "copy"], &[]));
    // A context of the client itself is no resource.
    let own = any(&["config", "configure", "auth", "account", "login", "configurations"], &[]) && !deletes;
    found.add_if(changes && !own, &CHANGE);
}
