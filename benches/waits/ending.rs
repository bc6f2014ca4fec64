//! How a bench ends: what went wrong is said, and the exit status tells whether all is well.

use std::io::Write as _;
use std::process::ExitCode;

/// The exit status of what a bench came to.
pub(crate) fn ending(outcome: anyhow::Result<bool>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            let _nobody_reads = writeln!(std::io::stderr(), "{fault:#}");
            ExitCode::FAILURE
        }
    }
}
