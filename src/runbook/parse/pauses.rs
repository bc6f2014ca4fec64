//! Where the work stops for a word of somebody, and what a step changes only for a time, in the document's words.

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Procedure, Step};

/// Marks hold points, and steps that must be undone later.
pub(super) fn mark(lexicon: &Lexicon, procedures: &mut [Procedure]) {
    for step in procedures.iter_mut().flat_map(|procedure| &mut procedure.steps) {
        step.hold = hold(lexicon, step);
        step.revert = revert(lexicon, step);
    }
}

/// The words that make the step a hold point.
fn hold(lexicon: &Lexicon, step: &Step) -> Option<String> {
    let said = std::iter::once(&step.title).chain(&step.condition).chain(&step.details);
    let cautions = step.cautions.iter().map(|caution| &caution.text);
    said.chain(cautions).find(|text| lexicon.says(text, Topic::Hold)).cloned()
}

/// The words that say that what the step does holds for a time only: of its title, or of what is written below it.
fn revert(lexicon: &Lexicon, step: &Step) -> Option<String> {
    let below = step.details.iter().chain(step.cautions.iter().map(|caution| &caution.text));
    let back = below.clone().find(|text| lexicon.says(text, Topic::Back));
    let named = || std::iter::once(&step.title).chain(below).find(|text| lexicon.says(text, Topic::ForATime));
    back.or_else(named).cloned()
}

#[cfg(test)]
mod tests {
    use crate::runbook::parse::parse;

    fn steps(item: &str) -> Vec<(Option<String>, Option<String>)> {
        let text = format!("# 手順書\n\n## 作業手順\n\n- [ ] 前の作業\n- [ ] {item}\n");
        let runbook = parse("a.md", text.as_bytes());
        runbook.procedures[0].steps.iter().map(|step| (step.hold.clone(), step.revert.clone())).collect()
    }

    #[test]
    fn a_step_that_waits_for_somebody_is_a_hold_point() {
        for (item, holds) in [
            ("責任者の承認を得てから切り替える", true),
            ("承認後に本番へ反映", true),
            ("DBA の確認を待つ", true),
            ("【ホールドポイント】切替判断", true),
            ("切替\n  - 承認者の許可が出るまで先へ進まない", true),
            ("Do not proceed until the manager approves", true),
            ("Wait for approval of the change manager", true),
            ("承認フローの設定を確認する", false),
            ("確認結果を報告する", false),
            ("Review the approval settings page", false),
        ] {
            let found = steps(item);
            assert_eq!(found[1].0.is_some(), holds, "{item}: {found:?}");
            assert_eq!(found[0].0, None, "{item}");
        }
    }

    #[test]
    fn a_step_that_changes_something_for_a_time_says_so() {
        for (item, owed) in [
            ("ログレベルを一時的に変更する", true),
            ("メンテナンスモードを有効にする", true),
            ("max_connections を 300 にする\n  - 作業後に元に戻すこと", true),
            ("Enable maintenance mode", true),
            ("Temporarily raise the limit", true),
            ("max_connections を元に戻す", false),
            ("メンテナンスモードを解除する", false),
            ("設定ファイルを確認する", false),
        ] {
            let found = steps(item);
            assert_eq!(found[1].1.is_some(), owed, "{item}: {found:?}");
        }
    }
}
