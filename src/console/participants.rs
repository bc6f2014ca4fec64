//! The clients of a host: who drives, what each looks at, which frame it has not shown yet.
//!
//! Each pane of a client has one outstanding frame. One that does not answer gets no more, and the command is not slowed by it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::console::connection::ClientId;
use crate::console::frames::Frames;
use crate::console::wire::{Frame, FromHost, PaneSlot, Role};
use crate::exec::Size;
use crate::ids::AttemptId;
use crate::run::event::{Actor, Fact};
use crate::run::verification::KeyHolder;
use crate::term::cells::Row;

/// The shortest time between two frames to one client.
const PACE: Duration = Duration::from_millis(33);

/// How long after a key pictures are not held back: what was typed is seen at once.
const AFTER_KEY: Duration = Duration::from_millis(150);

/// The shortest time between two frames while somebody types.
const KEY_PACE: Duration = Duration::from_millis(2);

/// The time between two frames while more than a screenful arrives between them: ten a second can be read along.
const FLOOD_PACE: Duration = Duration::from_millis(100);

/// All clients.
#[derive(Default)]
pub(super) struct Participants {
    clients: BTreeMap<ClientId, Participant>,
}

struct Participant {
    actor: Actor,
    role: Role,
    out: mpsc::Sender<FromHost>,
    panes: BTreeMap<PaneSlot, Pane>,
    /// The number of the last frame.
    number: u64,
    /// The search that is under way: another number here ends it.
    search: Arc<AtomicU64>,
}

/// A pane of a client.
#[derive(Default)]
struct Pane {
    view: Option<View>,
    /// How large it is, also while it shows nothing yet: the first command has it from its start.
    size: Option<Size>,
    /// The frame that it has not shown yet.
    outstanding: Option<u64>,
    last_frame: Option<Instant>,
    flooded: bool,
    /// When somebody last typed into what it shows.
    typed: Option<Instant>,
}

struct View {
    attempt: AttemptId,
    size: Size,
    scroll: u32,
    /// What the client has, and the generation that it was made from; nothing yet when absent.
    shown: Option<(u64, Vec<Row>)>,
    bytes: u64,
}

impl Participants {
    pub(super) fn join(&mut self, client: ClientId, actor: Actor, wish: Role, out: mpsc::Sender<FromHost>) -> Role {
        let taken = self.clients.values().any(|c| c.role == Role::Drive);
        let role = if wish == Role::Drive && !taken { Role::Drive } else { Role::Watch };
        let participant = Participant { actor, role, out, panes: BTreeMap::new(), number: 0, search: Arc::default() };
        self.clients.insert(client, participant);
        role
    }

    pub(super) fn leave(&mut self, client: ClientId) {
        if let Some(gone) = self.clients.remove(&client) {
            gone.search.store(0, Ordering::Relaxed);
        }
    }

    /// Ends the search of a client that is under way, and begins another one: it lives while the number stays.
    pub(super) fn begin_search(&self, client: ClientId, id: u64) -> Option<Arc<AtomicU64>> {
        let search = self.clients.get(&client)?.search.clone();
        search.store(id, Ordering::Relaxed);
        Some(search)
    }

    pub(super) fn are_gone(&self) -> bool {
        self.clients.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.clients.clear();
    }

    pub(super) fn who(&self, client: ClientId) -> Option<(Actor, Role)> {
        self.clients.get(&client).map(|c| (c.actor.clone(), c.role))
    }

    /// The person at this screen proved to have a key.
    pub(super) fn known_by(&mut self, client: ClientId, key: KeyHolder) {
        if let Some(c) = self.clients.get_mut(&client) {
            c.actor.key = Some(key);
        }
    }

    pub(super) fn take_over(&mut self, client: ClientId) {
        for (id, c) in &mut self.clients {
            let role = if *id == client { Role::Drive } else { Role::Watch };
            if c.role != role {
                c.role = role;
                let _full_or_gone = c.out.try_send(FromHost::RoleChanged { role });
            }
        }
    }

    /// Where messages to a client go.
    pub(super) fn way_to(&self, client: ClientId) -> Option<mpsc::Sender<FromHost>> {
        self.clients.get(&client).map(|c| c.out.clone())
    }

