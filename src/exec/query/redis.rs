//! Commands for Redis, one after the other, with the answers as `redis-cli` shows them.

use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, TlsCertificates, Value};
use tokio::sync::watch;

use super::printer::Printer;
use super::task::Ended;
use super::{LONGEST_MESSAGE, PATIENCE, TRUNCATED};
use crate::config::connections::{Connection, ServerKind};
use crate::run::event::Stop;
use crate::run::server::{ServerIdentity, ServerRole};
use crate::runbook::statements::redis_text::{Line, lines};

/// So many values of one answer are shown.
const MOST_VALUES: usize = 1000;

/// A text is cut at so many bytes.
const LONGEST_TEXT: usize = 64 * 1024;

/// A connection to Redis. It is not opened again by itself: what was sent is never sent twice.
pub(super) struct Redis {
    connection: MultiplexedConnection,
    /// The number that the server knows it by.
    id: String,
}

impl Redis {
    /// Opens a connection and asks the server who it is.
    pub(super) async fn open(to: &Connection) -> Result<(Self, ServerIdentity), String> {
        let mut connection = connect(to).await?;
        let ask = |words: &[&str]| {
            let mut command = redis::cmd(words.first().copied().unwrap_or_default());
            command.arg(words.get(1..).unwrap_or_default());
            command
        };
        let server: String = ask(&["INFO", "server"]).query_async(&mut connection).await.map_err(|e| e.to_string())?;
        let follows: String =
            ask(&["INFO", "replication"]).query_async(&mut connection).await.map_err(|e| e.to_string())?;
        // Older than 6.2: nothing but the address that was asked for is known.
        let client: String = ask(&["CLIENT", "INFO"]).query_async(&mut connection).await.unwrap_or_default();
        let info = |text: &str, name: &str| {
            let line = text.lines().find_map(|l| l.trim().strip_prefix(name)?.strip_prefix(':'));
            line.unwrap_or_default().chars().take(200).collect::<String>()
        };
        let own = |name: &str| {
            let word = client.split_whitespace().find_map(|w| w.strip_prefix(name)?.strip_prefix('='));
            word.unwrap_or_default().chars().take(200).collect::<String>()
        };
        let local = own("laddr");
        let (host, port) = match local.rsplit_once(':') {
            Some((host, port)) if port != "0" => (host.trim_matches(['[', ']']).to_owned(), port.parse().ok()),
            Some((socket, _)) => (socket.to_owned(), None),
            None => ("?".to_owned(), info(&server, "tcp_port").parse().ok()),
        };
        let replica = info(&follows, "role") == "slave";
        let identity = ServerIdentity {
            kind: ServerKind::Redis,
            host,
            port,
            database: Some(own("db")).filter(|db| !db.is_empty()).unwrap_or_else(|| "0".to_owned()),
            user: own("user"),
            version: info(&server, "redis_version"),
            role: if replica { ServerRole::Replica } else { ServerRole::Primary },
            read_only: replica,
            instance: info(&server, "run_id"),
            unencrypted: !to.url().starts_with("rediss:") && goes_over_a_network(&own("addr"), &local),
        };
        Ok((Self { connection, id: own("id") }, identity))
    }
}

/// Whether two ends, as the server sees them, are on different machines. One that is not told may be anywhere.
fn goes_over_a_network(client: &str, server: &str) -> bool {
    match (client.rsplit_once(':'), server.rsplit_once(':')) {
        // A socket of this machine has port 0.
        (Some((_, "0")), Some(_)) => false,
        (Some((client, _)), Some((server, _))) => client != server,
        _ => true,
    }
}

/// A connection whose answers may take as long as they take: a command may block on purpose.
async fn connect(to: &Connection) -> Result<MultiplexedConnection, String> {
    let client = match &to.root_certificate {
        Some(file) => {
            let root = tokio::fs::read(file).await.map_err(|e| format!("{}: {e}", file.display()))?;
            let certificates = TlsCertificates { client_tls: None, root_cert: Some(root) };
            Client::build_with_tls(to.url(), certificates)
        }
        None => Client::open(to.url()),
    };
    let config = AsyncConnectionConfig::new()
        // Before the patience for all of it ends, which knows no reason.
        .set_connection_timeout(Some(PATIENCE * 2 / 3))
        .set_response_timeout(to.timeout_s.map(Duration::from_secs));
    let client = client.map_err(|e| e.to_string())?;
    client.get_multiplexed_async_connection_with_config(&config).await.map_err(|e| unreached(&e, to))
}

