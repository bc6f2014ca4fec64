//! What a screen and a host say to each other over the run's socket.
//!
//! Each message is one JSON text behind its length (four bytes, big-endian), at most [`MAX_FRAME`] bytes. The first
//! message of a client is [`ToHost::Hello`]; a host that does not speak its [`PROTOCOL`] says so and hangs up.

mod output;

use serde::{Deserialize, Serialize};

use crate::i18n::Language;
use crate::ids::{AttemptId, Digest, RunId, Seq};
use crate::run::command::{Command, Refusal};
use crate::run::event::{ActorKind, Fact};
use crate::run::verification::KeyHolder;
use crate::term::cells::Row;

pub use output::{Against, Compared, OtherOutput, OutputFound, OutputPage, PageRow, Spot};

/// The version of these messages.
pub const PROTOCOL: u32 = 1;

/// What a person is told where host and program do not speak one version; `tejun` is the version of the host's program,
/// where it is known.
pub fn other_version(host: Option<u32>, program: u32, tejun: Option<&str>, language: Language) -> String {
    let host = host.map_or_else(|| "?".to_owned(), |version| version.to_string());
    let tejun = tejun.map(|version| format!(" ({version})")).unwrap_or_default();
    match language {
        Language::Ja => format!(
            "実施を受け持つプロセスと、このプログラムの通信の版が異なります（{host} と {program}）。実施には触れていません。実施を始めた tejun{tejun} で開いてください"
        ),
        Language::En => format!(
            "this run's host speaks version {host} and this program version {program}; the run is not affected: use the \
             tejun{tejun} that started it"
        ),
    }
}

/// The longest message in bytes. The first fact holds a whole procedure; past this the peer is cut off.
pub const MAX_FRAME: usize = 32 * 1024 * 1024;

/// The longest text of a document that is sent, in bytes: as JSON it may become six times as long, and must stay a
/// message. Past it the host says that it is too large.
pub const MAX_DOCUMENT: usize = 4 * 1024 * 1024;

/// What a client is allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Acts on the run. At most one client drives.
    Drive,
    /// Looks on; every command is refused.
    Watch,
}

/// From a client to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToHost {
    /// Who is there, and what it knows already.
    Hello {
        /// [`PROTOCOL`] of the client.
        protocol: u32,
        /// What it wants to do. A wish to drive is granted when nobody drives.
        role: Role,
        /// What the person is called.
        operator: String,
        /// A person or a headless run.
        kind: ActorKind,
    },
    /// The signature of the challenge of the welcome: who sits there. Answered by [`FromHost::Proven`]. Only for a host
    /// whose welcome has a challenge.
    Prove {
        /// The signature, as `ssh-keygen -Y sign` writes it.
        signature: String,
    },
    /// Take the wheel from whoever has it.
    TakeOver,
    /// Carry out a command; answered by [`FromHost::Done`] or [`FromHost::Refused`] with the same `id`.
    Do {
        /// The client's own number.
        id: u64,
        /// What is asked for.
        command: Command,
    },
    /// What one of the client's output panes shows from now on. The first sizes the lanes when this client drives.
    View {
        /// Which pane. The second one only for a host whose welcome says that it reads outputs.
        #[serde(default)]
        pane: PaneSlot,
        /// Which attempt's output; nothing when absent.
        attempt: Option<AttemptId>,
        /// Columns of the pane.
        cols: u16,
        /// Rows of the pane.
        rows: u16,
        /// Rows scrolled back from the end; 0 follows the output.
        scroll: u32,
    },
    /// The frame is on the screen; the next one may come.
    FrameShown {
        /// [`Frame::number`].
        number: u64,
    },
    /// Type into the terminal of the running attempt.
    Type {
        /// Which attempt the person saw; nothing is typed into another one.
        attempt: AttemptId,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Send the text of the run's runbook; answered by [`FromHost::Document`]. Only for a host whose welcome says that
    /// it can.
    ReadDocument,
    /// Take in what the runbook's file says now; answered as [`ToHost::Do`] is. Only where the host offered it.
    RenewDocument {
        /// The client's own number.
        id: u64,
        /// The SHA-256 of what was shown: the host reads the file again and takes nothing else in.
        shown: Digest,
    },
    /// Send a page of an output; answered by [`FromHost::OutputPage`]. This and the next two only for a host whose
    /// welcome says that it can.
    ReadOutput {
        /// Whose output.
        attempt: AttemptId,
        /// For how many columns.
        cols: u16,
        /// For how many rows the program drew.
        rows: u16,
        /// Which page.
        spot: Spot,
    },
    /// Look for a text in an output; answered by [`FromHost::OutputFound`]. A search ends the one before it.
    SearchOutput {
        /// The client's number.
        id: u64,
        /// Whose output.
        attempt: AttemptId,
        /// What is looked for; every letter means itself. Nothing ends the search before.
        wanted: String,
        /// From which byte on.
        from: u64,
    },
    /// Compare an output with another one; answered by [`FromHost::OutputCompared`].
    CompareOutput {
        /// Whose output.
        attempt: AttemptId,
        /// With which.
        with: Against,
    },
}

/// One of the two output panes of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaneSlot {
    /// The one that is always there.
    #[default]
    First,
    /// The one beside it.
    Second,
}

