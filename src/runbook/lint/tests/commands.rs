//! Single commands and blocks of commands.

use pretty_assertions::assert_eq;

use super::super::Severity::{Error, Note, Warning};
use super::{check, fence, found, marked, report};

#[test]
fn values_to_fill_in() {
    check("placeholder", &fence("B", "kubectl logs <pod>"), &[(6, Note)]);
    check("placeholder", &fence("B", "kubectl logs <pod> -n app"), &[(6, Warning)]);
    check("placeholder", &fence("B", "kubectl logs '<pod>' -n app"), &[(6, Note)]);
    check("placeholder", &fence("B", "curl ..."), &[(6, Warning)]);
    check("placeholder", &fence("B", "kubectl logs <pod>\n\n# two\nkubectl logs <pod> -n app"), &[(9, Warning)]);
    check("placeholder", &fence("B", "cat <<EOF\nx\nEOF\nwc -l < in.txt"), &[]);
    assert_eq!(marked("placeholder", &fence("B", "kubectl logs <pod>")), "<pod>");
}

#[test]
fn values_that_look_like_examples() {
    check("sample-value", &fence("B", "curl https://shop.example.com/health"), &[(6, Note)]);
    check("sample-value", &fence("B", "curl https://shop.test/health"), &[]);
}

#[test]
fn dangers_that_nothing_announces() {
    check("danger-without-caution", &fence("B", "rm -rf /srv/cache"), &[(6, Warning)]);
    check("danger-without-caution", &fence("B", "systemctl restart nginx"), &[(6, Note)]);
    check("danger-without-caution", &fence("B", "cd /srv\n\n# size\ndu -sh cache && rm -rf cache"), &[(9, Warning)]);
    check("danger-without-caution", &fence("B", "find /srv/log -name '*.gz' -mtime +30 -delete"), &[(6, Note)]);
    check("danger-without-caution", &fence("B", "df -h"), &[]);
    check("danger-without-caution", &fence("B", "mkdir -p /srv/cache"), &[]);
    let warned = "# A\n\n## B\n\n> [!WARNING]\n> Everything in the cache is lost.\n\n```bash\nrm -rf /srv/cache\n```\n";
    check("danger-without-caution", warned, &[]);
    let labelled = fence("B", "# 消す（注意: 戻せません）\nrm -rf /srv/cache");
    check("danger-without-caution", &labelled, &[]);
}

#[test]
fn the_dangerous_line_of_several_is_marked() {
    let text = fence("B", "cd /srv\ndu -sh cache\nrm -rf cache");
    assert_eq!(marked("danger-without-caution", &text), "rm -rf cache");
    let text = fence("B", "cd /srv && echo 'a && b' && rm -rf cache; date");
    assert_eq!(marked("danger-without-caution", &text), "rm -rf cache");
    let text = fence("B", "SELECT 1;\nDROP TABLE a;").replace("bash", "sql");
    assert_eq!(marked("danger-without-caution", &text), "DROP TABLE a");
    let text = fence("B", "ls old | xargs rm");
    assert_eq!(marked("danger-without-caution", &text), "ls old | xargs rm");
}

#[test]
fn commands_that_do_not_end_or_that_wait() {
    check("never-ends", &fence("B", "tail -f /var/log/syslog"), &[(6, Note)]);
    check("never-ends", &fence("B", "timeout 60 tail -f /var/log/syslog"), &[]);
    check("never-ends", &fence("B", "tail -n 20 /var/log/syslog"), &[]);
    check("interactive", "# A\n\n## 毎週月曜日 02:00\n\n- [ ] 編集\n  ```bash\n  vi /etc/hosts\n  ```\n", &[(7, Note)]);
    check("interactive", "# A\n\n## 設定の変更\n\n- [ ] 編集\n  ```bash\n  vi /etc/hosts\n  ```\n", &[]);
}

