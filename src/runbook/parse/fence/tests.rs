//! What fences are read as.

use pretty_assertions::assert_eq;

use super::*;
use crate::runbook::model::BlockReason::Output;

fn fence(info: &str, text: &str) -> Fence {
    Fence {
        info: info.to_owned(),
        lines: text.lines().map(str::to_owned).collect(),
        line: 1,
        first: 2,
        ..Fence::default()
    }
}

/// The executor, the reason, and the texts of a fence under a heading.
fn seen(info: &str, text: &str) -> (ExecutorKind, Option<BlockReason>, Vec<String>) {
    let block = read(&fence(info, text), Place::Heading).block;
    (block.executor, block.reason, block.commands.into_iter().map(|command| command.text).collect())
}

#[test]
fn the_tag_and_the_content_say_what_a_fence_is() {
    use BlockReason::{CommentsOnly, Config, Cron, NotConfigured, NotExecutable, Output, Repl};
    use ExecutorKind::{None as Nothing, Python, Shell, Sql};
    for (info, text, executor, reason) in [
        ("bash", "df -h", Shell, None),
        ("{code} bash", "df -h", Shell, None),
        ("shel", "df -h", Shell, None),
        ("console", "$ df -h\nFilesystem  Size", Shell, None),
        ("console", "# systemctl reboot", Shell, None),
        ("", "# systemctl status app\n* app.service - App\n  Active: inactive", Shell, None),
        ("bash", "# systemctl reboot", Shell, None),
        ("bash", "# reboot the machine", Shell, Some(CommentsOnly)),
        ("console", "2025-01-01 10:00:00 started", Shell, Some(Output)),
        ("bash", "0 3 * * * /opt/x.sh", Shell, Some(Cron)),
        ("bash", "rate(errors[5m]) > 10", Shell, Some(Config)),
        ("bash", "SELECT 1;", Shell, Some(Config)),
        ("bash", "up == 0", Shell, Some(Config)),
        ("bash", "node_load5 > 10", Shell, Some(Config)),
        ("shell", "up{job=\"node\"} == 0", Shell, Some(Config)),
        ("shell", "{app=\"web\"} |= \"error\"", Shell, Some(Config)),
        ("bash", "{namespace=\"web\", pod=~\"a.*\"} | json", Shell, Some(Config)),
        ("bash", "{ df -h; } > out.txt", Shell, None),
        ("bash", "count_files > 10.txt", Shell, None),
        ("shell", "mysql> SELECT 1;", Shell, Some(Repl)),
        ("bash", "ls -lah /srv\ntotal 12\ndrwxr-xr-x 2 a a 4096 Jan 1 x", Shell, None),
        ("bash", "gpg/card> admin\ngpg --list-keys", Shell, Some(Repl)),
        ("bash", "\"The volume is almost full and must be grown\"", Shell, Some(Config)),
        ("{code-block} bash", ":linenos:\n:name: space\ndf -h", Shell, None),
        ("bash", "systemctl is-active app\nactive", Shell, Some(Output)),
        ("bash", "kubectl get pod\nNAME READY STATUS\nweb 1/1 Running", Shell, None),
        ("bash", "kubectl get lease\n\nNAME HOLDER AGE\nweb a 1d", Shell, None),
        ("", "df -h", Shell, None),
        ("", "$ df -h\nFilesystem  Size", Shell, None),
        ("", "web -> db", Nothing, Some(NotExecutable)),
        ("", "# /etc/hosts\n10.0.0.1 ap01", Nothing, Some(NotExecutable)),
        ("", "# service httpd restart needed after change\nTimeout 60", Nothing, Some(NotExecutable)),
        ("", "# ssh settings\nPermitRootLogin no", Nothing, Some(NotExecutable)),
        ("", "# ssh settings\nport: 22", Nothing, Some(NotExecutable)),
        ("", "# reboot timeout in seconds\nreboot_timeout = 30", Nothing, Some(NotExecutable)),
        ("", "# mail relay\nrelayhost = [relay.local]", Nothing, Some(NotExecutable)),
        ("", "# /etc/cron.d/backup\n0 3 * * * root /opt/backup", Nothing, Some(NotExecutable)),
        ("", "# uname -sr\nLinux 6.1", Shell, None),
        ("", "# systemctl status app\nActive: inactive", Shell, None),
        ("console", "[edit]\nroot@fw# delete interfaces", Shell, Some(Repl)),
        ("bash", "sw1# configure terminal\nsw1# shutdown", Shell, Some(Repl)),
        ("bash", "show running-config\nreload", Shell, Some(Repl)),
        ("", "root@fw# delete interfaces\nroot@fw# commit", Shell, Some(Repl)),
        ("bash", "git commit -m x\ngit push", Shell, None),
        ("", "NAME  READY", Nothing, Some(NotExecutable)),
        ("cmd", "df -h", Shell, None),
        ("cmd", "C:\\> dir", Nothing, Some(NotExecutable)),
        ("yaml", "a: 1", Nothing, Some(NotExecutable)),
        ("sql", "SELECT 1;", Sql, Some(NotConfigured)),
        ("python", "print(1)", Python, Some(NotConfigured)),
        ("python", "# first\npip install x", Nothing, Some(NotExecutable)),
    ] {
        let (as_executor, as_reason, _) = seen(info, text);
        assert_eq!((as_executor, as_reason), (executor, reason), "{info} {text}");
    }
}

