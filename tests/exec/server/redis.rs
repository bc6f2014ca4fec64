//! Commands on a real Redis.

use pretty_assertions::assert_eq;
use tejun::config::connections::ServerKind;
use tejun::run::event::{Outcome, Stop};
use tejun::run::server::ServerRole;

use super::{Lab, Server};

#[tokio::test]
async fn commands_run_one_after_the_other_and_the_server_says_who_it_is() {
    let server = Server::redis();
    let mut lab = Lab::over(&server.redis_url());
    let identity = lab.identity().await;
    assert_eq!(
        (identity.kind, identity.target(), identity.role),
        (ServerKind::Redis, format!("127.0.0.1:{}/3", server.port), ServerRole::Primary)
    );

    let (wrote, _) = lab.run("# set up\nSET greeting \"hello 世界\"\nRPUSH list a b c", true).await;
    assert!(
        wrote.contains("> SET greeting") && wrote.contains("\nOK\n") && wrote.contains("\n(integer) 3\n"),
        "{wrote}"
    );
    let read = lab.output("GET greeting\nLRANGE list 0 -1\nGET none").await;
    assert_eq!(
        read.replace("(0 ms)", "").lines().filter(|l| !l.is_empty() && !l.ends_with(" ms)")).collect::<Vec<_>>(),
        [
            "> GET greeting",
            "\"hello 世界\"",
            "> LRANGE list 0 -1",
            "1) \"a\"",
            "2) \"b\"",
            "3) \"c\"",
            "> GET none",
            "(nil)"
        ]
    );
    assert!(lab.output("INFO memory").await.contains("\nused_memory:"));
    let wrong = lab.refused("GET greeting\nLPUSH greeting x\nSET after 1", true).await;
    assert!(wrong.contains("(error) WRONGTYPE") && wrong.contains("! commands 3 to 3 were not sent"), "{wrong}");
    let refused = lab.refused("SET before 1\nSELECT 0", true).await;
    assert!(refused.contains("command 2 is not sent") && refused.contains("Nothing was run"), "{refused}");
    assert!(lab.output("EXISTS before after").await.contains("(integer) 0"));
    assert!(!lab.all_files().contains("hunter22-redis"));
}

#[tokio::test]
async fn a_blocking_command_waits_and_is_given_up_when_asked() {
    let server = Server::redis();
    let mut lab = Lab::over(&server.redis_url());
    let identity = lab.identity().await;

    let (waited, finish) = lab.run("BLPOP empty 1", true).await;
    assert_eq!(finish.map(|f| f.outcome), Ok(Outcome::Exited { code: 0 }), "{waited}");
    let attempt = lab.start("BLPOP empty 0\nSET after 1", identity, true);
    lab.see(attempt, "> BLPOP").await;
    // The command must have reached the server before it can be given up there.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(lab.queries.stop(attempt, Stop::Interrupt));
    let finish = lab.end().await.expect("an end");

    assert_eq!(finish.outcome, Outcome::Signalled { signal: 2 });
    assert!(lab.output("EXISTS after").await.contains("(integer) 0"));
    assert!(lab.output("CLIENT LIST").await.lines().filter(|l| l.contains("cmd=blpop")).count() == 0);
}

#[tokio::test]
async fn a_redis_that_dies_leaves_the_outcome_unknown() {
    let mut server = Server::redis();
    let mut lab = Lab::over(&server.redis_url());
    let identity = lab.identity().await;

    let attempt = lab.start("BLPOP empty 0\nSET after 1", identity, true);
    lab.see(attempt, "> BLPOP").await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    server.crash();
    let why = lab.end().await.expect_err("nobody knows");

    assert!(why.contains("lost during command 1"), "{why}");
    assert!(!lab.stored(attempt).contains("SET after"));
}
