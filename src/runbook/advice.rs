//! What a document wants to be read before, during and after one of its procedures.
//!
//! Pure. A document's own advice holds for each of its procedures. A section of work by hand that stands beside the
//! procedure and is called 実施前 or 完了確認 can be opened by itself; who opens its neighbour is told of it.

use crate::runbook::lexicon::{Lexicon, Topic};
use crate::runbook::model::{Guidance, GuidanceTime, Procedure, Runbook};

/// The advice for runs of `procedure`.
pub fn of(runbook: &Runbook, procedure: &Procedure) -> Vec<Guidance> {
    let mut all = runbook.guidance.clone();
    if time(&procedure.title).is_some() {
        return all;
    }
    let beside = |other: &&Procedure| other.id != procedure.id && above(other) == above(procedure);
    for other in runbook.procedures.iter().filter(beside) {
        let by_hand = !other.steps.is_empty() && other.steps.iter().all(|step| step.manual);
        if let Some(when) = time(&other.title).filter(|_| by_hand) {
            let items = other.steps.iter().map(|step| step.title.clone()).collect();
            all.push(Guidance { when, title: other.title.clone(), items, line: other.line });
        }
    }
    all
}

fn above(procedure: &Procedure) -> &[String] {
    procedure.heading_path.split_last().map_or(&[], |(_, above)| above)
}

/// When a section with this title is meant, where it is a part of other work by its name alone.
fn time(title: &str) -> Option<GuidanceTime> {
    // A longer title is about something: 「データベースの事前確認」 is work of its own.
    const LONGEST: usize = 8;
    let lexicon = Lexicon::built_in();
    let words = title.split_whitespace().count();
    let short = if title.is_ascii() { words <= 3 } else { title.chars().count() <= LONGEST };
    match short {
        true if lexicon.says(title, Topic::After) => Some(GuidanceTime::After),
        true if lexicon.says(title, Topic::During) => Some(GuidanceTime::During),
        true if lexicon.says(title, Topic::Before) => Some(GuidanceTime::Before),
        true | false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::parse::parse;

    const TEXT: &str = "\
# 切替手順書

## 実施前

- 関係者に知らせる
- バックアップを確認する

## 作業手順

1. 切り替える
   ```bash
   ./switch.sh
   ```

## 完了確認

- 監視を戻す

## 事前確認

- ディスクを見る
  ```bash
  df -h
  ```
";

    #[test]
    fn sections_of_work_by_hand_beside_a_procedure_are_read_with_it() {
        let runbook = parse("a.md", TEXT.as_bytes());
        let find = |title: &str| runbook.procedures.iter().find(|p| p.title == title).expect("it is there");
        let told: Vec<_> =
            of(&runbook, find("作業手順")).into_iter().map(|g| (g.when, g.title, g.items.len())).collect();
        let wanted = [(GuidanceTime::Before, "実施前".to_owned(), 2), (GuidanceTime::After, "完了確認".to_owned(), 1)];
        assert_eq!(told, wanted, "what has commands is opened by itself");
        assert_eq!(of(&runbook, find("実施前")), runbook.guidance, "they are not read before themselves");
    }
}
