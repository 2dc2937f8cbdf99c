//! Arguments about proofs that were made elsewhere: receipts, and parts of a matrix.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Where;

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct MergeArgs {
    /// What `guard teeth --shard K/N --json` printed, one file for each K
    #[arg(value_name = "FILE", required = true)]
    pub(in crate::cli) reports: Vec<PathBuf>,
    /// Print the whole matrix as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = VERIFY_AFTER)]
pub(in crate::cli) struct VerifyArgs {
    /// Receipts, or folders of them; by default `.guard/receipts`
    #[arg(value_name = "FILE|DIR")]
    pub(in crate::cli) receipts: Vec<PathBuf>,
    /// Compare contents only, and execute nothing
    #[arg(long)]
    pub(in crate::cli) stale_only: bool,
    /// Run each anchor N times without its offload: red now and then is flaky, not proven
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "stale_only", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) repeat: u32,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Print the JSON Schema of a receipt, and do nothing else
    #[arg(long, exclusive = true)]
    pub(in crate::cli) schema: bool,
    /// Run the commands that this repository brings, this time
    #[arg(long)]
    pub(in crate::cli) trust: bool,
    #[command(flatten)]
    pub(in crate::cli) place: Where,
}

const VERIFY_AFTER: &str = "\
Exit codes:
  0  every proof holds
  1  one is stale, or comes to something else now
  2  usage, configuration, or a receipt that is damaged or of another format
  4  the gate cannot be used";
