//! The demo's project does what the demo says of it, under real pytest and real Blockbuster.

use guard::anchor::init::apply;
use guard::assets::demo;

use crate::tree::Tree;

/// The fix of the one candidate that needs one.
const ROTATE: (&str, &str) = (
    "        os.replace(self.path, archive)",
    "        await asyncio.to_thread(os.replace, self.path, archive)",
);

/// The contributor's tree after the procedure: base, gate, change, fix, anchors.
fn delivered() -> Tree {
    let tree = Tree::new(&[]);
    for (path, text) in demo("base") {
        tree.write(path, text);
    }
    apply(tree.root(), &tree.plan("", &["courier"]).unwrap()).unwrap();
    for (path, text) in demo("change").chain(demo("answers")) {
        tree.write(path, text);
    }
    replace(&tree, "courier/journal.py", ROTATE.0, ROTATE.1);
    tree
}

fn replace(tree: &Tree, path: &str, from: &str, to: &str) {
    let text = tree.read(path);
    assert_eq!(text.matches(from).count(), 1, "{path}: {from}");
    tree.write(path, &text.replace(from, to));
}

#[test]
fn the_base_is_green_under_its_gate() {
    let tree = Tree::new(&[]);
    for (path, text) in demo("base") {
        tree.write(path, text);
    }
    apply(tree.root(), &tree.plan("", &["courier"]).unwrap()).unwrap();
    let output = tree.pytest(&["tests"]);
    assert_eq!(output.code(), Some(0), "{}", output.stdout_text());
    assert!(output.stdout_text().contains("9 passed"), "{}", output.stdout_text());
}

#[test]
fn the_delivered_tree_is_green() {
    let output = delivered().pytest(&["tests"]);
    assert_eq!(output.code(), Some(0), "{}", output.stdout_text());
    assert!(output.stdout_text().contains("12 passed"), "{}", output.stdout_text());
}

#[test]
fn an_anchor_turns_red_through_its_own_site_when_the_offload_is_gone() {
    for (path, offloaded, inline, anchor, function) in [
        (
            "courier/gateway.py",
            "await asyncio.to_thread(self._post, parcel)",
            "self._post(parcel)",
            "tests/blocking_io/test_gateway_deliver.py::test_deliver_returns_the_receipt",
            "in deliver",
        ),
        (
            "courier/journal.py",
            ROTATE.1,
            ROTATE.0,
            "tests/blocking_io/test_journal_rotate.py::test_rotate_puts_the_journal_aside",
            "in rotate",
        ),
        (
            "courier/journal.py",
            "await asyncio.to_thread(self._append, json.dumps(event))",
            "self._append(json.dumps(event))",
            "tests/blocking_io/test_journal_append.py::test_what_is_appended_is_read_back",
            "in append",
        ),
    ] {
        let tree = delivered();
        replace(&tree, path, offloaded, inline);
        let output = tree.pytest(&["tests/blocking_io"]);
        let text = output.stdout_text();
        assert_eq!(output.code(), Some(1), "{text}");
        let red: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("FAILED ") || line.starts_with("ERROR "))
            .collect();
        assert_eq!(red.len(), 1, "{text}");
        assert!(red[0].starts_with(&format!("FAILED {anchor}")), "{text}");
        assert!(text.contains("BlockingError: Blocking call to "), "{text}");
        assert!(text.contains(function), "{text}");
    }
}

#[test]
fn a_primitive_that_blockbuster_does_not_know_stays_green() {
    let tree = delivered();
    replace(
        &tree,
        "courier/spool.py",
        "await asyncio.to_thread(os.chmod, folder / \"payload\", 0o400)",
        "os.chmod(folder / \"payload\", 0o400)",
    );
    let output = tree.pytest(&["tests/blocking_io/test_spool_seal.py"]);
    assert_eq!(output.code(), Some(0), "{}", output.stdout_text());
    let gate = "tests/blocking_io/blocking_io_gate.py";
    replace(
        &tree,
        gate,
        "PROJECT_RULES: Tuple[Rule, ...] = (\n",
        "PROJECT_RULES: Tuple[Rule, ...] = (\n    Rule(\"os.chmod\", os, \"chmod\"),\n",
    );
    let output = tree.pytest(&["tests/blocking_io/test_spool_seal.py"]);
    assert_eq!(output.code(), Some(1), "{}", output.stdout_text());
    assert!(output.stdout_text().contains("BlockingError: Blocking call to os.chmod"));
}
