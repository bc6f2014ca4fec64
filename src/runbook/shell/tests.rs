//! What the shell room says of commands.

use pretty_assertions::assert_eq;

use super::*;
use crate::i18n::Language;
use crate::runbook::model::DangerLevel::{self, Changes, Destructive, Disruptive};
use crate::runbook::model::ExecutorKind;

fn groups(text: &str) -> Vec<Group> {
    split(&text.lines().map(str::to_owned).collect::<Vec<_>>())
}

fn only(text: &str) -> Command {
    let mut made = command(&groups(text)[0], 1);
    let found = Analyst::default().look(ExecutorKind::Shell, &made.text);
    found.fill(&mut made, ExecutorKind::Shell, Language::En);
    made
}

#[test]
fn comments_title_groups_and_blank_lines_do_not_split() {
    let seen: Vec<_> =
        groups("ls\n\npwd\n# a\ndf\n\n# b\n# 2. c\nfree\n").into_iter().map(|g| (g.label, g.text, g.first)).collect();
    let label = |text: &str| Some(text.to_owned());
    assert_eq!(seen, [(None, "ls\n\npwd".into(), 0), (label("a"), "df".into(), 4), (label("2. c"), "free".into(), 8)]);
}

#[test]
fn comments_are_numbered_in_many_ways() {
    for (comment, expected) in [
        ("1. Stop", Some(("1", "Stop"))),
        ("2) Stop", Some(("2", "Stop"))),
        ("(3) 止める", Some(("3", "止める"))),
        ("（３）止める", Some(("3", "止める"))),
        ("④ 止める", Some(("4", "止める"))),
        ("Step 2 - Stop", Some(("2", "Stop"))),
        ("Step 2: Stop", Some(("2", "Stop"))),
        ("手順3：止める", Some(("3", "止める"))),
        ("10:30 に始める", None),
        ("1.5 倍にする", None),
        ("3 servers", None),
        ("Stop", None),
    ] {
        let seen = numbered(comment);
        let seen = seen.as_ref().map(|(number, words)| (number.as_str(), words.as_str()));
        assert_eq!(seen, expected, "{comment}");
    }
    let labels: Vec<_> = groups("# ====\n# title\n# 2. two\n# more\n# ----\nls\n### 3. three\ndf")
        .into_iter()
        .map(|g| g.label)
        .collect();
    assert_eq!(labels, [Some("2. two".to_owned()), Some("3. three".to_owned())]);
}

#[test]
fn constructs_stay_whole() {
    let check = |text: &str| {
        let found = groups(&format!("# one\n{text}\n# two\nls"));
        assert_eq!((found.len(), found[0].text.as_str()), (2, text), "{text}");
    };
    check("for x in 1 2; do\n  # inside\n  echo $x\ndone");
    check("f() {\n  # inside\n  ls\n}");
    check("if true; then\n# inside\nls\nfi");
    check("cat <<'EOF'\n# inside\nEOF");
    check("psql -c \"\n# inside\nSELECT 1\"");
    check("ls \\\n  -l \\\n  /tmp");
    check("kubectl describe pod <pod>\ndocker top <id>");
}

#[test]
fn a_script_is_one_unit() {
    let found = groups("#!/bin/bash\n# 1. a\nls\n\n# 2. b\nexit 1\n");
    assert_eq!(
        (found.len(), found[0].script, found[0].text.as_str()),
        (1, true, "#!/bin/bash\n# 1. a\nls\n\n# 2. b\nexit 1")
    );
}

#[test]
fn comments_say_what_is_expected() {
    let found = groups("# health\ncurl localhost\n# 期待: ok\n# next\nls");
    assert_eq!((found.len(), found[0].expect.as_deref(), found[0].text.as_str()), (2, Some("ok"), "curl localhost"));
}

#[test]
fn comments_below_a_command_say_what_it_shows() {
    let shows = |text: &str| -> Vec<(String, Option<String>)> {
        groups(text).into_iter().map(|group| (group.text, group.expect)).collect()
    };
    let is = |text: &str, expect: Option<&str>| (text.to_owned(), expect.map(str::to_owned));

    assert_eq!(shows("free -h\n# → 1GB 以上あれば続行"), [is("free -h", Some("1GB 以上あれば続行"))]);
    assert_eq!(
        shows("free -h\n# → 1GB 以上\ndf -h\n# ⇒ 80% 未満"),
        [is("free -h", Some("1GB 以上")), is("df -h", Some("80% 未満"))]
    );
    assert_eq!(shows("id\n# → 控える\n# 例: uid=0"), [is("id", Some("控える / uid=0"))]);
    assert_eq!(shows("make\n\n# 成功すると done と表示される"), [is("make", Some("成功すると done と表示される"))]);
    assert_eq!(
        shows("make\n\n# 画面が表示されることを確認"),
        [is("make", None), is("# 画面が表示されることを確認", None)],
        "something to do is no output"
    );
    assert_eq!(
        shows("make\n\n# → 次は片付け\nls"),
        [is("make", None), is("ls", None)],
        "over a command it is its name"
    );
}