    /// Sends a message that must not be lost; a client that cannot take it is dropped.
    pub(super) fn send(&mut self, client: ClientId, message: FromHost) {
        let taken = self.clients.get(&client).is_some_and(|c| c.out.try_send(message).is_ok());
        if !taken {
            self.leave(client);
        }
    }

    pub(super) fn broadcast(&mut self, message: &FromHost) {
        self.clients.retain(|_, c| c.out.try_send(message.clone()).is_ok());
    }

    /// Sends everybody facts; to one of them also that its command is done.
    pub(super) fn commit(&mut self, facts: &[Fact], done: Option<(ClientId, u64)>) {
        self.clients.retain(|client, c| {
            let done = done.filter(|(of, _)| of == client).map(|(_, id)| id);
            c.out.try_send(FromHost::Committed { facts: facts.to_vec(), done }).is_ok()
        });
    }

    /// Tells clients without a picture how much output there is.
    pub(super) fn grew(&mut self, attempt: AttemptId, bytes: u64) {
        for c in self.clients.values().filter(|c| c.panes.values().all(|p| p.view.is_none())) {
            // Left out while the client is slow: a later one says more, and facts must find room.
            if c.out.capacity() > c.out.max_capacity() / 2 {
                let _gone = c.out.try_send(FromHost::Grew { attempt, bytes });
            }
        }
    }

    pub(super) fn view(
        &mut self,
        client: ClientId,
        pane: PaneSlot,
        attempt: Option<AttemptId>,
        size: Size,
        scroll: u32,
    ) {
        let Some(c) = self.clients.get_mut(&client) else { return };
        let size = Size { cols: size.cols.clamp(2, 1000), rows: size.rows.clamp(1, 1000) };
        let view = attempt.map(|attempt| View { attempt, size, scroll, shown: None, bytes: 0 });
        let pane = c.panes.entry(pane).or_default();
        (pane.view, pane.size) = (view, Some(size));
    }

    pub(super) fn size_of_driver(&self, client: ClientId) -> Option<Size> {
        let c = self.clients.get(&client).filter(|c| c.role == Role::Drive)?;
        c.panes.get(&PaneSlot::First)?.size
    }

    /// A client types into what one of its panes shows.
    pub(super) fn typed(&mut self, client: ClientId, attempt: AttemptId, now: Instant) {
        let panes = self.clients.get_mut(&client).into_iter().flat_map(|c| c.panes.values_mut());
        for pane in panes.filter(|p| p.view.as_ref().is_some_and(|v| v.attempt == attempt)) {
            pane.typed = Some(now);
        }
    }

    /// Whether somebody typed into an output a moment ago.
    pub(super) fn somebody_types(&self, now: Instant) -> bool {
        let mut panes = self.clients.values().flat_map(|c| c.panes.values());
        panes.any(|p| p.typed.is_some_and(|at| now < at + AFTER_KEY))
    }

    pub(super) fn shown(&mut self, client: ClientId, number: u64) {
        let panes = self.clients.get_mut(&client).into_iter().flat_map(|c| c.panes.values_mut());
        for pane in panes {
            pane.outstanding.take_if(|waiting| *waiting == number);
        }
    }

    /// When the next frame is due; absent when nobody waits for one.
    pub(super) fn next_frame(&self, frames: &Frames) -> Option<Instant> {
        let panes = self.clients.values().flat_map(|c| c.panes.values());
        let due = panes.filter(|p| p.outstanding.is_none()).filter_map(|p| {
            let view = p.view.as_ref()?;
            let news = view.has_news(frames.generation(view.attempt));
            news.then(|| p.last_frame.map_or_else(Instant::now, |at| at + p.pace()))
        });
        due.min()
    }

    /// Sends each client that waits the picture that it looks at.
    pub(super) fn send_frames(&mut self, frames: &mut Frames, lane: Size, now: Instant) {
        // Each frame says what differs from the one before: a client that cannot take one is dropped.
        self.clients.retain(|_, c| c.send_frames(frames, lane, now));
    }
}

impl View {
    /// Whether there is another picture than the one that is shown. An output that is not at hand is over.
    fn has_news(&self, generation: Option<u64>) -> bool {
        match &self.shown {
            None => true,
            Some((shown, _)) => generation.is_some_and(|g| g != *shown),
        }
    }
}

