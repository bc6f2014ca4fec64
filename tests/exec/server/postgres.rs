//! Statements on a real PostgreSQL.

use pretty_assertions::assert_eq;
use tejun::config::connections::ServerKind;
use tejun::run::event::{Outcome, Stop};
use tejun::run::server::{Seen, ServerRole};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Lab, Server, wait_until};

#[tokio::test]
async fn statements_run_one_after_the_other_and_show_what_the_server_says() {
    let server = Server::postgres();
    let mut lab = Lab::over(&server.postgres_url());

    assert_eq!(
        lab.output(
            "select 1 as id, '山田' as name union all select 20, null order by 1;\n\n-- none\nselect 1 as a where false"
        )
        .await,
        "-- statement 1 (line 1)\nid | name\n---+-----\n 1 | 山田\n20 | NULL\n(2 rows, 0 ms)\n\
         -- statement 2 (line 3)\na\n-\n(0 rows, 0 ms)\n"
    );
    let types = "select now() is not null t, 1.50::numeric n, '{1,2}'::int[] a, '{\"a\":1}'::jsonb j, \
                 '\\x00ff'::bytea b, interval '90 min' i, inet '10.0.0.1' h, row(1,'x') r, int4range(1,5) g";
    let shown = lab.output(types).await;
    for value in ["t ", "1.50", "{1,2}", "{\"a\": 1}", "\\x00ff", "01:30:00", "10.0.0.1", "(1,x)", "[1,5)"] {
        assert!(shown.contains(value), "{value}: {shown}");
    }
    let wrong = lab.refused("select 1;\nselect *\n  from nowhere;\nselect 2", false).await;
    assert!(
        wrong.contains("ERROR 42P01: relation \"nowhere\" does not exist\nline 3, column 8:   from nowhere"),
        "{wrong}"
    );
    assert!(!wrong.contains("-- statement 3") && wrong.contains("! not sent: statements 3\n"), "{wrong}");

    // What it says beside its answers, as far as it can be read.
    let _hears = tracing_subscriber::registry().with(tejun::exec::query::notices::Ear).set_default();
    let said = "do $$ begin for i in 1..300 loop raise notice 'look %', i; end loop; raise warning 'mind'; end $$";
    let (heard, _) = lab.run(said, true).await;
    assert!(heard.contains("NOTICE: look 1\n") && heard.contains(" more notices are left out\n"), "{heard}");
    assert!(heard.lines().count() < 250, "{heard}");

    // Many rows, and one long value: cut, and said so.
    let many = lab.output("select generate_series(1, 10000000)").await;
    assert!(
        many.contains(" 1000\n! truncated at 1000 rows: the server was told to stop\n(more than 1000 rows, "),
        "{}",
        &many[many.len() - 200..]
    );
    assert_eq!(many.lines().count(), 1000 + 5);
    let long = lab.output("select repeat('x', 100000000) as big").await;
    assert!(long.len() < 1000 && long.contains("… (100000000 bytes)"), "{long}");
    assert_eq!(
        lab.output("select count(*) c from pg_stat_activity where application_name = 'tejun' and state = 'active'")
            .await
            .lines()
            .nth(3),
        Some("1")
    );
}