#[test]
fn commands_that_a_shell_refuses() {
    check("syntax", &fence("B", "echo 'one"), &[(6, Warning)]);
    check("syntax", &fence("B", "echo 'one'"), &[]);
    check("syntax", &fence("B", "echo \"it's\" # don't"), &[]);
    check("syntax", "# A\n\n## B\n\n```text\necho 'one\n```\n", &[]);
}

#[test]
fn alternatives_that_look_like_an_order() {
    check(
        "menu-like-sequence",
        &fence("B", "# 状態\nuptime\n# 次に件数を見る\nwc -l a"),
        &[(8, Warning)].map(|(l, s)| (l, s)),
    );
    check("menu-like-sequence", &fence("B", "# look\nuptime\n# then count\nwc -l a"), &[(8, Warning)]);
    let stop = "# 停止\nsystemctl stop app\n# 写す\ncp -r a b\n# 開始\nsystemctl start app";
    check("menu-like-sequence", &fence("B", stop), &[(10, Warning)]);
    check(
        "menu-like-sequence",
        &fence("B", "# export\npg_dump app > app.sql\n# send\nscp app.sql store:"),
        &[(8, Note)],
    );
}

#[test]
fn alternatives_that_are_some() {
    let menu = "# 開始\nsystemctl start app\n# 停止\nsystemctl stop app\n# 状態\nsystemctl status app";
    check("menu-like-sequence", &fence("B", menu), &[]);
    check("menu-like-sequence", &fence("B", "# 写し\npg_dump app > app.sql\n# リストア\npsql app < app.sql"), &[]);
    check("menu-like-sequence", &fence("B", "# one\nuptime\n# or then\nwc -l a"), &[]);
    check("menu-like-sequence", &fence("B", "# 1. look\nuptime\n# 2. then count\nwc -l a"), &[]);
}

#[test]
fn a_sequence_whose_labels_name_alternatives() {
    let step = |labels: [&str; 2]| {
        format!("# A\n\n## B\n\n- [ ] 直す\n  ```bash\n  # {}\n  uptime\n  # {}\n  date\n  ```\n", labels[0], labels[1])
    };
    check("sequence-like-menu", &step(["方法A", "方法B"]), &[(9, Warning)]);
    check("sequence-like-menu", &step(["Option A: fast", "Option B: slow"]), &[(9, Warning)]);
    check("sequence-like-menu", &step(["時間", "日付"]), &[]);
}

#[test]
fn words_that_the_command_contradicts() {
    for (lines, line) in [
        ("# 確認のみ\nrm -rf /srv/cache", 7),
        ("# 掃除（安全）\nrm -rf /srv/cache", 7),
        ("# this is safe\nrm -rf /srv/cache", 7),
        ("# read-only\nsystemctl restart app", 7),
        ("# 影響なし\napt-get install -y htop", 7),
        ("# Dry run\nterraform destroy -auto-approve", 7),
        ("# 無停止で反映\nsystemctl restart app", 7),
        ("# 期限切れキーの削除\nredis-cli --scan | xargs redis-cli DEL", 7),
        (
            "# 期限切れ\nredis-cli --scan | while read -r k; do [ \"$(redis-cli TTL $k)\" -eq -1 ] && redis-cli DEL $k; done",
            7,
        ),
        ("# 30日より前のログを消す\nfind /srv/log -mtime +7 -delete", 7),
    ] {
        check("prose-contradicts-command", &fence("B", lines), &[(line, Warning)]);
    }
    check("prose-contradicts-command", &fence("B", "# 状態の確認\nsystemctl restart app"), &[(7, Note)]);
    check("prose-contradicts-command", &fence("B", "# リストアのテスト\npg_restore -d app a.dump"), &[(7, Note)]);
    check("prose-contradicts-command", &fence("影響のない確認のみ", "rm -rf /srv/cache"), &[(6, Warning)]);
    check("prose-contradicts-command", &fence("B", "# 古い写しを消す\nrm -rf /srv/copies/*"), &[(7, Note)]);
}

