//! The words of operations manuals in two languages, kept as data: which words say that a section holds steps,
//! that a column holds a criterion, that a sentence is a caution.
//!
//! The lists stand in `lexicon/*.toml`, one per topic; a team adds words of its own in its configuration. Every text
//! is searched once for all words of all topics.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::text::half_width;

/// The words by topic, as the data files and the configuration hold them.
pub type Words = BTreeMap<String, Vec<String>>;

macro_rules! topics {
    ($($(#[$doc:meta])* $name:ident = $key:literal $(, $rule:ident)?;)*) => {
        /// What a word says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Topic { $($(#[$doc])* $name),* }

        impl Topic {
            /// Every topic with its name in the data files.
            const NAMES: &[(&str, Self)] = &[$(($key, Self::$name)),*];

            /// How a word of the topic must stand in a text.
            const fn place(self) -> Place {
                match self { $(Self::$name => topics!(@place $($rule)?)),* }
            }
        }
    };
    (@place) => { Place::Anywhere };
    (@place $rule:ident) => { Place::$rule };
}

/// How a word must stand in a text to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    /// It is what a heading is about: 「システム概要」 and "Overview of the system", but not "Background worker restart".
    Head,
    /// It ends (Japanese) or begins (English) a sentence about something to do.
    Verb,
}

topics! {
    /// About the document or the system.
    Background = "background", Head;
    /// Defines levels or roles.
    Definition = "definition", Head;
    /// Who is called, and when.
    Escalation = "escalation", Head;
    /// Persons and suppliers to call.
    Contact = "contact", Head;
    /// What is measured, kept or delivered.
    Inventory = "inventory", Head;
    /// What must be true before the work.
    Prerequisite = "prerequisite", Head;
    /// What must be true at the end of the work.
    Completion = "completion", Head;
    /// How something could look.
    Example = "example", Head;
    /// A text to be filled in or sent, shown as it could look.
    Specimen = "specimen";
    /// Advice for any run.
    Guidance = "guidance", Head;
    /// Something that went wrong.
    Incident = "incident";
    /// A symptom and what to try.
    Troubleshooting = "troubleshooting";
    /// A drill.
    Drill = "drill";
    /// Situations for drills.
    Scenario = "scenario";
    /// Something to do.
    Procedural = "procedural";
    /// May be something to do.
    Activity = "activity";
    /// Reads like work.
    Action = "action", Verb;
    /// Asks the reader to do what follows.
    Asking = "asking";
    /// Tells what happens by itself.
    Describing = "describing";
    /// Records of work done.
    Record = "record";
    /// RPO and RTO.
    RecoveryTarget = "recovery_target";
    /// Levels of severity.
    Severity = "severity";
    /// Thresholds of monitoring.
    Monitoring = "monitoring";
    /// Output of a command follows.
    Output = "output";
    /// Alone over a fence: output of a command.
    OutputWord = "output_word";
    /// Before a run.
    Before = "before";
    /// After a run.
    After = "after";
    /// During a run.
    During = "during";
    /// A grave caution.
    Warning = "warning";
    /// A caution.
    Caution = "caution";
    /// A remark.
    Note = "note";
    /// A column of criteria.
    ColumnExpect = "column_expect";
    /// A column of methods.
    ColumnMethod = "column_method";
    /// A column that counts the rows.
    ColumnNumber = "column_number";
    /// A column of times of day, or of minutes since the start.
    ColumnTime = "column_time";
    /// A column of commands.
    ColumnCommand = "column_command";
    /// A column of frequencies.
    ColumnFrequency = "column_frequency";
    /// A column of durations.
    ColumnDuration = "column_duration";
    /// A column of owners.
    ColumnOwner = "column_owner";
    /// A column of priorities.
    ColumnPriority = "column_priority";
    /// A column that says what happens, which is what to do where the rows go by the clock.
    ColumnContent = "column_content";
    /// A column of parts that several rows belong to.
    ColumnGroup = "column_group";
    /// A column of remarks.
    ColumnRemark = "column_remark";
    /// A column to be filled in.
    ColumnMark = "column_mark";
    /// A column of what to do.
    ColumnTitle = "column_title";
    /// A column of levels.
    ColumnLevel = "column_level";
    /// A column of definitions.
    ColumnDefinition = "column_definition";
    /// A column of target times.
    ColumnTarget = "column_target";
    /// A column of thresholds.
    ColumnThreshold = "column_threshold";
    /// A column of what is measured.
    ColumnMetric = "column_metric";
    /// A column of what to do about it.
    ColumnAction = "column_action";
    /// A column of those who are called.
    ColumnCalled = "column_called";
    /// A column of the time after which somebody is called.
    ColumnElapsed = "column_elapsed";
    /// A column of numbers and addresses.
    ColumnContact = "column_contact";
    /// A column of names.
    ColumnName = "column_name";
    /// Every hour.
    Hourly = "hourly";
    /// Every day.
    Daily = "daily";
    /// Every week.
    Weekly = "weekly";
    /// Every month.
    Monthly = "monthly";
    /// Every quarter.
    Quarterly = "quarterly";
    /// Every year.
    Yearly = "yearly";
    /// Again and again.
    Regular = "regular";
    /// A line that begins with it says what is expected.
    Criterion = "criterion";
    /// Need not be done.
    Optional = "optional";
    /// Begins another way to do the same.
    Alternative = "alternative";
    /// A sentence that allows to leave something out.
    Skippable = "skippable";
    /// At once.
    Immediate = "immediate";
    /// A value that is still to be filled in.
    Unset = "unset";
    /// The work stops until somebody releases it.
    Hold = "hold";
    /// What was done is to be undone.
    Back = "back";
    /// What is done holds for a time only.
    ForATime = "for_a_time";
    /// A wish, not a demand.
    Soft = "soft";
    /// All is well.
    Healthy = "healthy";
    /// Somebody is alarmed.
    Alarm = "alarm";
    /// What a drill supposes.
    Situation = "situation";
    /// What a drill wants to reach.
    Goal = "goal";
    /// What a drill is judged by.
    Checks = "checks";
}

/// The topics that a text speaks of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Topics(u128);

impl Topics {
    /// The text speaks of `topic`.
    pub(super) fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u128) != 0
    }

    /// The text speaks of one of `topics`.
    pub(super) fn any(self, topics: &[Topic]) -> bool {
        topics.iter().any(|topic| self.has(*topic))
    }

    fn add(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u128;
    }
}