#[test]
fn what_is_no_command_is_refused() {
    let check = |text: &str, expected: Option<CommandReason>| assert_eq!(only(text).reason, expected, "{text}");
    check("ls -l", None);
    check("NAME=value", None);
    check("0 2 * * 1 root /opt/x.sh", Some(CommandReason::Cron));
    check("@daily /opt/x.sh", Some(CommandReason::Cron));
    check("services:\n  web:\n    image: x", Some(CommandReason::Config));
    check("# app/.env\nURL=postgres://h/db", Some(CommandReason::Config));
    check("rate(errors[5m]) > 10", Some(CommandReason::Config));
    check("2025-01-01 10:00:00 ERROR lost", Some(CommandReason::Config));
    check("mysql> select 1;", Some(CommandReason::Config));
    check("SELECT * FROM t;", Some(CommandReason::Config));
    check("delete from t where a = 1;", Some(CommandReason::Config));
    check("import os", Some(CommandReason::Config));
    check("FROM alpine:3", Some(CommandReason::Config));
    check("GET /health HTTP/1.1", Some(CommandReason::Config));
    check("NAME   READY   STATUS\nweb    1/1     Running", Some(CommandReason::Config));
    check("drwxr-xr-x 2 a a 4096 Jan 1 x", Some(CommandReason::Config));
    check("Error: connection refused", Some(CommandReason::Config));
    check("curl: (7) Failed to connect", Some(CommandReason::Config));
    check("検知 → 連絡", Some(CommandReason::Config));
    check("Please select what kind of key you want", Some(CommandReason::Config));
    check("find the pod that is stuck", Some(CommandReason::Config));
    check("[mail]\nhost = a", Some(CommandReason::Config));
    check("{\"a\": 1}", Some(CommandReason::Config));
    check("127.0.0.1:6379> INFO", Some(CommandReason::Config));
    check("30 2 * * * /opt/x.sh >> /var/log/x.log", Some(CommandReason::Cron));
    check("my-tool --now", None);
    check("VAR=1 my-tool", None);
    check("\"$HOME/bin/tool\" x", None);
    check("echo \"half", Some(CommandReason::Syntax));
    check("# only words", Some(CommandReason::CommentsOnly));
    check("ssh <host>", Some(CommandReason::Placeholder));
}

#[test]
fn what_a_shell_would_refuse_is_not_run() {
    let refused = [
        "if true; then ls",
        "if true; then fi",
        "for i in 1 2; echo; done",
        "ls )",
        "ls | | wc",
        "&& ls",
        "a ;; b",
        "done",
        "then ls",
        "touch a (b)",
        "f() { }",
        "{ ls",
        "cat <",
        "echo 'a",
        "echo `a",
        "case x in a) ls",
        "while true; do; ls; done",
        "cp data-(date).gz /x",
    ];
    for text in refused {
        assert_eq!(only(text).reason, Some(CommandReason::Syntax), "{text}");
    }
    let taken = [
        "if true; then ls; else df; fi",
        "for ((i=0;i<3;i++)); do echo $i; done",
        "case $x in (a) ls;; b|c) df;; esac",
        "[[ $x =~ ^(a|b)$ ]] && ls",
        "time { ls; df; }",
        "coproc X { ls; }",
        "function f { ls; }",
        "f() ( ls )",
        "echo ${x@Q} ${x//a/b} ${x^^}",
        "declare -A m=([a]=1)",
        "exec 3<>/dev/tcp/host/80",
        "while read -r l; do echo $l; done < <(ls)",
        "ls 2> >(tee err)",
        "cat <<-EOF\n\ta\n\tEOF",
        "echo $'a\\'b'",
        "a=$(cat <<EOF\nx\nEOF\n)",
        "find . \\( -name a -o -name b \\) -print",
        "(cd /x && ls) &",
    ];
    for text in taken {
        assert_eq!(only(text).reason, None, "{text}");
    }
}

