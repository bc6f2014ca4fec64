//! Refusals as sentences: what happened, what is safe, what to press.

use crate::i18n::Language;
use crate::ids::StepId;
use crate::run::command::{Block, Refusal};
use crate::run::state::RunState;
use crate::runbook::model::CommandReason;
use crate::runbook::shell::filling::BadValue;
use crate::tui::action::Action;
use crate::tui::content::server;
use crate::tui::foreign::sanitise_inline;
use crate::tui::keymap::Voice;
use crate::tui::words::Say;

/// A refusal for the person at the screen.
pub fn sentence(refusal: &Refusal, state: &RunState, voice: Voice<'_>) -> String {
    let language = voice.language;
    let say = |s: Say| s.text(voice).into_owned();
    let key = |action| voice.key(None, action);
    match refusal {
        Refusal::NotBegun => say(Say::NOT_BEGUN),
        Refusal::Begun => say(Say::BEGUN),
        Refusal::Over => say(Say::OVER),
        Refusal::NoSuchStep { .. } | Refusal::NoSuchCommand { .. } => say(Say::NO_SUCH_STEP),
        Refusal::NotRunning => say(Say::NOT_RUNNING),
        Refusal::LaneBusy { operator, .. } => {
            let who = sanitise_inline(operator);
            match language {
                Language::Ja => format!("{who} のコマンドが実行中のため、実行しませんでした。終わるまで待ちます。"),
                Language::En => format!("A command of {who} is running, so nothing was run. Wait until it has ended."),
            }
        }
        Refusal::Blocked { by } => blocked(by, voice),
        Refusal::NotAsShown => say(Say::NOT_AS_SHOWN),
        Refusal::DocumentChanged => say(Say::DOCUMENT_CHANGED),
        Refusal::RunBefore { times } => match language {
            Language::Ja => {
                format!(
                    "このコマンドは {times} 回実行済みです。今回は実行していません。{} でもう一度確認します。",
                    key(Action::RunCommand)
                )
            }
            Language::En => format!(
                "This command was run {times} times already. It was not run now. Press {} to be asked again.",
                key(Action::RunCommand)
            ),
        },
        Refusal::Marked => say(Say::MARKED),
        Refusal::NotMarked => say(Say::NOT_MARKED),
        Refusal::Held { by, text } => {
            // The document's sentence may have an end of its own.
            let text = text.trim_end_matches(['。', '.']);
            let (number, text) = (sanitise_inline(number(by, state)), sanitise_inline(text));
            match language {
                Language::Ja => format!(
                    "手順 {number} のホールドポイントで止まっています: {text}。何も実行していません。{} で解除した人の名前を入力します。",
                    key(Action::Hold)
                ),
                Language::En => format!(
                    "The work is held at step {number}: {text}. Nothing was run. Once it is released, enter by whom with {}.",
                    key(Action::Hold)
                ),
            }
        }
        Refusal::NotHeld => say(Say::NOT_HELD),
        Refusal::NothingToRevert => say(Say::NOTHING_TO_REVERT),
        Refusal::RevertsOpen { whats } => {
            let names = whats.iter().map(|what| sanitise_inline(what)).collect::<Vec<_>>().join(" / ");
            match language {
                Language::Ja => {
                    format!(
                        "戻していないものが {} 件あるため署名していません: {names}。{} で戻したことを記録するか、引き継ぎます。",
                        whats.len(),
                        key(Action::Revert)
                    )
                }
                Language::En => {
                    format!(
                        "Not signed: {} things are still to be undone: {names}. Settle them with {}.",
                        whats.len(),
                        key(Action::Revert)
                    )
                }
            }
        }
        Refusal::Unread { .. } => say(Say::GUIDANCE_UNREAD),
        Refusal::RunAlready => say(Say::RUN_ALREADY),
        Refusal::TypedSecret => say(Say::TYPED_SECRET),
        Refusal::ReasonMissing => say(Say::REASON_MISSING),
        Refusal::NothingToOverride => say(Say::NOTHING_TO_OVERRIDE),
        Refusal::OwnApproval => say(Say::OWN_APPROVAL),
        Refusal::SamePerson => say(Say::SAME_PERSON),
        Refusal::NoSuchPoint | Refusal::NoAlternative => say(Say::NOTHING_TO_CHOOSE),
        Refusal::NeedsPerson => say(Say::NEEDS_PERSON),
        Refusal::NoSuchCaution => say(Say::NOT_AS_SHOWN),
        Refusal::NoSuchRule | Refusal::RuleRead => say(Say::NO_BRANCH),
        Refusal::RuleDoesNotApply => say(Say::RULE_APPLIES_NOT),
        Refusal::NoSuchValue { name } => {
            value(name, language.pick("この名前の値を求めるコマンドはありません", "no command asks for it"), language)
        }
        Refusal::BadValue { name, why } => value(name, bad_value(*why, language), language),
        Refusal::NotAVariable { name } => value(
            name,
            language.pick(
                "シェルの変数名として使えないか、ここでは変えられない変数です",
                "no shell has such a variable, or it cannot be changed here",
            ),
            language,
        ),
        Refusal::SecretValue { name } => value(
            name,
            language.pick(
                "秘密の値は記録に残るため受け付けません。環境変数か、コマンドの問い合わせに入力してください",
                "a secret would stay in the journal. Give it by a variable, or to the command when it asks",
            ),
            language,
        ),
        Refusal::Untouched { steps } => {
            let names = titles(steps, state);
            match language {
                Language::Ja => format!("判定のない手順が {} 件あるため署名していません: {names}", steps.len()),
                Language::En => format!("Not signed: {} steps have no verdict: {names}", steps.len()),
            }
        }
        Refusal::SentBack { steps } => {
            let names = titles(steps, state);
            match language {
                Language::Ja => format!("確認者が差し戻した手順が {} 件あるため署名していません: {names}", steps.len()),
                Language::En => format!("Not signed: {} steps were sent back: {names}", steps.len()),
            }
        }
        Refusal::AttemptOpen { .. } => say(Say::BUSY),
    }
}

