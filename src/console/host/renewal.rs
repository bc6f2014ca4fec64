//! Taking in what was changed in the runbook's file: read beside the run, decided by the run.

use crate::console::connection::ClientId;
use crate::console::document;
use crate::console::host::{Host, not_driving};
use crate::console::wire::{FromHost, Role};
use crate::exec::Executor;
use crate::ids::Digest;
use crate::run::command::Command;
use crate::run::denial::Tried;
use crate::run::event::{Actor, NewDocument};
use crate::store::Journal;

/// What a client asks for, by the name that it has on the socket.
const NAME: &str = "renew_document";

/// The runbook's file as it was read for a client that wants its changes to be taken in.
pub(super) struct Reread {
    client: ClientId,
    id: u64,
    actor: Actor,
    /// The bytes with what the run would have of them; or why not.
    read: Result<(Vec<u8>, NewDocument), String>,
}

impl<J: Journal, X: Executor> Host<J, X> {
    /// Reads the file that the person saw once more; the run does not wait for it.
    pub(super) async fn reread(&mut self, client: ClientId, actor: Actor, id: u64, shown: Digest) {
        if !self.drives(client) {
            self.participants.send(client, FromHost::Failed { id, fault: not_driving(self.language()) });
            return self.denied(actor.uid, Tried::Command { command: NAME.to_owned() }).await;
        }
        let (state, reader) = (self.engine.state().clone(), self.reader.clone());
        self.rereading.spawn_blocking(move || {
            let read = document::renew(&state, &reader, &shown);
            Reread { client, id, actor, read }
        });
    }

    /// Takes a changed runbook in: its text is kept before the fact that names it.
    pub(super) async fn renew(&mut self, reread: Reread) {
        let Reread { client, id, actor, read } = reread;
        let language = self.language();
        let kept = match read {
            // The wheel may have been taken while the file was read.
            Ok(_) if !self.drives(client) => Err(not_driving(language)),
            Ok((bytes, document)) => match self.engine.journal().keep_runbook(&bytes).await {
                Ok(_digest) => Ok(document),
                Err(fault) => {
                    let what = language.pick(
                        "新しい本文を保存できないため、取り込んでいません。何も変更していません",
                        "the new text could not be kept, so it was not taken in; nothing was changed",
                    );
                    Err(format!("{what}: {}", crate::engine::chain(&fault)))
                }
            },
            Err(fault) => Err(fault),
        };
        match kept {
            Ok(document) => {
                let done = self.engine.command(&actor, Command::RenewDocument(Box::new(document))).await;
                self.answer(client, id, done);
            }
            Err(fault) => self.participants.send(client, FromHost::Failed { id, fault }),
        }
    }

    fn drives(&self, client: ClientId) -> bool {
        self.participants.who(client).is_some_and(|(_, role)| role == Role::Drive)
    }
}