/// From the host to a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromHost {
    /// The client is in; all facts so far.
    Welcome {
        /// [`PROTOCOL`] of the host.
        protocol: u32,
        /// The run.
        run: RunId,
        /// What the client may do.
        role: Role,
        /// The host's program version.
        tejun: String,
        /// All facts, in order.
        facts: Vec<Fact>,
        /// [`ToHost::ReadDocument`] is answered. Absent in hosts of older programs.
        #[serde(default)]
        document: bool,
        /// Outputs are read, searched and compared, and a second one is shown. Absent in hosts of older programs.
        #[serde(default)]
        outputs: bool,
        /// What a person signs who wants to be known by a key; absent where the host knows no keys.
        #[serde(default)]
        challenge: Option<String>,
    },
    /// What became of [`ToHost::Prove`].
    Proven {
        /// Whose key it is; nothing where it proves nothing.
        key: Option<KeyHolder>,
        /// Why not.
        why: Option<String>,
    },
    /// The client is not let in.
    NotWelcome {
        /// Why, and what to do.
        why: String,
    },
    /// What the client may do has changed.
    RoleChanged {
        /// The new role.
        role: Role,
    },
    /// Facts that became durable, in order.
    Committed {
        /// The facts.
        facts: Vec<Fact>,
        /// The client's own command that they come from: it is carried out, and no [`FromHost::Done`] follows. One message,
        /// so that nobody sees the facts and still believes the command to be on its way.
        done: Option<u64>,
    },
    /// A command was carried out and gave no fact: it was carried out before.
    Done {
        /// The client's number.
        id: u64,
    },
    /// A command was refused; nothing has happened.
    Refused {
        /// The client's number.
        id: u64,
        /// Why.
        refusal: Refusal,
        /// The place of the last fact that the decision saw.
        seq: Seq,
    },
    /// A command failed for a fault of the host, not of the command.
    Failed {
        /// The client's number.
        id: u64,
        /// What happened, what is safe, what to do.
        fault: String,
    },
    /// What the pane of [`ToHost::View`] shows. The next frame comes after [`ToHost::FrameShown`].
    Frame(Frame),
    /// So much output is stored; for clients without a [`ToHost::View`]. Some may be left out, the last never is.
    Grew {
        /// Whose output.
        attempt: AttemptId,
        /// Bytes in its evidence file.
        bytes: u64,
    },
    /// The state of the journal, as a banner: absent when all is well.
    Trouble {
        /// What is wrong, what is safe, what to do.
        text: Option<String>,
        /// This host writes no more; it ends when its last client has left, and the next one looks at the disk anew.
        broken: bool,
    },
    /// The text of the run's runbook.
    Document(Document),
    /// Some lines of an output.
    OutputPage(OutputPage),
    /// Where a text stands in an output.
    OutputFound(OutputFound),
    /// What changed from another output.
    OutputCompared(Compared),
    /// The host ends: the run is over.
    Goodbye,
}

/// The text of a run's runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The text that the run has, with `\n` line ends: of its beginning, or what was taken in since.
    pub text: Option<String>,
    /// Why there is none.
    #[serde(default)]
    pub fault: Option<String>,
    /// What its file is now.
    pub file: FileNow,
}

/// What the file of a runbook is, beside the text that the run has of it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FileNow {
    /// The same to the byte.
    Same,
    /// It says something else than the text of the run.
    Changed {
        /// What differs, with some lines around.
        difference: Vec<Change>,
        /// There is more than is told.
        cut: bool,
        /// What the run would have of it. Absent in hosts of older programs, which take nothing in.
        #[serde(default)]
        offer: Option<Box<Offer>>,
    },
    /// It cannot be read.
    Unread {
        /// Why, and what to do.
        why: String,
    },
}

/// What a run would have of the text that its file holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "offer", rename_all = "snake_case")]
pub enum Offer {
    /// It can be taken in.
    Steps {
        /// The file.
        path: String,
        /// The SHA-256 of the bytes that were compared: what is shown is what is taken in.
        sha256: Digest,
        /// How many steps stay as they are.
        kept: usize,
        /// The steps that are open again, by number and title.
        changed: Vec<String>,
        /// The steps that are new.
        new: Vec<String>,
        /// The steps that are there no more.
        gone: Vec<String>,
    },
    /// It cannot be taken in.
    No {
        /// Why, and what to do.
        why: String,
    },
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whether it is old, new or both.
    pub kind: ChangeKind,
    /// Its number: of the old text for [`ChangeKind::Taken`], else of the new one.
    pub line: usize,
    /// Its text.
    pub text: String,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Lines that are the same are left out here.
    Gap,
    /// It is in both.
    Kept,
    /// It was there when the run began and is not any more.
    Taken,
    /// It is there now and was not when the run began.
    Added,
}

/// A picture of an output pane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Counts up; sent back in [`ToHost::FrameShown`].
    pub number: u64,
    /// In which pane.
    #[serde(default)]
    pub pane: PaneSlot,
    /// Whose output.
    pub attempt: AttemptId,
    /// All rows are here; else only those that changed since the frame before.
    pub whole: bool,
    /// Rows by their place in the pane, from 0.
    pub rows: Vec<(u16, Row)>,
    /// Where the cursor stands, column and row, when it shows.
    pub cursor: Option<(u16, u16)>,
    /// Rows above the pane's first one.
    pub above: u32,
    /// Rows below the pane's last one.
    pub below: u32,
    /// Bytes of output so far.
    pub bytes: u64,
    /// The program wants the application form of cursor keys.
    pub app_cursor: bool,
    /// The program wants pastes in brackets.
    pub bracketed_paste: bool,
}
