//! Lines for a Redis server, quoted as `redis-cli` quotes them.

use super::Nature;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// As it is written.
    pub text: String,
    /// Its words; what is wrong with its quotes where they do not end.
    pub words: Result<Vec<Vec<u8>>, &'static str>,
}

/// Commands that only read. What is not among them writes.
const READS: &[&str] = &[
    "BITCOUNT",
    "BITFIELD_RO",
    "BITPOS",
    "DBSIZE",
    "DUMP",
    "ECHO",
    "EVALSHA_RO",
    "EVAL_RO",
    "EXISTS",
    "EXPIRETIME",
    "FCALL_RO",
    "GEODIST",
    "GEOHASH",
    "GEOPOS",
    "GEORADIUSBYMEMBER_RO",
    "GEORADIUS_RO",
    "GEOSEARCH",
    "GET",
    "GETBIT",
    "GETRANGE",
    "HEXISTS",
    "HGET",
    "HGETALL",
    "HKEYS",
    "HLEN",
    "HMGET",
    "HRANDFIELD",
    "HSCAN",
    "HSTRLEN",
    "HVALS",
    "INFO",
    "KEYS",
    "LASTSAVE",
    "LCS",
    "LINDEX",
    "LLEN",
    "LOLWUT",
    "LPOS",
    "LRANGE",
    "MGET",
    "OBJECT",
    "PEXPIRETIME",
    "PFCOUNT",
    "PING",
    "PTTL",
    "RANDOMKEY",
    "ROLE",
    "SCAN",
    "SCARD",
    "SDIFF",
    "SINTER",
    "SINTERCARD",
    "SISMEMBER",
    "SMEMBERS",
    "SMISMEMBER",
    "SORT_RO",
    "SRANDMEMBER",
    "SSCAN",
    "STRLEN",
    "SUBSTR",
    "SUNION",
    "TIME",
    "TTL",
    "TYPE",
    "WAIT",
    "XINFO",
    "XLEN",
    "XPENDING",
    "XRANGE",
    "XREAD",
    "XREVRANGE",
    "ZCARD",
    "ZCOUNT",
    "ZDIFF",
    "ZINTER",
    "ZINTERCARD",
    "ZLEXCOUNT",
    "ZMSCORE",
    "ZRANDMEMBER",
    "ZRANGE",
    "ZRANGEBYLEX",
    "ZRANGEBYSCORE",
    "ZRANK",
    "ZREVRANGE",
    "ZREVRANGEBYLEX",
    "ZREVRANGEBYSCORE",
    "ZREVRANK",
    "ZSCAN",
    "ZSCORE",
    "ZUNION",
];

/// Commands of two words that only read.
const PAIRS: &[(&str, &[&str])] = &[
    ("ACL", &["CAT", "GETUSER", "LIST", "LOG", "USERS", "WHOAMI", "DRYRUN"]),
    ("CLIENT", &["GETNAME", "ID", "INFO", "LIST", "TRACKINGINFO"]),
    (
        "CLUSTER",
        &[
            "COUNTKEYSINSLOT",
            "GETKEYSINSLOT",
            "INFO",
            "KEYSLOT",
            "LINKS",
            "MYID",
            "NODES",
            "REPLICAS",
            "SHARDS",
            "SLAVES",
            "SLOTS",
        ],
    ),
    ("COMMAND", &["COUNT", "DOCS", "GETKEYS", "INFO", "LIST"]),
    ("CONFIG", &["GET"]),
    ("FUNCTION", &["LIST", "STATS", "DUMP"]),
    ("LATENCY", &["DOCTOR", "GRAPH", "HISTOGRAM", "HISTORY", "LATEST"]),
    ("MEMORY", &["DOCTOR", "MALLOC-STATS", "STATS", "USAGE"]),
    ("MODULE", &["LIST"]),
    ("PUBSUB", &["CHANNELS", "NUMPAT", "NUMSUB", "SHARDCHANNELS", "SHARDNUMSUB"]),
    ("SCRIPT", &["EXISTS"]),
    ("SENTINEL", &["CKQUORUM", "GET-MASTER-ADDR-BY-NAME", "MASTER", "MASTERS", "REPLICAS", "SENTINELS", "SLAVES"]),
    ("SLOWLOG", &["GET", "LEN"]),
];

/// Commands that make another connection of this one.
const NOT_HERE: &[(&str, &str)] = &[
    ("SUBSCRIBE", "it never ends"),
    ("PSUBSCRIBE", "it never ends"),
    ("SSUBSCRIBE", "it never ends"),
    ("MONITOR", "it never ends"),
    ("SYNC", "it makes a replica of the connection"),
    ("PSYNC", "it makes a replica of the connection"),
    ("SELECT", "the database is the one that was shown; set up another connection for another one"),
    ("AUTH", "the user is the one that was shown"),
    ("HELLO", "it changes how the connection speaks"),
    ("RESET", "it changes how the connection speaks"),
    ("QUIT", "it ends the connection"),
];

