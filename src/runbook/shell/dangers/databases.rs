//! Databases, queues and stores: their clients, their dumps and their schema tools.

use super::super::syntax::{Call, Input};
use super::{Found, Rule, sql, verbs};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};
use crate::runbook::text::Pattern;

static DROP: Rule =
    Rule::new("database-drop", Destructive, "データベースやユーザーを削除します。", "Deletes a database or a user.");
static CREATE: Rule =
    Rule::new("database-create", Changes, "データベースやユーザーを作ります。", "Creates a database or a user.");
static RESTORE: Rule = Rule::new(
    "database-restore",
    Destructive,
    "今あるデータの上にバックアップやファイルの内容を書き込みます。",
    "Writes a backup over the data that is there.",
);
static BACKUP_RESTORE: Rule = Rule::new(
    "backup-restore",
    Destructive,
    "今あるデータの上にバックアップを書き戻します。",
    "Writes a backup over the data that is there.",
);
static BACKUP_PRUNE: Rule = Rule::new("backup-prune", Destructive, "バックアップを削除します。", "Deletes backups.");
static PROMOTE: Rule = Rule::new(
    "database-promote",
    Disruptive,
    "主系の切り替えや停止を行います。",
    "Makes a standby the primary, or stops a server.",
);
static MAINTENANCE: Rule = Rule::new(
    "sql-lock",
    Disruptive,
    "テーブルをロックするか、接続を切断します。",
    "Locks tables or cuts connections.",
);
static DOWNGRADE: Rule = Rule::new(
    "schema-downgrade",
    Destructive,
    "スキーマの変更を戻します。列やテーブルが消えることがあります。",
    "Takes schema changes back; columns and tables can go.",
);
static MIGRATE: Rule =
    Rule::new("migrate", Changes, "データベースのスキーマを変えます。", "Changes the database schema.");
static DOCUMENTS: Rule = Rule::new(
    "document-delete",
    Destructive,
    "ドキュメントやコレクションを削除します。",
    "Deletes documents or collections.",
);
static DOCUMENTS_CHANGE: Rule =
    Rule::new("document-change", Changes, "ドキュメントや設定を変えます。", "Changes documents or settings.");
static STORE_DELETE: Rule =
    Rule::new("store-delete", Destructive, "保存されたキーや値を削除します。", "Deletes stored keys or values.");
static STORE_CHANGE: Rule = Rule::new("store-change", Changes, "保存された値を変えます。", "Changes stored values.");
static QUEUE_DELETE: Rule =
    Rule::new("queue-delete", Destructive, "キューやメッセージを削除します。", "Deletes queues, topics or messages.");
static QUEUE_STOP: Rule =
    Rule::new("queue-stop", Disruptive, "メッセージの処理を止めます。", "Stops the handling of messages.");

