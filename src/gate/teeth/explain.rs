//! One sentence or two for each verdict: why, and what to do next.

use std::time::Duration;

use super::Call;
use crate::model::{Block, Frame, Invalid, Location, PrimitiveRun, Replaced};

fn at(site: &Location) -> String {
    format!("{}:{} ({})", site.path, site.line, site.function)
}

fn frame(frame: &Frame) -> String {
    format!("{}:{}", frame.path, frame.line)
}

fn innermost(stack: &[Frame]) -> String {
    stack.last().map_or_else(|| "an unknown place".to_owned(), frame)
}

pub(in crate::gate) fn proven(test: &str, block: &Block) -> String {
    let caught = block.caught_at.as_ref().map_or_else(String::new, |place| {
        format!("; it was caught at {} and turned into another failure", frame(place))
    });
    format!(
        "Without the offload {test} is red, because {} ran on the event loop at {}{caught}; with it, \
         green.",
        block.primitive,
        innermost(&block.stack),
    )
}

pub(in crate::gate) fn by_stack_alone(symbol: &str) -> String {
    format!(
        " The catalogue does not know which primitives `{symbol}` reaches: that the refusal is of this call is \
         told by the stack alone, which passes through the restored function."
    )
}

pub(in crate::gate) fn other_call(call: &Call, test: &str, block: &Block) -> String {
    let reached = call.primitives.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    format!(
        "With its function as it was, {test} is red because {} ran on the event loop at {}; `{}` reaches {reached}. \
         That is another call of the same function, and the first refusal ends a test and hides what \
         comes after it: let the anchor get past that call, for instance by a stub of it.",
        block.primitive,
        innermost(&block.stack),
        call.symbol,
    )
}

pub(in crate::gate) fn flaky(red: u32, runs: u32) -> String {
    format!(
        "The same reverted tree was red in {red} of {runs} runs: make the anchor drive the site every \
         time, without a race."
    )
}

pub(in crate::gate) fn swallowed(site: &Location, block: &Block) -> String {
    let place = block
        .caught_at
        .as_ref()
        .map_or_else(|| "on its way up".to_owned(), |place| format!("at {}", frame(place)));
    format!(
        "With the offload at {} taken away, {} was refused on the event loop, but the refusal was caught {place} \
         and no test failed of it: the project's own CI would pass too. Narrow that `except`, or let the gate \
         fail a test that swallowed a block.",
        at(site),
        block.primitive,
    )
}

pub(in crate::gate) fn not_driven(site: &Location) -> String {
    format!(
        "No test of the selection executes {}: let the anchor drive the branch that reaches it.",
        at(site)
    )
}

pub(in crate::gate) fn off_loop(site: &Location, test: &str) -> String {
    format!(
        "{test} executes {}, but never on a thread with a running event loop: drive it through the \
         async entry point.",
        at(site)
    )
}

pub(in crate::gate) fn stubbed(site: &Location, test: &str, replaced: Option<&Replaced>) -> String {
    let why = replaced.map_or_else(
        || "what it calls is replaced further down, or returns early".to_owned(),
        |Replaced { name, by }| format!("`{name}` is {by} there"),
    );
    format!(
        "{test} executes {} on the event loop, but no blocking primitive was reached below it: {why}. Let \
         the anchor use the real one.",
        at(site)
    )
}

pub(in crate::gate) fn permitted(site: &Location, primitive: &PrimitiveRun) -> String {
    format!(
        "`{}` ran on the event loop below {} while the gate was off or allowed it there (at {}): look at \
         the test's marker, the gate's scope and its exceptions.",
        primitive.event,
        at(site),
        innermost(&primitive.stack),
    )
}

pub(in crate::gate) fn unhooked(site: &Location, primitive: &PrimitiveRun) -> String {
    format!(
        "`{}` ran on the event loop at {}, below {}, and the gate has no rule for it: propose a rule, \
         or escalate.",
        primitive.event,
        innermost(&primitive.stack),
        at(site),
    )
}

pub(in crate::gate) fn cached(site: &Location, test: &str) -> String {
    format!(
        "{} is harmless once another test went before: {test} stays green in company and is red in a \
         process of its own. Reset the cache in the anchor's set-up.",
        at(site)
    )
}

pub(in crate::gate) fn no_revert(site: &Location) -> String {
    format!(
        "No way is known to bring the bad pattern back at {}: nothing to un-offload there, and no earlier \
         version that differs.",
        at(site)
    )
}

pub(in crate::gate) fn timeout(limit: Duration) -> String {
    format!(
        "With the offload taken away the run did not end within {} s and was stopped: probably the call \
         waits for something that only the blocked loop could do. Give the anchor a timeout of its own.",
        limit.as_secs()
    )
}