impl Line {
    /// The word at `at`, in capitals.
    fn word(&self, at: usize) -> String {
        let word = self.words.as_ref().ok().and_then(|words| words.get(at));
        word.map(|w| String::from_utf8_lossy(w).to_ascii_uppercase()).unwrap_or_default()
    }

    /// Whether it only reads.
    pub fn nature(&self) -> Nature {
        let (first, second) = (self.word(0), self.word(1));
        let pair = PAIRS.iter().any(|(name, seconds)| *name == first && seconds.contains(&second.as_str()));
        if pair || READS.contains(&first.as_str()) { Nature::Reads } else { Nature::Writes }
    }

    /// Why it is not sent.
    pub fn refused(&self) -> Option<&'static str> {
        if let Err(why) = self.words {
            return Some(why);
        }
        let first = self.word(0);
        if first == "CLIENT" && self.word(1) == "REPLY" {
            return Some("the answers are what is recorded");
        }
        NOT_HERE.iter().find(|(name, _)| *name == first).map(|(_, why)| *why)
    }
}

/// The lines of `text`, without comments and empty ones.
pub fn lines(text: &str) -> Vec<Line> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Line { text: line.to_owned(), words: words(line) }).collect()
}

fn words(line: &str) -> Result<Vec<Vec<u8>>, &'static str> {
    const OPEN: &str = "a quote does not end";
    let mut all = Vec::new();
    let mut rest = line.as_bytes();
    loop {
        rest = rest.trim_ascii_start();
        let Some(first) = rest.first() else { return Ok(all) };
        let mut word = Vec::new();
        if matches!(first, b'"' | b'\'') {
            let quote = *first;
            rest = &rest[1..];
            loop {
                match rest {
                    [] => return Err(OPEN),
                    [b'\\', b'x', hex @ ..] if quote == b'"' && byte(hex).is_some() => {
                        word.extend(byte(hex));
                        rest = &rest[4..];
                    }
                    [b'\\', next, ..] if quote == b'"' => {
                        word.push(match next {
                            b'n' => b'\n',
                            b'r' => b'\r',
                            b't' => b'\t',
                            b'b' => 8,
                            b'a' => 7,
                            other => *other,
                        });
                        rest = &rest[2..];
                    }
                    [b'\\', b'\'', ..] if quote == b'\'' => {
                        word.push(b'\'');
                        rest = &rest[2..];
                    }
                    [end, ..] if *end == quote => {
                        rest = &rest[1..];
                        break;
                    }
                    [other, ..] => {
                        word.push(*other);
                        rest = &rest[1..];
                    }
                }
            }
            if rest.first().is_some_and(|b| !b.is_ascii_whitespace()) {
                return Err("something follows a closing quote");
            }
        } else {
            let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            word.extend_from_slice(&rest[..end]);
            rest = &rest[end..];
        }
        all.push(word);
    }
}

/// The byte that two hexadecimal digits are.
fn byte(hex: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(hex.get(..2)?).ok()?;
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_as_the_client_splits_them() {
        let seen = lines("# a comment\n\nSET k \"a b\\n\\x41\"\nSET k 'it\\'s'\nGET \"open\nGET \"a\"b\n");
        let words: Vec<_> = seen
            .iter()
            .map(|l| {
                l.words.clone().map(|w| w.iter().map(|w| String::from_utf8_lossy(w).into_owned()).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            words,
            [
                Ok(vec!["SET".to_owned(), "k".into(), "a b\nA".into()]),
                Ok(vec!["SET".to_owned(), "k".into(), "it's".into()]),
                Err("a quote does not end"),
                Err("something follows a closing quote"),
            ]
        );
    }

    #[test]
    fn what_is_not_known_to_read_writes() {
        for (line, nature) in [
            ("get k", Nature::Reads),
            ("INFO memory", Nature::Reads),
            ("CONFIG GET maxmemory", Nature::Reads),
            ("CONFIG SET maxmemory 1", Nature::Writes),
            ("client list", Nature::Reads),
            ("CLIENT KILL ID 3", Nature::Writes),
            ("FLUSHALL", Nature::Writes),
            ("NEWCOMMAND x", Nature::Writes),
            ("GET \"open", Nature::Writes),
        ] {
            assert_eq!(lines(line)[0].nature(), nature, "{line}");
        }
    }

    #[test]
    fn what_would_make_another_connection_of_it_is_refused() {
        for (line, refused) in
            [("SELECT 3", true), ("subscribe a", true), ("AUTH x", true), ("CLIENT REPLY OFF", true), ("GET a", false)]
        {
            assert_eq!(lines(line)[0].refused().is_some(), refused, "{line}");
        }
    }
}
