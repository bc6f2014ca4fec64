//! The command line: arguments, wiring, exit codes. The only place for `anyhow`.

pub mod args;
mod attach;
mod doctor;
mod due;
mod exit;
mod follow;
mod headless;
mod home;
mod host;
mod inspect;
mod keeping;
mod library;
mod lint;
mod opening;
mod patience;
mod plan;
mod project;
mod record;
mod replay;
mod report;
mod runs;
mod screen;
mod search;
mod signing;
mod told;
mod trust;
mod verify;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Parser as _;

pub use exit::Exit;

use args::{Args, Task};

use crate::console::wire::Role;

/// Runs the program with the arguments of this process.
pub fn main() -> std::process::ExitCode {
    // A file that reaches its limit is a fault of that write, and no end of the process. What is caught, and not ignored,
    // is as it was for the programs that are started.
    let caught = Arc::new(AtomicBool::new(false));
    let _as_it_was = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, caught);
    exit::take_panics();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(usage) if usage.use_stderr() => {
            // It repeats what was typed, or what a pattern of the shell found in a folder of somebody else.
            let said = usage.render().to_string();
            warn(crate::term::sanitise::sanitise(said.trim_end(), crate::term::Breaks::Keep));
            return Exit::Usage.into();
        }
        Err(help) => {
            let _nobody_reads = help.print();
            return Exit::Well.into();
        }
    };
    match std::panic::catch_unwind(|| carry_out(args)) {
        Ok(Ok(exit)) => exit.max(exit::explain_unsaid()).into(),
        Ok(Err(fault)) => exit::explain(&fault).into(),
        Err(_) => exit::explain_panic().into(),
    }
}

fn carry_out(args: Args) -> anyhow::Result<Exit> {
    let language = exit::language();
    match args.task {
        None => match args.file {
            Some(file) => screen::open(&args::Open { file, place: args.place }, language),
            None => home::console(&args.place, language),
        },
        Some(Task::Open(open)) => screen::open(&open, language),
        Some(Task::Run(run)) => headless::run_or_open(&run, language),
        Some(Task::Drill(drill)) => headless::drill(&drill, language),
        Some(Task::Trust(trust)) => trust::trust(&trust, language),
        Some(Task::Attach(attach)) => attach::attach(&attach, Role::Drive, language),
        Some(Task::Watch(attach)) => attach::attach(&attach, Role::Watch, language),
        Some(Task::Runs(runs)) => runs::list(&runs, language),
        Some(Task::Due(due)) => due::due(&due, language),
        Some(Task::Doctor(doctor)) => doctor::doctor(&doctor, language),
        Some(Task::Replay(replay)) => replay::replay(&replay, language),
        Some(Task::Report(of)) => report::write(&of, language),
        Some(Task::Search(search)) => search::find(&search, language),
        Some(Task::Inspect(inspect)) => inspect::inspect(&inspect, language),
        Some(Task::Lint(lint)) => lint::lint(&lint, language),
        Some(Task::Record(args::Record::List(of))) => record::list(&of, language),
        Some(Task::Record(args::Record::Show(show))) => record::show(&show, language),
        Some(Task::Record(args::Record::Verify(verify)) | Task::Verify(verify)) => verify::verify(&verify, language),
        Some(Task::Record(args::Record::Sign(sign))) => signing::sign(&sign, language),
        Some(Task::Record(args::Record::Check(check))) => signing::check(&check, language),
        Some(Task::Record(args::Record::Export(export))) => record::export(&export, language),
        Some(Task::Record(args::Record::Add(add))) => signing::add(&add, language),
        Some(Task::Host(host)) => host::host(&host),
        Some(Task::Keep(keep)) => Ok(host::keep(&keep)),
    }
}

/// Writes a line to standard output. A reader that went away is no fault of ours; any other is told at the end.
fn say(text: impl AsRef<str>) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush());
    if let Err(fault) = written
        && fault.kind() != std::io::ErrorKind::BrokenPipe
    {
        exit::not_said(&fault);
    }
}

/// Writes JSON to standard output, with an escape in place of every character that would not be seen or that a terminal
/// obeys. They stand in strings only, where the escape means the same.
fn say_json(json: &str) {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && (c.is_control() || crate::i18n::is_invisible(c)) {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    say(out);
}

/// Writes a line to standard error.
fn warn(text: impl AsRef<str>) {
    use std::io::Write as _;
    let _reader_went_away = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}
