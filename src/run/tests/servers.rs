//! Statements run on the server that was seen, and on no other.

use pretty_assertions::assert_eq;
use uuid::Uuid;

use crate::config::connections::ServerKind;
use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, StepId};
use crate::run::command::{Again, Block, Command, Effect, Observation, Refusal};
use crate::run::event::{Actor, Event};
use crate::run::query::{self, Execution};
use crate::run::server::{KnownConnection, NoConnection, OnServer, Seen, ServerIdentity, connection_of};
use crate::run::state::NO_LANE;
use crate::run::testing::{Story, checklist, identity, on_server, person, step, unattended};
use crate::runbook::model::{Danger, DangerLevel, ExecutorKind};

/// A procedure of one step with this text in a fence of this language.
fn story(lang: &str, executor: ExecutorKind, text: &str) -> Story {
    let mut procedure = checklist();
    procedure.steps = vec![on_server(step(1, "点検", vec![crate::run::testing::command(text)]), lang, executor)];
    Story::of(procedure)
}

fn known(name: &str, kind: ServerKind) -> KnownConnection {
    KnownConnection::new(name, kind)
}

fn connected(text: &str) -> Story {
    let mut s = story("sql", ExecutorKind::Sql, text);
    s.see(Observation::ConnectionsKnown { connections: vec![known("main", ServerKind::Postgres)] });
    s
}

fn seen(text: &str) -> Story {
    let mut s = connected(text);
    s.see(Observation::ConnectionSeen { connection: "main".into(), seen: Seen::Server { identity: identity() } });
    s
}

fn ask(s: &Story, identity: ServerIdentity, may_write: bool, typed: Option<&str>) -> Command {
    let text = s.state.procedure_steps()[0].command(0).map(|(_, c)| c.text.clone()).unwrap_or_default();
    Command::RunStatements {
        attempt: AttemptId(Uuid::from_u128(1)),
        step: StepId("step-1".into()),
        command: 0,
        shown: Digest::of(text.as_bytes()),
        again: Again::First,
        typed: typed.map(str::to_owned).into_iter().collect(),
        on: Box::new(OnServer { connection: "main".into(), identity, may_write }),
    }
}