#[test]
fn output_is_kept_beside_its_command_and_never_run() {
    let block =
        read(&fence("console", "# space\n$ df -h /\nFilesystem  Size\n/dev/sda1  10G\n# load\n$ uptime"), Place::Item)
            .block;
    let seen: Vec<_> =
        block.commands.iter().map(|c| (c.label.as_deref(), c.text.as_str(), c.expected_output.as_deref())).collect();
    assert_eq!(
        seen,
        [(Some("space"), "df -h /", Some("Filesystem  Size\n/dev/sda1  10G")), (Some("load"), "uptime", None)]
    );
}

#[test]
fn output_between_prompted_commands_parts_them() {
    for (text, expected) in [
        (
            "# a\n$ ls /srv\napp\n\n$ df -h\nFilesystem Size\n\n$ uptime",
            &[
                (Some("a"), "ls /srv", 3, 3, Some("app")),
                (None, "df -h", 6, 6, Some("Filesystem Size")),
                (None, "uptime", 9, 9, None),
            ][..],
        ),
        (
            "$ cat > a <<EOF\n> one\n>\n> two\n> EOF\n$ cat a\none\n$ ls \\\n> -l\ntotal 0",
            &[
                (None, "cat > a <<EOF\none\n\ntwo\nEOF\ncat a", 2, 7, Some("one")),
                (None, "ls \\\n-l", 9, 10, Some("total 0")),
            ],
        ),
        ("$ ls\n\n$ df", &[(None, "ls\n\ndf", 2, 4, None)]),
        ("$ ssh web1\nWelcome\n$ rm x", &[(None, "ssh web1\n\nrm x", 2, 4, Some("Welcome"))]),
    ] {
        let block = read(&fence("console", text), Place::Heading).block;
        let shape = if expected.len() == 1 { Shape::Single } else { Shape::Sequence };
        let seen: Vec<_> = block
            .commands
            .iter()
            .map(|c| (c.label.as_deref(), c.text.as_str(), c.line, c.end_line, c.expected_output.as_deref()))
            .collect();
        assert_eq!((block.shape, seen), (shape, expected.to_vec()), "{text}");
    }
}

#[test]
fn what_stands_below_a_command_as_its_output_is_never_run() {
    for (text, runs, shown) in [
        (
            "oc get lease\n\nNAME   HOLDER   AGE\nweb    a        1d",
            "oc get lease",
            "NAME   HOLDER   AGE\nweb    a        1d",
        ),
        ("date\n# 出力例\n2025 年 1 月\n\nJST", "date", "2025 年 1 月\n\nJST"),
        ("whoami\n# Output:\nroot", "whoami", "root"),
        ("cat /srv/state\n# 実行結果\nrm -rf /srv/x", "cat /srv/state", "rm -rf /srv/x"),
    ] {
        let block = read(&fence("bash", text), Place::Item).block;
        let seen: Vec<_> =
            block.commands.iter().map(|c| (c.runnable, c.text.as_str(), c.expected_output.as_deref())).collect();
        assert_eq!(seen, [(true, runs, Some(shown))], "{text}");
    }
    for text in ["redis-cli ping\nPONG", "# 結果\ndf -h", "pgrep -c x\n3"] {
        let block = read(&fence("bash", text), Place::Item).block;
        assert!(!block.runnable && block.reason == Some(Output), "{text}");
    }
    let reading = read(&fence("bash", "# 期待値: active\nsystemctl is-active app"), Place::Item);
    assert_eq!((reading.expect.as_deref(), reading.block.commands[0].label.as_deref()), (Some("active"), None));
}

