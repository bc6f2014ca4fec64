//! The program: for now only the hidden subcommand of the keeper.

use std::path::PathBuf;
use std::process::ExitCode;

use tejun::exec::{Size, keeper};

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() != Some("keep") {
        return ExitCode::from(2);
    }
    let mut args =
        keeper::Args { folder: PathBuf::new(), lane: 0, cwd: PathBuf::new(), size: Size { cols: 80, rows: 24 } };
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        match name.as_str() {
            "--folder" => args.folder = value.into(),
            "--cwd" => args.cwd = value.into(),
            "--lane" => args.lane = value.parse().unwrap_or_default(),
            "--cols" => args.size.cols = value.parse().unwrap_or_default(),
            "--rows" => args.size.rows = value.parse().unwrap_or_default(),
            _ => return ExitCode::from(2),
        }
    }
    ExitCode::from(keeper::run(&args))
}
