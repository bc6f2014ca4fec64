//! Statements on a file of SQLite.

use pretty_assertions::assert_eq;
use tejun::run::event::{Outcome, Stop};
use tejun::run::server::Seen;

use super::{Lab, path_of};

#[tokio::test]
async fn statements_on_a_file_read_write_and_are_given_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = path_of(&dir, "app.db");
    let url = format!("sqlite:{}", file.display());
    let seen = Lab::over(&url).seen().await;
    assert!(matches!(seen, Seen::Unreachable { .. }) && !file.exists(), "no database is made: {seen:?}");
    std::fs::write(&file, "").expect("an empty database");
    let mut lab = Lab::over(&url);
    assert_eq!(lab.identity().await.target(), "app.db");

    let (made, finish) =
        lab.run("create table t(a integer, b text, c blob); insert into t values (1, '名前', x'00ff')", true).await;
    assert_eq!(finish.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }), "{made}");
    assert_eq!(
        lab.output("select * from t; select a from t where a > 1").await,
        "-- statement 1 (line 1)\na | b    | c\n--+------+-------\n1 | 名前 | \\x00ff\n(1 row, 0 ms)\n\
         -- statement 2 (line 1)\na\n-\n(0 rows, 0 ms)\n"
    );
    let refused = lab.refused("insert into t values (2, '', '')", false).await;
    assert!(refused.contains("readonly"), "{refused}");

    let identity = lab.identity().await;
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n";
    let attempt = lab.start(endless, identity, false);
    lab.see(attempt, "statement 1").await;
    assert!(lab.queries.stop(attempt, Stop::Interrupt));
    assert_eq!(lab.end().await.map(|f| f.outcome), Ok(Outcome::Signalled { signal: 2 }));
}
