//! Where runs are kept: the folders, the journal, room on the disk, and how long a write takes to be safe.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Finding;
use crate::cli::{opening, runs};
use crate::config::folders::Folders;
use crate::i18n::Language;
use crate::store::sqlite::SqliteJournal;

/// Below this much room a run may not get its output to the disk.
const LITTLE: u64 = 1 << 30;
/// Below this much nothing should be begun.
const TOO_LITTLE: u64 = 64 << 20;

/// A write that takes longer to be safe is felt at every key that changes something.
const SLOW: Duration = Duration::from_millis(100);

/// How often a write is timed; the middle one counts.
const TIMES: usize = 5;

/// File systems of other machines, by their magic number: locks and shared memory are not to be relied on there.
const REMOTE: [(u64, &str); 5] =
    [(0x6969, "NFS"), (0xff53_4d42, "CIFS"), (0xfe53_4d42, "SMB2"), (0x0102_1997, "9P"), (0x5346_414f, "AFS")];

pub(super) fn look(language: Language) -> Vec<Finding> {
    let folders = match opening::folders(language) {
        Ok(folders) => folders,
        Err(fault) => {
            let why = language
                .pick("記録を残せないため、何も実行できません。", "Nothing could be journalled, so nothing runs.");
            let todo = language.pick("HOME に絶対パスを設定してください。", "Set HOME to an absolute path.");
            return vec![Finding::bad("folders", fault.text, why, todo)];
        }
    };
    let mut found = vec![private(&folders.state, language), records(&folders, language)];
    found.push(journal(&folders, language));
    found.push(room(&nearest(&folders.state), language));
    found.push(speed(&folders.state, language));
    found
}

fn private(state: &Path, language: Language) -> Finding {
    if let Err(fault) = crate::vault::private_dir(state) {
        let why = language.pick(
            "ほかの人が実行を操作・改ざんできる場所では実行しません。",
            "Nothing runs where others could act on it.",
        );
        let todo = language.pick(
            "フォルダーを自分だけが書き込めるものにするか、XDG_STATE_HOME を自分のフォルダーにしてください。",
            "Let nobody but you write to the folder, or set XDG_STATE_HOME to one of your own.",
        );
        return Finding::bad("state-folder", opening::chain(&fault), why, todo);
    }
    let seen = state.display().to_string();
    let magic = rustix::fs::statfs(state).map_or(0, |fs| u64::try_from(fs.f_type).unwrap_or(0) & 0xffff_ffff);
    match REMOTE.iter().find(|(known, _)| *known == magic) {
        Some((_, name)) => Finding::warning(
            "state-folder",
            format!("{seen} ({name})"),
            language.pick(
                "ネットワーク上のファイルシステムでは、ジャーナル（SQLite WAL）の排他と共有メモリが保証されません。",
                "On a network file system the journal (SQLite WAL) cannot rely on locks and shared memory.",
            ),
            language.pick("XDG_STATE_HOME をローカルのディスクにしてください。", "Set XDG_STATE_HOME to a local disk."),
        ),
        None => Finding::good("state-folder", seen),
    }
}

fn records(folders: &Folders, language: Language) -> Finding {
    let named = std::env::var_os("TEJUN_RECORD_DIR").filter(|dir| !dir.is_empty()).map(PathBuf::from);
    let dir = named.unwrap_or_else(|| folders.records());
    match crate::vault::records::check_writable(&dir) {
        Ok(()) => Finding::good("records-folder", dir.display().to_string()),
        Err(fault) => Finding::bad(
            "records-folder",
            opening::chain(&fault),
            language.pick(
                "記録を保存できないため、実施を始められません。",
                "No run begins whose record could not be saved.",
            ),
            language.pick(
                "場所を変える（TEJUN_RECORD_DIR）か、権限を直してください。",
                "Choose another folder (TEJUN_RECORD_DIR), or mend its permissions.",
            ),
        ),
    }
}

fn journal(folders: &Folders, language: Language) -> Finding {
    let path = folders.journal();
    if !path.exists() {
        let seen = language.pick("まだありません（最初の実施で作られます）", "none yet: the first run makes it");
        return Finding::good("journal", seen);
    }
    let look = async {
        let journal = SqliteJournal::open_read_only(&path).await?;
        anyhow::Ok(journal.look_over().await?)
    };
    let looked = runs::runtime().map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(look));
    let todo = language.pick(
        "ファイルを写しに取り、バックアップから戻すか、移動して新しく始めてください。記録と証跡は別のファイルです。",
        "Copy the file, then restore a backup or move it away and begin anew. Records and evidence are files of their own.",
    );
    let why = language.pick("壊れたジャーナルには書き込みません。", "A damaged journal is not written to.");
    match looked {
        Ok(health) if health.faults.is_empty() => {
            Finding::good("journal", format!("{}  SQLite {}", path.display(), health.version))
        }
        Ok(health) => Finding::bad("journal", format!("{}: {}", path.display(), health.faults.join("; ")), why, todo),
        Err(fault) => Finding::bad("journal", opening::chain(fault.as_ref()), why, todo),
    }
}

/// The folder, or the first above it that is there.
fn nearest(path: &Path) -> PathBuf {
    path.ancestors().find(|p| p.exists()).unwrap_or(Path::new("/")).to_owned()
}

fn room(path: &Path, language: Language) -> Finding {
    let why = language.pick(
        "空きがなくなると、新しいコマンドは始められず、出力の証跡が欠けます。",
        "When it is full no new command begins, and evidence of output is incomplete.",
    );
    let todo = language.pick(
        "空きを作るか、[evidence] keep / limit で古い出力を消す設定にしてください。",
        "Free some, or let old outputs go with [evidence] keep and limit.",
    );
    let Ok(fs) = rustix::fs::statvfs(path) else {
        return Finding::warning("disk-space", language.pick("分かりません", "unknown"), why, todo);
    };
    let free = fs.f_bavail.saturating_mul(fs.f_frsize);
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    let seen = format!("{:.1} GB", free as f64 / 1e9);
    match free {
        0..TOO_LITTLE => Finding::bad("disk-space", seen, why, todo),
        TOO_LITTLE..LITTLE => Finding::warning("disk-space", seen, why, todo),
        LITTLE.. => Finding::good("disk-space", seen),
    }
}

fn speed(state: &Path, language: Language) -> Finding {
    let timed = || -> std::io::Result<Duration> {
        let mut file = tempfile::tempfile_in(nearest(state))?;
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            file.write_all(&[0; 4096])?;
            file.sync_all()?;
            times.push(began.elapsed());
        }
        times.sort();
        Ok(times[TIMES / 2])
    };
    match timed() {
        Ok(time) if time <= SLOW => Finding::good("fsync", format!("{:.1} ms", time.as_secs_f64() * 1000.0)),
        Ok(time) => Finding::warning(
            "fsync",
            format!("{:.0} ms", time.as_secs_f64() * 1000.0),
            language.pick(
                "変更はディスクに届いてから表示されるため、1 回ごとにこの時間を待ちます。",
                "A change is shown after it is on the disk: each waits for so long.",
            ),
            language.pick("XDG_STATE_HOME を速いディスクにしてください。", "Set XDG_STATE_HOME to a faster disk."),
        ),
        Err(fault) => Finding::bad(
            "fsync",
            fault.to_string(),
            language.pick("ディスクに書けないため、何も実行できません。", "Nothing runs where nothing can be written."),
            language.pick("空きと権限を確かめてください。", "Look at its room and its permissions."),
        ),
    }
}