#[tokio::test]
async fn what_reads_cannot_write_and_what_writes_says_what_is_kept() {
    let server = Server::postgres();
    let mut lab = Lab::over(&server.postgres_url());
    let (made, _) = lab.run("create table t(a int primary key); insert into t values (1), (2)", true).await;
    assert!(made.contains("(done, 2 rows, "), "{made}");
    let _made = lab
        .run("create function sneaky() returns int language sql as 'insert into t values (99) returning a'", true)
        .await;

    // A function that writes, and an explicit transaction: neither gets a way to write.
    for text in ["select sneaky()", "begin; select sneaky(); commit", "begin; select 1; rollback; select sneaky()"] {
        let refused = lab.refused(text, false).await;
        assert!(refused.contains("ERROR 25006: cannot execute INSERT in a read-only transaction"), "{refused}");
    }
    assert!(lab.output("select count(*) from t").await.contains("\n    2\n"));

    let half = lab
        .refused("insert into t values (3);\nselect 1;\ninsert into t values (3);\ninsert into t values (4)", true)
        .await;
    assert!(half.contains("ERROR 23505") && half.contains("DETAIL: Key (a)=(3) already exists."), "{half}");
    assert!(
        half.ends_with("! committed: statements 1; not carried out: statement 3; not sent: statements 4\n"),
        "{half}"
    );
    let rolled = lab.refused("begin; insert into t values (5); insert into t values (5); commit", true).await;
    assert!(
        rolled.ends_with(
            "! committed: none; rolled back: statements 2; not carried out: statement 3; not sent: statements 4\n"
        ),
        "{rolled}"
    );
    let inside = lab.refused("begin; insert into t values (6); commit; insert into t values (6)", true).await;
    assert!(inside.ends_with("! committed: statements 2; not carried out: statement 4\n"), "{inside}");
    let open = lab.refused("begin; insert into t values (7)", true).await;
    assert!(open.ends_with("! the transaction was left open: statements 2 were rolled back\n"), "{open}");
    let alone = lab.run("vacuum t; create index concurrently i on t(a)", true).await;
    assert_eq!(alone.1.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }), "{}", alone.0);
    assert!(lab.output("select string_agg(a::text, ',' order by a) from t").await.contains("\n1,2,3,6\n"));
    let client = lab.refused("insert into t values (8); \\d t", true).await;
    assert!(
        client.contains(
            "statement 2 (line 1) is not sent: it is a command of the client, and no statement. Nothing was run."
        ),
        "{client}"
    );
    // Whatever the server or the role is set to.
    let _made = lab.run("alter role tejun set synchronous_commit = off", true).await;
    assert!(lab.output("show synchronous_commit").await.contains("\non\n"));
}

#[tokio::test]
async fn the_server_is_asked_to_give_up_and_no_statement_is_left_behind() {
    let server = Server::postgres();
    let mut lab = Lab::over(&server.postgres_url());
    let identity = lab.identity().await;

    let attempt = lab.start("select pg_sleep(600); select 2", identity.clone(), false);
    lab.see(attempt, "statement 1").await;
    assert!(lab.queries.stop(attempt, Stop::Interrupt));
    let finish = lab.end().await.expect("an end");

    assert_eq!(finish.outcome, Outcome::Signalled { signal: 2 });
    let output = lab.stored(attempt);
    assert!(output.contains("! cancelled: the server gave it up") && !output.contains("statement 2"), "{output}");
    let left = lab
        .output("select count(*) from pg_stat_activity where query like '%pg_sleep(600)%' and pid <> pg_backend_pid()")
        .await;
    assert!(left.contains("\n    0\n"), "{left}");

    // A time that the connection allows.
    let mut short = tejun::config::connections::Connection::to(&server.postgres_url()).expect("an address");
    short.timeout_s = Some(1);
    let refused = Lab::with(short).refused("select pg_sleep(600)", false).await;
    assert!(refused.contains("ERROR 57014"), "{refused}");
}

#[tokio::test]
async fn a_server_that_dies_leaves_the_outcome_unknown_and_nothing_is_run_again() {
    let mut server = Server::postgres();
    let mut lab = Lab::over(&server.postgres_url());
    let identity = lab.identity().await;

    let attempt = lab.start("create table t(a int); insert into t select 1 from pg_sleep(600)", identity.clone(), true);
    lab.see(attempt, "statement 2").await;
    server.crash();
    let why = lab.end().await.expect_err("nobody knows");

    assert!(why.contains("lost during statement 2") && why.contains("nothing is run again"), "{why}");
    let output = lab.stored(attempt);
    assert!(output.contains("! committed: statements 1; unknown: statement 2"), "{output}");
    assert!(!lab.folder.exit(attempt).exists(), "there is no end to be read");
    let later = lab.start("select 1", identity, false);
    let finish = lab.end().await.expect("an end");
    assert!(matches!(&finish.outcome, Outcome::CouldNotStart { why } if why.contains("not reached")), "{finish:?}");
    assert_eq!(lab.stored(later), "");
}

