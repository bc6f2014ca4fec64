//! Files, folders and disks.

use super::super::syntax::{Call, Write};
use super::{Found, Rule, does};
use crate::runbook::model::DangerLevel::{Changes, Destructive, Disruptive};

static RM: Rule = Rule::new("rm", Destructive, "ファイルを削除します。", "Deletes files.");
static FIND_DELETE: Rule =
    Rule::new("find-delete", Destructive, "見つけたファイルをすべて削除します。", "Deletes every file that it finds.");
static TRUNCATE: Rule = Rule::new("truncate", Destructive, "ファイルの中身を消します。", "Empties or cuts off files.");
static DISK: Rule = Rule::new(
    "disk-write",
    Destructive,
    "ディスクやパーティションを上書きします。",
    "Writes over a disk or a partition.",
);
static VOLUME: Rule = Rule::new(
    "volume-destroy",
    Destructive,
    "ボリュームやスナップショットを破棄します。",
    "Destroys volumes, pools or snapshots.",
);
static VOLUME_CHANGE: Rule =
    Rule::new("volume-change", Disruptive, "ボリュームの構成を変えます。", "Changes the layout of volumes.");
static SYNC_DELETE: Rule = Rule::new(
    "sync-delete",
    Destructive,
    "送り元に無いファイルを送り先から削除します。",
    "Deletes at the target what the source does not have.",
);
static OVERWRITE: Rule =
    Rule::new("data-overwrite", Destructive, "稼働中のデータを上書きします。", "Copies over live data.");
static SYSTEM_WRITE: Rule =
    Rule::new("system-write", Destructive, "システムのファイルを上書きします。", "Writes over a file of the system.");
static SYSTEM_APPEND: Rule =
    Rule::new("system-append", Changes, "システムのファイルに書き足します。", "Adds to a file of the system.");
static KERNEL: Rule = Rule::new("kernel-setting", Changes, "カーネルの設定を変えます。", "Changes kernel settings.");
static SYSRQ: Rule = Rule::new(
    "kernel-request",
    Disruptive,
    "カーネルに直接命令します。マシンが止まるか再起動することがあります。",
    "Orders the kernel itself; the machine may stop or restart.",
);
static EDIT: Rule =
    Rule::new("file-edit", Changes, "ファイルを書き換えるか移動します。", "Changes or moves files in place.");
static PERMISSIONS: Rule =
    Rule::new("permissions", Changes, "所有者や権限を変えます。", "Changes owners or permissions.");
static ALL_PERMISSIONS: Rule = Rule::new(
    "system-permissions",
    Destructive,
    "システム全体の所有者や権限を書き換えます。",
    "Writes over the owners or permissions of a whole system.",
);
static MOUNT: Rule = Rule::new("mount", Disruptive, "マウントの状態を変えます。", "Changes what is mounted.");
static MOUNTED: Rule = Rule::new("mount-add", Changes, "ファイルシステムをマウントします。", "Mounts a file system.");
static COPY: Rule = Rule::new(
    "copy-over",
    Changes,
    "コピー先のファイルを上書きすることがあります。",
    "May write over files at the target.",
);
static UNPACK: Rule = Rule::new(
    "unpack-over",
    Destructive,
    "展開した内容でシステムのファイルを上書きします。",
    "Unpacks over files of the system.",
);
static LOGROTATE: Rule = Rule::new("logrotate", Changes, "ログを今すぐ切り替えます。", "Rotates log files now.");