/// Why there is no connection; where encryption may be the reason, that is said.
fn unreached(fault: &RedisError, to: &Connection) -> String {
    let told = fault.to_string();
    let encrypted = to.url().starts_with("rediss:");
    let dropped = fault.is_connection_dropped() && !fault.is_connection_refusal();
    // A server without TLS takes the first bytes for a text of its own: it waits for more, answers what is no message of TLS, or
    // hangs up, as chance has it. One with TLS hangs up on what is none.
    let hint = match encrypted {
        true if dropped || fault.is_timeout() || told.contains("corrupt message") => {
            ": it does not seem to speak TLS, which rediss:// asks for"
        }
        false if dropped || fault.is_io_error() && !fault.is_connection_refusal() => {
            ": where it wants TLS, write rediss://"
        }
        true | false => "",
    };
    format!("{told}{hint}")
}

/// Runs the commands of `text`.
pub(super) async fn run(
    mut redis: Redis,
    to: &Connection,
    text: &str,
    mut asked: watch::Receiver<Option<Stop>>,
    out: &mut Printer,
) -> Ended {
    let lines = lines(text);
    if let Some((i, why)) = lines.iter().enumerate().find_map(|(i, l)| l.refused().map(|why| (i, why))) {
        out.print(&format!("! command {} is not sent: {why}. Nothing was run.", i + 1));
        return Ended::Failed;
    }
    for (i, line) in lines.iter().enumerate() {
        if asked.borrow().is_some() {
            out.print(&format!("! cancelled before command {}; it was not sent", i + 1));
            return Ended::Cancelled;
        }
        out.print(&format!("> {}", line.text));
        let began = Instant::now();
        let command = command(line);
        let answer = tokio::select! {
            answer = command.query_async::<Value>(&mut redis.connection) => answer,
            Ok(()) = asked.changed() => return cancel(redis, to, out).await,
        };
        match answer {
            Ok(value) => {
                let mut shown = String::new();
                let mut left = MOST_VALUES;
                draw(&value, "", true, &mut left, &mut shown);
                if left == 0 {
                    shown.extend([TRUNCATED, ": there are more values\n"]);
                }
                out.print(&shown);
                out.print(&format!("({} ms)", began.elapsed().as_millis()));
                if matches!(value, Value::ServerError(_)) {
                    return rest(i, lines.len(), out);
                }
            }
            Err(fault) if is_grave(&fault) => {
                return Ended::Lost(format!(
                    "the connection was lost during command {}: {fault}. Nobody knows whether it was carried out; \
                     nothing is sent again. Look at the server.",
                    i + 1
                ));
            }
            Err(fault) => {
                let text: String = said(&fault).chars().take(LONGEST_MESSAGE).collect();
                out.print(&format!("(error) {text}"));
                return rest(i, lines.len(), out);
            }
        }
    }
    Ended::Well
}

fn rest(at: usize, all: usize, out: &mut Printer) -> Ended {
    if at + 1 < all {
        let (from, until) = (at + 2, all);
        out.print(&format!("! commands {from} to {until} were not sent; those before stay carried out"));
    }
    Ended::Failed
}

/// Has the server end the connection, so that nothing goes on in it.
async fn cancel(redis: Redis, to: &Connection, out: &mut Printer) -> Ended {
    let Redis { connection, id } = redis;
    let ask = async {
        let mut second = connect(to).await?;
        let killed = redis::cmd("CLIENT").arg("KILL").arg("ID").arg(&id).query_async::<Value>(&mut second).await;
        killed.map_err(|e| e.to_string())
    };
    let asked = tokio::time::timeout(PATIENCE, ask).await;
    drop(connection);
    match asked {
        Ok(Ok(_)) => {
            out.print("! cancelled: the server ended the connection. What it had begun it may have carried out.");
            Ended::Cancelled
        }
        Ok(Err(fault)) => Ended::Lost(format!("the server could not be asked to give up: {fault}")),
        Err(_) => Ended::Lost("the server was asked to give up and does not answer".to_owned()),
    }
}

fn command(line: &Line) -> redis::Cmd {
    let mut command = redis::Cmd::new();
    for word in line.words.iter().flatten() {
        command.arg(word.as_slice());
    }
    command
}

