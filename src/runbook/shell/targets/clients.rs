//! What each client calls the machine, the database or the context that it acts on.

use super::{Finder, Options, Target};
use crate::runbook::shell::syntax::Call;

/// Long options that most clients of databases share.
const DATABASE_LONG: &[&str] = &[
    "host",
    "port",
    "user",
    "username",
    "dbname",
    "database",
    "db",
    "command",
    "execute",
    "file",
    "socket",
    "uri",
    "url",
    "defaults-file",
    "defaults-extra-file",
    "set",
    "variable",
    "output",
    "table",
    "schema",
    "jobs",
    "format",
    "role",
    "eval",
    "authenticationDatabase",
    "maintenance-db",
];

pub(super) fn look(found: &mut Finder<'_>) {
    let call = found.call;
    match call.program() {
        "ssh" | "autossh" | "slogin" | "mosh" | "sftp" | "ssh-copy-id" => {
            let read = Options::of(call, "pilFJLRDbcemwWESoBIOQPs", "", &["ssh", "port"]);
            read.operands.first().into_iter().for_each(|host| found.host(host));
        }
        "scp" | "rsync" | "rclone" | "borg" | "rcp" => copies(found, call),
        "pdsh" | "clush" | "dsh" | "pssh" | "parallel-ssh" | "fab" | "mussh" => many(found, call),
        "ansible" | "ansible-playbook" => ansible(found, call),
        "salt" | "mco" => {
            let read = Options::of(call, "tcG", "", &["timeout"]);
            read.operands.first().into_iter().for_each(|which| found.other(which));
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" => containers(found, call),
        "kubectl" | "oc" | "k" | "helm" | "flux" | "argocd" | "velero" | "istioctl" | "stern" | "k9s" | "kubectx" => {
            cluster(found, call);
        }
        "virsh" => {
            let read = Options::of(call, "cd", "", &["connect"]);
            read.values(&["c", "connect"]).into_iter().for_each(|address| found.host(address));
        }
        "systemctl" | "loginctl" | "hostnamectl" | "timedatectl" | "systemd-run" | "journalctl" | "localectl" => {
            let read = Options::of(call, "HMnptusouSU", "", &["host", "machine", "property", "type", "lines", "unit"]);
            read.values(&["H", "host"]).into_iter().for_each(|host| found.host(host));
        }
        "redis-cli" | "valkey-cli" | "keydb-cli" => redis(found, call),
        "psql" | "pg_restore" | "dropdb" | "createdb" | "dropuser" | "createuser" | "vacuumdb" | "reindexdb"
        | "clusterdb" | "pg_dump" | "pg_dumpall" | "pgcli" | "pgbench" | "pg_basebackup" | "pg_rewind"
        | "pg_recvlogical" | "pg_receivewal" | "usql" => postgres(found, call),
        "mysql"
        | "mariadb"
        | "mycli"
        | "mysqladmin"
        | "mariadb-admin"
        | "mysqldump"
        | "mariadb-dump"
        | "mysqlimport"
        | "mysqlcheck"
        | "mariadb-check"
        | "mysqlsh"
        | "mydumper"
        | "myloader"
        | "pt-online-schema-change"
        | "gh-ost" => mysql(found, call),
        "mongosh" | "mongo" | "mongorestore" | "mongodump" | "mongoimport" | "mongoexport" => mongo(found, call),
        "sqlcmd" | "cqlsh" | "clickhouse-client" | "clickhouse" | "cockroach" | "influx" | "tsql" | "snowsql"
        | "trino" | "nodetool" | "rabbitmqadmin" | "memcached-tool" | "ldapmodify" | "ldapdelete" | "ldapadd" => {
            client(found, call);
        }
        "sqlplus" | "rman" | "dgmgrl" | "impdp" | "imp" | "expdp" | "sqlldr" => {
            let logins = call.args().iter().filter_map(|word| word.rsplit_once('@'));
            let named = logins.filter(|(login, name)| !login.is_empty() && !name.is_empty());
            named.for_each(|(_, name)| found.database(name.split([' ', '\'', '"']).next().unwrap_or_default()));
        }
        "rabbitmqctl" | "rabbitmq-diagnostics" | "rabbitmq-queues" => {
            let read = Options::of(call, "npt", "", &["node", "vhost", "timeout"]);
            read.values(&["n", "node"]).into_iter().for_each(|node| found.host(node));
        }
        "etcdctl" | "etcdutl" => {
            found.others_of_environment(&["ETCDCTL_ENDPOINTS"]);
            let read = Options::of(call, "w", "", &["endpoints", "cert", "key", "cacert", "user", "prefix"]);
            read.values(&["endpoints"]).into_iter().for_each(|ends| found.other(ends));
        }
        "vault" | "consul" | "nomad" => {
            found.hosts_of_environment(&["VAULT_ADDR", "CONSUL_HTTP_ADDR", "NOMAD_ADDR"]);
            let read = Options::of(call, "", "", &["address", "http-addr", "namespace", "token", "region"]);
            read.values(&["address", "http-addr"]).into_iter().for_each(|address| found.host(address));
        }
        "curl" | "wget" | "http" | "https" | "xh" | "httpie" => web(found, call),
        "aws" => aws(found, call),
        "gcloud" | "gsutil" | "bq" => google(found, call),
        "az" => {
            let long = &["subscription", "resource-group", "name", "server", "command", "scripts", "query", "output"];
            let read = Options::of(call, "gnsoi", "", long);
            read.values(&["subscription", "g", "resource-group"]).into_iter().for_each(|name| found.other(name));
            read.values(&["s", "server"]).into_iter().for_each(|name| found.host(name));
        }
        "heroku" | "fly" | "flyctl" => {
            let read = Options::of(call, "arc", "", &["app", "remote", "config", "command"]);
            read.values(&["a", "app"]).into_iter().for_each(|name| found.other(name));
        }
        "pulumi" => {
            let read = Options::of(call, "sC", "", &["stack", "cwd"]);
            read.values(&["s", "stack"]).into_iter().for_each(|name| found.other(name));
        }
        "ipmitool" | "racadm" | "snmpset" | "varnishadm" => {
            let read = Options::of(call, "HUPIrupTSvcC", "", &[]);
            read.values(&["H", "r", "T"]).into_iter().for_each(|host| found.host(host));
            if call.program() == "snmpset" {
                read.operands.first().into_iter().for_each(|host| found.host(host));
            }
        }
        "nc" | "ncat" | "netcat" | "telnet" => {
            let read = Options::of(call, "wpsqiXxlG", "", &[]);
            read.operands.first().into_iter().for_each(|host| found.host(host));
        }
        "ftp" | "lftp" => {
            let read = Options::of(call, "uepc", "", &["user"]);
            read.operands.first().into_iter().for_each(|host| found.host(host));
        }
        "git" => {
            let read = Options::of(call, "Cc", "", &["git-dir", "work-tree"]);
            if let [verb, remote, ..] = read.operands.as_slice()
                && *verb == "push"
            {
                found.other(remote);
            }
        }
        "gh" | "glab" => {
            let read = Options::of(call, "R", "", &["repo"]);
            read.values(&["R", "repo"]).into_iter().for_each(|name| found.other(name));
        }
        program if program.starts_with("kafka-") => {
            let servers = ["bootstrap-server", "zookeeper", "broker-list", "bootstrap-controller"];
            let read = Options::of(call, "", "", &servers);
            read.values(&servers).into_iter().for_each(|names| found.other(names));
        }
        _ => {}
    }
}

/// `host:path`, `user@host:path` or `rsync://host/path`; none where the word is a path of this machine.
fn remote(word: &str) -> Option<&str> {
    if word.contains("://") {
        return Some(word);
    }
    let (host, _) = word.split_once(':')?;
    (!host.is_empty() && !host.contains('/')).then_some(host)
}

/// What copies acts where it copies to; what takes away at the source, or deletes, acts there too.
fn copies(found: &mut Finder<'_>, call: &Call) {
    let long = &["rsh", "exclude", "include", "exclude-from", "bwlimit", "port", "filter", "backup-dir", "log-file"];
    let short = if call.program() == "scp" { "cFiJlopPSD" } else { "eBTM" };
    let read = Options::of(call, short, "", long);
    let both = call.has_start("--remove-s") || matches!(call.program(), "rclone" | "borg");
    let last = read.operands.len().saturating_sub(1);
    let acts = read.operands.iter().enumerate().filter(|(at, _)| both || *at == last);
    for (_, word) in acts {
        match remote(word) {
            // A remote of rclone is a name of its settings.
            Some(name) if call.program() == "rclone" => found.other(name),
            Some(host) => found.host(host),
            None if call.program() == "rclone" || call.program() == "borg" => {}
            None => found.add(Target::here()),
        }
    }
}

fn many(found: &mut Finder<'_>, call: &Call) {
    let read = Options::of(call, "wxlugmHhptoe", "", &["hosts", "host", "group", "hostfile", "user"]);
    // Elsewhere `-h` is a file of names, and `-g` a group.
    let lists: &[&str] = &["w", "H", "m", "hosts", "host"];
    for list in read.values(lists) {
        names(list).into_iter().for_each(|name| found.host(name));
    }
    read.values(&["h", "g", "group", "hostfile"]).into_iter().for_each(|name| found.other(name));
}

/// The names of a list; a comma inside brackets parts none.
fn names(list: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let parts = list.split(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (c == ',' || c == ' ')
    });
    parts.filter(|name| !name.is_empty()).collect()
}

