//! The command line.

mod fence;
mod proofs;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::doctor::DoctorArgs;
use super::rule::RuleArgs;
pub(super) use fence::{
    FenceAddArgs, FenceArgs, FenceClass, FenceCommand, FenceFormat, FenceRecordArgs, Measured,
};

pub(super) use proofs::{MergeArgs, TeethArgs, VerifyArgs};

/// Takes an asyncio change from its diff to a pull-request text whose every claim was executed.
#[derive(Debug, Parser)]
#[command(name = "guard", version, max_term_width = 100, after_help = AFTER)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

const AFTER: &str = "\
Exit codes:
  0  delivered, or nothing to do
  1  a verdict against the change
  2  usage, configuration, or a bad procedure
  3  questions are open: answer them with `guard answer`
  4  the gate cannot be used (no Python, pytest or Blockbuster; its limit was exceeded)
  70 a defect of guard's";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the procedure on this change, Step 0 to Step 6
    Run(RunArgs),
    /// Answer open questions of a run, and go on with it
    Answer(AnswerArgs),
    /// Show where a run stands and what it asks
    Status(StatusArgs),
    /// List the runs of this repository
    Runs(RunsArgs),
    /// Print every event of a run
    Log(LogArgs),
    /// Print again what a run printed, from its journal alone
    Replay(ReplayArgs),
    /// List blocking calls that the event loop may reach
    Scan(ScanArgs),
    /// Check that no async function calls what is known to be heavy
    Fence(FenceArgs),
    /// Show which anchor bites at which offload, and which offloads nobody guards
    Teeth(TeethArgs),
    /// Join the reports of a matrix that was made in parts
    Merge(MergeArgs),
    /// Prove again what receipts say, and compare
    Verify(VerifyArgs),
    /// Say whether guard can work here, what to do where not, and what the gate sees
    Doctor(DoctorArgs),
    /// Teach the gate one more blocking primitive, on the evidence of an anchor
    Rule(RuleArgs),
    /// Put a gate into a project that has none
    Init(InitArgs),
    /// Make a small project and run the whole procedure on it
    Demo(DemoArgs),
    /// Look at procedures
    Sop(SopArgs),
    /// Write a procedure as a skill for coding agents
    Skill(SkillArgs),
    /// Say yes to the commands and procedures that this repository brings
    Trust(TrustArgs),
}

/// Where things are.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Where {
    /// The folder of the project, when the repository holds several
    #[arg(long, value_name = "DIR")]
    pub(super) project: Option<PathBuf>,
    /// The interpreter that runs the gate
    #[arg(long, value_name = "PATH")]
    pub(super) python: Option<PathBuf>,
}

/// What becomes of the result.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct Results {
    /// Print the result as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Write the pull-request text to a file
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Commit the anchors together with the fix that they guard
    #[arg(long)]
    pub(super) commit: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunArgs {
    /// What the change is compared with: a branch, tag or commit
    ///
    /// By default `origin/main`, else the repository's default branch.
    #[arg(long, value_name = "REF", conflicts_with = "all")]
    pub(super) base: Option<String>,
    /// Judge commits only, not the uncommitted work
    #[arg(long, conflicts_with = "all")]
    pub(super) committed: bool,
    /// Judge the whole tree, HIGH first
    #[arg(long)]
    pub(super) all: bool,
    /// The procedure: its name, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "blocking-io")]
    pub(super) sop: String,
    /// Neither read nor write `.guard/dispositions.yaml`: ask about everything, remember nothing
    #[arg(long)]
    pub(super) no_memory: bool,
    /// Run the commands and the procedure that this repository brings, for this run alone
    #[arg(long)]
    pub(super) trust: bool,
    /// Write the receipt of each proof into this folder, in place of `.guard/receipts`
    #[arg(long, value_name = "DIR")]
    pub(super) receipts: Option<PathBuf>,
    /// Run the anchor N times without the offload: red now and then is flaky, not proven
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) repeat: Option<u32>,
    /// Bring the bad pattern back in this tree, for a project that runs nowhere else
    ///
    /// What a file held is recorded before it is edited, and comes back only over exactly what guard
    /// wrote: at the end, or, after a kill, at the start of the next guard command.
    #[arg(long, conflicts_with = "committed")]
    pub(super) in_place: bool,
    /// Go on with the latest run that has not ended
    #[arg(long, conflicts_with_all = ["base", "committed", "all", "sop", "no_memory", "python", "project", "receipts", "repeat", "in_place"])]
    pub(super) resume: bool,
    /// Take answers from a YAML or JSON file
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
    /// Never prompt: stop with exit code 3 and say what is open
    #[arg(long)]
    pub(super) non_interactive: bool,
    #[command(flatten)]
    pub(super) results: Results,
    #[command(flatten)]
    pub(super) place: Where,
}

#[derive(Debug, ClapArgs)]
pub(super) struct AnswerArgs {
    /// Questions, each followed by its answer: `c1.judge route=guard c2.judge route=no-action reason='startup only'`
    #[arg(value_name = "QUESTION FIELD=VALUE", required = true)]
    pub(super) words: Vec<String>,
    /// The run; by default the latest that has not ended
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<String>,
    #[command(flatten)]
    pub(super) results: Results,
}

