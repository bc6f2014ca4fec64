//! Calls and loops that run until somebody stops them.

use super::super::syntax::Call;
use super::{has_prefix, redis_words};
use crate::runbook::text::Pattern;

/// One of the calls runs until somebody stops it.
pub(in crate::runbook::shell) fn never_end(calls: &[Call]) -> bool {
    // What `timeout` starts stands behind it, and is the end of its words.
    let limited = |at: usize, words: &[String]| {
        let before = calls.get(..at).unwrap_or_default();
        before.iter().any(|call| {
            matches!(call.program(), "timeout" | "gtimeout") && !words.is_empty() && call.words.ends_with(words)
        })
    };
    calls.iter().enumerate().any(|(at, call)| never_ends(call) && !limited(at, &call.words))
}

/// It runs until somebody stops it.
fn never_ends(call: &Call) -> bool {
    if call.background || call.cut_short {
        return false;
    }
    let follows = call.short('f') || has_prefix(call, &["--follow"]);
    let numbers = call.operands().filter(|word| word.parse::<f64>().is_ok()).count();
    match call.program() {
        "tail" => call.short('f') || call.short('F') || has_prefix(call, &["--follow"]),
        "journalctl" => follows,
        "aws" => call.has("logs") && call.has("tail") && follows,
        "gcloud" => call.has("tail"),
        "az" => call.has("tail"),
        "heroku" => call.has("logs") && call.has_any(&["--tail", "-t"]),
        "watch" | "htop" | "btop" | "glances" | "yes" | "nodemon" | "iotop" | "iftop" | "nethogs" | "stern"
        | "kubetail" | "mongostat" | "mongotop" | "nload" | "bmon" | "multitail" => {
            !(call.short('n') && call.program() == "iotop" || call.has_any(&["--no-follow", "--follow=false"]))
        }
        "atop" => numbers < 2 && !call.short('r'),
        "tcpdump" | "tshark" | "ngrep" => {
            !has_prefix(call, &["-c", "-r", "-n", "-D", "--count"])
                || call.short('n') && !call.short('c') && !call.short('r')
        }
        "strace" | "ltrace" => call.short('p') && !call.short('c'),
        "perf" => call.has("top") || call.has("record") && call.has_any(&["-p", "-a"]) && !call.has("--"),
        "udevadm" => call.has("monitor"),
        "conntrack" => call.short('E'),
        "ip" => call.has_any(&["monitor"]),
        "mtr" => !has_prefix(call, &["-r", "--report", "-c", "--report-cycles", "--json", "-j", "--csv", "-C", "-w"]),
        "fping" => call.short('l') && !call.short('c'),
        "nvidia-smi" => {
            call.has_any(&["dmon", "pmon"]) && !call.short('c')
                || call.args().iter().any(|arg| arg == "-l" || arg.starts_with("-lms") || arg.starts_with("--loop"))
        }
        "slabtop" => !has_prefix(call, &["-o", "--once"]),
        "powertop" => !call.args().iter().any(|arg| {
            ["--html", "--csv", "--time", "-r", "-C", "-t", "--auto-tune"].iter().any(|o| arg.starts_with(o))
        }),
        "systemd-cgtop" => !(call.short('n') || call.has_start("--iterations") || call.has("-1")),
        "etcdctl" => call.has("watch"),
        "consul" | "nomad" => call.has("monitor") || call.has("logs") && follows_after(call, "logs"),
        "kcat" | "kafkacat" => call.short('C') && !call.short('e') && !call.short('c'),
        "inotifywait" => call.short('m'),
        "nc" | "ncat" | "socat" => call.short('l') || call.has_start("TCP-LISTEN"),
        "kafka-console-consumer" | "kafka-console-consumer.sh" => !call.has("--max-messages"),
        "celery" | "sidekiq" | "puma" | "vite" | "next" | "webpack-dev-server" | "prometheus" | "redis-server" => !call
            .has_any(&[
                "inspect",
                "status",
                "purge",
                "control",
                "call",
                "build",
                "--version",
                "-v",
                "--daemonize",
                "-d",
            ]),
        "rails" | "bin/rails" => call.has_any(&["server", "s"]) && !call.short('d'),
        "manage.py" | "./manage.py" => call.has("runserver"),
        "dstat" | "nmon" => numbers < 2,
        "less" => call.has("+F"),
        "top" => !(call.short('n') || call.args().iter().any(|arg| arg.starts_with("-bn") || arg == "-v")),
        "ping" | "ping6" => !call.short('c'),
        "vmstat" | "iostat" | "mpstat" | "pidstat" | "sar" => numbers == 1,
        "dmesg" => call.short('w') || call.has("--follow"),
        "docker" | "podman" | "docker-compose" => {
            let compose = call.has("compose") || call.program() == "docker-compose";
            (call.has("logs") && follows_after(call, "logs"))
                || (call.has("stats") && !call.has("--no-stream"))
                || (call.has("events") && !has_prefix(call, &["--until"]))
                || (compose && call.has("up") && !call.short('d') && !call.has("--detach") && !call.has("--wait"))
        }
        "kubectl" | "oc" => {
            (call.has("logs") && follows_after(call, "logs"))
                || call.has("port-forward")
                || call.has("proxy")
                || (call.has_any(&["get", "events"])
                    && call.has_any(&["-w", "--watch", "--watch=true", "--watch-only"]))
                || call.has("attach")
        }
        "tsc" | "jest" | "vitest" => call.has("--watch") || call.has("-w"),
        "node" => has_prefix(call, &["--inspect", "--inspect-brk"]),
        "uvicorn" | "gunicorn" | "flask" | "hypercorn" => !call.has("--version") && !call.has("--help"),
        "npm" | "pnpm" | "yarn" => call.has("dev") || call.has("start") || call.has("serve") || call.has("--watch"),
        "redis-cli" => {
            redis_words(call)
                .first()
                .is_some_and(|word| matches!(word.as_str(), "MONITOR" | "SUBSCRIBE" | "PSUBSCRIBE"))
                || call.has("--stat")
                || call.has("--latency")
        }
        "sleep" => call.has("infinity"),
        "ssh" => call.has("-N"),
        "python" | "python3" => {
            call.has("http.server") || call.has("runserver") && call.args().iter().any(|arg| arg.ends_with("manage.py"))
        }
        _ => false,
    }
}

fn follows_after(call: &Call, verb: &str) -> bool {
    let after = call.args().iter().skip_while(|arg| *arg != verb);
    after.into_iter().any(|arg| {
        matches!(arg.as_str(), "-f" | "--follow" | "--follow=true")
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.contains('f') && arg.len() <= 3)
    })
}

static FOREVER: Pattern = Pattern::new(
    r"(?m)^\s*(?:while\s+(?:true|:|\[\s*1\s*\]|sleep\s+\S+)|until\s+(?:false|!\s*true)|for\s*\(\(\s*;\s*;\s*\)\))\s*(?:;|$)",
)
.needing(&["while", "until", "for"]);
static LEAVES: Pattern = Pattern::new(r"\b(?:break|exit|return)\b");

/// A loop without a condition that nothing leaves.
pub(in crate::runbook::shell) fn loops_forever(text: &str) -> bool {
    let begins = |line: &str| ["while", "until", "for"].iter().any(|word| line.trim_start().starts_with(word));
    text.split('\n').any(begins) && FOREVER.is_match(text) && !LEAVES.is_match(text)
}
