//! Statements on a real MariaDB.

use pretty_assertions::assert_eq;
use tejun::config::connections::ServerKind;
use tejun::run::event::{Outcome, Stop};

use super::{Lab, Server};

#[tokio::test]
async fn statements_run_say_what_is_kept_and_are_given_up() {
    let server = Server::mariadb();
    let mut lab = Lab::over(&server.mariadb_url());
    let identity = lab.identity().await;
    assert_eq!(
        (identity.kind, identity.port, identity.target().as_str(), identity.user.as_str()),
        (ServerKind::Mysql, Some(server.port), "app", "tejun@127.0.0.1")
    );

    let (made, finish) = lab
        .run(
            "create table t(a int primary key, b varchar(20) charset utf8mb4, c blob) engine=innodb; \
             insert into t values (1, '名前', x'00ff'), (2, null, null)",
            true,
        )
        .await;
    assert_eq!(finish.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }), "{made}");
    assert_eq!(
        lab.output("select * from t; select a from t where a > 5; show tables").await,
        "-- statement 1 (line 1)\na | b    | c\n--+------+-------\n1 | 名前 | \\x00ff\n2 | NULL | NULL\n(2 rows, 0 ms)\n\
         -- statement 2 (line 1)\na\n-\n(0 rows, 0 ms)\n\
         -- statement 3 (line 1)\nTables_in_app\n-------------\nt\n(1 row, 0 ms)\n"
    );
    let types = lab
        .output("select 1.50 n, now() > '2000-01-01' d, cast('12:00' as time) t, null x, 1e3 f, json_array(1) j")
        .await;
    for value in ["1.50", "12:00:00", "NULL", "1000", "[1]"] {
        assert!(types.contains(value), "{value}: {types}");
    }
    let wrong = lab.refused("select * from nowhere", false).await;
    assert!(wrong.contains("ERROR 42S02") && wrong.contains("nowhere"), "{wrong}");

    // A function that writes has no way to; what is kept is said, also where a definition keeps it as a side effect.
    let (_, made) = lab
        .run("create function sneaky() returns int modifies sql data begin insert into t values (9, null, null); return 1; end", true)
        .await;
    assert_eq!(made.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }));
    for text in ["select sneaky()", "begin; select sneaky(); commit"] {
        let refused = lab.refused(text, false).await;
        assert!(refused.contains("READ ONLY transaction"), "{refused}");
    }
    let half = lab
        .refused(
            "begin; insert into t values (3, '', ''); create table u(a int); insert into t values (3, '', '')",
            true,
        )
        .await;
    assert!(half.ends_with("! committed: statements 2, 3; not carried out: statement 4\n"), "{half}");
    assert!(lab.output("select count(*) n from t").await.contains("\n3\n"));
    let many = lab.output("select seq from seq_1_to_10000000").await;
    assert!(many.contains("! truncated at 1000 rows: the server was told to stop\n"), "{}", &many[many.len() - 200..]);

    let attempt = lab.start("select sleep(600); select 2", identity, false);
    lab.see(attempt, "statement 1").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(lab.queries.stop(attempt, Stop::Interrupt));
    assert_eq!(lab.end().await.map(|f| f.outcome), Ok(Outcome::Signalled { signal: 2 }), "{}", lab.stored(attempt));
    assert!(!lab.stored(attempt).contains("statement 2"));
    assert!(!lab.all_files().contains("hunter22-my"));
}

#[tokio::test]
async fn a_server_that_dies_leaves_the_outcome_unknown() {
    let mut server = Server::mariadb();
    let mut lab = Lab::over(&server.mariadb_url());
    let identity = lab.identity().await;

    let attempt = lab.start("select sleep(600)", identity, false);
    lab.see(attempt, "statement 1").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    server.kill();

    let why = lab.end().await.expect_err("nobody knows");
    assert!(why.contains("lost during statement 1"), "{why}");
}