fn is_grave(fault: &RedisError) -> bool {
    fault.is_io_error() || fault.is_connection_dropped() || fault.is_timeout() || fault.is_unrecoverable_error()
}

/// The server's own words.
fn said(fault: &RedisError) -> String {
    match (fault.code(), fault.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => fault.to_string(),
    }
}

/// Draws an answer. `whole` is true where it is the answer itself and no part of one.
fn draw(value: &Value, indent: &str, whole: bool, left: &mut usize, out: &mut String) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    let mut put = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    match value {
        Value::Nil => put("(nil)"),
        Value::Int(n) => put(&format!("(integer) {n}")),
        Value::BulkString(bytes) => put(&text(bytes, whole)),
        Value::SimpleString(text) => put(text),
        Value::Okay => put("OK"),
        Value::Double(n) => put(&format!("(double) {n}")),
        Value::Boolean(b) => put(if *b { "(true)" } else { "(false)" }),
        Value::VerbatimString { text: verbatim, .. } => put(&text(verbatim.as_bytes(), whole)),
        Value::BigNumber(number) => put(&format!("(big number) {}", text(number, true))),
        Value::ServerError(error) => put(&format!("(error) {error:?}")),
        Value::Array(values) | Value::Set(values) | Value::Push { data: values, .. } => {
            members(values.iter(), indent, left, out);
        }
        Value::Map(pairs) => members(pairs.iter().flat_map(|(k, v)| [k, v]), indent, left, out),
        Value::Attribute { data, .. } => draw(data, indent, whole, left, out),
        // A kind of answer that is newer than this program.
        _ => put("(an answer of an unknown kind)"),
    }
}

fn members<'a>(values: impl Iterator<Item = &'a Value>, indent: &str, left: &mut usize, out: &mut String) {
    let mut empty = true;
    for (i, value) in values.enumerate() {
        if *left == 0 {
            return;
        }
        let head = format!("{}) ", i + 1);
        // The first member of a member stands on the line of its number.
        if !empty {
            out.push_str(indent);
        }
        empty = false;
        out.push_str(&head);
        draw(value, &format!("{indent}{}", " ".repeat(head.len())), false, left, out);
    }
    if empty {
        out.push_str("(empty array)\n");
    }
}

/// A text: as it is where it is the whole answer and has lines, else in quotes.
fn text(bytes: &[u8], whole: bool) -> String {
    let head = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
    let cut = if head.len() < bytes.len() { format!("… ({} bytes)", bytes.len()) } else { String::new() };
    match std::str::from_utf8(head) {
        Ok(plain) if whole && plain.contains('\n') => format!("{}{cut}", plain.trim_end()),
        Ok(plain) => format!("\"{}\"{cut}", plain.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")),
        Err(_) => {
            let escaped: String = head.iter().flat_map(|b| std::ascii::escape_default(*b)).map(char::from).collect();
            format!("\"{escaped}\"{cut}")
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn bulk(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    fn drawn(value: &Value) -> String {
        let (mut out, mut left) = (String::new(), MOST_VALUES);
        draw(value, "", true, &mut left, &mut out);
        out
    }

    #[test]
    fn answers_look_as_in_the_client() {
        for (value, expected) in [
            (Value::Nil, "(nil)\n"),
            (Value::Int(3), "(integer) 3\n"),
            (Value::Okay, "OK\n"),
            (bulk("a\"b"), "\"a\\\"b\"\n"),
            (bulk("# Memory\r\nused:1\r\n"), "# Memory\r\nused:1\n"),
            (Value::Array(vec![]), "(empty array)\n"),
            (
                Value::Array(vec![bulk("a"), Value::Array(vec![Value::Int(1), bulk("x\ny")]), Value::Nil]),
                "1) \"a\"\n2) 1) (integer) 1\n   2) \"x\\ny\"\n3) (nil)\n",
            ),
            (Value::BulkString(vec![0xff]), "\"\\xff\"\n"),
        ] {
            assert_eq!(drawn(&value), expected);
        }
    }

    #[test]
    fn a_long_answer_is_cut() {
        let out = drawn(&Value::Array((0..5000).map(Value::Int).collect()));
        assert_eq!(out.lines().count(), MOST_VALUES - 1);
        assert!(drawn(&bulk(&"x".repeat(LONGEST_TEXT + 1))).ends_with("… (65537 bytes)\n"));
    }
}