fn ansible(found: &mut Finder<'_>, call: &Call) {
    let long = &["limit", "inventory", "inventory-file", "module-name", "args", "user", "extra-vars", "forks", "tags"];
    let read = Options::of(call, "mailuefMKt", "", long);
    let limits = read.values(&["l", "limit"]);
    if call.program() == "ansible" && limits.is_empty() {
        read.operands.first().into_iter().for_each(|which| found.other(which));
    } else if limits.is_empty() {
        read.values(&["i", "inventory", "inventory-file"]).into_iter().for_each(|list| found.other(list));
    }
    limits.into_iter().for_each(|limit| found.other(limit));
}

fn containers(found: &mut Finder<'_>, call: &Call) {
    // Options behind the verb are the verb's own, and behind `exec` and `run` those of another program.
    let verb =
        ["exec", "run", "rm", "stop", "kill", "restart", "rmi", "compose", "system", "volume", "service", "stack"];
    let at = call.words.iter().position(|word| verb.contains(&word.as_str())).unwrap_or(call.words.len());
    let before = Call { words: call.words.iter().take(at).cloned().collect(), ..Call::default() };
    let read = Options::of(&before, "Hcl", "", &["host", "context", "config", "log-level", "connection", "url"]);
    let hosts = read.values(&["H", "host", "url"]);
    let contexts = read.values(&["c", "context", "connection"]);
    if hosts.is_empty() && contexts.is_empty() {
        found.hosts_of_environment(&["DOCKER_HOST", "CONTAINER_HOST"]);
        found.others_of_environment(&["DOCKER_CONTEXT"]);
    }
    hosts.into_iter().for_each(|host| found.host(host));
    contexts.into_iter().filter(|name| *name != "default").for_each(|name| found.other(name));
}

