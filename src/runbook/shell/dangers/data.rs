//! The table of dangers to files and databases.
//!
//! A rule looks at one call at a time; wrappers such as `sudo` are taken off before.

use super::{ALTERS, DROPS, DangerRule, LOCKS, does, feeds_database, named_restore, redis, sql};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

/// What may happen to files and databases.
pub(super) const DATA: &[DangerRule] = &[
    DangerRule {
        id: "rm",
        level: Destructive,
        why: "Deletes files.",
        matches: |c| matches!(c.program(), "rm" | "shred" | "unlink" | "rmdir"),
    },
    DangerRule {
        id: "find-delete",
        level: Destructive,
        why: "Deletes every file that it finds.",
        matches: |c| does(c, &["find"], &["-delete"]),
    },
    DangerRule { id: "truncate", level: Destructive, why: "Cuts files off.", matches: |c| c.program() == "truncate" },
    DangerRule {
        id: "disk-write",
        level: Destructive,
        why: "Writes over a disk or a partition.",
        matches: |c| {
            (c.program() == "dd" && c.args().iter().any(|a| a.starts_with("of=")))
                || c.program().starts_with("mkfs")
                || does(c, &["wipefs", "parted", "sgdisk"], &["-a", "mklabel", "--zap-all"])
        },
    },
    DangerRule {
        id: "sync-delete",
        level: Destructive,
        why: "Deletes at the target what the source does not have.",
        matches: |c| c.has_start("--delete") && matches!(c.program(), "rsync" | "aws" | "rclone" | "gsutil"),
    },
    DangerRule {
        id: "redis-flush",
        level: Destructive,
        why: "Deletes every key of the Redis database.",
        matches: |c| redis(c, &["FLUSHALL", "FLUSHDB"]),
    },
    DangerRule {
        id: "redis-delete",
        level: Destructive,
        why: "Deletes Redis keys.",
        matches: |c| redis(c, &["DEL", "UNLINK"]) || does(c, &["redis-cli"], &["DEL", "del"]),
    },
    DangerRule {
        id: "redis-failover",
        level: Disruptive,
        why: "Makes another Redis server the master.",
        matches: |c| {
            redis(c, &["SENTINEL FAILOVER", "CLUSTER FAILOVER", "REPLICAOF", "SLAVEOF", "SHUTDOWN", "FAILOVER"])
        },
    },
    DangerRule {
        id: "redis-client-kill",
        level: Disruptive,
        why: "Cuts clients off.",
        matches: |c| redis(c, &["CLIENT KILL", "SAVE", "DEBUG SLEEP"]),
    },
    DangerRule {
        id: "redis-config",
        level: Changes,
        why: "Changes the running Redis configuration or its data.",
        matches: |c| redis(c, &["CONFIG SET", "CONFIG REWRITE", "SET", "EXPIRE", "BGREWRITEAOF", "BGSAVE"]),
    },
    DangerRule {
        id: "sql-drop",
        level: Destructive,
        why: "Deletes rows, tables or databases.",
        matches: |c| sql(c, &DROPS) || c.program() == "dropdb" || c.program() == "dropuser",
    },
    DangerRule {
        id: "sql-lock",
        level: Disruptive,
        why: "Locks tables or cuts connections.",
        matches: |c| {
            sql(c, &LOCKS)
                || matches!(c.program(), "reindexdb" | "clusterdb")
                || does(c, &["vacuumdb"], &["--full", "-f"])
        },
    },
    DangerRule {
        id: "sql-alter",
        level: Changes,
        why: "Changes rows or settings of the database.",
        matches: |c| sql(c, &ALTERS) || matches!(c.program(), "createdb" | "createuser"),
    },
    DangerRule {
        id: "database-restore",
        level: Destructive,
        why: "Writes a backup over the data that is there.",
        matches: |c| {
            matches!(
                c.program(),
                "pg_restore" | "mongorestore" | "mysqlimport" | "mongoimport" | "pg_basebackup" | "pg_resetwal"
            ) || feeds_database(c)
        },
    },
    DangerRule {
        id: "backup-restore",
        level: Destructive,
        why: "Writes a backup over the data that is there.",
        matches: |c| {
            does(
                c,
                &["velero", "etcdctl", "restic", "borg", "barman", "pgbackrest", "wal-g", "vault", "consul"],
                &["restore", "extract", "recover"],
            ) || (c.program() == "etcdctl" && c.has("snapshot") && c.has("restore"))
        },
    },
    DangerRule {
        id: "named-restore",
        level: Destructive,
        why: "By its name this script overwrites or deletes data.",
        matches: named_restore,
    },
    DangerRule {
        id: "data-overwrite",
        level: Destructive,
        why: "Copies over live data.",
        matches: |c| {
            matches!(c.program(), "cp" | "mv" | "rsync")
                && c.operands()
                    .last()
                    .is_some_and(|to| to.starts_with("/var/lib/") || to.ends_with(".rdb") || to.ends_with(".aof"))
                && c.operands().next().is_some_and(|from| !from.starts_with("/var/lib/"))
        },
    },
    DangerRule {
        id: "database-promote",
        level: Disruptive,
        why: "Makes a standby the primary.",
        matches: |c| {
            does(
                c,
                &["pg_ctl", "pg_ctlcluster", "patronictl", "repmgr"],
                &["promote", "failover", "switchover", "stop", "restart"],
            )
        },
    },
    DangerRule {
        id: "alembic-downgrade",
        level: Destructive,
        why: "Takes schema changes back; columns and tables can go.",
        matches: |c| {
            does(c, &["alembic"], &["downgrade"])
                || c.args().iter().any(|a| a == "db:rollback" || a == "db:drop" || a == "db:reset")
        },
    },
    DangerRule {
        id: "migrate",
        level: Changes,
        why: "Changes the database schema.",
        matches: |c| {
            does(c, &["alembic"], &["upgrade", "stamp"])
                || c.args().iter().any(|a| matches!(a.as_str(), "migrate" | "db:migrate"))
        },
    },
];
