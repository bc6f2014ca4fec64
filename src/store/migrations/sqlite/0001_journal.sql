-- The stored text of a fact is the truth and is never made again; the other columns of facts are for queries only.
-- A later migration may add to these tables, but keeps run_id, seq, event_id, text and digest: an older program
-- reads a newer journal by them.

CREATE TABLE facts (
    run_id    TEXT    NOT NULL,
    seq       INTEGER NOT NULL CHECK (seq >= 1),
    event_id  TEXT    NOT NULL UNIQUE,
    version   INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    at        INTEGER NOT NULL, -- microseconds since 1970 in UTC
    actor_uid INTEGER NOT NULL,
    text      TEXT    NOT NULL,
    digest    TEXT    NOT NULL, -- SHA-256 of text, when it was written
    UNIQUE (run_id, seq)
) STRICT;

-- Whoever starts a command owns its row; the token grows with every claim and is never given twice.
CREATE TABLE claims (
    token      INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id     TEXT    NOT NULL,
    step_id    TEXT    NOT NULL,
    command    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    attempt_id TEXT    NOT NULL UNIQUE,
    UNIQUE (run_id, step_id, command, number)
) STRICT;

CREATE TABLE runbooks (
    sha256 TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
