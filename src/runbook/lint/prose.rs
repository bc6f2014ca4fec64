//! Words that say one thing over a command that does another. What contradicts what is data.

use std::ops::Range;

use super::commands::{self, Standing};
use super::{Desk, Severity, rules, say};
use crate::runbook::model::{Command, CommandReason, DangerLevel};
use crate::runbook::text::Pattern;

/// Something that words claim of a command.
struct Claim {
    /// What the words look like.
    words: Pattern,
    /// The same words where they claim nothing.
    except: Pattern,
    /// How far the claim reaches.
    reach: Reach,
    /// What the command does against it; nothing where the two agree.
    broken: fn(&Command) -> Option<Against>,
    severity: Severity,
}

/// Whose words make a claim about a command.
#[derive(PartialEq, Eq)]
enum Reach {
    /// The comment above it only.
    Label,
    /// Also the step's and the procedure's.
    Around,
}

/// What a command does against a claim, in both languages, and the danger that shows it.
struct Against {
    ja: &'static str,
    en: &'static str,
    danger: Option<String>,
}

impl Against {
    fn loses(danger: Option<String>) -> Self {
        Self { ja: "データを失うか上書きします", en: "can lose or overwrite data", danger }
    }

    fn stops(danger: Option<String>) -> Self {
        Self {
            ja: "サービスを止めるか切り替えます", en: "stops, restarts or fails over a service", danger
        }
    }
}

