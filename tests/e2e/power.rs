//! A power cut: what the file system had not brought to the disk is gone.
//!
//! A file system in a file is mounted and then shut down without its journal (`FS_IOC_SHUTDOWN`): afterwards it is as
//! after a cut. This needs a machine that can mount a loop device; elsewhere the tests say that they were left out.

use std::path::Path;
use std::process::Command;

use pretty_assertions::assert_eq;
use tejun::ids::{RunId, Seq};
use tejun::run::event::Event;
use tejun::run::state::{Progress, RunState};
use tejun::store::Journal as _;
use tejun::store::sqlite::SqliteJournal;
use tejun::store::verify::check_chain;

use super::terminal::{Home, kill};

/// A file system of its own that can lose its power.
struct Disk {
    dir: tempfile::TempDir,
}

/// Runs a program of the system; what it says when it fails.
fn system(program: &str, args: &[&str]) -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "the test makes and cuts off its disk")]
    let output = Command::new(program).args(args).output().map_err(|fault| format!("{program}: {fault}"))?;
    output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

impl Disk {
    /// A disk, or why there can be none here.
    fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("disk")).expect("a folder");
        let disk = Self { dir };
        let file = std::fs::File::create(disk.file()).expect("a file");
        file.set_len(256 << 20).expect("a size");
        system("mkfs.ext4", &["-q", &disk.file()])?;
        disk.mount()?;
        Ok(disk)
    }

    fn file(&self) -> String {
        self.dir.path().join("disk.ext4").display().to_string()
    }

    fn place(&self) -> std::path::PathBuf {
        self.dir.path().join("disk")
    }

    fn mount(&self) -> Result<(), String> {
        system("mount", &["-o", "loop", &self.file(), &self.place().display().to_string()])
    }

    /// From now on nothing reaches the disk, not even the journal of the file system.
    fn cut(&self) {
        let shutdown = "sysopen(my $disk, $ARGV[0], 0) or die $!; my $without_journal = pack('L', 2); \
                        ioctl($disk, 0x8004587d, $without_journal) or die $!";
        system("perl", &["-e", shutdown, &self.place().display().to_string()]).expect("it is cut off");
    }

    /// The machine comes up again.
    fn come_up(&self) {
        system("umount", &[&self.place().display().to_string()]).expect("nobody uses it");
        self.mount().expect("it mounts");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _not_mounted = system("umount", &["-l", &self.place().display().to_string()]);
    }
}

/// A disk, where the machine can make one; says loudly where it cannot.
fn disk() -> Option<Disk> {
    Disk::new().inspect_err(|why| eprintln!("LEFT OUT, no disk can be mounted here: {why}")).ok()
}

/// Everything that uses the disk ends, as when the power is gone.
fn everything_ends(home: &Home) {
    let alive = || ["host", "keep"].iter().flat_map(|word| home.processes(word)).collect::<Vec<_>>();
    // A killed process holds its files until the kernel has let go of it.
    for mut rest in std::iter::repeat_with(alive) {
        if rest.is_empty() {
            return;
        }
        rest.drain(..).for_each(kill);
    }
}

/// The facts of the only run, straight from the journal.
fn facts(home: &Path, run: RunId) -> Vec<tejun::run::event::Stored> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let journal = SqliteJournal::open(&home.join("home/.local/state/tejun/journal.db")).await.expect("it opens");
        journal.load(run, Seq(0)).await.expect("it is read")
    })
}

#[test]
fn i2_what_was_acknowledged_and_the_output_that_a_fact_speaks_of_outlive_a_power_cut() {
    let Some(disk) = disk() else { return };
    let home = Home::within(&disk.place());
    home.write(&["echo begun; while :; do seq 1 1000; read -rt 0.01 <> <(:); done"]);
    let mut terminal = home.terminal(100, 30, &["run", &home.procedure("作業")]);
    terminal.wait_for("開始しますか").keys("y").wait_for("まだ出力は").keys("<enter>").wait_for("実行中");
    terminal.keys("n").wait_for("メモ").keys("電源の警告音").keys("<c-s>");
    terminal.wait_without("メモ（手順）").wait_for("電源の警告音");
    let run: RunId = serde_json::from_value(home.runs()[0]["run"].clone()).expect("an id");
    let marked = |facts: &[tejun::run::event::Stored]| {
        let marks = facts.iter().filter_map(|stored| {
            let event = stored.decode().expect("it decodes").event;
            if let Event::OutputMarked { bytes, .. } = event { Some(bytes) } else { None }
        });
        marks.max()
    };
    while marked(&facts(home.dir.path(), run)).is_none() {
        std::thread::yield_now();
    }

    disk.cut();
    // A screen that is left starts another host.
    terminal.hang_up();
    everything_ends(&home);
    disk.come_up();

    let after = facts(home.dir.path(), run);
    check_chain(run, &after).expect("the chain holds");
    let decoded: Vec<_> = after.iter().map(|stored| stored.decode().expect("it decodes")).collect();
    let state = RunState::of(&decoded);
    assert_eq!(state.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["電源の警告音"]);
    let [attempt] = &state.attempts[..] else { panic!("one attempt: {:?}", state.attempts) };
    assert_eq!(attempt.progress, Progress::Running, "nobody knows of an end");
    let output = format!("home/.local/state/tejun/runs/{run}/evidence/{}.out", attempt.start.attempt);
    let stored = std::fs::metadata(home.dir.path().join(output)).expect("the output is there").len();
    let said = marked(&after).expect("a mark");
    assert!(stored >= said, "{stored} bytes are there of {said}");
    let mut back = home.terminal(100, 30, &["attach"]);
    back.wait_for("結果不明").wait_for("電源の警告音");
    back.hang_up();
    everything_ends(&home);
}