#[test]
fn values_to_fill_in_are_named_once() {
    let wrong = std::cell::RefCell::new(Vec::new());
    let check = |text: &str, expected: &[&str]| {
        let names: Vec<_> = only(text).placeholders.into_iter().map(|p| p.name).collect();
        if names != expected {
            wrong.borrow_mut().push((text.to_owned(), names));
        }
    };
    check("kill <pid> && wait <pid>", &["pid"]);
    check("npm add <name>@<wanted-version>", &["name", "wanted-version"]);
    check("ssh ＜踏み台＞", &["踏み台"]);
    check("ssh ｛踏み台｝", &["踏み台"]);
    check("ssh ____; scp a ops@____:/tmp; cp b ___", &["____", "ops@____:/tmp", "___"]);
    check("python3 -c 'print(__name__)'; ls __pycache__ a___b", &[]);
    check("curl {{ host }}/x", &["host"]);
    check("export KEY=YOUR_API_KEY", &["YOUR_API_KEY"]);
    check("git commit -m ...", &["..."]);
    check("psql < dump.sql > out.txt", &[]);
    check("cat <<EOF\nx\nEOF", &[]);
    check("docker ps --format '{{.Names}}'", &[]);
    check("kubectl get po | grep '<none>'", &[]);
    check("ls # <later>", &[]);
    check("cat <in.txt >out.txt", &[]);
    check("curl -d '<h1>a</h1>' localhost", &[]);
    check("grep -P '(?<name>a)' f", &[]);
    check("oc get po <name of the pod>", &["name of the pod"]);
    check("psql -h <本番 ホスト>", &["本番 ホスト"]);
    check("docker inspect -f '{{.State.Status}}' web", &[]);
    check("docker ps --format '{{json .}}' && echo '{{end}}'", &[]);
    check("kubectl get po -o jsonpath='{.items[*].metadata.name}'", &[]);
    check("mv /etc/app.{reason} /tmp", &["reason"]);
    check("cp {old-file} b", &["old-file"]);
    check("cp a{1,2} {0..15} ${x} b", &[]);
    check("awk '{print}' f; find . -exec ls {} +", &[]);
    check("curl -w '%{http_code}' localhost/users/{id}", &[]);
    check("git show HEAD@{upstream}", &[]);
    check("ssh YOURNAME@host", &["YOURNAME"]);
    check("echo $YOUR_TOKEN; YOUR_NAME=a", &[]);
    check("export TOKEN=PUT_TOKEN_HERE", &["PUT_TOKEN_HERE"]);
    check("export TOKEN=\"...\"", &["..."]);
    check("curl -H x -u sk-abc... localhost", &["..."]);
    check("echo 'wait...'; go test ./...; git diff a...b", &[]);
    check("tar xf app-X.Y.Z.tgz", &["app-X.Y.Z.tgz"]);
    check("ssh 192.168.1.xx", &["192.168.1.xx"]);
    check("./report.sh YYYYMMDD", &["YYYYMMDD"]);
    check("echo \"usage: $0 YYYYMMDD\"; date +%Y; chmod u+xX f", &[]);
    check("kubectl -n NAMESPACE delete pod POD_NAME", &["NAMESPACE", "POD_NAME"]);
    check("docker run -e DB_HOST -e X=1 img", &[]);
    check("systemctl kill -s HUP app; curl -X POST localhost; kill -TERM 1", &[]);
    check("SIZE=10 # CHANGEME (as needed)\nls", &["SIZE"]);
    check("HOST=a # 要変更", &["HOST"]);
    check("ls # 変更を見る", &[]);
    check("git checkout -b fix/CVE-XXXX", &[]);
    check("git tag vX.Y.Z", &["vX.Y.Z"]);
    check("ssh ops@○○.local", &["○○"]);
    check("ssh 【ホスト名】", &["ホスト名"]);
    check("echo 【完了】 ○○", &[]);
    check("ssh ホスト名 uptime", &["ホスト名"]);
    check("docker stop コンテナID", &["コンテナID"]);
    check("vi 対象ファイル", &["対象ファイル"]);
    check("sed -i s/旧IP/新IP/ /etc/hosts", &["旧IP"]);
    check("mysql -u root -pパスワード app", &["パスワード"]);
    check("./deploy.sh --env=（環境名）", &["環境名"]);
    check("./revoke.sh [ユーザ名]", &["ユーザ名"]);
    check("ssh %HOST% uptime", &["HOST"]);
    check("ssh @@HOST@@ uptime", &["HOST"]);
    check("ls /共有/資料; cd 共有; echo ホスト名 # ホスト名", &[]);
    check("ls [a-z]*; date +%H%M%S; git commit -m 修正; curl 'localhost/%E3%81%82'", &[]);
    check("gsutil ls gs://BUCKET_NAME/x", &["BUCKET_NAME"]);
    check("kubectl cp POD_NAME:/tmp/a a", &["POD_NAME"]);
    check("aws guardduty get-findings --finding-ids FINDING_ID_1 FINDING_ID_2", &["FINDING_ID_1", "FINDING_ID_2"]);
    check("teamtool move OLD_HOST NEW_HOST", &["OLD_HOST", "NEW_HOST"]);
    check("kill -9 PID", &["PID"]);
    check("aws organizations list-policies --filter SERVICE_CONTROL_POLICY; unset DB_NAME; export DB_HOST", &[]);
    check("psql -c 'SELECT USER_ID FROM t'; ps -eo PID,CMD; DB_NAME=a; tool DB_NAME", &[]);
    check("kubectl get {{ resource kind }}", &["resource kind"]);
    check("docker inspect --format '{{range .Mounts}}{{ .Name }}{{end}}{{json .X}}' a", &[]);
    check("az role list --scope /subscriptions/{sub}/x", &["sub"]);
    check("gh api repos/{owner}/{repo}; cp {a,b} c{1..3}", &[]);
    check("tool set \"postgres://app:****@db/x\"", &["postgres://app:****@db/x"]);
    check("export DB_PASS=****", &["DB_PASS"]);
    check("az login --identity identityref:...", &["..."]);
    check("curl -d '{\"id\": \"...\"}' localhost", &["..."]);
    check("curl -d '{\"text\": \"Deploying...\"}' localhost; golint run ./...", &[]);
    check("rm -rf /backup/YYYYMM", &["/backup/YYYYMM"]);
    check("tar xf logsYYYYMMDD.tgz", &["logsYYYYMMDD.tgz"]);
    check("psql app < dump_YYYYMMDD_HHMMSS.sql", &["dump_YYYYMMDD_HHMMSS.sql"]);
    check("pg_dump app > /backup/xxx.sql 2>/dev/null", &["/backup/xxx.sql"]);
    check("pg_dump app >> /backup/BACKUP_NAME.sql < /dev/null; cat > README.md <<E\nYYYYMMDD\nE", &[]);
    check("ssh web0X uptime", &["web0X"]);
    check(
        "rman target / <<E\nSET UNTIL TIME \"TO_DATE('YYYY-MM-DD HH24:MI:SS','YYYY-MM-DD HH24:MI:SS')\"\nE",
        &["YYYY-MM-DD HH24:MI:SS"],
    );
    check("psql -c \"SELECT to_char(now(), 'YYYY-MM-DD')\"", &[]);
    assert_eq!(wrong.into_inner(), []);
}