/// Words that were given under a name that no topic has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// The file is no table of lists of words.
    #[error("the word list cannot be read: {0}")]
    Unreadable(String),
    /// No topic has this name.
    #[error("there is no topic \"{name}\" for words; the topics are {known}")]
    UnknownTopic {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: String,
    },
}

/// Every word that the parser knows, ready to be searched for.
pub struct Lexicon {
    search: AhoCorasick,
    words: Vec<Word>,
    /// The bytes of the longest word.
    longest: usize,
}

struct Word {
    topic: Topic,
    /// Letters must not go on before or after it.
    whole: bool,
}

/// A word where it stands in a text.
struct Hit {
    topic: Topic,
    range: Range<usize>,
    whole: bool,
}

const JAPANESE: &str = include_str!("lexicon/ja.toml");
const ENGLISH: &str = include_str!("lexicon/en.toml");

impl Lexicon {
    /// The words that the program brings along.
    #[expect(clippy::expect_used, reason = "the lists are data of this crate and are read by the tests")]
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Lexicon> = OnceLock::new();
        BUILT_IN.get_or_init(|| Self::with(&Words::new()).expect("the lists are valid"))
    }

    /// The words that the program brings along, and the words of a team.
    pub fn with(more: &Words) -> Result<Self, LexiconError> {
        let mut patterns = Vec::new();
        let mut words = Vec::new();
        for source in [&read(JAPANESE)?, &read(ENGLISH)?, more] {
            for (name, list) in source {
                let topic = Topic::NAMES.iter().find(|(known, _)| known == name).map(|(_, topic)| *topic);
                let Some(topic) = topic else {
                    let known = Topic::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                    return Err(LexiconError::UnknownTopic { name: name.clone(), known });
                };
                for word in list.iter().map(|word| half_width(word.trim()).into_owned()).filter(|word| !word.is_empty())
                {
                    words.push(Word { topic, whole: word.is_ascii() });
                    patterns.push(word);
                }
            }
        }
        let longest = patterns.iter().map(String::len).max().unwrap_or_default();
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)
            .map_err(|error| LexiconError::Unreadable(error.to_string()))?;
        Ok(Self { search, words, longest })
    }

    /// The topics that a heading, a header or a sentence speaks of.
    pub(super) fn topics(&self, text: &str) -> Topics {
        let half = half_width(text);
        let mut found = Topics::default();
        let hits: Vec<Hit> = self.hits(&half).collect();
        // "Export the license" is about exporting, whatever word ends it.
        let first = half.find(char::is_alphabetic);
        let orders = hits.iter().any(|hit| hit.topic == Topic::Action && hit.whole && Some(hit.range.start) == first);
        for hit in &hits {
            // 「チェックリスト」 is work and no 「リスト」.
            let inside = |other: &Hit| {
                other.range.len() > hit.range.len()
                    && other.range.start <= hit.range.start
                    && other.range.end >= hit.range.end
                    && matches!(other.topic, Topic::Procedural | Topic::Activity)
            };
            if hit.topic.place() == Place::Head
                && (hits.iter().any(inside) || (orders && hit.whole && hit.range.start > 0))
            {
                continue;
            }
            let fits = match hit.topic.place() {
                Place::Anywhere => true,
                Place::Head => heads(&half, hit),
                Place::Verb => begins_or_ends(&half, hit),
            };
            if fits {
                found.add(hit.topic);
            }
        }
        found
    }

    /// The topics of all words in `half`, which is half-width already, however they stand in it.
    pub(super) fn mentioned(&self, half: &str) -> Topics {
        let mut found = Topics::default();
        self.hits(half).for_each(|hit| found.add(hit.topic));
        found
    }

    /// The text speaks of `topic`.
    pub(super) fn says(&self, text: &str, topic: Topic) -> bool {
        self.topics(text).has(topic)
    }

    /// The text is no more than a word of one of `topics`, with a number and marks around it.
    pub(super) fn is_word(&self, text: &str, topics: &[Topic]) -> bool {
        let half = half_width(text);
        let bare = half.trim_matches(|c: char| !c.is_alphabetic());
        // No word is longer, with its plural s.
        (1..=self.longest + 1).contains(&bare.len())
            && self.hits(bare).any(|hit| topics.contains(&hit.topic) && hit.range == (0..bare.len()))
    }

    /// Where in `half`, which is half-width already, the first word of `topic` stands.
    pub(super) fn find(&self, half: &str, topic: Topic) -> Option<Range<usize>> {
        self.hits(half)
            .filter(|hit| hit.topic == topic)
            .map(|hit| hit.range)
            .min_by_key(|range| (range.start, usize::MAX - range.end))
    }

    /// The longest word of one of `topics` that `half`, which is half-width already, begins with: its topic and its end.
    pub(super) fn leading(&self, half: &str, topics: &[Topic]) -> Option<(Topic, usize)> {
        // The letter behind the longest word and its plural s are looked at as well.
        let end = (self.longest + 8..half.len()).find(|at| half.is_char_boundary(*at)).unwrap_or(half.len());
        self.hits(half.get(..end)?)
            .filter(|hit| hit.range.start == 0 && topics.contains(&hit.topic))
            .map(|hit| (hit.topic, hit.range.end))
            .max_by_key(|(_, end)| *end)
    }

    /// Where in `half`, which is half-width already, the first word of each of `topics` stands.
    pub(super) fn find_each<const N: usize>(&self, half: &str, topics: [Topic; N]) -> [Option<Range<usize>>; N] {
        let mut found = [const { None }; N];
        for hit in self.hits(half) {
            let before = |known: &Range<usize>| {
                (known.start, usize::MAX - known.end) <= (hit.range.start, usize::MAX - hit.range.end)
            };
            for (slot, _) in found.iter_mut().zip(topics).filter(|(_, topic)| *topic == hit.topic) {
                if !slot.as_ref().is_some_and(before) {
                    *slot = Some(hit.range.clone());
                }
            }
        }
        found
    }

    fn hits<'a>(&'a self, half: &'a str) -> impl Iterator<Item = Hit> + 'a {
        self.search.find_overlapping_iter(half).filter_map(|found| {
            let word = self.words.get(found.pattern().as_usize())?;
            let mut range = found.range();
            if word.whole {
                range = whole(half, range)?;
            }
            Some(Hit { topic: word.topic, range, whole: word.whole })
        })
    }
}

