//! Encrypted connections to real servers, with certificates that the test signs itself.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tejun::config::connections::{Connection, Connections};
use tejun::config::settings::Settings;
use tejun::run::server::Seen;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Lab, Server};

#[expect(clippy::disallowed_methods, reason = "the test makes its own certificates")]
fn openssl(dir: &Path, words: &str) {
    let made = std::process::Command::new("openssl")
        .args(words.split_whitespace())
        .current_dir(dir)
        .output()
        .expect("openssl is installed: scripts/test does it");
    assert!(made.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&made.stderr));
}

/// Makes `ca.pem`, and with it `server.pem` and `server.key` for the address 127.0.0.1; beside them `other.pem`, of somebody who
/// signed nothing here.
fn certificates(dir: &Path) {
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(dir, &format!("req -x509 {new} -keyout ca.key -out ca.pem -subj /CN=ours"));
    openssl(dir, &format!("req -x509 {new} -keyout other.key -out other.pem -subj /CN=other"));
    openssl(dir, &format!("req {new} -keyout server.key -out server.csr -subj /CN=server").replace(" -days 2", ""));
    std::fs::write(dir.join("names"), "subjectAltName=IP:127.0.0.1\n").expect("a file");
    openssl(
        dir,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
    let key = dir.join("server.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("ours");
    if rustix::process::geteuid().is_root() {
        // The servers run as nobody then, and take a key that is theirs alone.
        std::os::unix::fs::chown(&key, Some(65534), None).expect("root may");
    }
    for file in ["ca.pem", "other.pem", "server.pem"] {
        std::fs::set_permissions(dir.join(file), std::fs::Permissions::from_mode(0o644)).expect("ours");
    }
}

fn encrypted_postgres() -> Server {
    Server::postgres_with(|dir| {
        certificates(dir);
        let file = |name: &str| dir.join(name).display().to_string();
        vec![
            "ssl=on".into(),
            format!("ssl_cert_file={}", file("server.pem")),
            format!("ssl_key_file={}", file("server.key")),
        ]
    })
}

fn encrypted_redis() -> Server {
    Server::redis_with(|dir, port| {
        certificates(dir);
        let file = |name: &str| dir.join(name).display().to_string();
        let words = [
            ("--port", "0".to_owned()),
            ("--tls-port", port.to_string()),
            ("--tls-cert-file", file("server.pem")),
            ("--tls-key-file", file("server.key")),
            ("--tls-ca-cert-file", file("ca.pem")),
            ("--tls-auth-clients", "no".to_owned()),
        ];
        words.into_iter().flat_map(|(name, value)| [name.to_owned(), value]).collect()
    })
}

/// The connection that the settings name, with a root certificate where one is given.
fn connection(url: &str, root: Option<PathBuf>) -> Connection {
    let root = root.map(|file| format!("root_certificate = \"{}\"\n", file.display())).unwrap_or_default();
    let settings = Settings::read(&format!("[connections.main]\nurl = \"{url}\"\n{root}")).expect("they read");
    let mut connections: Connections = settings.connections;
    connections.remove("main").expect("it is there")
}

async fn refusal(connection: Connection) -> String {
    match Lab::with(connection).seen().await {
        Seen::Unreachable { why } => why,
        Seen::Server { identity } => panic!("{} was reached", identity.line()),
    }
}

#[tokio::test]
async fn postgres_is_reached_by_a_certificate_that_was_signed_for_it_and_by_no_other() {
    let server = encrypted_postgres();
    let file = |name: &str| server.dir.path().join(name);
    let url = server.postgres_url();
    let named = url.replace("127.0.0.1", "localhost");
    let verified = |url: &str, root: &str| format!("{url}?sslmode=verify-full&sslrootcert={}", file(root).display());

    for connection in [connection(&url, Some(file("ca.pem"))), connection(&verified(&url, "ca.pem"), None)] {
        let mut lab = Lab::with(connection);
        let output = lab.output("select ssl from pg_stat_ssl where pid = pg_backend_pid()").await;
        assert!(output.contains("\nt\n"), "{output}");
    }
    for (connection, why) in [
        (connection(&url, Some(file("other.pem"))), "certificate"),
        (connection(&verified(&url, "other.pem"), None), "certificate"),
        (connection(&named, Some(file("ca.pem"))), "not valid for name"),
        (connection(&verified(&named, "ca.pem"), None), "not valid for name"),
        (connection(&format!("{url}?sslmode=disable"), Some(file("other.pem"))), "certificate"),
        (connection(&url, Some(file("none.pem"))), "No such file"),
    ] {
        let told = refusal(connection).await;
        assert!(told.contains(why), "{told}");
        assert!(!told.contains("hunter22"), "{told}");
    }
}

#[tokio::test]
async fn a_postgres_without_encryption_is_refused_where_encryption_is_asked_for() {
    let server = Server::postgres();
    certificates(server.dir.path());
    let root = server.dir.path().join("ca.pem");
    let url = server.postgres_url();
    for connection in [
        connection(&url, Some(root.clone())),
        connection(&format!("{url}?sslmode=verify-full&sslrootcert={}", root.display()), None),
        connection(&format!("{url}?sslmode=require"), None),
    ] {
        let told = refusal(connection).await;
        assert!(told.contains("does not support TLS"), "{told}");
    }
}

/// It takes nobody who does not encrypt.
fn encrypted_mariadb() -> Server {
    Server::mariadb_with(|dir| {
        certificates(dir);
        let file = |name: &str| dir.join(name).display().to_string();
        vec![
            "--require-secure-transport=on".into(),
            format!("--ssl-cert={}", file("server.pem")),
            format!("--ssl-key={}", file("server.key")),
        ]
    })
}

#[tokio::test]
async fn mariadb_is_reached_by_a_certificate_that_was_signed_for_it_and_by_no_other() {
    let server = encrypted_mariadb();
    let file = |name: &str| server.dir.path().join(name);
    let url = server.mariadb_url();
    let named = url.replace("127.0.0.1", "localhost");
    let verified = |url: &str, root: &str| format!("{url}?ssl-mode=VERIFY_IDENTITY&ssl-ca={}", file(root).display());

    for connection in [
        connection(&url, Some(file("ca.pem"))),
        connection(&verified(&url, "ca.pem"), None),
        // Encrypted, with whoever it is.
        connection(&format!("{url}?ssl-mode=REQUIRED"), None),
        connection(&url, None),
    ] {
        let mut lab = Lab::with(connection);
        let output = lab.output("show session status like 'Ssl_version'").await;
        assert!(output.contains("TLSv1"), "{output}");
    }
    for (connection, why) in [
        (connection(&url, Some(file("other.pem"))), "certificate"),
        (connection(&verified(&url, "other.pem"), None), "certificate"),
        (connection(&named, Some(file("ca.pem"))), "not valid for name"),
        (connection(&verified(&named, "ca.pem"), None), "not valid for name"),
        (connection(&format!("{url}?ssl-mode=DISABLED"), Some(file("other.pem"))), "certificate"),
        // In which words depends on the version of the server.
        (connection(&format!("{url}?ssl-mode=DISABLED"), None), "from database"),
        (connection(&url, Some(file("none.pem"))), "No such file"),
    ] {
        let told = refusal(connection).await;
        assert!(told.contains(why), "{why}: {told}");
        assert!(!told.contains("hunter22"), "{told}");
    }
}

#[tokio::test]
async fn a_mariadb_without_encryption_is_refused_where_encryption_is_asked_for() {
    let server = Server::mariadb_with(|_| vec!["--skip-ssl".into()]);
    certificates(server.dir.path());
    let root = server.dir.path().join("ca.pem");
    let url = server.mariadb_url();
    for connection in [
        connection(&url, Some(root.clone())),
        connection(&format!("{url}?ssl-mode=VERIFY_IDENTITY&ssl-ca={}", root.display()), None),
        connection(&format!("{url}?ssl-mode=REQUIRED"), None),
    ] {
        let told = refusal(connection).await;
        assert!(told.contains("does not support TLS") && !told.contains("hunter22"), "{told}");
    }
}

#[tokio::test]
async fn redis_is_reached_by_a_certificate_that_was_signed_for_it_and_by_no_other() {
    let server = encrypted_redis();
    let file = |name: &str| server.dir.path().join(name);
    let plain = server.redis_url();
    let url = plain.replace("redis://", "rediss://");

    let mut lab = Lab::with(connection(&url, Some(file("ca.pem"))));
    assert!(lab.output("PING").await.contains("PONG"));
    for (connection, why) in [
        (connection(&url, Some(file("other.pem"))), "certificate"),
        (connection(&url, None), "certificate"),
        (connection(&url.replace("127.0.0.1", "localhost"), Some(file("ca.pem"))), "not valid for name"),
        (connection(&url, Some(file("none.pem"))), "No such file"),
        // The password does not go out in the open to a server that wants encryption.
        (connection(&plain, None), "rediss://"),
    ] {
        let told = refusal(connection).await;
        assert!(told.contains(why), "{told}");
        assert!(!told.contains("hunter22"), "{told}");
    }
}

#[tokio::test]
async fn a_redis_without_encryption_is_refused_where_encryption_is_asked_for() {
    let server = Server::redis();
    certificates(server.dir.path());
    let url = server.redis_url().replace("redis://", "rediss://");
    for root in [None, Some(server.dir.path().join("ca.pem"))] {
        let told = refusal(connection(&url, root)).await;
        assert!(told.contains("does not seem to speak TLS") && !told.contains("hunter22"), "{told}");
    }
}

/// A server that is no Redis with TLS may take the first bytes for text, and what it does with them hangs on chance: it answers in
/// text, hangs up, or hangs up with bytes unread, which resets the connection.
#[tokio::test]
async fn whatever_a_server_without_encryption_does_with_the_first_bytes_the_refusal_says_so() {
    for (does, reads, answer) in [
        ("answers in text", 16 * 1024, "-ERR unknown command\r\n"),
        ("answers in text and resets", 1, "-ERR Protocol error: unbalanced quotes in request\r\n"),
        ("hangs up", 16 * 1024, ""),
        ("resets the connection", 1, ""),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("rediss://:hunter22@{}", listener.local_addr().expect("it is bound"));
        let server = async {
            let (mut stream, _) = listener.accept().await.expect("the client comes");
            let mut bytes = vec![0; reads];
            assert!(stream.read(&mut bytes).await.expect("it speaks first") > 0);
            stream.write_all(answer.as_bytes()).await.expect("it listens");
        };
        let (told, ()) = tokio::join!(refusal(connection(&url, None)), server);
        assert!(told.contains("does not seem to speak TLS") && !told.contains("hunter22"), "{does}: {told}");
    }
}

#[tokio::test]
async fn a_server_whose_network_anybody_can_read_is_told_as_not_encrypted() {
    // Two addresses of this machine stand for two machines.
    let there = |url: String| url.replace("127.0.0.1", "127.0.0.2");
    let listens = || "listen_addresses=127.0.0.1,127.0.0.2".to_owned();
    let plain = Server::postgres_with(|_| vec![listens()]);
    let secret = Server::postgres_with(|dir| {
        certificates(dir);
        let file = |name: &str| dir.join(name).display().to_string();
        let ssl = ["ssl=on".to_owned(), format!("ssl_cert_file={}", file("server.pem"))];
        ssl.into_iter().chain([format!("ssl_key_file={}", file("server.key")), listens()]).collect()
    });
    let redis = Server::redis_with(|_, _| ["--bind", "127.0.0.1", "127.0.0.2"].map(str::to_owned).into());

    for (url, unencrypted) in [
        (plain.postgres_url(), false),
        (there(plain.postgres_url()), true),
        (there(secret.postgres_url()), false),
        (there(format!("{}?sslmode=disable", secret.postgres_url())), true),
        (redis.redis_url(), false),
        (there(redis.redis_url()), true),
    ] {
        let identity = Lab::over(&url).identity().await;
        assert_eq!(identity.unencrypted, unencrypted, "{}", identity.line());
    }
}