#[test]
fn names_in_brackets_and_other_marks_are_to_be_filled_in() {
    for (text, expected) in [
        ("ssh [HOST] reboot", &["HOST"][..]),
        ("kubectl delete pod [POD_NAME]", &["POD_NAME"]),
        ("kubectl delete pod [pod-name]", &["pod-name"]),
        ("kill -9 [PID]", &["PID"]),
        ("service [service] restart", &["service"]),
        ("rm -rf /data/[DIR]", &["DIR"]),
        ("scp a.txt ops@[HOST]:/tmp", &["HOST"]),
        ("ls [a-z]*", &[]),
        ("ls [0-9] [A-Z] [a-zA-Z]", &[]),
        ("[ -f x ] && ls", &[]),
        ("[[ -n $A ]] && ls", &[]),
        ("kubectl get pod [-n ns]", &[]),
        ("a[HOST]=1; unset a[HOST]", &[]),
        ("tr [UP] [LOW] < f", &[]),
        ("ssh 〇〇 uptime", &["〇〇"]),
        ("ssh __HOST__ uptime", &["__HOST__"]),
        ("ssh 〔ホスト名〕 uptime", &["ホスト名"]),
        ("ssh web-apXX", &["web-apXX"]),
        ("mktemp /tmp/aXXXXXX", &[]),
        ("./restore --at 'YYYY/MM/DD hh:mm'", &["YYYY/MM/DD hh:mm"]),
        ("rm -rf /opt/app-x.y.z", &["/opt/app-x.y.z"]),
        ("velero restore create --from-backup BACKUP-NAME", &["BACKUP-NAME"]),
        ("curl -H X-API-KEY localhost", &[]),
    ] {
        let names: Vec<_> = only(text).placeholders.into_iter().map(|found| found.name).collect();
        assert_eq!(names, expected, "{text}");
    }
}