#[test]
fn one_command_with_plain_output_below_it_is_offered_alone() {
    for (command, output) in [
        (
            "df -h",
            "Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        40G   20G   20G  50% /\ntmpfs  1G 0 1G 0% /run",
        ),
        ("kubectl get pods -n web", "NAME   READY   STATUS    RESTARTS   AGE\nweb-0  1/1     Running   0          3d"),
        ("kubectl get pods \\\n  -n web", "NAME   READY   STATUS\nweb-0  1/1     Running"),
        ("ls -l /srv", "total 12\ndrwxr-xr-x 2 a a 4096 Jan 1 x"),
        ("curl -s localhost/health", "{\"status\":\"ok\"}"),
        ("curl -s localhost/health", "{\n  \"status\": \"ok\",\n  \"checks\": [\n    \"db\"\n  ]\n}"),
        ("curl -s localhost/list", "[\n  \"a\"\n]"),
        ("journalctl -u app -n 2", "Jan 01 10:00:00 web app[1]: started\nJan 01 10:00:01 web app[1]: ready"),
        ("tail -n 2 app.log", "2025-01-01T10:00:00Z started\n2025-01-01T10:00:01Z failed\n    at line 3"),
        ("dmesg", "[    0.1] one\n[    0.2] two"),
        ("kubectl describe pod web-0", "Name:         web-0\nNamespace:    web\nStatus:       Running"),
        (
            "systemctl status app",
            "● app.service - The app\n     Loaded: loaded (/etc/a; enabled)\n     Active: active (running)",
        ),
        ("mysql -e 'show databases'", "+----------+\n| Database |\n+----------+\n| app      |\n+----------+"),
    ] {
        for info in ["", "bash", "console"] {
            let text = format!("{command}\n{output}");
            let block = read(&fence(info, &text), Place::Item).block;
            let seen: Vec<_> =
                block.commands.iter().map(|c| (c.runnable, c.text.as_str(), c.expected_output.as_deref())).collect();
            assert_eq!(seen, [(true, command, Some(output))], "{info} {text}");
        }
    }
}

#[test]
fn a_program_that_nobody_knows_spoils_no_fence_of_commands() {
    use ExecutorKind::{None as Nothing, Shell};
    for (text, executor) in [
        ("df -h\nfleetctl --check web\nuptime", Shell),
        ("fleetctl --check web\ndf -h", Shell),
        ("fleetctl drain /dev/sdb\n./run.sh\n/opt/app/bin/ctl status", Shell),
        ("cd /srv/app\nfleetctl deploy --zone tokyo \\\n  --force\nsystemctl status app", Shell),
        ("df -h\nfleetctl zone=tokyo", Shell),
        ("fleetctl --check web", Nothing),
        ("fleetctl --check web\nfleetctl --check db", Nothing),
        ("df -h\nweb running", Nothing),
        ("df -h\nweb 1/1 running", Nothing),
        ("df -h\nerror: no such file /srv/app", Nothing),
        ("df -h\nweb   /srv/app   running", Nothing),
        ("df -h\nnow look at /srv/app.", Nothing),
        ("df -h\nsee whether the disk in /srv is full", Nothing),
        ("df -h\nweb - ready", Nothing),
        ("client -> proxy -> app\ndf -h", Nothing),
    ] {
        let (seen, ..) = seen("", text);
        assert_eq!(seen, executor, "{text}");
    }
}

#[test]
fn a_command_with_lines_below_it_that_may_be_commands_is_not_offered_alone() {
    for text in [
        "ls /srv\napp\nrm -rf /srv/app",
        "df -h\nFilesystem Size Used\n/srv/tool/run --all",
        "df -h\nNAME READY STATUS\nkubectl delete pod web",
        "NAME READY STATUS\nweb-0 1/1 Running",
        "deploy web\nweb is deployed",
        "kubectl get pod\nNAME READY\nweb 1/1; rm x",
    ] {
        let block = read(&fence("", text), Place::Item).block;
        assert!(block.commands.iter().all(|c| c.text == text && !c.runnable), "{text}");
    }
}

#[test]
fn a_script_may_begin_with_comments() {
    let block = read(&fence("bash", "\n# tools/night.sh\n#!/bin/bash\n# 1. a\nls\n# 2. b\ndf"), Place::Heading).block;
    assert_eq!((block.shape, block.commands.len()), (Shape::Script, 1));
}

#[test]
fn statements_stand_under_their_comments() {
    let block =
        read(&fence("sql", "-- one\nSELECT 1;\n\n-- two\nSELECT a, -- why\n-- inside\nb FROM t;\n"), Place::Item).block;
    let seen: Vec<_> =
        block.commands.iter().map(|c| (c.label.as_deref(), c.line, c.end_line, c.text.as_str())).collect();
    assert_eq!(seen, [(Some("one"), 3, 3, "SELECT 1;"), (Some("two"), 6, 8, "SELECT a, -- why\n-- inside\nb FROM t;")]);
}
