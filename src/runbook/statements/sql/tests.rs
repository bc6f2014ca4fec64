//! Where statements end and what they do.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use ServerKind::{Mysql, Postgres, Sqlite};

fn texts(text: &str, kind: ServerKind) -> Vec<String> {
    split(text, kind).into_iter().map(|s| s.text).collect()
}

#[test]
fn statements_end_where_the_server_says() {
    for (kind, text, expected) in [
        (Postgres, "select 1; select 2", vec!["select 1", "select 2"]),
        (Postgres, "select ';', \"a;b\", 'it''s;' ;;", vec!["select ';', \"a;b\", 'it''s;'"]),
        (Postgres, "select 'a\\'; drop table x; --'", vec!["select 'a\\'", "drop table x"]),
        (Postgres, "select E'a\\'; b'; select 2", vec!["select E'a\\'; b'", "select 2"]),
        (Postgres, "-- a; b\nselect 1 -- c;\n;", vec!["-- a; b\nselect 1 -- c;"]),
        (Postgres, "/* a; /* b; */ c; */ select 1; select 2", vec!["/* a; /* b; */ c; */ select 1", "select 2"]),
        (Postgres, "do $x$ begin; end $x$; select $1", vec!["do $x$ begin; end $x$", "select $1"]),
        (Postgres, "select a$b$c; select 2", vec!["select a$b$c", "select 2"]),
        (
            Postgres,
            "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3",
            vec![
                "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
                "select 3",
            ],
        ),
        (Postgres, "begin; select 1; end; select 2", vec!["begin", "select 1", "end", "select 2"]),
        (Postgres, "\\d users\nselect 1;", vec!["\\d users", "select 1"]),
        (
            Mysql,
            "select 'a\\'; b'; select `;` # c;\n; select 1--1",
            vec!["select 'a\\'; b'", "select `;` # c;", "select 1--1"],
        ),
        (
            Mysql,
            "create procedure p() begin if a then select 1; end if; select if(a,b,c); end; select 2",
            vec!["create procedure p() begin if a then select 1; end if; select if(a,b,c); end", "select 2"],
        ),
        (
            Sqlite,
            "create trigger t after insert on a begin update b set c=1; delete from d; end; select [;]",
            vec!["create trigger t after insert on a begin update b set c=1; delete from d; end", "select [;]"],
        ),
        (Sqlite, "  ", vec![]),
    ] {
        assert_eq!(texts(text, kind), expected, "{text}");
    }
}

#[test]
fn a_statement_knows_its_line() {
    let lines: Vec<_> = split("select 1;\n\n-- b\nselect 2;\nselect 3", Postgres).iter().map(|s| s.line).collect();
    assert_eq!(lines, [1, 3, 5]);
}

#[test]
fn what_only_reads_is_known_and_all_else_writes() {
    for (kind, text, reads) in [
        (Postgres, "select * from users where note = 'delete me'", true),
        (Postgres, "WITH a AS (SELECT 1) SELECT * FROM a", true),
        (Postgres, "with a as (delete from t returning *) select * from a", false),
        (Postgres, "select * into copy from t", false),
        (Postgres, "select * from t for update", false),
        (Postgres, "select * from t for no key update", false),
        (Postgres, "select pg_terminate_backend(1)", false),
        (Postgres, "select nextval('s')", false),
        (Postgres, "select replace(a, 'b', 'c'), updated_at from t", true),
        (Postgres, "show all", true),
        (Postgres, "explain delete from t", true),
        (Postgres, "explain analyze select 1", true),
        (Postgres, "explain (analyze, buffers) delete from t", false),
        (Postgres, "set statement_timeout = '5s'", true),
        (Postgres, "set role admin", false),
        (Postgres, "set transaction read write", false),
        (Postgres, "set default_transaction_read_only = off", false),
        (Postgres, "begin read write", false),
        (Postgres, "begin", true),
        (Postgres, "vacuum analyze t", false),
        (Postgres, "do $$ begin end $$", false),
        (Postgres, "call p()", false),
        (Postgres, "select 'open", false),
        (Mysql, "select 'a\\b'", false),
        (Mysql, "select 1 /*! ; drop table t */", false),
        (Mysql, "select * from t into outfile '/tmp/x'", false),
        (Mysql, "show processlist", true),
        (Mysql, "start slave", false),
        (Mysql, "set global x = 1", false),
        (Sqlite, "pragma table_info(t)", true),
        (Sqlite, "pragma journal_mode", true),
        (Sqlite, "pragma journal_mode = wal", false),
        (Sqlite, "pragma query_only(0)", false),
        (Sqlite, "attach 'x' as y", false),
    ] {
        let all = split(text, kind);
        assert_eq!(all[0].nature() == Nature::Reads, reads, "{text}");
    }
}

#[test]
fn transactions_are_followed() {
    for (kind, text, control) in [
        (Postgres, "begin isolation level serializable", Control::Begin),
        (Postgres, "start transaction", Control::Begin),
        (Postgres, "commit and chain", Control::Commit),
        (Postgres, "end", Control::Commit),
        (Postgres, "rollback to savepoint a", Control::None),
        (Postgres, "rollback", Control::Rollback),
        (Postgres, "create table t()", Control::None),
        (Mysql, "create table t(a int)", Control::Implicit),
        (Postgres, "select 1", Control::None),
    ] {
        assert_eq!(split(text, kind)[0].control(), control, "{text}");
    }
}

#[test]
fn what_only_a_client_can_do_is_refused() {
    for (text, refused) in [
        ("\\d t", true),
        ("copy t from stdin", true),
        ("copy (select 1) to stdout", true),
        ("use other", true),
        ("select 1", false),
    ] {
        assert_eq!(split(text, Postgres)[0].refused().is_some(), refused, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_splits_and_no_statement_is_lost(text in "[a-zA-Z;'\"$\\-/* \\\\\n`\\[\\]#é]{0,120}") {
        for kind in [Postgres, Mysql, Sqlite] {
            let all = split(&text, kind);
            let mut from = 0;
            for statement in &all {
                let at = text[from..].find(&statement.text);
                prop_assert!(at.is_some(), "{statement:?}");
                from += at.unwrap_or(0) + statement.text.len();
            }
        }
    }
}
