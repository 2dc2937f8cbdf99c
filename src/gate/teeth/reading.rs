//! What one run of the reverted tree says about one site.

use std::path::Path;

use super::target::{Target, within};
use crate::model::{
    Block, GateRun, Invalid, PrimitiveRun, Replaced, Selection, SiteRun, TestOutcome, TestRun,
};

/// One run, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) enum Reading {
    /// A test failed and a block of the site was recorded in it.
    Red { test: String, block: Block },
    /// A block of the site was recorded, and no test failed of it.
    Swallowed { block: Block },
    /// A test failed, and what was refused in the site's function is of another call.
    OtherCall { test: String, block: Block },
    /// Something failed that is not the site's doing, or nothing ran.
    Failing { reason: Invalid, what: String },
    /// Nothing failed, no block of the site.
    Green(Green),
}

/// Why it stayed green.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) enum Green {
    /// The site's lines never ran in a test.
    NotDriven,
    /// They ran, but not on an event loop.
    OffLoop { test: String },
    /// They ran on the loop and no primitive was seen below them.
    Stubbed { test: String, replaced: Option<Replaced> },
    /// A primitive ran below them that the gate let pass on purpose.
    Permitted { primitive: PrimitiveRun },
    /// A primitive ran below them that the gate has no rule for.
    Unhooked { primitive: PrimitiveRun },
}

/// The tests that count: those of the anchor, also when the whole suite ran.
#[derive(Debug, Clone, Copy)]
pub(in crate::gate) struct Scope<'a>(pub(in crate::gate) &'a Selection);

impl Scope<'_> {
    pub(in crate::gate) fn has(self, id: &str) -> bool {
        match self.0 {
            Selection::Suite => true,
            Selection::Tests(tests) => tests.iter().any(|test| {
                let test = test.strip_prefix("./").unwrap_or(test).trim_end_matches('/');
                id.strip_prefix(test).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with("::") || rest.starts_with(['[', '/'])
                })
            }),
        }
    }

    /// Outside of any test counts too: a fixture of the session, a hook.
    fn has_some(self, id: Option<&str>) -> bool {
        id.is_none_or(|id| self.has(id))
    }
}

/// Reads a run of a tree in which the target's revert was applied, `baseline` being the run without.
pub(in crate::gate) fn read(
    run: &GateRun,
    baseline: &GateRun,
    target: &Target<'_>,
    scope: Scope<'_>,
) -> Reading {
    let (attributed, others): (Vec<&Block>, Vec<&Block>) = run
        .blocks
        .iter()
        .filter(|block| scope.has_some(block.test.as_deref()))
        .filter(|block| target.is_passed_by(&block.stack))
        .filter(|block| !target.was_there(block, baseline))
        .partition(|block| target.is_reached_by_call(&block.primitive));
    let failed: Vec<&TestRun> = run
        .tests
        .iter()
        .filter(|test| test.outcome == TestOutcome::Failed && scope.has(&test.id))
        .collect();
    let failed_of = |blocks: &[&Block]| {
        blocks.iter().find_map(|block| {
            let is = |test: &&&TestRun| block.test.as_ref().is_none_or(|id| *id == test.id);
            Some((failed.iter().find(is)?.id.clone(), (*block).clone()))
        })
    };
    if let Some((test, block)) = failed_of(&attributed) {
        return Reading::Red { test, block };
    }
    if let Some(failing) = unusable(run, &failed, &target.revert.path, scope) {
        return failing;
    }
    if let Some(block) = attributed.first() {
        return Reading::Swallowed { block: (*block).clone() };
    }
    if let Some((test, block)) = failed_of(&others) {
        return Reading::OtherCall { test, block };
    }
    if let Some(test) = failed.first() {
        return Reading::Failing { reason: Invalid::UnrelatedFailure, what: shown(test) };
    }
    Reading::Green(green(run, target, scope))
}

/// What keeps a run from saying anything, short of a test that failed for its own reasons.
pub(in crate::gate) fn unusable(
    run: &GateRun,
    failed: &[&TestRun],
    path: &str,
    scope: Scope<'_>,
) -> Option<Reading> {
    let failing = |reason, what: &str| Some(Reading::Failing { reason, what: what.to_owned() });
    if let Some(text) = run.collection_errors.first() {
        let reason = if is_import_failure(text) && mentions(text, path) {
            Invalid::ImportError
        } else {
            Invalid::CollectionError
        };
        return failing(reason, last_line(text));
    }
    if let Some(test) = failed.iter().find(|test| {
        test.exception.as_deref().is_some_and(|name| {
            ["ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError"]
                .contains(&name)
        })
    }) {
        return failing(Invalid::ImportError, &shown(test));
    }
    if let Some(fault) = run.faults.first() {
        return failing(Invalid::GateBroken, fault);
    }
    if !run.tests.iter().any(|test| test.outcome != TestOutcome::Skipped && scope.has(&test.id)) {
        let skipped = run.tests.iter().filter(|test| scope.has(&test.id)).count();
        let what = match skipped {
            0 => "no test of the selection was executed".to_owned(),
            count => format!("all {count} tests of the selection were skipped"),
        };
        return failing(Invalid::NoTestRan, &what);
    }
    None
}

