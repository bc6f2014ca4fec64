//! The arguments, as `--help` explains them.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

use crate::ids::RunId;

/// Work through a markdown runbook: a checklist whose commands run with live output, ending in a signed-off record.
#[derive(Debug, Parser)]
#[command(
    name = "tejun",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  tejun runbooks/system-check.ja.md           open a runbook, pick a procedure, run it, sign it
  tejun inspect weekly.md                     what tejun sees in a runbook
  tejun lint runbooks/                        what is wrong with runbooks
  tejun trust weekly.md                       allow this very text to run commands
  tejun run 'weekly.md#Monday check' --headless --operator 'Taro Yamada' --record-dir records
  tejun attach                                return to the run that goes on
  tejun drill weekly.md                       the same, and nothing real is touched

Exit status:
  0    done and well
  1    a step failed, or a finding
  2    wrong usage, or a file that cannot be read
  3    refused: not trusted, dangerous, owned by another
  4    something was left undone
  5    journal, evidence or record could not be written
  130  interrupted"
)]
pub struct Args {
    /// What to do; a FILE alone is opened.
    #[command(subcommand)]
    pub task: Option<Task>,
    /// The runbook to open, with `#PROCEDURE` to go straight to one.
    pub file: Option<String>,
    /// Where and as whom.
    #[command(flatten)]
    pub place: Place,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Open a runbook: pick a procedure, start it, run it, sign it.
    Open(Open),
    /// Run one procedure: on the screen, or line by line with --headless and where there is no terminal.
    #[command(after_help = "Examples:
  tejun run 'weekly.md#Monday check' --headless --operator 'Taro Yamada' --record-dir records
  tejun run weekly.md --procedure 'Monday check' --dry-run
  tejun run release.md --headless --set version=1.4.2 --set host=web1
  tejun run weekly.md#Monday --headless --trust sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

Headless, the steps run one after the other. Manual steps, menus, dangerous commands, commands that wait for input or
never end and commands with an unfilled value are left undone and said so. Values of --set pass as data, quoted for
the place they stand in; one that quoting does not make harmless is left to a person. With nobody there a rule that matched is a
finding, an exit status other than 0 that no rule explains is undecided, all else is well. The record is unsigned.")]
    Run(Run),
    /// Run a procedure as a drill: commands are simulated, nothing real is touched.
    Drill(Run),
    /// Trust the content of a runbook: exactly these bytes at this place may run commands.
    Trust(Trust),
    /// Return to a run that goes on; a run whose host died is taken up again.
    Attach(Attach),
    /// Look on at a run, or be its second person (確認者): nothing is changed from there but by `V`.
    Watch(Attach),
    /// List the runs of this machine.
    Runs(Runs),
    /// Say what is overdue, due today, open and next, by the schedules of runbooks and the records.
    #[command(after_help = "Examples:
  tejun due                                   the folders of [library] in config.toml, else this folder
  tejun due runbooks/ --json
  tejun due --ics > duties.ics                for calendar programs

Exit status:
  0  nothing is overdue
  2  wrong usage, or a runbook or record that cannot be read; the others are still told
  4  something is overdue")]
    Due(Due),
    /// Look at terminal, locale, logins, stores, keys and settings; say why it matters and what to do.
    #[command(after_help = "Exit status:
  0  nothing gets in the way; there may be warnings
  1  something gets in the way")]
    Doctor(Doctor),
    /// Play a run, or one step of it, again; or write it as a recording.
    #[command(after_help = "Examples:
  tejun replay 3f2a                       with pause, speed, search; the number is that of `tejun runs`
  tejun replay '3f2a#2' --speed 4         one step, four times as fast
  tejun replay 3f2a --cast run.cast       for `asciinema play run.cast`
  tejun replay 3f2a | less                as text

Secrets stay hidden as they are in the evidence. A recording holds text, colours and movement only: nothing in it reaches
further than the screen that plays it.")]
    Replay(Replay),
    /// Write the report of a week or a month: done and missed, findings, failures, minutes, measured values.
    #[command(subcommand)]
    Report(Report),
    /// Look for words in records and in the outputs beside them.
    #[command(after_help = "Examples:
  tejun search pg_restore
  tejun search 容量 緊急対応 --json             lines that hold both words

Width, case and the kind of kana make no difference.

Exit status:
  0  something was found
  1  nothing was found
  2  wrong usage, or a record that cannot be read; the others are still looked at")]
    Search(Search),
    /// Show what tejun sees in a runbook.
    Inspect(Inspect),
    /// Say what is wrong with runbooks: which line, why it matters, what to do.
    #[command(after_help = "Examples:
  tejun lint weekly.md
  tejun lint runbooks/ --allow placeholder --allow sample-value
  tejun lint runbooks/ --json > findings.json
  tejun lint --rules                          every rule in one line

A folder stands for every .md file under it. Commands of a runbook are never run.

Exit status:
  0  no error and no warning (with --strict: nothing at all)
  1  a finding
  2  wrong usage, or a file that cannot be read; the others are still looked at")]
    Lint(Lint),
    /// List saved records; show, verify, sign, check or add to one.
    #[command(subcommand)]
    Record(Record),
    /// The same as `record verify`.
    #[command(after_help = VERIFY_HELP)]
    Verify(Verify),
    /// The process that owns a run. Started by tejun itself.
    #[command(hide = true)]
    Host(Host),
    /// The process that holds a terminal session. Started by tejun itself.
    #[command(hide = true)]
    Keep(Keep),
}