static CLAIMS: [Claim; 8] = [
    Claim {
        words: Pattern::new(
            r"(?i)安全な(?:コマンド|操作|確認|作業)|安全に実行|安全です|[（(]安全[）)]|^安全[:：]?$|\bharmless\b|\bsafe to run\b|\((?:perfectly )?safe\)|^safe$|\b(?:this|it|command) is (?:completely |perfectly |always |entirely )?safe\b",
        ),
        except: Pattern::new(r"(?i)\bsafe to (?:delete|remove|restart|drop|stop|kill|clear)"),
        reach: Reach::Around,
        broken: |command| {
            let lost = destroys(command).map(|rule| Against::loses(Some(rule)));
            lost.or_else(|| stops(command).map(|rule| Against::stops(Some(rule))))
        },
        severity: Severity::Warning,
    },
    Claim {
        words: Pattern::new(
            r"(?i)確認のみ|確認だけ|参照のみ|表示のみ|閲覧のみ|読み取り専用(?:コマンド|の操作|操作)|見るだけ|影響(?:は)?(?:なし|無し|ありません|ない)|変更(?:は)?(?:なし|しない|しません|ありません)|何も変え(?:ない|ません)|\b(?:check|read|view|look|display)[- ]only\b|\b(?:this|it|commands?) only (?:checks|reads|shows|displays|looks)\b|\bno (?:impact|side effects?|changes?)\b|\bnon-destructive\b|\b(?:does not|doesn't|do not|don't|will not|won't) (?:change|modify|alter|affect) (?:any|the system|data|state|production)",
        ),
        except: Pattern::new(
            r"(?i)影響(?:が)?ない(?:こと|か|時間|よう)|影響(?:は)?(?:なし|ない|ありません)か|変更(?:は)?(?:なし|しない|ありません)(?:か|こと|場合|で)|\bread[- ]only (?:mode|replica|user|access|role|file|transaction|root|mount|volume|state)|\b(?:make|set|become|becomes|remount\w*|in|into|is|are|as) read[- ]only|\bif\b[^.]*\bno (?:impact|changes?)|\bverify\b[^.]*\bno (?:impact|changes?)",
        ),
        reach: Reach::Around,
        broken: |command| {
            let level = commands::gravest(command)?;
            let danger = command.dangers.iter().find(|d| d.level == level).map(|d| d.rule.clone());
            Some(match level {
                DangerLevel::Changes => Against { ja: "状態を変えます", en: "changes something", danger },
                DangerLevel::Disruptive => Against::stops(danger),
                DangerLevel::Destructive => Against::loses(danger),
            })
        },
        severity: Severity::Warning,
    },
    Claim {
        words: Pattern::new(
            r"(?i)無停止|停止なし|再起動なし|再起動(?:は)?不要|ダウンタイムなし|\bno (?:downtime|restart)\b|\bwithout (?:a )?(?:downtime|restart\w*|interruption)\b|\bzero[- ]downtime\b",
        ),
        except: Pattern::new(r"[^\s\S]"),
        reach: Reach::Label,
        broken: |command| stops(command).map(|rule| Against::stops(Some(rule))),
        severity: Severity::Warning,
    },
    Claim {
        words: Pattern::new(
            r"(?i)ドライラン|予行|試行のみ|\bdry[- ]?run\b|\bsimulat(?:e|es|ed|ion)\b|\bpreview\b|プレビュー",
        ),
        except: Pattern::new(
            r"(?i)(?:ドライラン|dry[- ]?run)(?:の)?(?:後|あと|結果|が|を確認|に問題)|\bafter (?:the )?dry[- ]?run|\bwithout (?:the )?(?:--)?dry[- ]?run|\bif the dry[- ]?run",
        ),
        reach: Reach::Label,
        broken: |command| {
            let dry = [
                "dry-run",
                "dry_run",
                "dryrun",
                "--check",
                "--simulate",
                " -n ",
                "--preview",
                " plan",
                "--diff",
                "ROLLBACK",
            ];
            let dry = dry.iter().any(|word| command.text.contains(word));
            let gravest = commands::gravest(command).filter(|level| !dry && *level > DangerLevel::Changes)?;
            let danger = command.dangers.iter().find(|d| d.level == gravest).map(|d| d.rule.clone());
            Some(Against { ja: "実際に行います", en: "does it in earnest", danger })
        },
        severity: Severity::Warning,
    },
    Claim {
        words: Pattern::new(r"(?i)テスト(?:用|のみ|です|$|[（(:： ])|\btest(?:ing)? only\b|^test\b|\btest$"),
        except: Pattern::new(r"(?i)\btest (?:database|db|environment|server|data|host)\b"),
        reach: Reach::Label,
        broken: |command| destroys(command).map(|rule| Against::loses(Some(rule))),
        severity: Severity::Note,
    },
    Claim {
        words: Pattern::new(
            r"(?i)(?:確認|チェック|一覧|表示|参照|検証)(?:する|します)?\s*(?:[（(].*)?$|^(?:check|show|list|view|inspect|display|verify)\b",
        ),
        except: Pattern::new(
            r"(?i)削除|消去|クリア|初期化|再起動|停止|復旧|リストア|上書き|入れ替え|更新|適用|後|\b(?:and|then) (?:delete|remove|restart|stop|fix|clean|restore|kill|clear)",
        ),
        reach: Reach::Label,
        broken: |command| {
            let rule = destroys(command).or_else(|| stops(command))?;
            Some(Against { ja: "確認だけではありません", en: "does more than look", danger: Some(rule) })
        },
        // Whoever looks sometimes acts too: the words promise less than 確認のみ does.
        severity: Severity::Note,
    },
    Claim {
        words: Pattern::new(r"(?i)期限切れ|有効期限(?:が|の)?(?:切れ|過ぎ)|失効した|\bexpired\b"),
        except: Pattern::new(r"[^\s\S]"),
        reach: Reach::Label,
        broken: |command| {
            let danger = Some(destroys(command)?);
            if unlimited_keys(&command.text) {
                Some(Against {
                    ja: "期限のないキーを選びます", en: "selects the keys that never expire", danger
                })
            } else if !AGE.is_match(&command.text) {
                Some(Against {
                    ja: "期限を見ずに選びます", en: "selects without looking at the expiry", danger
                })
            } else {
                None
            }
        },
        severity: Severity::Warning,
    },
    Claim {
        words: Pattern::new(
            r"(?i)古い|以前の|\d+\s*(?:日|週間|か月|ヶ月|時間)\s*(?:以上|より|を超え|経過|前)|\b(?:old|older than|stale|outdated)\b",
        ),
        except: Pattern::new(r"[^\s\S]"),
        reach: Reach::Label,
        broken: |command| {
            let danger = Some(destroys(command)?);
            (!AGE.is_match(&command.text)).then_some(Against {
                ja: "古さを見ずに選びます",
                en: "selects without looking at the age",
                danger,
            })
        },
        severity: Severity::Note,
    },
];

/// Something in a command that looks at an age or an expiry.
static AGE: Pattern = Pattern::new(
    r"(?i)-[mac](?:time|min)\b|-newer|-older|\bolder\b|\buntil=|\bttl\b|idletime|expir|\binterval\b|\bnow\(\)|\bdate\b|\bdays?\b|retention|\bhead\b|\btail\b|--keep|_old|\bprune\b|vacuum-time|logrotate|autoclean|autoremove|\$|<|\d{4}-?\d{2}",
);