fn cluster(found: &mut Finder<'_>, call: &Call) {
    let before: Vec<String> = call.words.iter().take_while(|word| *word != "--").cloned().collect();
    let before = Call { words: before, ..Call::default() };
    let long = &["context", "kube-context", "cluster", "server", "kubeconfig", "namespace"];
    let read = Options::of(&before, "nsc", "", long);
    read.values(&["context", "kube-context", "cluster"]).into_iter().for_each(|name| found.other(name));
    read.values(&["s", "server"]).into_iter().for_each(|address| found.host(address));
    if found.found.at.is_empty() {
        read.values(&["kubeconfig"]).into_iter().for_each(|file| found.other(file));
        found.others_of_environment(&["KUBECONFIG"]);
    }
}

fn redis(found: &mut Finder<'_>, call: &Call) {
    let read = Options::of(call, "hpsaunrixdD", "", &["user", "pass", "cacert", "cert", "key", "sni"]);
    let mut hosts = read.values(&["h"]);
    hosts.extend(read.values(&["u"]));
    if call.has("--cluster") {
        // `--cluster fix host:port`: its verb is its first operand.
        hosts.extend(read.operands.iter().skip(1).filter(|word| word.contains(':')));
    }
    hosts.into_iter().for_each(|host| found.host(host));
}