/// Where and as whom commands run.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Place {
    /// The folder in which the first command starts (default: this one).
    #[arg(long, value_name = "DIR")]
    pub cwd: Option<PathBuf>,
    /// What you are called in the record (default: the name of the user).
    #[arg(long, value_name = "NAME", env = "TEJUN_OPERATOR")]
    pub operator: Option<String>,
    /// The folder for the record (default: records in the data folder).
    #[arg(long, value_name = "DIR", env = "TEJUN_RECORD_DIR")]
    pub record_dir: Option<PathBuf>,
    /// The team's running log: the documented block of the record is added to it, newest first.
    #[arg(long, value_name = "LOG.md")]
    pub append: Option<PathBuf>,
    /// The SSH key that says who you are and signs the record; a public one (.pub) is used through the agent (default:
    /// `key` under sign_off in the settings).
    #[arg(long, value_name = "FILE", env = "TEJUN_KEY")]
    pub key: Option<PathBuf>,
    /// The theme: dark, light, high-contrast, colour-blind, red-production, mono, or a theme file.
    #[arg(long, value_name = "NAME", env = "TEJUN_THEME")]
    pub theme: Option<String>,
}

/// `tejun open`.
#[derive(Debug, ClapArgs)]
pub struct Open {
    /// The runbook, with `#PROCEDURE` to go straight to one.
    pub file: String,
    /// Where and as whom.
    #[command(flatten)]
    pub place: Place,
}

/// `tejun run` and `tejun drill`.
#[derive(Debug, ClapArgs)]
pub struct Run {
    /// The runbook, with `#PROCEDURE`.
    pub file: String,
    /// The procedure: its title, a part of it, or its id.
    #[arg(long, value_name = "TITLE-OR-ID")]
    pub procedure: Option<String>,
    /// Line by line, with nobody there.
    #[arg(long)]
    pub headless: bool,
    /// Only these steps, by number or title.
    #[arg(long, value_name = "STEP", num_args = 1..)]
    pub only: Vec<String>,
    /// Begin at this step, by number or title.
    #[arg(long, value_name = "STEP")]
    pub from: Option<String>,
    /// The value of a placeholder, such as --set version=1.2; can be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Say what would run, be left undone or need a value, and run nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// End at the first step that is not well.
    #[arg(long)]
    pub stop_on_failure: bool,
    /// Begin another run although one of this procedure goes on.
    #[arg(long)]
    pub another: bool,
    /// Trust the runbook for this run when its content has this digest.
    #[arg(long, value_name = "sha256:HEX")]
    pub trust: Option<String>,
    /// Print JSON lines: every fact, every line of output, and a summary at the end.
    #[arg(long)]
    pub json: bool,
    /// Where and as whom.
    #[command(flatten)]
    pub place: Place,
}

/// `tejun trust`.
#[derive(Debug, ClapArgs)]
pub struct Trust {
    /// The runbook.
    pub file: String,
}

/// `tejun attach`.
#[derive(Debug, ClapArgs)]
pub struct Attach {
    /// The run: its id or the last digits of it (default: the only one that goes on).
    pub run: Option<String>,
    /// What you are called in the record.
    #[arg(long, value_name = "NAME", env = "TEJUN_OPERATOR")]
    pub operator: Option<String>,
    /// The SSH key that says who you are; a public one (.pub) is used through the agent (default: `key` under sign_off in the
    /// settings).
    #[arg(long, value_name = "FILE", env = "TEJUN_KEY")]
    pub key: Option<PathBuf>,
    /// The theme.
    #[arg(long, value_name = "NAME", env = "TEJUN_THEME")]
    pub theme: Option<String>,
}

/// `tejun runs`.
#[derive(Debug, ClapArgs)]
pub struct Runs {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `tejun report`.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// The report of a week, from Monday to Sunday.
    #[command(after_help = "Examples:
  tejun report weekly > report.md             this week, so far
  tejun report weekly --week 2026-W48 runbooks/")]
    Weekly(Weekly),
    /// The report of a month.
    #[command(after_help = "Examples:
  tejun report monthly --month 2026-11 > report.md")]
    Monthly(Monthly),
}