fn value(name: &str, why: &str, language: Language) -> String {
    let name = sanitise_inline(name);
    match language {
        Language::Ja => format!("値「{name}」を設定していません: {why}。"),
        Language::En => format!("The value {name} was not set: {why}."),
    }
}

/// Why a value is no good.
pub fn bad_value(why: BadValue, language: Language) -> &'static str {
    match why {
        BadValue::Empty => language.pick("値が空です", "it is empty"),
        BadValue::TooLong => language.pick("値が長すぎます", "it is too long for a word of a command"),
        BadValue::Unseen => language.pick("見えない文字が含まれています", "it holds characters that are not seen"),
    }
}

fn number<'a>(step: &'a StepId, state: &'a RunState) -> &'a str {
    state.procedure_steps().iter().find(|s| s.id == *step).map_or(step.as_str(), |s| s.number.as_str())
}

fn titles(steps: &[StepId], state: &RunState) -> String {
    let title = |id: &StepId| state.procedure_steps().iter().find(|s| s.id == *id).map(|s| sanitise_inline(&s.title));
    steps.iter().filter_map(title).collect::<Vec<_>>().join(", ")
}

/// Why a text is nothing that could be run.
pub fn not_runnable(reason: CommandReason, language: Language) -> &'static str {
    match reason {
        CommandReason::Placeholder => language.pick("値が未設定です", "a value is not filled in"),
        CommandReason::Cron => language.pick("cron の行です", "it is a cron line"),
        CommandReason::Config => language.pick("設定の例です", "it is configuration text"),
        CommandReason::CommentsOnly => language.pick("コメントだけです", "it is only comments"),
        CommandReason::Syntax => language.pick("シェルの文法に合いません", "a shell would refuse it"),
        CommandReason::Hidden => language
            .pick("見えない文字や紛らわしい文字があります", "it holds characters that are not seen or that mislead"),
        CommandReason::Elsewhere => language.pick(
            "開いた先のシェルや対話画面で打つ行が混じっています",
            "lines of it belong into a shell or a client that it opens",
        ),
        CommandReason::Output => language.pick("出力が混じっています", "output stands among its lines"),
    }
}