fn postgres(found: &mut Finder<'_>, call: &Call) {
    let short = match call.program() {
        "psql" => "cdfhpUvLoFPRT",
        "pg_restore" => "dfFhjLnNpPStTU",
        "vacuumdb" | "reindexdb" | "clusterdb" => "dhjnNpPtUiS",
        "createdb" => "DEhlOpTU",
        "pg_dump" | "pg_dumpall" => "bCdEfFhjlLnNpSTtUZ",
        _ => "dDhpUfjcSRXTFIl",
    };
    let read = Options::of(call, short, "", DATABASE_LONG);
    let hosts = read.values(&["h", "host"]);
    if hosts.is_empty() {
        found.hosts_of_environment(&["PGHOST", "PGHOSTADDR"]);
        found.others_of_environment(&["PGSERVICE"]);
    }
    hosts.into_iter().flat_map(|list| list.split(',')).for_each(|host| found.host(host));
    let by_operand = !matches!(call.program(), "pg_restore" | "dropuser" | "createuser" | "pg_dumpall");
    let operand = read.operands.first().copied().filter(|_| by_operand);
    match read.value(&["d", "dbname", "target-server", "source-server"]).or(operand) {
        Some(name) => login(found, name),
        None => found.environment("PGDATABASE").iter().for_each(|name| found.database(name)),
    }
}

/// A name, an address, or words such as `host=db01 dbname=app`.
fn login(found: &mut Finder<'_>, text: &str) {
    if text.contains("://") {
        return found.address(text);
    }
    if !text.contains('=') {
        return found.database(text);
    }
    for (key, value) in text.split_whitespace().filter_map(|pair| pair.split_once('=')) {
        let value = value.trim_matches('\'');
        match key {
            "host" | "hostaddr" => value.split(',').for_each(|host| found.host(host)),
            "dbname" => found.database(value),
            "service" => found.other(value),
            _ => {}
        }
    }
}

fn mysql(found: &mut Finder<'_>, call: &Call) {
    let read = Options::of(call, "hPuSDe", "p", DATABASE_LONG);
    let hosts = read.values(&["h", "host"]);
    if hosts.is_empty() {
        found.hosts_of_environment(&["MYSQL_HOST"]);
    }
    hosts.into_iter().for_each(|host| found.host(host));
    let addresses = read.operands.iter().copied().chain(read.values(&["uri"])).filter(|word| word.contains("://"));
    addresses.for_each(|address| found.address(address));
    let name = match call.program() {
        "mysqladmin" | "mariadb-admin" => {
            let verb = read.operands.iter().position(|word| matches!(*word, "drop" | "create"));
            verb.and_then(|at| read.operands.get(at + 1).copied())
        }
        // Words such as `D=app,t=orders`, and what is meant by others, are looked at as a whole.
        "pt-online-schema-change" | "gh-ost" | "mydumper" | "myloader" => {
            read.value(&["B", "database"]).or(read.operands.first().copied())
        }
        _ => read.operands.first().copied().filter(|word| !word.contains("://")),
    };
    if let Some(name) = read.value(&["D", "database", "schema"]).or(name) {
        found.database(name);
    }
}

fn mongo(found: &mut Finder<'_>, call: &Call) {
    let read = Options::of(call, "hudpcf", "", DATABASE_LONG);
    read.values(&["h", "host"]).into_iter().for_each(|list| {
        let list = list.split_once('/').map_or(list, |(_, hosts)| hosts);
        list.split(',').for_each(|host| found.host(host));
    });
    read.values(&["d", "db"]).into_iter().for_each(|name| found.database(name));
    read.values(&["uri"]).into_iter().for_each(|address| several(found, address));
    if matches!(call.program(), "mongosh" | "mongo") {
        match read.operands.first() {
            Some(word) if word.contains("://") => several(found, word),
            Some(word) if word.contains('/') || word.contains(':') => {
                found.host(word);
                word.split_once('/').into_iter().for_each(|(_, name)| found.database(name));
            }
            Some(word) if !word.ends_with(".js") => found.database(word),
            Some(_) | None => {}
        }
    }
}

/// An address with several hosts: `mongodb://a,b,c/app`.
fn several(found: &mut Finder<'_>, address: &str) {
    let Some((scheme, rest)) = address.split_once("://") else { return };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
    for host in hosts.split(',') {
        found.address(&format!("{scheme}://{host}/{path}"));
    }
}

