//! The words of `guard fence`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::model::Measurement;

/// How the fence's verdict is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FenceFormat {
    /// One line a bare call
    Text,
    /// A JSON list of findings, the wrapped calls too
    Json,
    /// SARIF 2.1.0, for code-scanning services
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = FENCE_AFTER, args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct FenceArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<FenceCommand>,
    /// How the verdict is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(in crate::cli) format: FenceFormat,
    /// The folder of the project, when the repository holds several
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) project: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum FenceCommand {
    /// Write what was measured of a call into the audit document
    ///
    /// A call that is safe-fast gets its entry in `allow` too.
    Record(FenceRecordArgs),
    /// Fence a sync function that is heavy, or give it another measurement
    Add(FenceAddArgs),
}

/// The names of the classes of the audit document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FenceClass {
    /// Above 50 ms, and a thread runs it
    Wrapped,
    /// Below 50 ms where it stands, so it may stay bare
    SafeFast,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct FenceRecordArgs {
    /// What the measurement makes of the call
    #[arg(long, value_enum)]
    pub(in crate::cli) class: FenceClass,
    /// The file of the call
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// The async function that it stands in
    #[arg(long, value_name = "FN")]
    pub(in crate::cli) function: String,
    /// The last name of the call: `f` of `m.s.f()`
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) callee: String,
    /// How long it takes there in the worst case: `12 ms`. A wrapped call may take over what its row
    /// or its name says
    #[arg(long, value_name = "TIME", required_if_eq("class", "safe-fast"))]
    pub(in crate::cli) worst: Option<Measurement>,
    /// How that was measured: on what, with which input
    #[arg(long, value_name = "TEXT", required_if_eq("class", "safe-fast"))]
    pub(in crate::cli) how: Option<String>,
    /// The folder of the project, when the repository holds several
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) project: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct FenceAddArgs {
    /// The function's own name
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    #[command(flatten)]
    pub(in crate::cli) measured: Measured,
    /// The folder of the project, when the repository holds several
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) project: Option<PathBuf>,
}

/// A measurement.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Measured {
    /// How long it takes in the worst case: `80 ms`, `8-13 s`
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) worst: Measurement,
    /// How that was measured: on what, with which input
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) how: String,
}

const FENCE_AFTER: &str = "\
The fence is `[fence]` of guard.toml, or `[tool.guard.fence]` of pyproject.toml.

Exit codes:
  0  every call of a fenced name is wrapped, or allowed by a measurement
  1  a bare call
  2  usage; no fence, or one whose names, measurements or audit rows do not hold
  70 the fence's self-check failed";
