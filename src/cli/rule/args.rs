//! The command line of `guard rule`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use crate::cli::args::Where;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RuleArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: RuleCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RuleCommand {
    /// Add a rule to the project's central list, if an anchor shows the gap and no test turns red
    Add(RuleAddArgs),
    /// Write the report of a gap for whoever owns the gate, and change nothing
    Escalate(RuleEscalateArgs),
}

/// Which rule, and on what evidence.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RuleOf {
    /// What the gate does not see: `os.chmod`, `builtins.open`, `pathlib.Path.touch`
    #[arg(value_name = "PRIMITIVE")]
    pub(in crate::cli) primitive: String,
    /// The anchor's tests, which drive the primitive and stay green without the offload
    #[arg(long, value_name = "TEST", required = true, num_args = 1..)]
    pub(in crate::cli) anchor: Vec<String>,
    /// The offload that the anchor guards
    #[arg(long, value_name = "PATH:LINE")]
    pub(in crate::cli) site: String,
    /// Why the primitive really blocks, by its implementation or its documentation
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) because: Option<String>,
    /// Run the commands that this repository brings, this time
    #[arg(long)]
    pub(in crate::cli) trust: bool,
    #[command(flatten)]
    pub(in crate::cli) place: Where,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = RULE_ADD_AFTER)]
pub(in crate::cli) struct RuleAddArgs {
    #[command(flatten)]
    pub(in crate::cli) of: RuleOf,
    /// The file to which you have added the rule, where guard does not know the list
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) file: Option<String>,
    /// Commit the rule, alone
    #[arg(long)]
    pub(in crate::cli) commit: bool,
}

const RULE_ADD_AFTER: &str = "\
Without the rule the anchor must be green although the primitive runs on the event loop; under it the \
anchor must be red without its offload, and no other test may turn red. All of it is executed, in an \
isolated worktree. A path that merely has no test is refused: it needs an anchor.

Exit codes:
  0  added
  1  not admitted; nothing was written
  2  usage or configuration
  3  the gap is real, and the rule is to be added by hand: what, and where
  4  the gate cannot be used";

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct RuleEscalateArgs {
    #[command(flatten)]
    pub(in crate::cli) of: RuleOf,
    /// Write the report to a file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
