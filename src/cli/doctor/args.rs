//! The command line of `guard doctor`.

use clap::{Args as ClapArgs, ValueEnum};

use crate::cli::args::Where;

/// How a diagnosis is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorFormat {
    /// One line a check
    Text,
    /// Everything, with each call that was tried
    Json,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = DOCTOR_AFTER)]
pub(in crate::cli) struct DoctorArgs {
    /// How the diagnosis is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(in crate::cli) format: DoctorFormat,
    /// Run the commands that this repository brings, this time
    #[arg(long)]
    pub(in crate::cli) trust: bool,
    #[command(flatten)]
    pub(in crate::cli) place: Where,
}

const DOCTOR_AFTER: &str = "\
Exit codes:
  0  guard can work here; a warning says what it does not see
  4  the gate cannot be used";
