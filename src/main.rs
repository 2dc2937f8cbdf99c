//! guard: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    guard::cli::main()
}