/// Keys whose time to live is -1 are those that never expire.
fn unlimited_keys(text: &str) -> bool {
    static MINUS_ONE: Pattern = Pattern::new(r#"(?:-eq|==?)\s*["']?-1\b"#).needing(&["-1"]);
    text.to_lowercase().contains("ttl") && MINUS_ONE.is_match(text)
}

fn rule_of(command: &Command, level: DangerLevel) -> Option<String> {
    command.dangers.iter().find(|danger| danger.level == level).map(|danger| danger.rule.clone())
}

fn destroys(command: &Command) -> Option<String> {
    rule_of(command, DangerLevel::Destructive)
}

fn stops(command: &Command) -> Option<String> {
    rule_of(command, DangerLevel::Disruptive)
}

pub(super) fn check(desk: &mut Desk<'_>) {
    for at in commands::all(desk) {
        let shell = !matches!(
            at.command.reason,
            Some(CommandReason::Config | CommandReason::Cron | CommandReason::CommentsOnly)
        );
        if shell {
            claims(desk, at);
            days(desk, at.command);
        }
    }
}

/// The longest detail whose claims are taken to be about the command: one sentence.
const MAX_DETAIL: usize = 100;

/// Words near a command, and the lines in which they are looked for.
fn words_near<'a>(at: Standing<'a>) -> Vec<(&'a str, usize, usize, bool)> {
    let Standing { procedure, step, block, command } = at;
    let mut found: Vec<(&str, usize, usize, bool)> = Vec::new();
    found.extend(command.label.as_deref().map(|label| (label, block.line, command.line, true)));
    // The title of a step that holds one command speaks of that command.
    let only = step.commands().count() == 1;
    found.push((&step.title, step.line, step.line, only && command.label.is_none()));
    if only {
        // A long paragraph speaks of many things.
        let short = step.details.iter().filter(|detail| detail.chars().count() <= MAX_DETAIL);
        found.extend(short.map(|detail| (detail.as_str(), step.line, command.line, false)));
        found.extend(step.cautions.iter().map(|caution| (caution.text.as_str(), caution.line, caution.line, false)));
    }
    found.extend(procedure.cautions.iter().map(|caution| (caution.text.as_str(), caution.line, caution.line, false)));
    found.push((&procedure.title, procedure.line, procedure.line, false));
    found.extend(procedure.heading_path.iter().map(|title| (title.as_str(), 1, procedure.line, false)));
    found
}

fn claims(desk: &mut Desk<'_>, at: Standing<'_>) {
    if at.command.dangers.is_empty() {
        return;
    }
    let near = words_near(at);
    for claim in &CLAIMS {
        let Some(against) = (claim.broken)(at.command) else { continue };
        let heard = near.iter().filter(|(_, _, _, label)| *label || claim.reach == Reach::Around);
        let said = heard.filter(|(words, ..)| !claim.except.is_match(words)).find_map(|(words, first, last, _)| {
            claim
                .words
                .find(words)
                .map(|hit| (hit.as_str().trim_matches(|c: char| !c.is_alphanumeric()), *words, *first, *last))
        });
        let Some((claimed, words, first, last)) = said else { continue };
        let does = desk.language.pick(against.ja, against.en);
        let message = say!(
            desk.language,
            "「{claimed}」と書かれていますが、このコマンドは{does}",
            "the words say “{claimed}”, and this command {does}"
        );
        let span = match &against.danger {
            Some(rule) => commands::dangerous_line(desk, at.command, rule),
            None => desk.page.words(at.command.line),
        };
        let place = claim_place(desk, (words, claimed), first, last);
        let related = place.map(|place| desk.related(place, say!(desk.language, "この説明", "these words")));
        desk.add(&rules::PROSE_CONTRADICTS_COMMAND, claim.severity, span, message).related.extend(related);
        return;
    }
}

/// Where the words are: those nearest to the command.
fn claim_place(desk: &Desk<'_>, words: (&str, &str), first: usize, last: usize) -> Option<Range<usize>> {
    if first < last
        && let Some(heading) = desk.page.headings.iter().rev().find(|h| h.line <= last && h.title == words.0)
    {
        return desk.page.find(heading.line, heading.line, words.1).or(Some(heading.span.clone()));
    }
    let whole = (first..=last).rev().find_map(|line| desk.page.find(line, line, words.0).map(|range| (line, range)));
    let part = |line: usize| desk.page.find(line, line, words.1);
    match whole {
        Some((line, range)) => part(line).or(Some(range)),
        None => (first..=last).rev().find_map(part),
    }
}

static SAID_DAYS: Pattern = Pattern::new(r"(\d{1,4})\s*(?:日|days?\b)").needing(&["日", "day"]);
static MTIME: Pattern = Pattern::new(r"-[mac]time\s+\+(\d{1,4})\b").needing(&["time"]);

/// The comment names a number of days, and the command another one.
fn days(desk: &mut Desk<'_>, command: &Command) {
    let number =
        |pattern: &Pattern, text: &str| -> Option<u32> { pattern.captures(text)?.get(1)?.as_str().parse().ok() };
    let Some(label) = command.label.as_deref() else { return };
    let (Some(said), Some(done)) = (number(&SAID_DAYS, label), number(&MTIME, &command.text)) else { return };
    // `+29` means more than 29 whole days: thirty.
    if said != done && said != done + 1 {
        let message = say!(
            desk.language,
            "説明は {said} 日ですが、コマンドは {done} 日です",
            "the words say {said} days, the command says {done}"
        );
        let span = desk.page.find_or_line(command.line, command.end_line, &format!("+{done}"));
        desk.add(&rules::PROSE_CONTRADICTS_COMMAND, Severity::Warning, span, message);
    }
}
