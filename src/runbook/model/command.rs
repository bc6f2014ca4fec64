//! Fences, the commands in them, and the rules that judge what they print.

use serde::{Deserialize, Serialize};

/// One fence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// The line of the opening fence.
    pub line: usize,
    /// The first word of the info string.
    pub lang: Option<String>,
    /// What would run it.
    pub executor: ExecutorKind,
    /// How its commands relate to each other.
    pub shape: Shape,
    /// At least one command can be run.
    pub runnable: bool,
    /// Why it cannot be run.
    pub reason: Option<BlockReason>,
    /// It may be run as one unit.
    pub whole_runnable: bool,
    /// The command groups.
    pub commands: Vec<Command>,
    /// It is one of several fences of its step of which one is to be carried out.
    #[serde(default)]
    pub alternative: bool,
    /// The condition under which it is to be carried out, in the document's words, where that is not the whole step's.
    #[serde(default)]
    pub condition: Option<String>,
}

/// What runs a fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutorKind {
    /// bash in a lane.
    Shell,
    /// A configured SQL connection.
    Sql,
    /// A configured Redis connection.
    Redis,
    /// A configured python.
    Python,
    /// Nothing.
    None,
}

/// How the commands of a fence relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One command.
    Single,
    /// Commands in order.
    Sequence,
    /// Alternatives.
    Menu,
    /// A shebang script: one command, the whole text.
    Script,
    /// Only comments: nothing to run.
    CommentsOnly,
    /// An example, configuration or program text.
    Reference,
    /// What a command is expected to print.
    ExpectedOutput,
}

/// Why a fence cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockReason {
    /// Its language is not executable.
    NotExecutable,
    /// It holds only comments.
    CommentsOnly,
    /// Cron lines.
    Cron,
    /// Configuration text.
    Config,
    /// Output of a command.
    Output,
    /// Input of an interactive program.
    Repl,
    /// It needs a connection that is not configured.
    NotConfigured,
    /// A shell would refuse every command of it.
    Syntax,
    /// It holds characters that are not seen, or that look like others.
    Hidden,
    /// It is meant for a shell or a client that it opens.
    Elsewhere,
}

/// One command group: the lines under one comment.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// The comment above it.
    pub label: Option<String>,
    /// The first line of `text`.
    pub line: usize,
    /// The last line of `text`.
    pub end_line: usize,
    /// Byte for byte what would run.
    pub text: String,
    /// It can be run as it stands.
    pub runnable: bool,
    /// Why it cannot be run.
    pub reason: Option<CommandReason>,
    /// Values that must be filled in first.
    pub placeholders: Vec<Placeholder>,
    /// Variables that it needs from outside.
    pub environment: Vec<String>,
    /// What it may destroy, disrupt or change.
    pub dangers: Vec<Danger>,
    /// Where its disruptive and destructive dangers act, as its text says.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Values that look like examples.
    pub sample_values: Vec<String>,
    /// It asks for input.
    pub interactive: bool,
    /// It runs until it is stopped.
    pub never_ends: bool,
    /// It prints a secret.
    pub reads_secret: bool,
    /// A secret stands in it as plain text, where every process of the machine can read it.
    #[serde(default)]
    pub secret_on_command_line: bool,
    /// What the document shows that it prints.
    #[serde(default)]
    pub expected_output: Option<String>,
    /// Where its prompt says that it is typed: another host, or another shell.
    #[serde(default)]
    pub prompt_of: Option<String>,
}

/// Why a command cannot be run as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandReason {
    /// A value is not filled in.
    Placeholder,
    /// A cron line.
    Cron,
    /// Configuration text.
    Config,
    /// Only comments.
    CommentsOnly,
    /// A shell would refuse it: a quote or a construct is open, or a word stands where none may.
    Syntax,
    /// It holds characters that are not seen, or that look like others.
    Hidden,
    /// Lines of it are meant for a shell or a client that it opens, and would run here.
    Elsewhere,
    /// What a command prints stands among its lines.
    Output,
}

/// A value that must be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The name, such as `revision_id`.
    pub name: String,
    /// How it is written, such as `<>`.
    pub form: String,
}

/// Something dangerous in a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Danger {
    /// The rule that found it, such as `redis-flushall`.
    pub rule: String,
    /// How bad it is.
    pub level: DangerLevel,
    /// What can happen, in one sentence.
    pub why: String,
}

/// How bad a danger is, from mild to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DangerLevel {
    /// Other state is altered.
    Changes,
    /// A service stops, restarts or fails over.
    Disruptive,
    /// Data can be lost or overwritten.
    Destructive,
}

/// Where a danger acts, as far as the text of its command says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What the name is of.
    pub kind: TargetKind,
    /// The name, byte for byte; absent for the machine that runs the text.
    pub name: Option<String>,
}

impl Target {
    /// The machine that runs the text.
    pub fn here() -> Self {
        Self { kind: TargetKind::Machine, name: None }
    }

    /// What is called `name`.
    pub fn named(kind: TargetKind, name: &str) -> Self {
        Self { kind, name: Some(name.to_owned()) }
    }
}

/// What the name of a target is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// The machine that runs the text.
    Machine,
    /// Another machine.
    Host,
    /// A database.
    Database,
    /// Something else that a client acts on by its name: a context, a project, a bucket.
    Other,
    /// A variable in the text that is empty where it runs: what it acts on is not what it says.
    Empty,
}

/// A branch rule or a criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// What is true when the condition holds.
    pub when: RuleSense,
    /// What is measured, such as 容量.
    pub subject: String,
    /// How it is compared.
    pub op: RuleOp,
    /// The threshold; absent for an event.
    pub value: Option<f64>,
    /// The unit, such as `%` or 日.
    pub unit: Option<String>,
    /// What to do, such as ログローテーション実行.
    pub action: Option<String>,
    /// 理想: a miss is to be looked at, not a failure.
    pub soft: bool,
    /// The document's words.
    pub text: String,
    /// Its line.
    pub line: usize,
}

/// What is true when a rule's condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSense {
    /// Something must be done.
    Alarm,
    /// All is well.
    Normal,
}

/// How a rule compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleOp {
    /// Greater than.
    #[serde(rename = ">")]
    Gt,
    /// At least.
    #[serde(rename = ">=")]
    Ge,
    /// Less than.
    #[serde(rename = "<")]
    Lt,
    /// At most.
    #[serde(rename = "<=")]
    Le,
    /// Equal.
    #[serde(rename = "==")]
    Eq,
    /// Something happened, such as 失敗時.
    #[serde(rename = "event")]
    Event,
}