fn green(run: &GateRun, target: &Target<'_>, scope: Scope<'_>) -> Green {
    let revert = target.revert;
    let below = |primitives: &[PrimitiveRun]| {
        primitives
            .iter()
            .filter(|primitive| scope.has_some(primitive.test.as_deref()))
            .find(|primitive| target.is_passed_by(&primitive.stack))
            .cloned()
    };
    if let Some(primitive) = below(&run.primitives) {
        return Green::Unhooked { primitive };
    }
    if let Some(primitive) = below(&run.permitted) {
        return Green::Permitted { primitive };
    }
    let ran: Vec<(String, &SiteRun)> = run
        .sites
        .iter()
        .filter(|site| site.path == revert.path && within(&revert.lines, site.line))
        .filter_map(|site| Some((site.test.clone()?, site)))
        .filter(|(test, _)| scope.has(test))
        .collect();
    match ran.iter().find(|(_, site)| site.on_loop).or(ran.first()).cloned() {
        None => Green::NotDriven,
        Some((test, site)) if site.on_loop => {
            Green::Stubbed { test, replaced: site.replaced.first().cloned() }
        }
        Some((test, _)) => Green::OffLoop { test },
    }
}

/// Whether a module of the watched file was imported from elsewhere and from nowhere else.
pub(in crate::gate) fn wrong_file(run: &GateRun, tree: &Path, path: &str) -> Option<String> {
    let own = tree.join(path);
    if run.imports.iter().any(|import| Path::new(&import.file) == own) {
        return None;
    }
    let original = run
        .imports
        .iter()
        .find(|import| Path::new(&import.file).ends_with(path) || same_tail(path, &import.module));
    original.map(|import| import.file.clone())
}

fn same_tail(path: &str, module: &str) -> bool {
    let module = module.replace('.', "/");
    let bare = path.strip_suffix(".py").unwrap_or(path);
    let bare = bare.strip_suffix("/__init__").unwrap_or(bare);
    Path::new(bare).ends_with(module)
}