#[test]
fn words_that_the_command_keeps() {
    for lines in [
        "# 確認のみ\ndf -h",
        "# 更新（安全）\npnpm update",
        "# it is safe to delete the cache\nrm -rf /srv/cache",
        "# 安全な再起動\nsystemctl restart app",
        "# 設定を確認して再起動\nsystemctl restart app",
        "# 変更がないことを確認後に削除\nrm -rf /srv/cache",
        "# Dry run\nterraform plan -destroy",
        "# dry run\nrsync -a --delete --dry-run a/ b/",
        "# Put the database in read-only mode\nsystemctl stop writer",
        "# 期限切れのファイルを削除\nfind /srv/tmp -mtime +30 -delete",
        "# 30日より前のログを消す\nfind /srv/log -mtime +30 -delete",
        "# 7 days\nfind /srv/log -mtime +6 -delete",
        "# テスト\ncurl -s localhost",
    ] {
        check("prose-contradicts-command", &fence("B", lines), &[]);
    }
}

#[test]
fn secrets_on_the_command_line() {
    for command in [
        "mysql -u root -pHunter22 app",
        "tool --password=Hunter22",
        "tool --api-key 'k3y-abc'",
        "curl -u ops:Hunter22 http://app/health",
        "curl -H 'Authorization: Bearer abc123def' http://app/",
        "redis-cli -a Hunter22 ping",
        "psql postgres://ops:Hunter22@db/app",
        "PGPASSWORD=Hunter22 psql app",
        "sshpass -p Hunter22 ssh db",
    ] {
        check("secret-on-command-line", &fence("B", command), &[(6, Warning)]);
        assert_eq!(report(&fence("B", command)).secrets.len(), 1, "{command}");
    }
    for command in [
        "redis-cli -a \"$REDIS_PASSWORD\" ping",
        "tool --token <token>",
        "curl -H \"Authorization: Bearer $TOKEN\" http://app/",
        "mysql -u root -p\"$PASS\" app",
    ] {
        check("secret-on-command-line", &fence("B", command), &[(6, Note)]);
        assert!(report(&fence("B", command)).secrets.is_empty(), "{command}");
    }
}

#[test]
fn commands_without_a_secret() {
    for command in [
        "mysql -u root -p app",
        "mysql -P 3306 -u root app",
        "tool --password-file /run/secret",
        "tool --password-stdin < /run/secret",
        "curl -u ops http://app/health",
        "PGPASSWORD=\"$PASS\" psql app",
        "ssh -p 2222 db",
        "docker run -p 8080:80 app",
        "aws s3api list-objects --next-token abc123",
        "# --password=Hunter22",
        "curl http://app:8080/a@b",
    ] {
        assert_eq!(found("secret-on-command-line", &fence("B", &format!("{command}\ndate"))), [], "{command}");
    }
}

#[test]
fn keys_in_the_text() {
    let key = |parts: [&str; 2]| parts.concat();
    for key in [
        key(["AKIA", "Q7XW2PLM9ZRT4KVB"]),
        key(["ghp_", "aB3dE6fG9hJ2kL5mN8pQ1rS4tU7vW0xYzA1b"]),
        key(["xoxb-", "2345678901-abcdefXYZ"]),
        key(["-----BEGIN RSA ", "PRIVATE KEY-----"]),
        key(["eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiJvcHMifQ.c2lnbmF0dXJlLXRleHQ"]),
    ] {
        check("secret-in-text", &format!("# A\n\nkey: {key}\n"), &[(3, Error)]);
    }
    let sample = key(["AKIAIOSFODNN7", "EXAMPLE"]);
    for text in [sample.as_str(), "AKIA", "ghp_short", "xoxb-xxxxxxxxxxxxxxxxxxxx", "-----BEGIN CERTIFICATE-----"] {
        check("secret-in-text", &format!("# A\n\n{text}\n"), &[]);
    }
}

#[test]
fn the_body_of_a_private_key_is_a_secret() {
    let text = ["-----BEGIN ", "PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----\n"].concat();
    let report = report(&text);
    assert_eq!(report.secrets.iter().map(|s| report.text[s.clone()].trim()).collect::<Vec<_>>(), ["MIIabc"]);
}