fn read(text: &str) -> Result<Words, LexiconError> {
    toml::from_str(text).map_err(|error| LexiconError::Unreadable(error.to_string()))
}

/// The range of an English word, with its plural `s`, when no letter goes on before or after it.
fn whole(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = text.get(range.end..)?;
    let word_like = |c: Option<char>| letter(c) || c == Some('_');
    if letter(text.get(range.clone())?.chars().next()) && word_like(text.get(..range.start)?.chars().next_back()) {
        return None;
    }
    if !letter(text.get(range.clone())?.chars().next_back()) || !word_like(rest.chars().next()) {
        return Some(range);
    }
    let plural = rest.strip_prefix(['s', 'S'])?;
    (!word_like(plural.chars().next())).then_some(range.start..range.end + 1)
}

/// Words behind which a heading only says of what, or where.
const OF: &[&str] = &["of ", "for ", "to ", "in ", "on ", "and ", "about ", "from ", "with ", "by "];

/// The word is what the heading is about.
fn heads(half: &str, hit: &Hit) -> bool {
    let behind = half.get(hit.range.end..).unwrap_or_default();
    let ends = behind.chars().all(|c| !c.is_alphanumeric());
    let rest = behind.trim_start();
    let closed = rest.starts_with(['(', ':', '・', '/', '、', '&', '[', '【', '-', '–'])
        || (!hit.whole && rest.starts_with(['と', 'や']));
    let of =
        hit.whole && OF.iter().any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
    // An English word that stands alone before "of" heads; before that only marks and numbers may stand.
    let first = half.get(..hit.range.start).unwrap_or_default().chars().all(|c| !c.is_alphabetic());
    let prefix = first
        && PREFIXES.iter().any(|word| half.get(hit.range.clone()).is_some_and(|seen| seen.eq_ignore_ascii_case(word)));
    ends || ((of || closed) && (first || !hit.whole)) || prefix
}

