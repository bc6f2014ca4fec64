//! Taking in what was changed in the document: first the difference, then what becomes of the steps, then a yes.

use crate::console::wire::{FileNow, Offer, ToHost};
use crate::run::event::{Event, Fact, Mode, PlanChange};
use crate::run::query;
use crate::tui::edit::Field;
use crate::tui::foreign::sanitise_inline;
use crate::tui::model::{ConfirmAbout, ConfirmAsk, Dialog, Model, Page, Paper, Reader, Request, RunView, Text, Tone};
use crate::tui::update::{flight, may_act, open, refuse, run_mut, say, tell};
use crate::tui::words::Say;

/// The key on the document: shows the difference where it was not shown yet, else looks whether the text is trusted.
pub(super) fn look(model: &mut Model) -> Vec<Request> {
    let refused = match run_mut(model) {
        None => Some(Say::NO_RUN_YET),
        Some(run) => may_act(run).err().or_else(|| query::running(&run.state).next().map(|_| Say::RENEW_RUNNING)),
    };
    if let Some(sentence) = refused {
        refuse(model, sentence);
        return Vec::new();
    }
    let (path, sha256) = match &model.paper.file {
        Some(FileNow::Changed { offer: Some(offer), .. }) => match &**offer {
            Offer::Steps { path, sha256, .. } => (path.clone(), sha256.clone()),
            Offer::No { why } => {
                let why = why.clone();
                say(model, &why, Tone::Problem);
                return Vec::new();
            }
        },
        Some(FileNow::Changed { offer: None, .. }) => {
            refuse(model, Say::RENEW_OLD_HOST);
            return Vec::new();
        }
        Some(FileNow::Same) | None => {
            refuse(model, Say::NOT_CHANGED);
            return Vec::new();
        }
        Some(FileNow::Unread { why }) => {
            let why = why.clone();
            say(model, &why, Tone::Problem);
            return Vec::new();
        }
    };
    let shown = matches!(&model.dialog, Some(Dialog::Document(reader)) if reader.page == Page::Difference);
    if !shown {
        let search = match &model.dialog {
            Some(Dialog::Document(reader)) => reader.search.clone(),
            Some(_) | None => Field::default(),
        };
        let difference = Reader { page: Page::Difference, search, ..Reader::default() };
        open(model, Dialog::Document(Box::new(difference)));
        tell(model, Say::RENEW_LOOK);
        return Vec::new();
    }
    // A drill asks for no trust when it begins either.
    if run_mut(model).is_some_and(|run| run.mode() == Mode::Drill) {
        ask(model, true);
        return Vec::new();
    }
    vec![Request::LookAtTrust { path, sha256 }]
}

/// Shows what is agreed to.
pub(super) fn ask(model: &mut Model, trusted: bool) {
    let Some(FileNow::Changed { offer: Some(offer), difference, .. }) = &model.paper.file else { return };
    let difference = if trusted { Vec::new() } else { difference.clone() };
    let about = ConfirmAbout::Renew { offer: offer.clone(), untrusted: !trusted, difference };
    open(model, Dialog::Confirm(ConfirmAsk { about, scroll: 0 }));
}

/// The person said yes.
pub(super) fn agreed(run: &mut RunView, asked: ConfirmAsk) -> Vec<Request> {
    let ConfirmAbout::Renew { offer, untrusted, .. } = &asked.about else { return Vec::new() };
    let Offer::Steps { path, sha256, .. } = &**offer else { return Vec::new() };
    let (path, shown, untrusted) = (path.clone(), sha256.clone(), *untrusted);
    let id = flight(run, None, Some(Dialog::Confirm(asked)));
    if untrusted {
        return vec![Request::TrustAndRenew { id, path, shown }];
    }
    vec![Request::Send(ToHost::RenewDocument { id, shown })]
}

/// Facts arrived: the text on the screen is not the run's any more where one of them says so.
pub(super) fn heard(model: &mut Model, facts: &[Fact]) -> Vec<Request> {
    let renewed = |fact: &Fact| matches!(&fact.event, Event::PlanChanged(PlanChange::DocumentRenewed(_)));
    if !facts.iter().any(renewed) {
        return Vec::new();
    }
    if model.offers_document {
        model.paper = Paper { text: Text::Offered, ..Paper::default() };
    }
    tell(model, Say::RENEWED);
    match &model.dialog {
        Some(Dialog::Document(_)) => super::document::need(model),
        Some(_) | None => Vec::new(),
    }
}

/// Makes what the host says of the steps harmless.
pub(super) fn made_harmless(offer: &mut Offer) {
    match offer {
        Offer::No { why } => *why = sanitise_inline(why),
        Offer::Steps { changed, new, gone, .. } => {
            for name in [changed, new, gone].into_iter().flatten() {
                *name = sanitise_inline(name);
            }
        }
    }
}