fn refusal(s: &mut Story, actor: &Actor, command: Command) -> Block {
    match s.ask(actor, command) {
        Err(Refusal::Blocked { by }) => by,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_reads_runs_on_the_server_that_was_shown_and_the_facts_name_it() {
    for actor in [person(), unattended()] {
        let mut s = seen("select 1");

        let ask = ask(&s, identity(), true, None);
        let decision = s.ask(&actor, ask).expect("it starts");

        // What only reads is sent as such, whatever was agreed to.
        let on = OnServer { connection: "main".into(), identity: identity(), may_write: false };
        let [Event::ConnectionUsed(used), Event::AttemptStarted(start)] = &decision.events[..] else {
            panic!("{:?}", decision.events)
        };
        assert_eq!((&used.on, used.attempt, start.lane), (&on, start.attempt, NO_LANE));
        assert_eq!(decision.effects, [Effect::Query { attempt: start.attempt, text: "select 1".into(), on }]);
        assert_eq!(s.state.used_by(start.attempt).map(|u| u.on.identity.database.as_str()), Some("app"));
        assert_eq!(query::execution(&s.state, &s.state.procedure_steps()[0]), Execution::Running);
    }
}

#[test]
fn another_server_than_the_one_that_was_shown_is_refused() {
    let mut s = seen("select 1");
    let replica = ServerIdentity { role: crate::run::server::ServerRole::Replica, ..identity() };

    let ask_other = ask(&s, replica.clone(), false, None);
    assert_eq!(refusal(&mut s, &person(), ask_other), Block::OtherServer { connection: "main".into() });
    let shown = ask(&s, identity(), false, None);
    s.see(Observation::ConnectionSeen { connection: "main".into(), seen: Seen::Server { identity: replica } });
    assert_eq!(refusal(&mut s, &person(), shown), Block::OtherServer { connection: "main".into() });
}

#[test]
fn a_server_that_was_not_seen_is_looked_at_and_nothing_is_sent() {
    let mut s = connected("select 1");
    let ask = ask(&s, identity(), false, None);

    assert!(matches!(refusal(&mut s, &person(), ask.clone()), Block::ServerNotSeen { .. }));
    s.see(Observation::ConnectionSeen {
        connection: "main".into(),
        seen: Seen::Unreachable { why: "no route".into() },
    });
    let by = refusal(&mut s, &person(), ask);
    assert_eq!(by, Block::ServerNotSeen { connection: "main".into(), why: "no route".into() });
    let look = s.ask(&person(), Command::LookAtServer { connection: "main".into() }).expect("it looks");
    assert_eq!((look.events, look.effects), (vec![], vec![Effect::Look { connection: "main".into() }]));
    assert!(s.ask(&person(), Command::LookAtServer { connection: "else".into() }).is_err());
}

#[test]
fn a_write_needs_a_yes_and_a_grave_one_the_name_of_the_database() {
    let mut s = seen("insert into t values (1)");
    let unagreed = ask(&s, identity(), false, None);
    let Block::Danger { dangers, targets } = refusal(&mut s, &person(), unagreed) else { panic!("a danger") };
    assert_eq!(
        (dangers[0].level, dangers[0].rule.as_str(), targets.as_slice()),
        (DangerLevel::Changes, "server-write", &["app".to_owned()][..])
    );
    let agreed = ask(&s, identity(), true, None);
    assert!(matches!(refusal(&mut s, &unattended(), agreed.clone()), Block::Danger { .. }), "nobody is there to agree");
    assert!(s.ask(&person(), agreed).is_ok());

    let mut procedure = checklist();
    let mut command = crate::run::testing::command("drop table t");
    command.dangers =
        vec![Danger { rule: "sql-drop".into(), level: DangerLevel::Destructive, why: "消えます".into() }];
    procedure.steps = vec![on_server(step(1, "削除", vec![command]), "sql", ExecutorKind::Sql)];
    let mut s = Story::of(procedure);
    s.see(Observation::ConnectionsKnown { connections: vec![known("main", ServerKind::Postgres)] });
    s.see(Observation::ConnectionSeen { connection: "main".into(), seen: Seen::Server { identity: identity() } });
    for typed in [None, Some("db01"), Some("APP"), Some("app ")] {
        let wrong = ask(&s, identity(), true, typed);
        assert!(matches!(refusal(&mut s, &person(), wrong), Block::Danger { .. }), "{typed:?}");
    }
    let right = ask(&s, identity(), true, Some("app"));
    assert!(s.ask(&person(), right).is_ok());
}

#[test]
fn without_a_connection_a_fence_is_done_by_hand() {
    let mut s = story("sql", ExecutorKind::Sql, "select 1");
    let wanted = ask(&s, identity(), false, None);

    assert_eq!(refusal(&mut s, &person(), wanted), Block::NoServer { why: NoConnection::None });
    assert_eq!(query::execution(&s.state, &s.state.procedure_steps()[0]), Execution::Manual);
    assert_eq!(query::unrun_commands(&s.state, &StepId("step-1".into())), 0);
}

#[test]
fn a_fence_means_the_connection_of_its_kind_that_is_main_or_the_only_one() {
    use ServerKind::{Mysql, Postgres, Redis, Sqlite};
    let block = |lang: &str, executor| {
        story(lang, executor, "x").state.procedure_steps()[0].blocks.first().cloned().expect("a fence")
    };
    let one = vec![known("a", Postgres), known("cache", Redis)];
    let many = vec![known("a", Postgres), known("main", Mysql), known("b", Postgres)];
    for (all, lang, executor, expected) in [
        (&one, "sql", ExecutorKind::Sql, Ok("a")),
        (&one, "psql", ExecutorKind::Sql, Ok("a")),
        (&one, "mysql", ExecutorKind::Sql, Err(NoConnection::None)),
        (&one, "redis", ExecutorKind::Redis, Ok("cache")),
        (&many, "sql", ExecutorKind::Sql, Ok("main")),
        (&many, "mysql", ExecutorKind::Sql, Ok("main")),
        (&many, "postgresql", ExecutorKind::Sql, Err(NoConnection::Several)),
        (&many, "redis", ExecutorKind::Redis, Err(NoConnection::None)),
        (&many, "tsql", ExecutorKind::Sql, Err(NoConnection::Unspoken)),
        (&vec![known("x", Sqlite)], "sql", ExecutorKind::Sql, Ok("x")),
    ] {
        let found = connection_of(all, &block(lang, executor)).map(|c| c.name.as_str());
        assert_eq!(found, expected, "{lang}");
    }
}

#[test]
fn what_is_known_already_gives_no_fact() {
    let mut s = seen("select 1");
    let facts = s.facts.len();

    s.see(Observation::ConnectionsKnown { connections: vec![known("main", ServerKind::Postgres)] });
    s.see(Observation::ConnectionSeen { connection: "main".into(), seen: Seen::Server { identity: identity() } });

    assert_eq!(s.facts.len(), facts);
}

#[test]
fn i8_facts_name_connections_and_never_their_addresses() {
    let s = seen("select 1");
    let written: String = s.facts.iter().map(|f| serde_json::to_string(f).expect("a fact")).collect();
    assert!(!written.contains("://"), "{written}");
}

#[test]
fn the_target_is_what_the_server_calls_itself() {
    let of = |kind, host: &str, port, database: &str| {
        ServerIdentity { kind, host: host.into(), port, database: database.into(), ..identity() }.target()
    };
    assert_eq!(of(ServerKind::Postgres, "10.0.0.1", Some(5432), "app"), "app");
    assert_eq!(of(ServerKind::Redis, "10.0.0.1", Some(6379), "3"), "10.0.0.1:6379/3");
    assert_eq!(of(ServerKind::Redis, "::1", Some(6379), "0"), "[::1]:6379/0");
    assert_eq!(of(ServerKind::Redis, "/run/redis.sock", None, "0"), "/run/redis.sock/0");
    assert_eq!(of(ServerKind::Sqlite, "", None, "/srv/app.db"), "app.db");
}

#[test]
fn a_server_is_told_in_the_words_of_the_person_and_without_what_a_packager_wrote() {
    let version = "15.18 (Debian 15.18-0+deb12u1)".to_owned();
    let seen = ServerIdentity { version, user: "app".into(), read_only: true, ..identity() };
    let (ja, en) = (seen.told(Language::Ja), seen.told(Language::En));
    assert!(ja.contains("利用者 app") && ja.ends_with("15.18 プライマリ 読み取り専用"), "{ja}");
    assert!(en.contains(" as app") && en.ends_with("15.18 primary read-only"), "{en}");
    let open = ServerIdentity { unencrypted: true, ..identity() };
    assert!(open.told(Language::Ja).ends_with("プライマリ 暗号化なし"), "{}", open.told(Language::Ja));
    assert!(open.line().ends_with("primary not encrypted"), "{}", open.line());
    let old = serde_json::to_string(&identity()).expect("JSON").replace(",\"unencrypted\":false", "");
    assert_eq!(serde_json::from_str::<ServerIdentity>(&old).expect("of an older program"), identity());
}

#[test]
fn of_several_connections_a_person_chooses_one_for_the_run() {
    use ServerKind::{Mysql, Postgres, Redis};
    let all = || vec![known("a", Postgres), known("b", Postgres), known("shop", Mysql), known("cache", Redis)];
    let mut s = story("postgresql", ExecutorKind::Sql, "select 1");
    s.see(Observation::ConnectionsKnown { connections: all() });
    let wanted = ask(&s, identity(), false, None);
    assert_eq!(refusal(&mut s, &person(), wanted), Block::NoServer { why: NoConnection::Several });
    assert_eq!(query::unrun_commands(&s.state, &StepId("step-1".into())), 1, "it waits for the choice");
    let block = s.state.procedure_steps()[0].blocks[0].clone();
    let meant = |s: &Story| connection_of(&s.state.connections, &block).map(|c| c.name.clone());
    let choose = |s: &mut Story, name: &str| {
        s.ask(&person(), Command::ChooseConnection { connection: name.into() }).map(|d| (d.events.len(), d.effects))
    };

    let look = vec![Effect::Look { connection: "b".into() }];
    assert_eq!(choose(&mut s, "b"), Ok((1, look)), "the server is looked at before anything is sent");
    assert_eq!(meant(&s), Ok("b".into()));
    assert_eq!(choose(&mut s, "b"), Ok((0, Vec::new())), "once chosen is chosen");
    choose(&mut s, "cache").expect("of another language");
    assert_eq!(meant(&s), Ok("b".into()), "what is chosen for Redis chooses nothing for SQL");
    let facts = s.facts.len();
    s.see(Observation::ConnectionsKnown { connections: all() });
    assert_eq!((s.facts.len(), meant(&s)), (facts, Ok("b".into())), "the next host knows the same ones");
    choose(&mut s, "a").expect("another");
    assert_eq!(meant(&s), Ok("a".into()));
    choose(&mut s, "shop").expect("one that does not fit here");
    assert_eq!(meant(&s), Err(NoConnection::Several));
    let none = Err(Refusal::Blocked { by: Block::NoServer { why: NoConnection::None } });
    assert_eq!(choose(&mut s, "gone"), none);
}
