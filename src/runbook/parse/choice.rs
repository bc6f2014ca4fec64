//! Which fences of a step stand for each other, and which count in some case only: what the words right above them say.

use super::step;
use crate::runbook::model::{Block, Shape, Step};
use crate::runbook::text::{Pattern, half_width};

static ONE_OF: Pattern = Pattern::new(concat!(
    r"(?i)(?:次|以下|下記)の?\s*(?:\d+\s*つ)?の?(?:うち|中から|方法|手順)?の?[、,]?\s*(?:いずれか|どちらか|どれか|何れか)",
    r"|(?:いずれか|どちらか|どれか|何れか)(?:一方|片方|\d+\s*つ|一つ|ひとつ)?(?:の(?:方法|手順|案|コマンド|手段|パターン)|を(?:選|実施|実行|行))",
    r"|(?-u:\b)(?:one|either|any) of the (?:following|commands|options|methods|ways) below",
    r"|(?-u:\b)(?:one|either) of the following|(?-u:\b)(?:choose|pick|select) (?:one|either)(?-u:\b)",
))
.needing(&["いずれか", "どちらか", "どれか", "何れか", "one", "either", "any of"]);

/// The words offer several ways of which one is to be taken: 「次のいずれかを実施する」. Conditions of which one holds do not.
pub(super) fn offers(text: &str) -> bool {
    let half = half_width(text);
    let Some(found) = ONE_OF.find(&half) else { return false };
    let behind = half.get(found.end()..).unwrap_or_default().trim_start();
    let supposes = [
        "場合",
        "とき",
        "条件",
        "該当",
        "満たす",
        "満たした",
        "当てはま",
        "発生",
        "エラー",
        "conditions",
        "criteria",
        " is true",
        " occurs",
    ];
    !behind.starts_with(['に', 'が']) && !supposes.iter().any(|word| behind.contains(word))
}

/// The condition that a paragraph puts on the fence right below it: `失敗した場合:`, 「失敗した場合は以下を実行する。」.
fn condition(text: &str) -> Option<String> {
    let leads = || {
        let half = half_width(text).to_lowercase();
        let asks = ["以下", "次の", "次を", "下記", "実行", "実施", "following", "run ", "execute"];
        half.trim_end().ends_with([':', '。', '.']) && asks.iter().any(|word| half.contains(word))
    };
    let heading = || step::condition_heading(text).filter(|condition| condition.chars().count() <= HEADING);
    step::condition_over(text).or_else(|| step::condition(text).filter(|_| leads())).or_else(heading)
}

/// A line of more letters that is nothing but a condition goes on somewhere.
const HEADING: usize = 40;

/// What is said above the fences of a step while they are hung on it.
#[derive(Default)]
pub(super) struct Above {
    /// The first fence of those of which one is to be taken.
    offered: Option<usize>,
    /// The fences that were hung, each with the words right above it.
    named: Vec<(usize, String)>,
    last: Option<String>,
}

impl Above {
    /// What the title of `step` says of its fences.
    pub(super) fn of(step: &Step) -> Self {
        Self { offered: offers(&step.title).then_some(step.blocks.len()), ..Self::default() }
    }

    /// Words that stand above what comes next.
    pub(super) fn says(&mut self, text: &str, step: &Step) {
        if offers(text) {
            self.offered = Some(step.blocks.len());
        }
        self.last = Some(text.to_owned());
    }

    /// Fences were hung from the one at `from` on.
    pub(super) fn hung(&mut self, from: usize, step: &Step) {
        if step.blocks.len() > from
            && let Some(last) = self.last.take()
        {
            self.named.push((from, last));
        }
    }

    /// Tells the fences what was said of them.
    pub(super) fn settle(self, step: &mut Step) {
        let runs = |block: &Block| matches!(block.shape, Shape::Single | Shape::Sequence | Shape::Menu | Shape::Script);
        let cases: Vec<(usize, String)> =
            self.named.iter().filter_map(|(at, text)| Some((*at, condition(text)?))).collect();
        let several = step.blocks.iter().filter(|block| runs(block)).count();
        // Cases that each have a fence of their own are ways of which one is taken.
        let all_cases = several >= 2 && cases.len() == several;
        let from = if all_cases { cases.first().map(|(at, _)| *at) } else { self.offered };
        if let Some(from) = from.filter(|from| step.blocks.iter().skip(*from).filter(|block| runs(block)).count() >= 2)
        {
            for (at, block) in step.blocks.iter_mut().enumerate().skip(from) {
                block.alternative = runs(block);
                let name = self.named.iter().find(|(named, _)| *named == at).map(|(_, text)| text);
                if let (true, Some(name), Some(first)) = (block.alternative, name, block.commands.first_mut()) {
                    first.label.get_or_insert_with(|| name.trim_end_matches([':', '：']).to_owned());
                }
            }
            return;
        }
        for (at, condition) in cases {
            match step.blocks.get_mut(at) {
                Some(_) if several < 2 => {
                    step.condition.get_or_insert(condition);
                }
                Some(block) => block.condition = Some(condition),
                None => {}
            }
        }
    }
}