/// `tejun report weekly`.
#[derive(Debug, ClapArgs)]
pub struct Weekly {
    /// The week, such as 2026-W48 (default: this one, so far).
    #[arg(long, value_name = "YYYY-Www")]
    pub week: Option<String>,
    /// Of what.
    #[command(flatten)]
    pub of: ReportOf,
}

/// `tejun report monthly`.
#[derive(Debug, ClapArgs)]
pub struct Monthly {
    /// The month, such as 2026-11 (default: this one, so far).
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// Of what.
    #[command(flatten)]
    pub of: ReportOf,
}

/// What a report is made of.
#[derive(Debug, ClapArgs)]
pub struct ReportOf {
    /// Runbooks, or folders with runbooks (default: those of the settings).
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A folder of records, beside those of the settings.
    #[arg(long, value_name = "DIR", env = "TEJUN_RECORD_DIR")]
    pub record_dir: Option<PathBuf>,
}

/// `tejun search`.
#[derive(Debug, ClapArgs)]
pub struct Search {
    /// The words: all of them stand on a line that is found.
    #[arg(required = true, value_name = "WORD")]
    pub words: Vec<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// The most lines that are told.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// A folder of records, beside those of the settings.
    #[arg(long, value_name = "DIR", env = "TEJUN_RECORD_DIR")]
    pub record_dir: Option<PathBuf>,
}

/// `tejun due`.
#[derive(Debug, ClapArgs)]
pub struct Due {
    /// Runbooks, or folders with runbooks (default: those of the settings).
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long, conflicts_with = "ics")]
    pub json: bool,
    /// Print a calendar file (RFC 5545).
    #[arg(long)]
    pub ics: bool,
    /// How many days the calendar file reaches.
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3660), requires = "ics")]
    pub days: u32,
    /// A folder of records, beside those of the settings.
    #[arg(long, value_name = "DIR", env = "TEJUN_RECORD_DIR")]
    pub record_dir: Option<PathBuf>,
}