static DEFRAG: Rule = Rule::new(
    "store-defragment",
    Disruptive,
    "デフラグの間、このメンバーは応答しません。",
    "The member does not answer while it is defragmented.",
);
static SCRIPT: Rule = Rule::new(
    "sql-script",
    Changes,
    "ここに書かれていない SQL スクリプトを実行します。",
    "Runs statements of a script that do not stand here.",
);

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "psql" | "mysql" | "mariadb" | "sqlite3" | "clickhouse-client" | "clickhouse" | "cockroach" | "cqlsh"
        | "sqlcmd" | "sqlplus" | "bq" | "duckdb" | "trino" | "snowsql" | "usql" | "pgcli" | "mycli" | "influx"
        | "tsql" => {
            client(call, found);
        }
        "impdp" | "imp" => found.add(&RESTORE),
        "crm_resource" | "crm_node" | "crm_standby" | "crm_attribute" => {
            let moves = [
                "--move",
                "-M",
                "--ban",
                "-B",
                "--clear",
                "--restart",
                "--force-stop",
                "--force-demote",
                "--force-promote",
                "--cleanup",
                "-C",
                "--remove",
                "-R",
                "-v",
                "--update",
                "--delete",
                "-D",
            ];
            found.add_if(call.has_any(&moves), &PROMOTE);
        }
        "dropdb" | "dropuser" => found.add(&DROP),
        "createdb" | "createuser" => found.add(&CREATE),
        "mysqladmin" | "mariadb-admin" => {
            found.add_if(call.has("drop"), &DROP);
            found.add_if(call.has_any(&["shutdown", "kill", "stop-slave", "stop-replica"]), &PROMOTE);
            found.add_if(
                call.has_any(&["create", "password", "flush-hosts", "flush-privileges", "reload", "flush-logs"]),
                &CREATE,
            );
        }
        "pg_restore" => found.add_if(!call.has_any(&["-l", "--list", "-f", "--file"]), &RESTORE),
        "mongorestore" | "mysqlimport" | "mongoimport" | "pg_resetwal" | "neo4j-admin" | "sstableloader" => {
            found.add(&RESTORE)
        }
        "pg_basebackup" => found.add_if(
            call.has("-R")
                || call.has_start("--write-recovery")
                || call.value_of(&["-D"]).is_some_and(|to| to.starts_with("/var/lib/")),
            &RESTORE,
        ),
        "reindexdb" | "clusterdb" => found.add(&MAINTENANCE),
        "vacuumdb" => found.add_if(call.has("--full") || call.short('f'), &MAINTENANCE),
        "pg_ctl"
        | "pg_ctlcluster"
        | "patronictl"
        | "repmgr"
        | "stolonctl"
        | "orchestrator-client"
        | "pcs"
        | "crm"
        | "galera_recovery" => {
            found.add_if(
                call.has_any(&[
                    "promote",
                    "failover",
                    "switchover",
                    "stop",
                    "restart",
                    "reinit",
                    "failkeeper",
                    "relocate",
                    "standby",
                    "move",
                ]),
                &PROMOTE,
            );
        }
        "velero" | "restic" | "borg" | "barman" | "pgbackrest" | "wal-g" | "kopia" | "duplicity" | "bacula" => {
            found.add_if(
                call.has_any(&["restore", "extract", "recover", "backup-fetch"])
                    && !call.has_any(&["get", "describe", "logs"]),
                &BACKUP_RESTORE,
            );
            found.add_if(call.has_any(&["prune", "forget", "delete", "expire", "purge", "compact"]), &BACKUP_PRUNE);
        }
        "etcdctl" | "etcdutl" => {
            found.add_if(call.has("restore"), &BACKUP_RESTORE);
            found.add_if(call.has("del"), &STORE_DELETE);
            found.add_if(call.has_any(&["remove", "move-leader"]), &PROMOTE);
            found.add_if(call.has("defrag"), &DEFRAG);
            found.add_if(call.has_any(&["put", "compact", "disarm", "promote"]), &STORE_CHANGE);
        }
        "vault" | "bao" => {
            found.add_if(
                call.has_any(&["delete", "destroy", "revoke", "disable"])
                    || (call.has("metadata") && call.has("delete")),
                &STORE_DELETE,
            );
            found.add_if(call.has_any(&["seal", "step-down"]), &QUEUE_STOP);
            found
                .add_if(call.has_any(&["write", "put", "patch", "enable", "unseal", "rotate", "rekey"]), &STORE_CHANGE);
            found.add_if(call.has("snapshot") && call.has("restore"), &BACKUP_RESTORE);
        }
        "consul" => {
            found.add_if(call.has_any(&["delete", "deregister"]), &STORE_DELETE);
            found.add_if(call.has("restore"), &BACKUP_RESTORE);
            found.add_if(call.has_any(&["leave", "force-leave"]), &QUEUE_STOP);
            found.add_if(call.has_any(&["put", "import", "register"]), &STORE_CHANGE);
        }
        "zookeeper-shell" | "zkCli.sh" => found.add_if(call.has_any(&["deleteall", "rmr", "delete"]), &STORE_DELETE),
        program if program.starts_with("kafka-") || program == "kcat" => kafka(call, found),
        "rabbitmqctl" | "rabbitmqadmin" | "rabbitmq-queues" => {
            found.add_if(
                call.has_any(&[
                    "purge_queue",
                    "purge",
                    "delete_queue",
                    "delete",
                    "reset",
                    "force_reset",
                    "delete_vhost",
                    "delete_user",
                    "forget_cluster_node",
                ]),
                &QUEUE_DELETE,
            );
            found.add_if(
                call.has_any(&["stop_app", "stop", "shutdown", "close_connection", "close_all_connections"]),
                &QUEUE_STOP,
            );
            found.add_if(
                call.has_any(&[
                    "set_policy",
                    "add_user",
                    "set_permissions",
                    "change_password",
                    "start_app",
                    "join_cluster",
                    "set_vm_memory_high_watermark",
                ]),
                &STORE_CHANGE,
            );
        }
        "nats" => found.add_if(call.has_any(&["rm", "purge", "delete"]), &QUEUE_DELETE),
        "postqueue" => found.add_if(call.short('f'), &STORE_CHANGE),
        "postsuper" => found.add_if(call.short('d'), &QUEUE_DELETE),
        "celery" => found.add_if(call.has("purge"), &QUEUE_DELETE),
        "ceph" | "rbd" | "rados" | "gluster" => {
            found.add_if(call.has_any(&["rm", "delete", "purge", "destroy", "remove"]), &STORE_DELETE);
            found.add_if(
                call.has_any(&["out", "down", "stop", "fail", "repair", "set", "unset", "reweight", "restart"]),
                &PROMOTE,
            );
        }
        _ => {}
    }
    for text in documents(call) {
        store_text(&text, found);
    }
    schema(call, found);
}