#[tokio::test]
async fn i8_the_server_says_who_it_is_and_no_password_is_ever_shown() {
    let server = Server::postgres();
    let mut lab = Lab::over(&server.postgres_url());
    let identity = lab.identity().await;

    assert_eq!(
        (identity.kind, identity.host.as_str(), identity.port, identity.database.as_str(), identity.user.as_str()),
        (ServerKind::Postgres, "127.0.0.1", Some(server.port), "postgres", "tejun")
    );
    assert_eq!(
        (identity.role, identity.read_only, identity.target().as_str()),
        (ServerRole::Primary, false, "postgres")
    );

    // Another server than the one that was shown is refused before anything is sent.
    let mut other = identity.clone();
    other.database = "elsewhere".to_owned();
    lab.start("create table never(a int)", other, true);
    let finish = lab.end().await.expect("an end");
    assert!(
        matches!(&finish.outcome, Outcome::CouldNotStart { why } if why.contains("not the one that was shown; nothing was sent")),
        "{finish:?}"
    );
    assert!(lab.output("select count(*) from pg_class where relname = 'never'").await.contains("\n    0\n"));

    let shown = lab.output("select 'hunter22-pg' as p, current_setting('application_name') as a").await;
    assert!(shown.contains("***") && shown.contains("tejun"), "{shown}");
    assert!(!lab.all_files().contains("hunter22-pg"));
    let wrong = server.postgres_url().replace("hunter22-pg", "wrong-password");
    let Seen::Unreachable { why } = Lab::over(&wrong).seen().await else { panic!("it let us in") };
    assert!(why.contains("password authentication failed") && !why.contains("wrong-password"), "{why}");
    for url in ["postgres://tejun:hunter22-pg@127.0.0.1:1/x", "postgres://tejun:hunter22-pg@[bad/x"] {
        let Seen::Unreachable { why } = Lab::over(url).seen().await else { panic!("it let us in") };
        assert!(!why.contains("hunter22-pg"), "{why}");
    }
    wait_until("the log is there", || server.dir.path().join("log").exists());
}

/// A server that says `first` to everybody, and then `again` for ever.
fn hostile(first: &'static [u8], again: &'static [u8]) -> u16 {
    use std::io::Write as _;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten().take(2) {
            let mut said = stream.write_all(first);
            while said.is_ok() && !again.is_empty() {
                said = stream.write_all(again);
            }
        }
    });
    port
}

#[tokio::test]
async fn a_server_that_speaks_something_else_or_never_stops_is_left() {
    let html: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\r\n";
    // `N`: no TLS; then notices without an end.
    let notice: &[u8] = b"N\x00\x00\x00\x1bSNOTICE\0VNOTICE\0Mhello\0\0\0";
    for (first, again) in [(html, &b""[..]), (&b"N"[..], notice), (&b"\xff\xff\xff\xff\xff"[..], &b""[..])] {
        let port = hostile(first, again);
        for url in [format!("postgres://a:hunter22@127.0.0.1:{port}/x"), format!("redis://127.0.0.1:{port}")] {
            let seen = Lab::over(&url).seen().await;
            assert!(matches!(&seen, Seen::Unreachable { why } if why.len() < 3000), "{seen:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_never_answers_is_given_up_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();

    for url in [format!("postgres://a:hunter22@127.0.0.1:{port}/x"), format!("redis://127.0.0.1:{port}")] {
        let began = std::time::Instant::now();
        let seen = Lab::over(&url).seen().await;
        assert!(matches!(seen, Seen::Unreachable { .. }), "{seen:?}");
        assert!(began.elapsed() < std::time::Duration::from_secs(20));
    }
}