#[derive(Debug, ClapArgs)]
pub(super) struct StatusArgs {
    /// The run; by default the latest
    #[arg(value_name = "RUN")]
    pub(super) run: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct RunsArgs {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct LogArgs {
    /// The run, or the file of a journal; by default the latest run
    #[arg(value_name = "RUN|FILE")]
    pub(super) run: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct ReplayArgs {
    /// The run, or the file of a journal; by default the latest run
    #[arg(value_name = "RUN|FILE")]
    pub(super) run: Option<String>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// How many of what
    Summary,
    /// File by file, for people
    Text,
    /// A JSON list
    Json,
    /// One JSON object a line
    Ndjson,
    /// SARIF 2.1.0, for code-scanning services
    Sarif,
    /// Workflow commands, for annotations on GitHub
    Github,
}

/// The names of the priorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Takes long or grows with its input: trees, the network, processes, waiting
    High,
    /// One bounded file operation
    Medium,
    /// Metadata
    Low,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Sureness {
    /// Every hop was resolved from code
    Definite,
    /// A hop rests on an annotation, on what calls pass, or on a convention
    Probable,
    /// A hop rests on a name alone
    Possible,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = SCAN_AFTER)]
pub(super) struct ScanArgs {
    /// Files and folders; by default the project's scan roots
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Only what the change since this branch, tag or commit brings onto the loop
    #[arg(long, value_name = "REF", conflicts_with = "all")]
    pub(super) base: Option<String>,
    /// Everything in the tree, which is the default
    #[arg(long)]
    pub(super) all: bool,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// Write to a file
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Show one finding in depth, by its key (`path::function::symbol`): the way from the loop, with code
    #[arg(long, value_name = "KEY", conflicts_with_all = ["format", "fail_on"])]
    pub(super) explain: Option<String>,
    /// Exit with 1 when a listed finding is of this priority or above
    #[arg(long, value_enum, value_name = "PRIORITY")]
    pub(super) fail_on: Option<Level>,
    /// Leave out findings that are less sure
    #[arg(long, value_enum, value_name = "CONFIDENCE", default_value = "possible")]
    pub(super) confidence: Sureness,
    /// Read every file anew, and keep nothing for the next scan
    ///
    /// Otherwise what was learned of each file is kept in the user's cache folder
    /// (`$XDG_CACHE_HOME/guard`, else `~/.cache/guard`) and used as long as the file stays the same.
    #[arg(long)]
    pub(super) no_cache: bool,
    /// List offloads too: calls that run in a thread already
    #[arg(long)]
    pub(super) offloaded: bool,
    #[command(flatten)]
    pub(super) place: Where,
}

const SCAN_AFTER: &str = "\
Exit codes:
  0  scanned
  1  with --fail-on: a finding of that priority or above
  2  usage or configuration";

#[derive(Debug, ClapArgs)]
pub(super) struct InitArgs {
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) place: Where,
}

#[derive(Debug, ClapArgs)]
pub(super) struct DemoArgs {
    /// Make the project in this folder, which must not exist yet, and keep it there
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    /// The Python (3.9 or later) that makes the demo's environment
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub(super) python: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct TrustArgs {
    /// Procedures; by default all of `.guard/sop`
    #[arg(value_name = "FILE")]
    pub(super) procedures: Vec<PathBuf>,
    /// Show what would be trusted, and trust nothing
    #[arg(long, conflicts_with = "forget")]
    pub(super) dry_run: bool,
    /// Take back everything that was trusted in this repository
    #[arg(long)]
    pub(super) forget: bool,
    /// The folder of the project, when the repository holds several
    #[arg(long, value_name = "DIR")]
    pub(super) project: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SopArgs {
    #[command(subcommand)]
    pub(super) command: SopCommand,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillArgs {
    #[command(subcommand)]
    pub(super) command: SkillCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum SkillCommand {
    /// Write SKILL.md and its references
    Export(SkillExportArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillExportArgs {
    /// The procedure: its name, or a file
    #[arg(value_name = "NAME|FILE", default_value = "blocking-io")]
    pub(super) sop: String,
    /// The skill's folder; by default `skills/<procedure>`
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
    /// Write nothing; exit code 1 when a file is not what would be written
    #[arg(long)]
    pub(super) check: bool,
}

/// What a picture is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PictureFormat {
    /// A terminal.
    Text,
    /// Markdown.
    Mermaid,
    /// Graphviz.
    Dot,
    /// A browser.
    Svg,
}

#[derive(Debug, Subcommand)]
pub(super) enum SopCommand {
    /// List the procedures there are
    List,
    /// Prove that a procedure is sound
    Check {
        /// Its name, or a file
        #[arg(value_name = "NAME|FILE")]
        file: PathBuf,
    },
    /// Print a procedure
    Show {
        /// Its name, or a file
        #[arg(value_name = "NAME|FILE", default_value = "blocking-io")]
        sop: String,
    },
    /// Print the JSON Schema of a procedure's file, for editors
    Schema,
    /// Say what a state does, what it asks and where it leads
    Explain {
        /// The state
        #[arg(value_name = "STATE")]
        state: String,
        /// The procedure: its name, or a file
        #[arg(long, value_name = "NAME|FILE", default_value = "blocking-io")]
        sop: String,
    },
    /// Draw a procedure
    Graph {
        /// Its name, or a file
        #[arg(value_name = "NAME|FILE", default_value = "blocking-io")]
        sop: String,
        /// What the picture is made for
        #[arg(long, value_enum, default_value = "text")]
        format: PictureFormat,
    },
}