/// A client that is given statements, or a file of them.
fn client(call: &Call, found: &mut Found) {
    // Each argument may be a statement; words such as a table's name are too short to be one.
    call.args().iter().filter(|arg| arg.contains([' ', '\\', '.'])).for_each(|arg| {
        let text =
            arg.split_once('=').filter(|(option, _)| option.starts_with("--")).map_or(arg.as_str(), |(_, text)| text);
        sql::look(text, found);
    });
    if let Some(text) = &call.stdin {
        sql::look(text, found);
        return;
    }
    let asks = call.args().iter().any(|arg| {
        matches!(
            arg.as_str(),
            "-c" | "-e" | "--command" | "--execute" | "-q" | "--query" | "-l" | "--list" | "-V" | "--version"
        ) || arg.starts_with("--command=")
            || arg.starts_with("--execute=")
            || arg.starts_with("--query=")
            || (arg.starts_with('-')
                && !arg.starts_with("--")
                && arg.len() > 2
                && (arg.ends_with('c') || arg.ends_with('e')))
    });
    // What a script of statements does does not stand here.
    let script = call.program() == "sqlplus" && call.args().iter().any(|arg| arg.starts_with('@'));
    found.add_if(script, &SCRIPT);
    let file = !script && call.has_any(&["-f", "--file", "-i"]) || call.has_start("--file=") || call.has_start("-f/");
    found.add_if(file || (call.input != Input::Terminal && !asks), &RESTORE);
}

fn kafka(call: &Call, found: &mut Found) {
    let name = call.program();
    found
        .add_if(call.has("--delete") || name.contains("delete-records") || call.has("--delete-offsets"), &QUEUE_DELETE);
    found.add_if(
        name.contains("server-stop")
            || name.contains("reassign") && call.has("--execute")
            || name.contains("leader-election"),
        &QUEUE_STOP,
    );
    found.add_if(
        call.has_any(&["--create", "--alter", "--reset-offsets", "--add-config"])
            && (!call.has("--reset-offsets") || call.has("--execute")),
        &STORE_CHANGE,
    );
}

/// The program text of a document store's shell.
fn documents(call: &Call) -> Vec<String> {
    if !matches!(call.program(), "mongosh" | "mongo") {
        return Vec::new();
    }
    call.value_of(&["--eval"]).map(str::to_owned).into_iter().chain(call.stdin.clone()).collect()
}

static DOCUMENTS_GO: Pattern =
    Pattern::new(r"\.(?:drop\w*|remove|delete(?:One|Many)|deleteMany|findOneAndDelete|bulkWrite)\s*\(|dropDatabase")
        .needing(&["drop", "remove", "delete", "Delete", "bulkWrite"]);
