//! A host that does not answer: said after a while, with what is safe and what to do, and taken back when it answers.
//!
//! What a host prints is no answer: it may read outputs and be stuck in its journal.

use chrono::TimeDelta;

use crate::i18n::Language;
use crate::tui::model::{Link, Model, Screen};

/// How long an answer is waited for without a word.
const PATIENCE: TimeDelta = TimeDelta::seconds(10);

/// After this a host is taken for one that stands still.
const STUCK: TimeDelta = TimeDelta::seconds(30);

/// Whether something is awaited from the host, so that time matters.
pub(super) fn settle(model: &mut Model) {
    let (now, language) = (model.now, model.language);
    let asked = model.paper.asked.filter(|_| model.paper.awaited);
    match &mut model.screen {
        Screen::Run(run) => {
            let oldest = run.flights.first().map(|flight| flight.id);
            run.awaits = match (oldest, run.awaits) {
                (Some(id), Some((known, since))) if id == known => Some((id, since)),
                (Some(id), _) => Some((id, now)),
                (None, _) => None,
            };
            let since = run.awaits.map(|(_, since)| since).into_iter().chain(asked).min();
            let silent = since.map(|since| now - since).filter(|silent| *silent >= PATIENCE && run.link != Link::Gone);
            run.silent = silent.map(|silent| told(silent, run.host, language));
        }
        Screen::Waiting { refused: None, since, silent } => {
            let long = now - *since;
            *silent = (long >= PATIENCE).then(|| told(long, None, language));
        }
        Screen::Home | Screen::Pick(_) | Screen::Waiting { .. } => {}
    }
}

fn told(silent: TimeDelta, host: Option<u32>, language: Language) -> String {
    let seconds = silent.num_seconds();
    let pid = host.map(|pid| format!(" (pid {pid})")).unwrap_or_default();
    let kill =
        host.map_or_else(|| "kill -9 PID (ps -ef | grep 'tejun host')".to_owned(), |pid| format!("kill -9 {pid}"));
    let stuck = silent >= STUCK;
    match (language, stuck) {
        (Language::Ja, false) => format!(
            "実施を受け持つプロセス{pid}から {seconds} 秒応答がありません。保存済みのものと実行中のコマンドは無事です。待っています…"
        ),
        (Language::Ja, true) => format!(
            "実施を受け持つプロセス{pid}から {seconds} 秒応答がありません。保存済みのものと実行中のコマンドは無事です。止まったままなら、{kill} で代わりが引き継ぎます（実行中の SQL は結果不明になります）。"
        ),
        (Language::En, false) => format!(
            "The process that owns the run{pid} has not answered for {seconds} s. What is saved and running commands are safe. Waiting…"
        ),
        (Language::En, true) => format!(
            "The process that owns the run{pid} has not answered for {seconds} s. What is saved and running commands are safe. If it stands still: {kill}, and another takes over (running SQL is then of unknown outcome)."
        ),
    }
}
