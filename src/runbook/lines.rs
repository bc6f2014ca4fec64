//! Any line of a document as a step: what it is, with the command that stands there.
//!
//! Pure. A line of a fence is the command that it belongs to, and what is refused there stays refused, with its reason.

use crate::runbook::model::{Block, Runbook, Shape, Step, StepForm};

/// The step that the line makes. `words` are its words as they are shown: its title where the line is neither a step nor
/// of a command. Nothing where it has no words either.
pub fn step_at(runbook: &Runbook, line: usize, words: &str) -> Option<Step> {
    let steps = || runbook.procedures.iter().flat_map(|p| &p.steps);
    if let Some(step) = steps().find(|step| step.line == line) {
        return Some(Step { condition: None, ..step.clone() });
    }
    let fences = steps().flat_map(|step| step.blocks.iter().map(move |block| (block, Some(step))));
    let others = runbook.reference.iter().flat_map(|reference| reference.blocks.iter().map(|block| (block, None)));
    // A fence that several steps share holds the line where one of its commands does.
    let all: Vec<(&Block, Option<&Step>)> = fences.chain(others).filter(|(block, _)| holds(block, line)).collect();
    let exact = all.iter().find_map(|(block, of)| Some((*block, *of, command_at(block, line, true)?)));
    let near = || all.iter().find_map(|(block, of)| Some((*block, *of, command_at(block, line, false)?)));
    if let Some((block, of, at)) = exact.or_else(near) {
        return Some(of_command(block, of, at, words));
    }
    let title = words.trim();
    (!title.is_empty()).then(|| Step::titled(title, line, StepForm::Paragraph))
}

/// The line is one of the fence.
fn holds(block: &Block, line: usize) -> bool {
    let last = block.commands.iter().map(|command| command.end_line).max();
    last.is_some_and(|last| (block.line..=last + 1).contains(&line))
}

/// The command of the line; beside it the next one in the fence, such as below its comment.
fn command_at(block: &Block, line: usize, exact: bool) -> Option<usize> {
    let at = block.commands.iter().position(|c| (c.line..=c.end_line).contains(&line));
    let below = || block.commands.iter().position(|c| c.line > line);
    if exact { at } else { below().or_else(|| block.commands.len().checked_sub(1)) }
}

fn of_command(block: &Block, of: Option<&Step>, at: usize, words: &str) -> Step {
    let command = block.commands.get(at).cloned().unwrap_or_default();
    let title = match (&command.label, of) {
        (Some(label), _) => label.clone(),
        (None, Some(step)) => step.title.clone(),
        (None, None) => command.text.lines().next().unwrap_or(words).trim().to_owned(),
    };
    let mut step = Step::titled(title, command.line, StepForm::Paragraph);
    // What warns of the step warns of its command.
    step.cautions = of.map(|of| of.cautions.clone()).unwrap_or_default();
    let whole_runnable = command.runnable;
    step.blocks = vec![Block { shape: Shape::Single, whole_runnable, commands: vec![command], ..block.clone() }];
    step.manual = !step.could_run();
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::model::CommandReason;
    use crate::runbook::parse::parse;

    const TEXT: &str = "\
# 保守手順書

## 手順

- [ ] ディスク確認

  ```bash
  # 空き容量
  df -h /
  # 大きさ
  du -sh \\
    /var/log
  ```

- [ ] 再起動

  > **警告**: 業務時間内には行わない

  ```bash
  systemctl restart app
  ```

## 設定例

```bash
backup.sh --all
```

```ini
[main]
level = debug
```

連絡先は当番表を見る。
";

    fn at(line: usize, words: &str) -> Option<Step> {
        step_at(&parse("a.md", TEXT.as_bytes()), line, words)
    }

    fn line(words: &str) -> usize {
        TEXT.lines().position(|l| l.contains(words)).expect("it is there") + 1
    }

    #[test]
    fn a_line_of_a_fence_is_the_command_that_it_belongs_to() {
        for (words, title, text) in [
            ("df -h", "空き容量", "df -h /"),
            ("# 空き容量", "空き容量", "df -h /"),
            ("/var/log", "大きさ", "du -sh \\\n  /var/log"),
            ("backup.sh", "backup.sh --all", "backup.sh --all"),
        ] {
            let step = at(line(words), words).expect("a step");
            let texts: Vec<_> = step.commands().map(|c| c.text.as_str()).collect();
            assert_eq!((step.title.as_str(), texts), (title, vec![text]), "{words}");
        }
    }

    #[test]
    fn the_line_of_a_step_is_the_whole_step_and_a_command_keeps_the_cautions_over_it() {
        let whole = at(line("ディスク確認"), "ディスク確認").expect("a step");
        assert_eq!(whole.commands().count(), 2);
        let restart = at(line("systemctl"), "").expect("a step");
        assert!(restart.cautions.iter().any(|c| c.text.contains("業務時間内")), "{:?}", restart.cautions);
        assert!(!restart.commands().next().expect("a command").dangers.is_empty());
    }

    #[test]
    fn what_may_not_be_run_stays_refused_and_text_is_done_by_hand() {
        let example = at(line("backup.sh"), "").expect("a step");
        assert!(example.commands().all(|c| !c.runnable) || !example.manual, "as the document has it");
        let config = at(line("level = debug"), "level = debug").expect("a step");
        assert!(config.manual);
        assert!(config.commands().all(|c| !c.runnable && c.reason != Some(CommandReason::Placeholder)));
        let text = at(line("連絡先"), "連絡先は当番表を見る。").expect("a step");
        assert_eq!((text.title.as_str(), text.manual), ("連絡先は当番表を見る。", true));
        assert_eq!(at(2, "  "), None, "an empty line is nothing");
    }
}
