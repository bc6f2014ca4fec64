//! `tejun attach` and `tejun watch`: back to a run, to act or to look on.

use crate::cli::args::Attach;
use crate::cli::exit::Exit;
use crate::cli::{opening, runs, screen};
use crate::console::wire::Role;
use crate::i18n::Language;
use crate::run::state::{RunState, SavedRecord};
use crate::term::sanitise::inline;

pub(super) fn attach(args: &Attach, role: Role, language: Language) -> anyhow::Result<Exit> {
    let folders = opening::folders(language)?;
    let listed = runs::runtime()?.block_on(runs::all(&folders))?;
    let chosen = runs::choose(&listed, args.run.as_deref(), language)?;
    if let Some(saved) = chosen.state.as_ref().and_then(|s| s.record.as_ref()) {
        tell_over(saved, language);
        return Ok(Exit::Well);
    }
    match screen::attach(&folders, chosen.run, args, role, language) {
        Ok(exit) => Ok(exit),
        // Its host had nothing left to do but to save the record, and went.
        Err(fault) => match runs::runtime()?.block_on(runs::ended(&folders, chosen.run)) {
            Some(facts) => {
                if let Some(saved) = &RunState::of(&facts).record {
                    tell_over(saved, language);
                }
                Ok(Exit::Well)
            }
            None => Err(fault),
        },
    }
}

/// Says that the run is over, where its record is, and what is left to do with it.
fn tell_over(saved: &SavedRecord, language: Language) {
    let over = language.pick("この実施は終了しています。記録", "the run is over. Its record");
    super::say(format!("{over}: {}", inline(&saved.path)));
}