static DOCUMENTS_ALTER: Pattern = Pattern::new(r"\.(?:insert\w*|update\w*|replace\w*|create\w*|rename\w*|save|findOneAndUpdate)\s*\(|rs\.(?:add|remove|reconfig|initiate)|setParameter").needing(&["insert", "update", "replace", "create", "rename", "save", "Update", "rs.", "setParameter"]);
static DOCUMENTS_STOP: Pattern = Pattern::new(r"rs\.stepDown|replSetStepDown|shutdownServer|killOp|\bshutdown\b")
    .needing(&["stepDown", "StepDown", "shutdown", "killOp"]);

fn store_text(text: &str, found: &mut Found) {
    found.add_if(DOCUMENTS_GO.is_match(text), &DOCUMENTS);
    found.add_if(DOCUMENTS_STOP.is_match(text), &PROMOTE);
    found.add_if(DOCUMENTS_ALTER.is_match(text), &DOCUMENTS_CHANGE);
}

/// Tools that change a schema.
fn schema(call: &Call, found: &mut Found) {
    let words = verbs(call, &["-c", "--config", "-x", "-n", "--name", "--database-url", "--url"]);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    match call.program() {
        "alembic" => {
            found.add_if(has(&["downgrade"]), &DOWNGRADE);
            found.add_if(has(&["upgrade", "stamp", "revision"]), &MIGRATE);
        }
        "flyway" | "liquibase" | "dbmate" | "goose" | "migrate" | "sqlx" | "diesel" | "atlas" | "knex"
        | "sequelize" | "typeorm" | "prisma" | "drizzle-kit" | "phinx" => {
            found.add_if(
                has(&[
                    "clean",
                    "undo",
                    "rollback",
                    "dropAll",
                    "drop-all",
                    "rollbackCount",
                    "down",
                    "drop",
                    "reset",
                    "revert",
                    "redo",
                    "migrate:rollback",
                    "db:migrate:undo",
                    "migration:revert",
                    "schema:drop",
                    "force-reset",
                ]) || call.has("--force-reset"),
                &DOWNGRADE,
            );
            found.add_if(
                has(&[
                    "migrate",
                    "update",
                    "up",
                    "apply",
                    "run",
                    "deploy",
                    "push",
                    "migrate:latest",
                    "db:migrate",
                    "migration:run",
                    "repair",
                    "baseline",
                ]),
                &MIGRATE,
            );
        }
        "manage.py" | "./manage.py" | "python" | "python3" | "django-admin" | "flask" => {
            let django = call.program().contains("manage.py")
                || call.program() == "django-admin"
                || words.first().is_some_and(|word| word.ends_with("manage.py"));
            if django {
                found.add_if(
                    has(&["flush", "reset_db", "sqlflush", "clearsessions", "remove_stale_contenttypes"]),
                    &DOWNGRADE,
                );
                found.add_if(
                    has(&["migrate", "loaddata", "createsuperuser", "changepassword", "collectstatic"]),
                    &MIGRATE,
                );
                found.add_if(has(&["migrate"]) && has(&["zero"]), &DOWNGRADE);
            } else if call.program() == "flask" {
                found.add_if(has(&["downgrade"]), &DOWNGRADE);
                found.add_if(has(&["upgrade"]), &MIGRATE);
            }
        }
        "rails" | "rake" | "bin/rails" | "./bin/rails" | "bin/rake" | "artisan" | "php" => {
            let task = |starts: &[&str]| {
                words
                    .iter()
                    .any(|word| starts.iter().any(|start| word == start || word.starts_with(&format!("{start}:"))))
            };
            found.add_if(
                task(&[
                    "db:drop",
                    "db:reset",
                    "db:rollback",
                    "db:purge",
                    "db:schema:load",
                    "db:setup",
                    "db:truncate_all",
                    "db:migrate:down",
                    "db:migrate:reset",
                    "db:structure:load",
                    "db:seed:replant",
                    "migrate:fresh",
                    "migrate:rollback",
                    "migrate:reset",
                    "migrate:refresh",
                    "db:wipe",
                ]),
                &DOWNGRADE,
            );
            found.add_if(task(&["db:migrate", "db:seed", "db:create", "migrate"]), &MIGRATE);
        }
        _ => {}
    }
}