impl Participant {
    /// Sends the pictures that are due; false when one cannot be taken.
    fn send_frames(&mut self, frames: &mut Frames, lane: Size, now: Instant) -> bool {
        for (slot, pane) in &mut self.panes {
            let Some(frame) = pane.frame(*slot, self.number + 1, frames, lane, now) else { continue };
            self.number = frame.number;
            if self.out.try_send(FromHost::Frame(frame)).is_err() {
                return false;
            }
        }
        true
    }
}

impl Pane {
    /// The shortest time between two frames.
    fn pace(&self) -> Duration {
        // A flood goes on being slow to read along, whatever is typed.
        let last = self.last_frame.unwrap_or_else(Instant::now);
        match self.typed {
            _ if self.flooded => FLOOD_PACE,
            Some(typed) if last < typed + AFTER_KEY => KEY_PACE,
            Some(_) | None => PACE,
        }
    }

    /// The picture, where one is due.
    fn frame(&mut self, slot: PaneSlot, number: u64, frames: &mut Frames, lane: Size, now: Instant) -> Option<Frame> {
        if self.outstanding.is_some() || self.last_frame.is_some_and(|at| at + self.pace() > now) {
            return None;
        }
        let view = self.view.as_mut()?;
        if !view.has_news(frames.generation(view.attempt)) {
            return None;
        }
        let pane = frames.pane(view.attempt, lane);
        let history = pane.emulator.history_len();
        let scroll = usize::try_from(view.scroll).unwrap_or(usize::MAX).min(history);
        let mut rows = pane.emulator.rows(scroll);
        // A pane that is lower than the lane's screen shows its end, where the cursor is.
        let hidden = rows.len().saturating_sub(usize::from(view.size.rows));
        let cursor = Some(pane.emulator.cursor()).filter(|c| c.visible && scroll == 0).map(|c| (c.col, c.row));
        let used = rows.iter().rposition(|r| !r.is_empty()).map_or(0, |i| i + 1);
        let used = used.max(cursor.map_or(0, |(_, row)| usize::from(row) + 1));
        let cut = hidden.min(used.saturating_sub(usize::from(view.size.rows)));
        rows.drain(..cut);
        rows.truncate(usize::from(view.size.rows));
        let before = view.shown.as_ref().map(|(_, rows)| rows);
        let changed = changed_rows(before, &rows);
        self.flooded = pane.known.saturating_sub(view.bytes) > u64::from(view.size.cols) * u64::from(view.size.rows);
        view.bytes = pane.known;
        let frame = Frame {
            number,
            pane: slot,
            attempt: view.attempt,
            whole: before.is_none(),
            rows: changed,
            cursor: cursor.and_then(|(col, row)| Some((col, u16::try_from(usize::from(row).checked_sub(cut)?).ok()?))),
            above: u32::try_from(history - scroll + cut).unwrap_or(u32::MAX),
            below: u32::try_from(scroll).unwrap_or(u32::MAX),
            bytes: pane.known,
            app_cursor: pane.emulator.app_cursor_keys(),
            bracketed_paste: pane.emulator.bracketed_paste(),
        };
        view.shown = Some((pane.generation, rows));
        self.last_frame = Some(now);
        self.outstanding = Some(number);
        Some(frame)
    }
}