/// Words that say what a heading is about although another word ends it.
const PREFIXES: &[&str] = &[
    "related",
    "about",
    "why",
    "when to use",
    "when to run",
    "what is",
    "how it works",
    "sample",
    "example",
    "関連",
    "参考",
];

/// The word ends (Japanese) or begins (English) the sentence.
fn begins_or_ends(half: &str, hit: &Hit) -> bool {
    if hit.whole {
        let before = half.get(..hit.range.start).unwrap_or_default().trim_end_matches([' ', ',']);
        let lead = before.rsplit(|c: char| !c.is_alphabetic() && c != ' ').next().unwrap_or_default().trim();
        return before.chars().all(|c| !c.is_alphabetic())
            || LEADS.iter().any(|word| lead.eq_ignore_ascii_case(word) && before.trim_start().len() == word.len());
    }
    let behind = half.get(hit.range.end..).unwrap_or_default().trim();
    behind.is_empty() || behind.starts_with(['。', '.', '(', ':', '、', '!', '?']) && !behind.starts_with("...")
}

/// Words that may stand before the verb of an instruction.
const LEADS: &[&str] = &[
    "please",
    "then",
    "first",
    "next",
    "finally",
    "optionally",
    "also",
    "now",
    "you should",
    "you can",
    "if possible",
    "optional",
    "manually",
    "carefully",
    "immediately",
    "do not",
    "don't",
    "never",
    "always",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_about_the_word_that_heads_it() {
        let lexicon = Lexicon::built_in();
        for (heading, topic, said) in [
            ("システム概要", Topic::Background, true),
            ("1. 概要（抜粋）", Topic::Background, true),
            ("Overview", Topic::Background, true),
            ("Overview of the cluster", Topic::Background, true),
            ("Quick reference commands", Topic::Background, false),
            ("Background worker restart", Topic::Background, false),
            ("Related alerts", Topic::Background, true),
            ("Export the license history", Topic::Background, false),
            ("Contact information", Topic::Contact, true),
            ("監視項目", Topic::Inventory, true),
            ("確認項目の登録手順", Topic::Inventory, false),
            ("設定例", Topic::Example, true),
            ("例外処理の確認", Topic::Example, false),
            ("Drills", Topic::Drill, true),
            ("Drilling down", Topic::Drill, false),
            ("ＭＡＩＮＴＥＮＡＮＣＥ", Topic::Procedural, true),
        ] {
            assert_eq!(lexicon.says(heading, topic), said, "{heading}");
        }
    }

    #[test]
    fn an_instruction_ends_with_its_verb_in_japanese_and_begins_with_it_in_english() {
        let lexicon = Lexicon::built_in();
        for (sentence, work) in [
            ("ログを確認する", true),
            ("バックアップの取得（手動）", true),
            ("ディスク使用率", false),
            ("Check the disk", true),
            ("Please check the disk", true),
            ("The check of the disk", false),
            ("Disk usage", false),
        ] {
            assert_eq!(lexicon.says(sentence, Topic::Action), work, "{sentence}");
        }
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let lexicon = Lexicon::built_in();
        let topics = [Topic::Warning, Topic::Caution, Topic::Note];
        for (text, leading) in [
            ("注意事項: 床", Some((Topic::Caution, "注意事項"))),
            ("Notes: none", Some((Topic::Note, "Notes"))),
            ("Noted: none", None),
            ("床に注意", None),
            ("", None),
        ] {
            let seen = lexicon.leading(text, &topics).map(|(topic, end)| (topic, &text[..end]));
            assert_eq!(seen, leading, "{text}");
        }
        let far = format!("注意{}", "あ".repeat(200));
        assert_eq!(lexicon.leading(&far, &topics), Some((Topic::Caution, "注意".len())));
        for text in ["毎日と毎週と毎日", "weekly or daily", "年に", ""] {
            let each = lexicon.find_each(text, [Topic::Daily, Topic::Weekly]);
            assert_eq!(each, [Topic::Daily, Topic::Weekly].map(|topic| lexicon.find(text, topic)), "{text}");
        }
    }

    #[test]
    fn a_team_adds_its_own_words_and_a_wrong_topic_is_named() {
        let more = |topic: &str, word: &str| Words::from([(topic.to_owned(), vec![word.to_owned()])]);
        let own = Lexicon::with(&more("procedural", "段取り")).expect("the words are good");
        assert!(own.says("棚卸しの段取り", Topic::Procedural));
        assert!(!Lexicon::built_in().says("棚卸しの段取り", Topic::Procedural));
        let wrong = Lexicon::with(&more("procedurel", "x")).map(|_| ()).expect_err("no such topic");
        assert!(wrong.to_string().contains("procedurel") && wrong.to_string().contains("procedural"), "{wrong}");
    }
}