/// Why a command is blocked.
pub fn blocked(by: &Block, voice: Voice<'_>) -> String {
    let language = voice.language;
    let key = |action| voice.key(None, action);
    match by {
        Block::NotRunnable { reason } => {
            let Some(reason) = reason else { return Say::NO_COMMAND.text(voice).into_owned() };
            let why = not_runnable(*reason, language);
            match language {
                Language::Ja => {
                    format!(
                        "実行できません（{why}）。何も実行していません。手作業で行い、{} で判定します。",
                        key(Action::Judge)
                    )
                }
                Language::En => {
                    format!(
                        "This cannot be run ({why}). Nothing was run. Do it by hand, then judge it with {}.",
                        key(Action::Judge)
                    )
                }
            }
        }
        Block::Placeholder { names } => {
            let names = sanitise_inline(&names.join(", "));
            match language {
                Language::Ja => {
                    format!(
                        "値が未設定のため実行できません: {names}。何も実行していません。{} で値を入力します。",
                        key(Action::Values)
                    )
                }
                Language::En => {
                    let key = key(Action::Values);
                    format!("Values are not filled in: {names}. Nothing was run. Press {key} to enter them.")
                }
            }
        }
        Block::NoPlace { name } => {
            let name = sanitise_inline(name);
            match language {
                Language::Ja => format!(
                    "値「{name}」はこのコマンドに安全に入れられません。何も実行していません。手作業で行い、{} で判定します。",
                    key(Action::Judge)
                ),
                Language::En => format!(
                    "The value {name} cannot be put into this command safely. Nothing was run. Do it by hand, then judge it with {}.",
                    key(Action::Judge)
                ),
            }
        }
        Block::Doubt { name } => {
            let name = sanitise_inline(name);
            match language {
                Language::Ja => {
                    format!("値「{name}」は入る場所で意味が変わり得るため、人の確認が必要です。何も実行していません。")
                }
                Language::En => format!(
                    "The value {name} may mean more where it stands: a person must look at it. Nothing was run."
                ),
            }
        }
        Block::Caution { .. } => Say::CAUTION_UNREAD.text(voice).into_owned(),
        Block::Danger { targets, .. } => {
            let names: Vec<String> = targets.iter().map(|name| sanitise_inline(name)).collect();
            let target = names.join(language.pick("」「", "`, `"));
            match language {
                Language::Ja => {
                    format!("危険なコマンドのため実行していません。確認には「{target}」とそのまま入力します。")
                }
                Language::En => format!("A dangerous command: it was not run. To confirm, type `{target}` exactly."),
            }
        }
        Block::Unconfirmed => Say::UNCONFIRMED.text(voice).into_owned(),
        Block::NoServer { why } => server::missing(*why).text(voice).into_owned(),
        Block::ServerNotSeen { connection, why } => {
            let (name, why) = (sanitise_inline(connection), sanitise_inline(why));
            match language {
                Language::Ja => format!(
                    "接続 {name} のサーバーを確認できないため実行していません: {why}。もう一度確認しています。少し待って {}。",
                    key(Action::RunCommand)
                ),
                Language::En => format!(
                    "The server of connection {name} has not been seen, so nothing was run: {why}. It is looked at again; press {} in a moment.",
                    key(Action::RunCommand)
                ),
            }
        }
        Block::OtherServer { connection } => {
            let name = sanitise_inline(connection);
            match language {
                Language::Ja => format!(
                    "接続 {name} のサーバーが表示したものと変わったため、実行していません。表示を確かめてから {}。",
                    key(Action::RunCommand)
                ),
                Language::En => format!(
                    "The server of connection {name} is not the one that was shown. Nothing was run: look at what is shown now, then press {}.",
                    key(Action::RunCommand)
                ),
            }
        }
        Block::NoLane => Say::NO_LANE.text(voice).into_owned(),
    }
}