pub(in crate::gate) fn wrong_tree(path: &str, file: &str) -> String {
    format!(
        "The interpreter imported {path} from {file}, not from the isolated tree, so an edit there proves \
         nothing. Install the project in editable mode, or put its sources on PYTHONPATH in the gate's \
         environment."
    )
}

pub(in crate::gate) fn control_red(path: &str) -> String {
    format!(
        "An edit of {path} that changes nothing did not stay green: the tests depend on the file's text, \
         or are not stable. Run the selection several times."
    )
}

pub(in crate::gate) fn restored_red() -> String {
    "With the revert taken back the selection is not green again: it leaves something behind, or is not \
     stable."
        .to_owned()
}

pub(in crate::gate) fn not_restored(path: &str) -> String {
    format!("{path} is not byte-identical after the proof: a test writes to it.")
}

pub(in crate::gate) fn red_alone(what: &str) -> String {
    format!(
        "The selection is red on the untouched tree when run alone ({what}), so the whole suite was run \
         in every step."
    )
}

pub(in crate::gate) fn not_relocatable(what: &str) -> String {
    format!(
        "The anchor is green in the project's own folder and not in an isolated worktree ({what}): it \
         needs something that git does not have. Name such files in `gate.carry`, or run with `--in-place`."
    )
}

pub(in crate::gate) fn baseline(reason: Invalid, what: &str) -> String {
    match reason {
        Invalid::BaselineRed => format!(
            "The anchor is red on the untouched tree, alone and with its suite: {what}. Make it green first."
        ),
        Invalid::CollectionError => {
            format!("pytest could not collect the anchor on the untouched tree: {what}.")
        }
        Invalid::NoTestRan => {
            format!(
                "Nothing was run on the untouched tree: {what}. Look at its name and its markers."
            )
        }
        Invalid::Timeout => format!(
            "The untouched tree was not judged: {what}. Raise `gate.limit`, or find what hangs."
        ),
        Invalid::GateBroken => format!("The evidence of the untouched tree has a hole: {what}."),
        Invalid::NotRelocatable => what.to_owned(),
        Invalid::ImportError
        | Invalid::WrongTree
        | Invalid::UnrelatedFailure
        | Invalid::NoRevert => format!("The untouched tree cannot be judged: {what}."),
    }
}

pub(in crate::gate) fn failing(reason: Invalid, site: &Location, what: &str) -> String {
    match reason {
        Invalid::UnrelatedFailure => format!(
            "With the offload at {} taken away a test failed, but no block passed through that site: {what}. \
             It fails for another reason, an assertion about threads for instance; let the anchor reach a \
             call that the gate refuses.",
            at(site)
        ),
        Invalid::ImportError => format!(
            "The reverted code could not be imported: {what}. That is red for the wrong reason; another \
             way to revert is needed."
        ),
        Invalid::CollectionError => {
            format!("pytest could not collect the anchor with the revert in place: {what}.")
        }
        Invalid::NoTestRan => format!("With the revert in place {what}."),
        Invalid::GateBroken => format!("The evidence has a hole: {what}."),
        Invalid::BaselineRed
        | Invalid::WrongTree
        | Invalid::Timeout
        | Invalid::NoRevert
        | Invalid::NotRelocatable => format!("Nothing was learned: {what}."),
    }
}

pub(in crate::gate) fn not_turned(site: &Location, through: &str) -> String {
    format!(
        "The offload at {} ({through}) could not be turned inline in a running process; a source edit \
         can tell.",
        at(site)
    )
}

pub(in crate::gate) fn fork_red(test: &str, what: &str) -> String {
    format!(
        "{test} is green in the suite and not in a forked process without any change ({what}): what it \
         needs does not survive a fork. A source edit can tell."
    )
}

pub(in crate::gate) fn child_timeout(site: &Location, test: &str) -> String {
    format!(
        "With the offload at {} turned inline, {test} did not end and was stopped: probably the call \
         waits for something that only the blocked loop could do. Give the anchor a timeout of its own.",
        at(site)
    )
}

pub(in crate::gate) fn edited_tree_did_not_run(site: &Location) -> String {
    format!("With the offload at {} taken away pytest did not run to its end.", at(site))
}

pub(in crate::gate) fn call_not_made(site: &Location, test: &str) -> String {
    format!(
        "{test} executes the line of {} and not the call on it: a part of the expression that decides \
         ends it early, or the test puts something in the place of the offload itself. Drive the call.",
        at(site)
    )
}
