//! Arguments about proofs: the matrix, its parts, and receipts.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::Where;
use crate::gate::matrix::Shard;

#[derive(Debug, ClapArgs)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["tests", "site", "base", "all"]))]
pub(in crate::cli) struct TeethArgs {
    /// Tests: node ids, files or folders; by default the whole suite
    #[arg(value_name = "TEST", conflicts_with = "all")]
    pub(in crate::cli) tests: Vec<String>,
    /// One offload
    #[arg(long, value_name = "PATH:LINE", conflicts_with = "all")]
    pub(in crate::cli) site: Option<String>,
    /// Offloads on lines that differ from a branch, tag or commit
    #[arg(long, value_name = "REF", conflicts_with = "all")]
    pub(in crate::cli) base: Option<String>,
    /// Every offload and every test
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Tests at a time; by default one a core
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(in crate::cli) jobs: Option<usize>,
    /// Try each pair of a test and an offload N times: red now and then is flaky, not proven
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(in crate::cli) repeat: u32,
    /// Only this part of the offloads: K of N, from 1; `guard merge` joins the parts
    ///
    /// An offload's part is decided by its file, its function and what it offloads.
    #[arg(long, value_name = "K/N", conflicts_with = "site")]
    pub(in crate::cli) shard: Option<Shard>,
    /// Make source edits in this tree, for a project that runs nowhere else; they are taken back
    #[arg(long)]
    pub(in crate::cli) in_place: bool,
    /// Leave out the source edits that confirm what is not proven, and a sample of what is
    #[arg(long)]
    pub(in crate::cli) no_confirm: bool,
    /// Write what is proven as a receipt, for `guard verify`
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) receipt: Option<PathBuf>,
    /// Print the matrix as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
    /// Run the commands that this repository brings, this time
    #[arg(long)]
    pub(in crate::cli) trust: bool,
    #[command(flatten)]
    pub(in crate::cli) place: Where,
}

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
