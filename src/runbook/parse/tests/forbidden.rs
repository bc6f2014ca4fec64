//! Commands that nobody is to run, and files that are only named.

use pretty_assertions::assert_eq;

use super::forms::only;
use crate::runbook::model::DangerLevel;

#[test]
fn forbidden_commands_and_files_in_cells_do_not_run() {
    for (cell, runs) in [
        ("`rm -rf /tmp/x`", &["rm -rf /tmp/x"][..]),
        ("`rm -rf /tmp/x` を実行しない", &[]),
        ("`rm -rf /tmp/x` は使用禁止", &[]),
        ("rm -rf /tmp/x は実行しないこと", &[]),
        ("Do not run `rm -rf /tmp/x`", &[]),
        ("`/etc/hosts` を編集", &[]),
        ("`/var/log/messages` を確認", &[]),
        ("`/opt/app/bin/check` を実行", &["/opt/app/bin/check"]),
        ("/etc/init.d/app stop", &["/etc/init.d/app stop"]),
        ("`$ systemctl stop app`", &["systemctl stop app"]),
    ] {
        let text = format!(
            "# T\n\n## 手順\n\n| # | 作業 | コマンド | 期待 | 結果 |\n|---|---|---|---|---|\n| 1 | 一つ目 | {cell} | 済 | ☐ |\n| 2 | 二つ目 | `uptime` | 済 | ☐ |\n"
        );
        let (_, procedure) = only(&text);
        let first = &procedure.steps[0];
        let seen: Vec<_> = first.commands().filter(|command| command.runnable).map(|c| c.text.as_str()).collect();
        assert_eq!(seen, runs, "{cell}");
        let forbidden = cell.contains("rm") && runs.is_empty();
        assert_eq!(first.cautions.len(), usize::from(forbidden), "{cell}");
    }
}

#[test]
fn a_fence_below_words_that_forbid_it_is_only_shown() {
    for (lead, runs) in [("次のコマンドは実行しないこと:", false), ("NG例：", false), ("次を実行する:", true)]
    {
        for indent in ["   ", ""] {
            let text = format!(
                "# T\n\n## 手順\n\n1. 確認する\n\n{indent}{lead}\n\n{indent}```bash\n{indent}rm -rf /srv/x\n{indent}```\n"
            );
            let (_, procedure) = only(&text);
            let mut commands = procedure.steps.iter().flat_map(|step| step.commands());
            assert_eq!(commands.next().map(|command| command.runnable), Some(runs), "{text}");
            let cautions = procedure.steps.iter().map(|step| step.cautions.len()).sum::<usize>();
            assert_eq!(cautions, usize::from(!runs), "{text}");
        }
    }
}

#[test]
fn a_comment_against_its_command_asks_for_a_person() {
    for fence in
        ["# DO NOT RUN in production\ndf -h", "# 見る\n# 本番では実行しないこと\ndf -h", "df -h # do not run this"]
    {
        let text = format!("# T\n\n## Steps\n\n1. Look\n\n```bash\n{fence}\n```\n");
        let (_, procedure) = only(&text);
        let command = procedure.steps[0].commands().next().unwrap();
        assert!(command.runnable, "{fence}");
        let seen: Vec<_> = command.dangers.iter().map(|danger| (danger.rule.as_str(), danger.level)).collect();
        assert_eq!(seen, [("forbidden", DangerLevel::Destructive)], "{fence}");
        assert_eq!(procedure.steps[0].cautions.len(), 1, "{fence}");
    }
}
