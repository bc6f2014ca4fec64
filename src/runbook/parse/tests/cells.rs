//! What the cells of tables of steps say.

use pretty_assertions::assert_eq;

use super::forms::only;
use crate::runbook::model::Step;

fn commands(step: &Step) -> Vec<&str> {
    step.commands().map(|command| command.text.as_str()).collect()
}

#[test]
fn commands_in_cells_run_as_they_are_read() {
    let (_, procedure) = only(
        "# T\n\n## Steps\n\n| # | Step | Command | Expected | Done |\n|---|---|---|---|---|\n| 1 | Look | `df -h` | room | ☐ |\n| 2 | Count | `ls /srv \\| wc -l`<br>`uptime` | 3 | ☐ |\n| 3 | Ask | Run `df -i` and read it | - | ☐ |\n| 4 | Read | open the page | it opens | ☐ |\n| 5 | Plain | df -h<br>uptime | | ☐ |\n| 6 | Words | `GET /health` | 200 | ☐ |\n",
    );
    let seen: Vec<_> = procedure.steps.iter().map(|step| (step.title.as_str(), commands(step))).collect();
    assert_eq!(
        seen,
        [
            ("Look", vec!["df -h"]),
            ("Count", vec!["ls /srv | wc -l", "uptime"]),
            ("Ask", vec!["df -i"]),
            ("Read", vec![]),
            ("Plain", vec!["df -h", "uptime"]),
            ("Words", vec![]),
        ]
    );
}

#[test]
fn merged_cells_go_on_with_what_stands_above() {
    let (_, procedure) = only(
        "# 手引き\n\n## 手順\n\n| 項番 | 大項目 | 作業内容 | コマンド | 期待結果 | 結果 | 備考 |\n|---|---|---|---|---|---|---|\n| 1 | 準備 | 札を掛ける | - | 見えること | | 赤い札 |\n| 2 | | 灯りを見る | `uptime` | 点いていること | | ※二人で行う |\n| | | | `df -h` | 空きがあること | | |\n| 3 | 片付け | 札を外す | - | | | 【注意】順に外す |\n",
    );
    let seen: Vec<_> = procedure
        .steps
        .iter()
        .map(|step| {
            let phase = step.phase.as_ref().map(|phase| phase.title.as_str());
            (step.title.as_str(), phase, step.expect.as_deref(), commands(step))
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("札を掛ける", Some("準備"), Some("見えること"), vec![]),
            ("灯りを見る", Some("準備"), Some("点いていること / 空きがあること"), vec!["uptime", "df -h"]),
            ("札を外す", Some("片付け"), None, vec![]),
        ]
    );
    let cautions: Vec<_> = procedure.steps.iter().flat_map(|step| &step.cautions).map(|c| c.text.as_str()).collect();
    assert_eq!(cautions, ["二人で行う", "順に外す"]);
    assert_eq!(procedure.steps[0].details, ["赤い札"]);
}

#[test]
fn a_column_of_results_is_filled_in_or_says_what_to_expect() {
    let table = |cell: &str| {
        format!(
            "# 手引き\n\n## 点検\n\n| No | 点検内容 | 結果 |\n|---|---|---|\n| 1 | 灯り | {cell} |\n| 2 | 扉 | {cell} |\n"
        )
    };
    for (cell, expected) in [("点いていること", Some("点いていること")), ("☐", None), ("", None)] {
        let (_, procedure) = only(&table(cell));
        assert_eq!(procedure.steps[0].expect.as_deref(), expected, "{cell}");
    }
}