/// A client of a server whose options say `-h` or `--host`, `-d` or `--database`.
fn client(found: &mut Finder<'_>, call: &Call) {
    let (short, host): (&str, &[&str]) = match call.program() {
        "sqlcmd" | "tsql" => ("SHdUPQqioIDp", &["S", "H"]),
        "clickhouse-client" | "clickhouse" => ("hudqt", &["h", "host"]),
        "nodetool" => ("hpuw", &["h", "host"]),
        "rabbitmqadmin" => ("HPVuptc", &["H", "host"]),
        "ldapmodify" | "ldapdelete" | "ldapadd" => ("HhDwfyxpbYUXO", &["H", "h"]),
        "snowsql" => ("adhuwrsqfo", &["a", "accountname"]),
        _ => ("hdupefkc", &["h", "host", "server", "url"]),
    };
    let long = &["host", "database", "db", "server", "url", "user", "password", "query", "execute", "accountname"];
    let read = Options::of(call, short, "", long);
    read.values(host).into_iter().for_each(|host| found.host(host.strip_prefix("tcp:").unwrap_or(host)));
    let databases = read.values(&["d", "database", "db"]);
    databases.into_iter().filter(|_| call.program() != "nodetool").for_each(|name| found.database(name));
    if matches!(call.program(), "cqlsh" | "memcached-tool") {
        read.operands.first().into_iter().for_each(|host| found.host(host));
    }
}

/// Options of clients of the web that take a value which is no address.
const WEB_LONG: &[&str] = &[
    "request",
    "header",
    "data",
    "data-raw",
    "data-binary",
    "data-urlencode",
    "form",
    "user",
    "output",
    "upload-file",
    "user-agent",
    "referer",
    "cookie",
    "cookie-jar",
    "max-time",
    "connect-timeout",
    "retry",
    "retry-delay",
    "cacert",
    "cert",
    "key",
    "proxy",
    "write-out",
    "resolve",
    "json",
    "method",
    "body-data",
    "post-data",
    "post-file",
    "body-file",
    "output-document",
    "tries",
    "timeout",
    "unix-socket",
    "interface",
    "limit-rate",
    "auth",
    "config",
];

fn web(found: &mut Finder<'_>, call: &Call) {
    let short = match call.program() {
        "curl" => "XHdFuoTAebcmEKxwCDQrtUyYz",
        "wget" => "OoaitTPUQwS",
        _ => "aoA",
    };
    let mut long = WEB_LONG.to_vec();
    long.push("url");
    let read = Options::of(call, short, "", &long);
    let mut operands = read.values(&["url"]);
    match call.program() {
        "curl" | "wget" => operands.extend(&read.operands),
        // The method, the address, then what is sent.
        _ => operands.extend(read.operands.iter().find(|word| !word.chars().all(|c| c.is_ascii_uppercase()))),
    }
    operands.into_iter().for_each(|address| found.host(address));
}

fn aws(found: &mut Finder<'_>, call: &Call) {
    let long = &[
        "profile",
        "region",
        "db-instance-identifier",
        "db-cluster-identifier",
        "bucket",
        "instance-ids",
        "endpoint-url",
        "query",
        "output",
    ];
    let read = Options::of(call, "", "", long);
    let profiles = read.values(&["profile"]);
    if profiles.is_empty() {
        found.others_of_environment(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
    }
    profiles.into_iter().for_each(|name| found.other(name));
    buckets(found, &read, "s3://");
    read.values(&["bucket"]).into_iter().for_each(|name| found.other(name));
    let databases = read.values(&["db-instance-identifier", "db-cluster-identifier"]);
    databases.into_iter().for_each(|name| found.database(name));
}

fn google(found: &mut Finder<'_>, call: &Call) {
    let long = &["project", "project_id", "zone", "region", "command", "account", "instance", "database"];
    let read = Options::of(call, "i", "", long);
    let projects = read.values(&["project", "project_id"]);
    if projects.is_empty() {
        found.others_of_environment(&["CLOUDSDK_CORE_PROJECT", "GOOGLE_CLOUD_PROJECT"]);
    }
    projects.into_iter().for_each(|name| found.other(name));
    buckets(found, &read, "gs://");
    if let Some(at) = read.operands.iter().position(|word| *word == "ssh") {
        read.operands.get(at + 1).into_iter().for_each(|host| found.host(host));
    }
    if let Some(at) = read.operands.windows(2).position(|two| two == ["sql", "instances"]) {
        read.operands.get(at + 3).into_iter().for_each(|name| found.database(name));
    }
}

/// The bucket that is written or emptied: the last that is named.
fn buckets(found: &mut Finder<'_>, read: &Options<'_>, scheme: &str) {
    let last = read.operands.iter().rev().find_map(|word| word.strip_prefix(scheme));
    if let Some(name) = last.and_then(|rest| rest.split('/').next()) {
        found.other(name);
    }
}
