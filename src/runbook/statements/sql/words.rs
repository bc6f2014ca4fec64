//! Names of functions and settings that change something although the statement looks like one that reads.

/// Functions of PostgreSQL and MySQL that change something, whatever the transaction allows.
const CHANGERS: &[&str] = &[
    "NEXTVAL",
    "SETVAL",
    "SET_CONFIG",
    "GET_LOCK",
    "RELEASE_LOCK",
    "RELEASE_ALL_LOCKS",
    "LOAD_FILE",
    "PG_PROMOTE",
    "PG_TERMINATE_BACKEND",
    "PG_CANCEL_BACKEND",
    "PG_RELOAD_CONF",
    "PG_ROTATE_LOGFILE",
    "PG_SWITCH_WAL",
    "PG_SWITCH_XLOG",
    "PG_NOTIFY",
    "PG_LOG_BACKEND_MEMORY_CONTEXTS",
    "PG_IMPORT_SYSTEM_COLLATIONS",
    "PG_STOP_BACKUP",
    "PG_START_BACKUP",
    "PG_SYNC_REPLICATION_SLOTS",
    "PG_SPLIT_WALFILE_NAME",
    "PG_EXTENSION_CONFIG_DUMP",
];

/// Beginnings of such names.
const STARTS: &[&str] = &[
    "PG_ADVISORY",
    "PG_TRY_ADVISORY",
    "PG_STAT_RESET",
    "PG_STAT_STATEMENTS_RESET",
    "PG_STAT_FORCE",
    "PG_DROP_",
    "PG_CREATE_",
    "PG_COPY_",
    "PG_BACKUP_",
    "PG_WAL_REPLAY_",
    "PG_REPLICATION_ORIGIN_",
    "PG_REPLICATION_SLOT_ADVANCE",
    "PG_LOGICAL_",
    "PG_FILE_",
    "LO_",
    "DBLINK",
    "BRIN_",
    "GIN_CLEAN",
    "PG_PREWARM",
];

/// Whether a word of a query calls something that changes the server.
pub(super) fn calls_for_change(word: &str) -> bool {
    CHANGERS.contains(&word) || STARTS.iter().any(|start| word.starts_with(start))
}

/// Settings of SQLite that read, also with an argument.
pub(super) const READING_PRAGMAS: &[&str] = &[
    "TABLE_INFO",
    "TABLE_XINFO",
    "TABLE_LIST",
    "INDEX_LIST",
    "INDEX_INFO",
    "INDEX_XINFO",
    "FOREIGN_KEY_LIST",
    "FOREIGN_KEY_CHECK",
    "INTEGRITY_CHECK",
    "QUICK_CHECK",
    "DATABASE_LIST",
    "COLLATION_LIST",
    "FUNCTION_LIST",
    "COMPILE_OPTIONS",
    "PAGE_COUNT",
    "FREELIST_COUNT",
];

/// Settings of SQLite that read without an argument.
pub(super) const PLAIN_PRAGMAS: &[&str] = &[
    "PAGE_SIZE",
    "USER_VERSION",
    "SCHEMA_VERSION",
    "APPLICATION_ID",
    "JOURNAL_MODE",
    "SYNCHRONOUS",
    "ENCODING",
    "FOREIGN_KEYS",
    "AUTO_VACUUM",
    "CACHE_SIZE",
    "WAL_AUTOCHECKPOINT",
    "BUSY_TIMEOUT",
    "DATA_VERSION",
];