fn changed_rows(before: Option<&Vec<Row>>, now: &[Row]) -> Vec<(u16, Row)> {
    let longest = before.map_or(0, Vec::len).max(now.len());
    let none = Row::new();
    (0..longest)
        .filter_map(|i| {
            let row = now.get(i).unwrap_or(&none);
            let same = before.is_some_and(|b| b.get(i).unwrap_or(&none) == row);
            (!same).then(|| Some((u16::try_from(i).ok()?, row.clone()))).flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::folders::RunFolder;
    use crate::run::testing::person;

    const ATTEMPT: AttemptId = AttemptId(uuid::Uuid::from_u128(1));
    const SIZE: Size = Size { cols: 80, rows: 24 };

    #[tokio::test]
    async fn a_slow_client_still_has_room_for_facts_after_much_output() {
        let mut participants = Participants::default();
        let (out, _not_read) = mpsc::channel(16);
        participants.join(ClientId(1), person(), Role::Drive, out);

        for bytes in 0..100 {
            participants.grew(ATTEMPT, bytes);
        }
        participants.broadcast(&FromHost::Committed { facts: Vec::new(), done: None });

        assert!(participants.who(ClientId(1)).is_some(), "it is not dropped");
    }

    #[tokio::test]
    async fn a_client_that_cannot_take_a_frame_is_dropped_rather_than_shown_half_of_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut frames = Frames::new(RunFolder(dir.path().to_owned()));
        frames.watch_live(ATTEMPT, SIZE);
        let mut participants = Participants::default();
        let (out, _not_read) = mpsc::channel(1);
        participants.join(ClientId(1), person(), Role::Drive, out);
        participants.view(ClientId(1), PaneSlot::First, Some(ATTEMPT), SIZE, 0);
        participants.broadcast(&FromHost::Goodbye);

        participants.send_frames(&mut frames, SIZE, Instant::now());

        assert!(participants.who(ClientId(1)).is_none());
    }

    #[tokio::test]
    async fn somebody_types_until_a_moment_after_the_last_key_into_what_is_shown() {
        let mut participants = Participants::default();
        let (out, _not_read) = mpsc::channel(16);
        participants.join(ClientId(1), person(), Role::Drive, out);
        participants.view(ClientId(1), PaneSlot::First, Some(ATTEMPT), SIZE, 0);
        let now = Instant::now();
        assert!(!participants.somebody_types(now));

        participants.typed(ClientId(1), AttemptId(uuid::Uuid::from_u128(2)), now);
        assert!(!participants.somebody_types(now), "not into what no pane shows");
        participants.typed(ClientId(1), ATTEMPT, now);

        assert!(participants.somebody_types(now + AFTER_KEY / 2));
        assert!(!participants.somebody_types(now + AFTER_KEY));
    }

    #[tokio::test]
    async fn each_pane_has_its_own_picture_and_its_own_outstanding_frame() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut frames = Frames::new(RunFolder(dir.path().to_owned()));
        let other = AttemptId(uuid::Uuid::from_u128(2));
        frames.watch_live(ATTEMPT, SIZE);
        frames.watch_live(other, SIZE);
        let mut participants = Participants::default();
        let (out, mut sent) = mpsc::channel(16);
        participants.join(ClientId(1), person(), Role::Drive, out);
        participants.view(ClientId(1), PaneSlot::First, Some(ATTEMPT), SIZE, 0);
        participants.view(ClientId(1), PaneSlot::Second, Some(other), SIZE, 0);

        participants.send_frames(&mut frames, SIZE, Instant::now());
        let mut got = Vec::new();
        while let Ok(FromHost::Frame(frame)) = sent.try_recv() {
            got.push((frame.pane, frame.attempt, frame.number));
        }

        assert_eq!(got, [(PaneSlot::First, ATTEMPT, 1), (PaneSlot::Second, other, 2)]);
        participants.shown(ClientId(1), 2);
        let waits = |slot| participants.clients[&ClientId(1)].panes[&slot].outstanding;
        assert_eq!([waits(PaneSlot::First), waits(PaneSlot::Second)], [Some(1), None]);
    }

    #[tokio::test]
    async fn what_was_typed_is_shown_at_once_and_all_else_at_the_pace_of_a_reader() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut frames = Frames::new(RunFolder(dir.path().to_owned()));
        frames.watch_live(ATTEMPT, SIZE);
        let mut participants = Participants::default();
        let (out, _sent) = mpsc::channel(16);
        participants.join(ClientId(1), person(), Role::Drive, out);
        participants.view(ClientId(1), PaneSlot::First, Some(ATTEMPT), SIZE, 0);
        let now = Instant::now();
        participants.send_frames(&mut frames, SIZE, now);
        participants.shown(ClientId(1), 1);
        frames.resize(SIZE);

        let paced = participants.next_frame(&frames);
        participants.typed(ClientId(1), AttemptId(uuid::Uuid::from_u128(2)), now);
        let other = participants.next_frame(&frames);
        participants.typed(ClientId(1), ATTEMPT, now);
        let typed = participants.next_frame(&frames);

        assert_eq!([paced, other, typed], [Some(now + PACE), Some(now + PACE), Some(now + KEY_PACE)]);
    }

    #[test]
    fn a_picture_that_is_shown_and_no_longer_at_hand_is_not_made_again() {
        let view = View { attempt: ATTEMPT, size: SIZE, scroll: 0, shown: Some((3, Vec::new())), bytes: 0 };

        assert_eq!([None, Some(3), Some(4)].map(|g| view.has_news(g)), [false, false, true]);
    }
}
