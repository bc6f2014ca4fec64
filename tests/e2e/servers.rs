//! Fences of SQL and Redis through the real program, on real servers.

use std::path::Path;

use pretty_assertions::assert_eq;

use super::terminal::{Home, kill};
use crate::exec::server::Server;

const RUNBOOK: &str = "# 手順書

### DB の点検
- [ ] **接続の確認**
  ```sql
  select '97%' as 使用率;
  ```
  - 使用率 > 80%: 増強を検討
- [ ] **古い行の削除**
  ```sql
  delete from log where id < 3;
  ```
- [ ] **行の追加**
  ```sql
  insert into log values (9);
  ```
- [ ] **キャッシュの確認**
  ```redis
  PING
  ```
";

fn home(connections: &str) -> Home {
    let home = Home::new();
    std::fs::write(home.runbook(), RUNBOOK).expect("a runbook");
    let settings = home.dir.path().join("home/.config/tejun/config.toml");
    std::fs::create_dir_all(settings.parent().expect("a folder")).expect("a folder");
    std::fs::write(&settings, connections).expect("settings");
    let trusted = home.tejun(&["trust", &home.runbook().display().to_string()]);
    assert!(trusted.status.success(), "{trusted:?}");
    home
}

fn with_postgres(server: &Server) -> Home {
    home(&format!("[connections.main]\nurl = \"{}\"\n", server.postgres_url()))
}

fn sql(server: &Server, text: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test asks the server itself")]
    let output = std::process::Command::new("psql")
        .args(["-h", &server.dir.path().display().to_string(), "-p", &server.port.to_string()])
        .args(["-U", "tejun", "-d", "postgres", "-Atc", text])
        .output()
        .expect("psql");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// No file under `dir` but the settings holds `secret`.
fn nowhere(dir: &Path, secret: &str) {
    for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            nowhere(&path, secret);
        } else if path.file_name().is_some_and(|n| n != "config.toml") && path.metadata().is_ok_and(|m| m.is_file()) {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{} holds the password", path.display());
        }
    }
}

#[test]
fn without_a_person_what_reads_is_run_and_what_writes_is_left_undone() {
    let server = Server::postgres();
    sql(&server, "create table log(id int); insert into log values (1), (2), (3)");
    let home = with_postgres(&server);

    let output = home.tejun(&["run", &home.procedure("DB の点検"), "--headless"]);

    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("| 使用率") && out.contains("| 97%") && out.contains("要対応"), "{out}");
    assert!(out.contains("sql-drop") && out.contains("sql-alter"), "{out}");
    assert!(out.contains("接続が設定されていません"), "{out}");
    assert_eq!(output.status.code(), Some(3), "{out}");
    assert_eq!(sql(&server, "select count(*) from log"), "3");
    let (path, record) = home.record();
    assert!(record.contains("```sql\nselect '97%' as 使用率;\n```"), "{record}");
    let named = format!("- **サーバー**: main | 127.0.0.1:{}/postgres as tejun  PostgreSQL ", server.port);
    assert!(record.contains(&named) && record.contains(" primary | 読み取り専用"), "{record}");
    let verified = home.tejun(&["verify", &path.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    nowhere(home.dir.path(), "hunter22-pg");
}

#[test]
fn a_drill_opens_no_connection_and_needs_none() {
    let home = home("");

    let output = home.tejun(&["drill", &home.procedure("DB の点検"), "--headless"]);

    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("訓練") && !out.contains("接続が設定されていません"), "{out}");
}

#[test]
fn a_write_is_confirmed_by_the_database_that_the_server_names() {
    let server = Server::postgres();
    sql(&server, "create table log(id int); insert into log values (1), (2), (3)");
    let home = with_postgres(&server);
    let mut terminal = home.terminal(140, 40, &["open", &home.procedure("DB の点検")]);
    terminal
        .wait_for("開始しますか")
        .keys("y")
        .wait_for("まだ出力は")
        .wait_for(&format!("127.0.0.1:{}/postgres", server.port));
    terminal.keys("<enter>").wait_for("(1 row").wait_for("rc 0");

    // A grave one: the name of the database is typed, as the server says it.
    terminal.keys("j<enter>").wait_for("データベース名をそのまま入力");
    let asks = terminal.screen();
    let place = |words: &str| asks.rfind(words).unwrap_or_else(|| panic!("{words}: {asks}"));
    assert!(place("postgres  利用者 tejun") < place("! "), "where it acts stands before what it does: {asks}");
    terminal.keys("localhost<enter>").wait_for("一致しません");
    assert_eq!(sql(&server, "select count(*) from log"), "3");
    terminal.keys("<c-u>postgres<enter>").wait_for("(done, 2 rows");
    assert_eq!(sql(&server, "select count(*) from log"), "1");

    // Any other write: a question that names the server.
    terminal.keys("j<enter>").wait_for("サーバーに書き込みます").wait_for("postgres  利用者 tejun");
    terminal.keys("<esc>").wait_without("サーバーに書き込みます");
    assert_eq!(sql(&server, "select count(*) from log"), "1");
    terminal.keys("<enter>").wait_for("サーバーに書き込みます").keys("y").wait_for("(done, 1 row");
    assert_eq!(sql(&server, "select count(*) from log"), "2");

    terminal.keys("j<enter>").wait_for("接続が設定されていません");
    nowhere(home.dir.path(), "hunter22-pg");
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("hunter22-pg"));
}

#[test]
fn a_host_that_dies_with_a_statement_leaves_its_outcome_unknown() {
    let server = Server::postgres();
    sql(&server, "create table log(id int)");
    let home = with_postgres(&server);
    let slow =
        "# 手順書\n\n### 追加\n- [ ] **行の追加**\n  ```sql\n  insert into log select 1 from pg_sleep(600);\n  ```\n";
    std::fs::write(home.runbook(), slow).expect("a runbook");
    home.tejun(&["trust", &home.runbook().display().to_string()]);
    let mut terminal = home.terminal(140, 40, &["open", &home.procedure("追加")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("postgres  利用者 tejun");
    terminal.keys("<enter>").wait_for("サーバーに書き込みます").keys("y").wait_for("-- statement 1");

    for pid in home.processes("host") {
        kill(pid);
    }

    terminal.wait_for("結果不明");
    assert_eq!(sql(&server, "select count(*) from log"), "0");
}
