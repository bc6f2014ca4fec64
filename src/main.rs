//! The program `tejun`.

fn main() -> std::process::ExitCode {
    tejun::cli::main()
}