pub(super) fn look(call: &Call, found: &mut Found) {
    match call.program() {
        "rm" | "shred" | "unlink" | "rmdir" | "trash" | "srm" => found.add(&RM),
        "find" | "fd" => found.add_if(call.has("-delete"), &FIND_DELETE),
        "truncate" => found.add(&TRUNCATE),
        "dd" => found.add_if(call.args().iter().any(|arg| arg.starts_with("of=") && arg != "of=/dev/null"), &DISK),
        "wipefs" => found.add_if(call.short('a') || call.has("--all"), &DISK),
        "parted" | "sgdisk" | "sfdisk" | "gdisk" => found.add_if(
            call.has_any(&[
                "mklabel",
                "mkpart",
                "rm",
                "resizepart",
                "--zap-all",
                "-Z",
                "-d",
                "-n",
                "-o",
                "-z",
                "--delete",
            ]),
            &DISK,
        ),
        "blkdiscard" | "mkswap" | "badblocks" | "hdparm" => {
            let reads = call.program() == "hdparm" && !call.has_start("--security-erase");
            found.add_if(!reads && (call.program() != "badblocks" || call.short('w')), &DISK);
        }
        program if program.starts_with("mkfs") => found.add(&DISK),
        "cryptsetup" => {
            found.add_if(call.has_any(&["luksFormat", "luksErase", "erase", "luksKillSlot", "reencrypt"]), &VOLUME);
            found.add_if(call.has_any(&["close", "luksClose", "luksRemoveKey"]), &VOLUME_CHANGE);
        }
        "zfs" | "zpool" | "btrfs" => {
            found.add_if(call.has_any(&["destroy", "rollback", "labelclear", "delete"]), &VOLUME);
            found.add_if(
                call.has_any(&[
                    "create", "export", "detach", "offline", "remove", "set", "receive", "recv", "replace", "attach",
                    "add",
                ]),
                &VOLUME_CHANGE,
            );
        }
        "lvremove" | "vgremove" | "pvremove" | "lvreduce" => found.add(&VOLUME),
        "lvextend" | "lvresize" | "lvcreate" | "vgextend" | "vgcreate" | "pvcreate" | "vgreduce" | "resize2fs"
        | "xfs_growfs" | "lvchange" | "vgchange" | "tune2fs" => found.add(&VOLUME_CHANGE),
        "lvconvert" => found.add_if(call.has("--merge"), &VOLUME),
        "mdadm" => {
            found.add_if(call.has_any(&["--zero-superblock", "--create", "-C"]), &VOLUME);
            found.add_if(
                call.has_any(&["--stop", "-S", "--fail", "-f", "--remove", "-r", "--add", "-a", "--grow"]),
                &VOLUME_CHANGE,
            );
        }
        "umount" | "swapoff" | "fsck" | "e2fsck" | "xfs_repair" | "fusermount" => {
            found.add_if(!(call.program().contains("fsck") && call.short('n')), &MOUNT);
        }
        "mount" => found.add_if(!call.args().is_empty() && !call.short('l') && !call.has("-V"), &MOUNTED),
        "rsync" | "rclone" => sync(call, found),
        "cp" | "install" => {
            found.add_if(call.operands().next() == Some("/dev/null"), &TRUNCATE);
            copied(call, found);
        }
        "ln" => {
            copied(call, found);
            found.add_if(call.short('f') || call.has("--force"), &EDIT);
        }
        "scp" => copied(call, found),
        "fdisk" | "cfdisk" => found.add_if(!call.short('l') && !call.has_any(&["--list", "-x", "-s"]), &DISK),
        "mv" => {
            copied(call, found);
            found.add(&EDIT);
        }
        "tee" => {
            for target in call.operands().filter(|target| *target != "/dev/null") {
                onto(target, call.short('a') || call.has("--append"), found);
            }
        }
        "sed" => found.add_if(call.args().iter().any(|arg| in_place(arg)), &EDIT),
        "perl" => found.add_if(call.args().iter().any(|arg| arg.starts_with("-i") || arg.starts_with("-pi")), &EDIT),
        "patch" => found.add(&EDIT),
        "ed" | "ex" => found.add(&EDIT),
        "tar" | "bsdtar" => {
            let first = call.args().first().map_or("", String::as_str);
            let unpacks = call.has_any(&["--extract", "--get"])
                || call.short('x')
                || (!first.starts_with('-') && first.contains('x'));
            let system = call.value_of(&["-C", "--directory"]).is_some_and(|to| to == "/" || system_path(to));
            found.add_if(unpacks && (system || call.short('P')), &UNPACK);
        }
        "unzip" | "7z" => found.add_if(call.value_of(&["-d"]).is_some_and(system_path), &UNPACK),
        "chmod" | "chown" | "chgrp" | "setfacl" | "chattr" | "restorecon" => {
            let deep = (call.short('R') || call.has("--recursive")) && call.program() != "restorecon";
            found.add_if(deep && call.operands().any(whole_system), &ALL_PERMISSIONS);
            found.add(&PERMISSIONS);
        }
        "nvme" | "sg_format" | "debugfs" => {
            let writes = match call.program() {
                "nvme" => call.has_any(&["format", "sanitize", "delete-ns", "write", "write-zeroes"]),
                "debugfs" => call.short('w'),
                _ => true,
            };
            found.add_if(writes, &DISK);
        }
        "logrotate" => found.add_if(!call.short('d') && !call.has("--debug"), &LOGROTATE),
        _ => {}
    }
    if does(call, &["rsync"], &["--remove-source-files"]) {
        found.add(&RM);
    }
}

