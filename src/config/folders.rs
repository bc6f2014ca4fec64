//! The folders of the program: names only, nothing is opened or made here.
//!
//! Everything that must outlive a login lies under the state folder, also the sockets: the runtime folder of a
//! user goes away with the last session.

use std::path::{Path, PathBuf};

use crate::ids::{AttemptId, RunId};

/// The program's folders for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Journal, runs with their sockets and evidence, trust, logs: `$XDG_STATE_HOME/tejun`.
    pub state: PathBuf,
    /// Settings and own themes: `$XDG_CONFIG_HOME/tejun`.
    pub config: PathBuf,
    /// Records: `$XDG_DATA_HOME/tejun`.
    pub data: PathBuf,
    /// What can be made again: `$XDG_CACHE_HOME/tejun`.
    pub cache: PathBuf,
}

impl Folders {
    /// The folders of this user by the XDG rules; absent when there is no home folder, and where it is named by a relative
    /// path: that is another folder for each process.
    pub fn of_user() -> Option<Self> {
        let dirs = directories::ProjectDirs::from("", "", "tejun")?;
        let own = Self {
            state: dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned(),
            config: dirs.config_dir().to_owned(),
            data: dirs.data_dir().to_owned(),
            cache: dirs.cache_dir().to_owned(),
        };
        [&own.state, &own.config, &own.data, &own.cache].iter().all(|folder| folder.is_absolute()).then_some(own)
    }

    /// The journal of this machine.
    pub fn journal(&self) -> PathBuf {
        self.state.join("journal.db")
    }

    /// The list of trusted runbooks.
    pub fn trust(&self) -> PathBuf {
        self.state.join("trust.json")
    }

    /// The values that were given for placeholders.
    pub fn values(&self) -> PathBuf {
        self.state.join("values.json")
    }

    /// The settings of the user.
    pub fn settings(&self) -> PathBuf {
        self.config.join("config.toml")
    }

    /// The folder for records where none is named.
    pub fn records(&self) -> PathBuf {
        self.data.join("records")
    }

    /// The log of screens and commands.
    pub fn log(&self) -> PathBuf {
        self.state.join("log")
    }

    /// The folder of one run.
    pub fn run(&self, run: RunId) -> RunFolder {
        RunFolder(self.state.join("runs").join(run.to_string()))
    }
}

/// The folder of one run, mode 0700.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder(pub PathBuf);

impl RunFolder {
    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file name of the host's socket, within the folder.
    pub const HOST_SOCKET: &str = "host.sock";

    /// The file that a living host holds locked.
    pub fn host_lock(&self) -> PathBuf {
        self.0.join("host.lock")
    }

    /// The log of the run's host and keepers.
    pub fn log(&self) -> PathBuf {
        self.0.join("host.log")
    }

    /// The file that notes the name of the run's record, before anything has that name.
    pub fn record_note(&self) -> PathBuf {
        self.0.join("record.json")
    }

    /// The file name of the socket of a lane's keeper, within the folder.
    pub fn lane_socket(lane: u32) -> String {
        format!("lane-{lane}.sock")
    }

    /// The folder of evidence files.
    pub fn evidence(&self) -> PathBuf {
        self.0.join("evidence")
    }

    /// The output of an attempt, as stored.
    pub fn output(&self, attempt: AttemptId) -> PathBuf {
        self.evidence().join(format!("{attempt}.out"))
    }

    /// What an attempt's children still printed after its end, up to the next command of the lane.
    pub fn late(&self, attempt: AttemptId) -> PathBuf {
        self.evidence().join(format!("{attempt}.late"))
    }

    /// The index of an attempt's output: offset, line and time.
    pub fn index(&self, attempt: AttemptId) -> PathBuf {
        self.evidence().join(format!("{attempt}.idx"))
    }

    /// How an attempt ended; written and synced after its output is on disk.
    pub fn exit(&self, attempt: AttemptId) -> PathBuf {
        self.evidence().join(format!("{attempt}.exit"))
    }
}