#[test]
fn variables_from_outside_are_named() {
    let check = |text: &str, expected: &[&str]| assert_eq!(only(text).environment, expected, "{text}");
    check("redis-cli -a $PASS ping", &["PASS"]);
    check("mongorestore --uri \"${URI}\" $HOME/x", &["URI"]);
    check("A=1\necho $A", &[]);
    check("for i in 1 2; do echo $i; done", &[]);
    check("read -r NAME; echo $NAME", &[]);
    check("echo ${PORT:-80} $1 $?", &[]);
    check("awk '{print $NF}' f", &[]);
}

#[test]
fn dangers_are_found_behind_wrappers_too() {
    let check = |text: &str, expected: Option<DangerLevel>| {
        assert_eq!(only(text).dangers.first().map(|danger| danger.level), expected, "{text}");
    };
    check("rm -rf /srv/x", Some(Destructive));
    check("sudo -u root rm x", Some(Destructive));
    check("find . -name x | xargs -n 1 rm", Some(Destructive));
    check("find . -exec rm {} \\;", Some(Destructive));
    check("ssh -p 22 host 'rm -r /x'", Some(Destructive));
    check("bash -c 'cd /x && rm y'", Some(Destructive));
    check("docker compose exec -T db dropdb app", Some(Destructive));
    check("kubectl exec pod -- redis-cli -n 1 flushdb", Some(Destructive));
    check("gunzip -c x.gz | psql app", Some(Destructive));
    check("mysql app < dump.sql", Some(Destructive));
    check("psql -c 'TRUNCATE t'", Some(Destructive));
    check("bash tools/db-restore.sh", Some(Destructive));
    check("make restore", Some(Destructive));
    check("docker system prune -a", Some(Destructive));
    check("kubectl -n x delete pod <pod>", Some(Destructive));
    check("terraform destroy", Some(Destructive));
    check("systemctl restart nginx", Some(Disruptive));
    check("docker compose down", Some(Disruptive));
    check("kubectl rollout restart deploy/x", Some(Disruptive));
    check("reboot", Some(Disruptive));
    check("redis-cli CONFIG SET maxmemory 1gb", Some(Changes));
    check("apt-get install -y jq", Some(Changes));
    check("git push origin main", Some(Changes));
    check("curl -X POST localhost/clear", Some(Changes));
    check("if true; then rm x", Some(Destructive));
    check("df -h && free -m", None);
    check("kubectl rollout status deploy/x", None);
    check("echo rm -rf /", None);
    check("cat restore.log", None);
}

#[test]
fn calls_that_ask_or_never_end_are_known() {
    let check = |text: &str, interactive: bool, never_ends: bool| {
        let command = only(text);
        assert_eq!((command.interactive, command.never_ends), (interactive, never_ends), "{text}");
    };
    check("vim /etc/hosts", true, false);
    check("psql -U a b", true, false);
    check("psql -U a -c 'select 1'", false, false);
    check("psql b < x.sql", false, false);
    check("docker exec -it web bash", true, false);
    check("ssh host", true, false);
    check("ssh host uptime", false, false);
    check("apt install jq", true, false);
    check("cloudflared tunnel login", true, false);
    check("openssl s_client -connect a:443", true, false);
    check("echo | openssl s_client -connect a:443", false, false);
    check("top", false, true);
    check("top -bn1 | head", false, false);
    check("tail -f /var/log/x", false, true);
    check("kubectl logs -f pod", false, true);
    check("docker stats", false, true);
    check("docker stats --no-stream", false, false);
    check("iostat -x 1 5", false, false);
    check("ping -c 3 a", false, false);
    check("ping a", false, true);
    check("watch df", false, true);
    check("yes | head -n 5", false, false);
    check("tail -f x | grep -m1 ready", false, false);
    check("kubectl get pods -w", false, true);
    check("kubectl port-forward svc/a 80", false, true);
    check("journalctl -u a -n 100", false, false);
    check("sudo su -", true, false);
    check("sudo -i", true, false);
    check("docker run -it img bash", true, false);
    check("read -p 'ok? ' answer", true, false);
    check("select x in a b; do break; done", true, false);
    check("mysql -u a -p b", true, false);
    check("gcloud auth login", true, false);
    check("crontab -e", true, false);
    check("vipw", true, false);
    check("man ls", true, false);
    check("passwd app", true, false);
    check("echo a:b | chpasswd", false, false);
    check("tmux new -d -s a 'ls'", false, false);
    check("gh pr create --fill", false, false);
    check("gh pr create", true, false);
    check("while read -r l; do echo $l; done < f", false, false);
}