fn is_import_failure(text: &str) -> bool {
    ["ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "NameError"]
        .iter()
        .any(|name| text.contains(name))
}

/// Whether a traceback passes through the file: pytest shows paths relative or absolute.
fn mentions(text: &str, path: &str) -> bool {
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    let module = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    name.is_some_and(|name| text.contains(&name))
        || module.is_some_and(|module| text.contains(&format!(".{module}'")))
}

/// What pytest put its finger on, or else the last thing that was said.
pub(in crate::gate) fn last_line(text: &str) -> &str {
    text.lines().rev().find(|line| line.starts_with("E ")).map_or_else(
        || text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or(text),
        |line| line[1..].trim(),
    )
}

pub(in crate::gate) fn shown(test: &TestRun) -> String {
    let exception = test.exception.as_deref().unwrap_or("an exception");
    match test.message.as_deref().and_then(|message| message.lines().next()) {
        Some(message) if !message.is_empty() => {
            format!("{} failed with {exception}: {message}", test.id)
        }
        Some(_) | None => format!("{} failed with {exception}", test.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::teeth::{Call, PreparedRevert};
    use crate::model::{Frame, Operator};

    const ANCHOR: &str = "tests/test_a.py::test";

    fn frame(path: &str, line: usize, function: &str) -> Frame {
        Frame { path: path.to_owned(), line, function: function.to_owned() }
    }

    fn block(test: &str, stack: Vec<Frame>) -> Block {
        Block {
            test: Some(test.to_owned()),
            primitive: "os.stat".to_owned(),
            stack,
            caught_at: None,
            said: None,
        }
    }

    fn test_run(id: &str, outcome: TestOutcome) -> TestRun {
        TestRun {
            id: id.to_owned(),
            outcome,
            phase: "call".to_owned(),
            exception: (outcome == TestOutcome::Failed).then(|| "AssertionError".to_owned()),
            message: None,
            millis: 1,
        }
    }

    fn revert(operator: Operator) -> PreparedRevert {
        PreparedRevert {
            operator,
            path: "app/a.py".to_owned(),
            source: String::new(),
            lines: vec![10..=11],
            diff: String::new(),
        }
    }

    /// The verdict's kind for one run of two tests, the anchor's and another one.
    fn reading(operator: Operator, run: &GateRun, baseline: &GateRun) -> Reading {
        reading_of(None, operator, run, baseline)
    }

    fn reading_of(
        call: Option<&Call>,
        operator: Operator,
        run: &GateRun,
        baseline: &GateRun,
    ) -> Reading {
        let revert = revert(operator);
        let target = Target { revert: &revert, function: "Store.get", call };
        let selection = Selection::Tests(vec![ANCHOR.to_owned()]);
        read(run, baseline, &target, Scope(&selection))
    }

    fn run(outcome: TestOutcome, blocks: Vec<Block>) -> GateRun {
        let tests =
            vec![test_run(ANCHOR, outcome), test_run("tests/test_b.py::test", TestOutcome::Failed)];
        GateRun { tests, blocks, exit_code: Some(1), ..GateRun::default() }
    }

    #[test]
    fn block_outside_the_reverted_lines_is_not_the_sites() {
        let stack = vec![frame("app/a.py", 12, "Store.get")];
        let run = run(TestOutcome::Failed, vec![block(ANCHOR, stack)]);
        let none = GateRun::default();
        assert_eq!(
            reading(Operator::UnOffload, &run, &none),
            Reading::Failing {
                reason: Invalid::UnrelatedFailure,
                what: format!("{ANCHOR} failed with AssertionError")
            }
        );
        let whole = reading(Operator::BaseFunction, &run, &none);
        assert!(matches!(whole, Reading::Red { .. }), "{whole:?}");
    }

    #[test]
    fn block_that_the_untouched_tree_has_too_is_not_the_reverts() {
        let stack = vec![frame("app/a.py", 10, "Store.get")];
        let run = run(TestOutcome::Failed, vec![block(ANCHOR, stack)]);
        for operator in [Operator::UnOffload, Operator::BaseFunction] {
            let read = reading(operator, &run, &run);
            assert!(matches!(read, Reading::Failing { .. }), "{read:?}");
        }
    }

    #[test]
    fn red_of_another_test_than_the_anchors_does_not_count() {
        let stack = vec![frame("app/a.py", 10, "Store.get")];
        let run = run(TestOutcome::Passed, vec![block("tests/test_b.py::test", stack)]);
        let read = reading(Operator::UnOffload, &run, &GateRun::default());
        assert_eq!(read, Reading::Green(Green::NotDriven));
    }

    #[test]
    fn block_in_a_test_that_passed_is_swallowed() {
        let block = block(ANCHOR, vec![frame("app/a.py", 11, "Store.get")]);
        let run = run(TestOutcome::Passed, vec![block.clone()]);
        let read = reading(Operator::UnOffload, &run, &GateRun::default());
        assert_eq!(read, Reading::Swallowed { block });
    }

    #[test]
    fn function_of_a_longer_name_is_another_function() {
        let stack = vec![frame("app/a.py", 90, "Store.get_all")];
        let run = run(TestOutcome::Failed, vec![block(ANCHOR, stack)]);
        let read = reading(Operator::BaseFunction, &run, &GateRun::default());
        assert!(matches!(read, Reading::Failing { .. }), "{read:?}");
    }

    #[test]
    fn selection_has_its_files_classes_parameters_and_folders() {
        let selection = Selection::Tests(vec!["./tests/a.py::T".into(), "tests/sub/".into()]);
        let scope = Scope(&selection);
        for (id, expected) in [
            ("tests/a.py::T::test", true),
            ("tests/a.py::T[1]", true),
            ("tests/a.py::Two::test", false),
            ("tests/sub/b.py::test", true),
            ("tests/subway.py::test", false),
        ] {
            assert_eq!(scope.has(id), expected, "{id}");
        }
    }

    #[test]
    fn hole_in_the_evidence_is_no_green() {
        let mut run = run(TestOutcome::Passed, Vec::new());
        run.faults.push("KeyError".to_owned());
        let read = reading(Operator::UnOffload, &run, &GateRun::default());
        assert_eq!(
            read,
            Reading::Failing { reason: Invalid::GateBroken, what: "KeyError".to_owned() }
        );
    }

    /// Protected by: the primitive is one that the call reaches.
    #[test]
    fn block_of_another_call_in_the_restored_function_is_not_the_candidates() {
        let call = |primitives: Option<&str>| Call {
            symbol: "shutil.rmtree".to_owned(),
            primitives: primitives.map(|name| [name.to_owned()].into()),
        };
        let (own, other, open) = (call(Some("os.stat")), call(Some("os.rmdir")), call(None));
        let block = block(ANCHOR, vec![frame("app/a.py", 90, "Store.get")]);
        let run = run(TestOutcome::Failed, vec![block.clone()]);
        let none = GateRun::default();
        let red = Reading::Red { test: ANCHOR.to_owned(), block: block.clone() };
        let of_other = Reading::OtherCall { test: ANCHOR.to_owned(), block: block.clone() };
        let whole = Operator::BaseFunction;
        for (call, expected) in [(&own, &red), (&other, &of_other), (&open, &red)] {
            assert_eq!(&reading_of(Some(call), whole, &run, &none), expected);
        }
        // The lines of an offload are the call's own.
        let mut at_site = run.clone();
        at_site.blocks[0].stack[0].line = 10;
        let read = reading_of(Some(&other), Operator::UnOffload, &at_site, &none);
        assert!(matches!(read, Reading::Red { .. }), "{read:?}");
        // A rule of the project's own has whatever name it was given.
        let mut ruled = run;
        ruled.blocks[0].primitive = "our.own.rule".to_owned();
        let read = reading_of(Some(&other), whole, &ruled, &none);
        assert!(matches!(read, Reading::Red { .. }), "{read:?}");
    }
}
