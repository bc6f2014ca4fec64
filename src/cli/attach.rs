//! `tejun attach` and `tejun watch`: back to a run, to act or to look on.

use crate::cli::args::Attach;
use crate::cli::exit::Exit;
use crate::cli::{opening, runs, screen};
use crate::console::wire::Role;
use crate::i18n::Language;
use crate::term::sanitise::inline;

pub(super) fn attach(args: &Attach, role: Role, language: Language) -> anyhow::Result<Exit> {
    let folders = opening::folders(language)?;
    let listed = runs::runtime()?.block_on(runs::all(&folders))?;
    let chosen = runs::choose(&listed, args.run.as_deref(), language)?;
    let saved = chosen.state.as_ref().and_then(|s| s.record.as_ref());
    if let Some(saved) = saved {
        super::say(format!(
            "{}: {}",
            language.pick("この実施は終了しています。記録", "the run is over. Its record"),
            inline(&saved.path)
        ));
        return Ok(Exit::Well);
    }
    screen::attach(&folders, chosen.run, args, role, language)
}