/// `tejun doctor`.
#[derive(Debug, ClapArgs)]
pub struct Doctor {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `tejun replay`.
#[derive(Debug, ClapArgs)]
pub struct Replay {
    /// The run: its id or the last digits of it, with `#STEP` for one step by its number or a part of its title.
    #[arg(value_name = "RUN[#STEP]")]
    pub run: String,
    /// How fast.
    #[arg(long, value_name = "FACTOR")]
    pub speed: Option<f64>,
    /// Silences are cut to this (default: 2s; 0s keeps them).
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub idle: Option<std::time::Duration>,
    /// Write an asciicast to this new file; - for standard output.
    #[arg(long, value_name = "FILE")]
    pub cast: Option<PathBuf>,
    /// The size of the terminal that is played, such as 120x40 (default: this terminal; 80x24 for a recording).
    #[arg(long, value_name = "COLSxROWS", value_parser = super::replay::size)]
    pub size: Option<(u16, u16)>,
    /// The theme.
    #[arg(long, value_name = "NAME", env = "TEJUN_THEME")]
    pub theme: Option<String>,
}

/// `tejun inspect`.
#[derive(Debug, ClapArgs)]
pub struct Inspect {
    /// The runbook.
    pub file: String,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `tejun lint`.
#[derive(Debug, ClapArgs)]
pub struct Lint {
    /// Runbooks, folders with runbooks, or - for standard input.
    #[arg(required_unless_present = "rules", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Leave out the findings of this rule; can be given several times.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Notes count too: exit 1 when there is any finding.
    #[arg(long)]
    pub strict: bool,
    /// List every rule and end.
    #[arg(long, conflicts_with_all = ["files", "allow", "strict"])]
    pub rules: bool,
}

/// `tejun record`.
#[derive(Debug, Subcommand)]
pub enum Record {
    /// List the saved records, the newest first: when, what, how it ended, who, signed and checked by whom, where.
    #[command(after_help = "Examples:
  tejun record list --procedure 月曜 --since 2026-11-01
  tejun record list --verify                  what `tejun verify` says of each
  tejun record list --json

Records are those under the folders of records, and those that the journal of this machine knows to be elsewhere.

Exit status:
  0  all of them could be read
  1  one of them differs (--verify)
  2  wrong usage, or a record that cannot be read; the others are still told")]
    List(ListRecords),
    /// Show what a record says.
    Show(Show),
    /// Check a record against its signature, its evidence files and the journal.
    #[command(after_help = VERIFY_HELP)]
    Verify(Verify),
    /// Sign a record with an SSH key, where that was not done at the end of the run.
    Sign(SignRecord),
    /// Check a record as the second person (確認者): look at it, then agree or send it back.
    Check(CheckRecord),
    /// Export a record as one HTML page with its timeline.
    #[command(after_help = "Examples:
  tejun record export --html 2026-11-20-0200-weekly.md              beside the record, as NAME.html
  tejun record export --html 2026-11-20-0200-weekly.md -o /tmp/w.html")]
    Export(Export),
    /// Add to a record: an addendum in a file of its own. The record itself is never changed.
    Add(Add),
}

/// `tejun record list`.
#[derive(Debug, ClapArgs)]
pub struct ListRecords {
    /// Only those with this in the title of runbook or procedure, whatever its width, case and kind of kana.
    #[arg(long, value_name = "TITLE")]
    pub procedure: Option<String>,
    /// Only those of runs that began on this day or later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<chrono::NaiveDate>,
    /// Only those of runs that began on this day or earlier.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<chrono::NaiveDate>,
    /// Check each against its signature, its evidence files and the journal.
    #[arg(long)]
    pub verify: bool,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// A folder of records, beside those of the settings.
    #[arg(long, value_name = "DIR", env = "TEJUN_RECORD_DIR")]
    pub record_dir: Option<PathBuf>,
}

/// `tejun record show`.
#[derive(Debug, ClapArgs)]
pub struct Show {
    /// The record.
    pub record: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `tejun record verify`.
#[derive(Debug, ClapArgs)]
pub struct Verify {
    /// The record.
    pub record: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Do not ask the journal of this machine: the record comes from another one.
    #[arg(long)]
    pub without_journal: bool,
}

const VERIFY_HELP: &str = "Looked at, in this order: the signature (by a key that allowed_signers lists, or none), the text, every evidence file, \
the journal with its chain and the head that the record names, checks and addenda. The first thing that differs is named.

Exit status:
  0  everything holds
  1  something differs
  2  wrong usage, or a file that is no record";

/// `tejun record sign`.
#[derive(Debug, ClapArgs)]
pub struct SignRecord {
    /// The record.
    pub record: PathBuf,
    /// The SSH key; a public one (.pub) is used through the agent (default: `key` under sign_off in the settings).
    #[arg(long, value_name = "FILE", env = "TEJUN_KEY")]
    pub key: Option<PathBuf>,
}

/// `tejun record check`.
#[derive(Debug, ClapArgs)]
pub struct CheckRecord {
    /// The record.
    pub record: PathBuf,
    /// Send it back; needs --comment.
    #[arg(long)]
    pub send_back: bool,
    /// What you have to say about it.
    #[arg(long, short = 'm', value_name = "TEXT")]
    pub comment: Option<String>,
    /// What you are called.
    #[arg(long, value_name = "NAME", env = "TEJUN_OPERATOR")]
    pub operator: Option<String>,
    /// The SSH key; a public one (.pub) is used through the agent (default: `key` under sign_off in the settings).
    #[arg(long, value_name = "FILE", env = "TEJUN_KEY")]
    pub key: Option<PathBuf>,
    /// Do not ask the journal of this machine: the record comes from another one.
    #[arg(long)]
    pub without_journal: bool,
}

/// `tejun record export`.
#[derive(Debug, ClapArgs)]
pub struct Export {
    /// The record.
    pub record: PathBuf,
    /// As one HTML page: no script, nothing fetched, dark or light, good to print.
    #[arg(long, required = true)]
    pub html: bool,
    /// The new file; - for standard output (default: the record's name with .html).
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `tejun record add`.
#[derive(Debug, ClapArgs)]
pub struct Add {
    /// The record.
    pub record: PathBuf,
    /// The text (default: standard input).
    #[arg(long = "message", short = 'm', value_name = "TEXT")]
    pub text: Option<String>,
    /// What you are called.
    #[arg(long, value_name = "NAME", env = "TEJUN_OPERATOR")]
    pub operator: Option<String>,
    /// The SSH key; a public one (.pub) is used through the agent (default: `key` under sign_off in the settings).
    #[arg(long, value_name = "FILE", env = "TEJUN_KEY")]
    pub key: Option<PathBuf>,
}

/// `tejun host`.
#[derive(Debug, ClapArgs)]
pub struct Host {
    /// The run.
    pub run: RunId,
}

/// `tejun keep`.
#[derive(Debug, ClapArgs)]
pub struct Keep {
    /// The folder of the run.
    #[arg(long)]
    pub folder: PathBuf,
    /// The number of the lane.
    #[arg(long)]
    pub lane: u32,
    /// The folder in which the first command starts.
    #[arg(long)]
    pub cwd: PathBuf,
    /// Columns.
    #[arg(long)]
    pub cols: u16,
    /// Rows.
    #[arg(long)]
    pub rows: u16,
    /// How many bytes of one command's output are stored.
    #[arg(long)]
    pub output_limit: Option<std::num::NonZeroU64>,
}