/// A folder on which the system itself stands.
fn whole_system(path: &str) -> bool {
    let bare = path.trim_end_matches(['/', '*']);
    path.starts_with('/')
        && matches!(bare, "" | "/etc" | "/usr" | "/var" | "/bin" | "/sbin" | "/lib" | "/lib64" | "/boot" | "/dev")
}

fn in_place(arg: &str) -> bool {
    arg.starts_with("--in-place")
        || (arg.starts_with('-')
            && !arg.starts_with("--")
            && arg[1..].starts_with(['i', 'n', 'E', 'r', 's'])
            && arg.contains('i'))
}

fn sync(call: &Call, found: &mut Found) {
    let deletes = call.has_start("--delete")
        || (call.program() == "rclone" && call.has_any(&["sync", "delete", "purge", "move"]));
    let dry = call.program() == "rsync" && call.short('n');
    found.add_if(deletes && !dry, &SYNC_DELETE);
    if !dry && call.program() == "rsync" {
        copied(call, found);
    }
}

/// A copy onto data in use, or onto a file of the system.
fn copied(call: &Call, found: &mut Found) {
    let operands: Vec<&str> = call.operands().collect();
    let Some((to, from)) = operands.split_last().filter(|(_, from)| !from.is_empty()) else { return };
    if to.starts_with("/dev/") && *to != "/dev/null" {
        found.add(&DISK);
    }
    let data = |path: &str| path.starts_with("/var/lib/") || path.ends_with(".rdb") || path.ends_with(".aof");
    if data(to) && !from.first().is_some_and(|from| from.starts_with("/var/lib/")) {
        found.add(&OVERWRITE);
    } else if system_path(to) {
        found.add(if is_copy_name(to) { &SYSTEM_APPEND } else { &SYSTEM_WRITE });
    } else if call.program() != "mv" && call.program() != "install" {
        let many = call.program() == "rsync" || ['r', 'R', 'a'].iter().any(|option| call.short(*option));
        let restores = operands.iter().any(|path| path.to_lowercase().contains("restore"));
        let remote = to.contains(':');
        let aside = is_copy_name(to)
            || to.to_lowercase().contains("backup")
            || ["/tmp", "/var/tmp", "/mnt/tmp"].iter().any(|folder| to.starts_with(folder))
            || (matches!(*to, "." | "./") && !restores);
        if restores && (many || remote) && !to.starts_with("/tmp") {
            found.add(&OVERWRITE);
        } else if (remote && call.program() != "scp") || (many && !aside && call.program() != "scp") {
            found.add(&COPY);
        }
    }
}

/// A redirection into a file.
pub(super) fn written(write: &Write, found: &mut Found) {
    let target = write.target.as_str();
    if target.starts_with("/dev/null")
        || target.starts_with("/dev/std")
        || target.starts_with("/dev/fd")
        || target == "/dev/tty"
    {
        return;
    }
    if write.empties && !write.appends {
        found.add(&TRUNCATE);
    }
    onto(target, write.appends, found);
}

fn onto(target: &str, appends: bool, found: &mut Found) {
    if target == "/proc/sysrq-trigger" {
        found.add(&SYSRQ);
    } else if target.starts_with("/proc/") || target.starts_with("/sys/") {
        found.add(&KERNEL);
    } else if [
        "/dev/sd",
        "/dev/nvme",
        "/dev/vd",
        "/dev/xvd",
        "/dev/hd",
        "/dev/disk",
        "/dev/mapper",
        "/dev/md",
        "/dev/dm-",
        "/dev/mem",
    ]
    .iter()
    .any(|disk| target.starts_with(disk))
    {
        found.add(&DISK);
    } else if system_path(target) {
        found.add(if appends || is_copy_name(target) { &SYSTEM_APPEND } else { &SYSTEM_WRITE });
    }
}

/// A path below a folder that the system lives in.
fn system_path(path: &str) -> bool {
    ["/etc/", "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/boot/", "/var/lib/", "/var/spool/cron", "/root/.ssh/"]
        .iter()
        .any(|folder| path.starts_with(folder) || path == folder.trim_end_matches('/'))
        || path.ends_with("/.ssh/authorized_keys")
        || path.ends_with("/.ssh/config")
}

/// The name says that the file is a copy which is put aside.
fn is_copy_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    [".bak", ".backup", ".orig", ".old", ".save", "~", "_backup", "-backup", ".org", "backup-"]
        .iter()
        .any(|mark| name.contains(mark))
        || name.contains("$(date")
        || name.contains("${date")
        || name.contains("$date")
}