mod habits;

#[test]
fn what_opens_another_shell_waits_for_the_keyboard() {
    for text in [
        "chroot /mnt/sysroot",
        "oc rsh web-0",
        "oc debug node/worker-1",
        "kubectl debug node/worker-1 -it --image=busybox",
        "virtctl console vm1",
        "teamtool exec homes",
        "sshuttle -r host 10.0.0.0/8",
        "su - app",
        "sudo -u app -i",
        "machinectl shell web",
        "docker attach web",
        "ssh -p 2222 host",
        "sqlplus / as sysdba",
        "rman target /",
    ] {
        assert!(only(text).interactive, "{text}");
    }
    for text in
        ["chroot /mnt ls", "oc rsh web-0 ls", "oc debug node/a -- ls", "su app -c ls", "teamtool exec web ls -l"]
    {
        assert!(!only(text).interactive, "{text}");
    }
}

#[test]
fn lines_for_another_shell_do_not_run_here() {
    for text in [
        "oc rsh web-0\nceph status",
        "ssh db1\n\nsystemctl stop app",
        "sudo su -\nrm -rf /srv/x",
        "docker exec -it web bash\nls",
        "kubectl exec -it web -- sh\nls",
        "sqlplus / as sysdba\nstartup mount;",
        "redis-cli -h cache\nflushall",
        "exit",
        "systemctl stop app\nlogout",
    ] {
        assert_eq!(only(text).reason, Some(CommandReason::Elsewhere), "{text}");
    }
    for text in [
        "ssh db1 uptime\nls",
        "ssh db1",
        "ssh db1 <<EOF\nls\nEOF\ndf",
        "vim /etc/hosts\nls",
        "psql app\nsystemctl status app",
        "ls || exit 1",
        "#!/bin/sh\nls\nexit",
    ] {
        assert_eq!(only(text).reason, None, "{text}");
    }
}

#[test]
fn secrets_and_samples_are_marked() {
    assert!(only("terraform output db_password").reads_secret && !only("terraform output vpc_id").reads_secret);
    for text in
        ["cat .env.production", "sudo cat /etc/shadow", "env", "kubectl get secret x -o yaml", "echo $DB_PASSWORD"]
    {
        assert!(only(text).reads_secret, "{text}");
    }
    for text in ["cat /etc/hosts", "env A=1 ls", "kubectl get pods"] {
        assert!(!only(text).reads_secret, "{text}");
    }
    for text in [
        "mysql -pS3cret app",
        "PGPASSWORD=s3cret psql -c 'select 1'",
        "tool --password=s3cret",
        "tool --token s3cret",
        "curl -u admin:s3cret localhost",
        "redis-cli -a s3cret ping",
        "curl -H 'Authorization: Bearer abcdef123' localhost",
        "psql postgres://app:s3cret@db/app",
    ] {
        assert!(only(text).secret_on_command_line, "{text}");
    }
    for text in [
        "mysql -p app",
        "redis-cli -a $P ping",
        "curl -u $USER_PASS x",
        "curl -H \"Authorization: Bearer $T\" x",
        "ls -p",
    ] {
        assert!(!only(text).secret_on_command_line, "{text}");
    }
    assert_eq!(only("curl https://api.example.com/x -o your-file").sample_values, ["api.example.com", "your-file"]);
    assert_eq!(only("gunzip backup_20250102.sql.gz").sample_values, ["backup_20250102.sql.gz"]);
    assert_eq!(
        only("aws iam delete-access-key --access-key-id AKIAIOSFODNN7EXAMPLE --user-name compromised-user")
            .sample_values,
        ["AKIAIOSFODNN7EXAMPLE", "compromised-user"]
    );
    assert!(only("grep EXAMPLE notes.txt").sample_values.is_empty());
    for text in ["ls order_<YYYYMMDD>.dump", "pg_restore -d order < order_YYYYMMDD.dump", "ssh {{your-host}} uptime"] {
        let command = only(text);
        assert_eq!(command.sample_values, Vec::<String>::new(), "{text}: what is asked for is no example as well");
        assert_eq!(command.placeholders.len(), 1, "{text}");
    }
}
