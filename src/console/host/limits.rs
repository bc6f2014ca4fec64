//! The time that commands may take, where the settings limit it.

use std::time::Duration;

use tokio::time::Instant;

use crate::console::host::Host;
use crate::engine::identity;
use crate::exec::Executor;
use crate::ids::AttemptId;
use crate::run::command::Command;
use crate::run::event::Stop;
use crate::store::Journal;

impl<J: Journal, X: Executor> Host<J, X> {
    /// How long a command of this run may take.
    pub(super) fn limit(&self) -> Option<Duration> {
        Some(Duration::from_secs(self.engine.state().start()?.command_limit_s?.get()))
    }

    /// Asks the commands to end whose time is over; the fact says that nobody but the program did.
    pub(super) async fn end_what_is_over_time(&mut self) {
        let now = Instant::now();
        let over: Vec<AttemptId> =
            self.limits.iter().filter(|(_, at)| *at <= now).map(|(attempt, _)| *attempt).collect();
        self.limits.retain(|(_, at)| *at > now);
        for attempt in over {
            let stop = Command::StopAttempt { attempt, how: Stop::Terminate };
            if let Err(fault) = self.engine.command(&identity::host(), stop).await {
                // It has ended in this very moment, or the journal fails, which the banner says.
                tracing::warn!(%fault, %attempt, "a command that is over its time was not asked to end");
            }
        }
    }
}
