//! Step 4: which test is none, and why.

use super::*;

#[test]
fn one_sound_test_makes_the_file_fit_unless_another_is_unfinished() {
    let project = courier();
    let text = answer("test_journal_rotate.py").text;
    let with = |more: &str| project.unfit(&project.rotate(), &format!("{text}{more}"));
    let second = "\n\n@pytest.mark.skip\nasync def test_two(tmp_path):\n    await Journal(tmp_path).rotate(tmp_path)\n";
    assert_eq!(with(second), []);
    let unfinished = format!("{second}    raise NotImplementedError\n");
    assert_eq!(with(&unfinished), [(UnfitKind::Unfinished, 24)]);
}

#[test]
fn the_final_anchors_of_the_demo_are_fit() {
    let project = courier();
    for (candidate, name) in [
        (project.rotate(), "test_journal_rotate.py"),
        (
            project.candidate(&["courier/gateway.py::Gateway.deliver"], "self._post", "to_thread"),
            "test_gateway_deliver.py",
        ),
        (
            project.candidate(&["courier/spool.py::Spool.seal"], "os.chmod", "os.chmod"),
            "test_spool_seal.py",
        ),
    ] {
        let unfit = fitness(&answer(name), None, &candidate, &project.production, &project.facts);
        assert_eq!(unfit, [], "{name}");
    }
}

#[test]
fn a_test_with_an_offload_of_its_own_is_unfit() {
    let project = courier();
    let text = |call: &str| {
        format!(
            "import asyncio\nimport pytest\nfrom courier.journal import Journal\n\n\
             pytestmark = pytest.mark.asyncio\n\nasync def test_rotate(tmp_path):\n    {call}\n"
        )
    };
    let unfit = |call: &str| project.unfit(&project.rotate(), &text(call));
    assert_eq!(unfit("await Journal(tmp_path).rotate(tmp_path)"), []);
    assert_eq!(
        unfit("await asyncio.to_thread(asyncio.run, Journal(tmp_path).rotate(tmp_path))"),
        [(UnfitKind::OwnOffload, 8)]
    );
    // An offload of something else is the test's own business.
    assert_eq!(
        unfit("await Journal(await asyncio.to_thread(tmp_path.resolve)).rotate(tmp_path)"),
        []
    );
}

#[test]
fn a_test_that_replaces_what_it_guards_is_unfit() {
    let project = courier();
    let unfit = |line: &str| {
        let text = format!(
            "import asyncio, os, courier.journal\nimport pytest\nfrom unittest import mock\n\
             from courier.journal import Journal\n\npytestmark = pytest.mark.asyncio\n\n\
             async def test_rotate(tmp_path, monkeypatch):\n    {line}\n    await Journal(tmp_path).rotate(tmp_path)\n"
        );
        project.unfit(&project.rotate(), &text)
    };
    let patched = [(UnfitKind::Patched, 9)];
    assert_eq!(unfit("monkeypatch.setattr(asyncio, 'to_thread', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr('courier.journal.asyncio.to_thread', None)"), patched);
    assert_eq!(unfit("mock.patch('asyncio.to_thread').start()"), patched);
    assert_eq!(unfit("mock.patch.object(Journal, 'rotate').start()"), patched);
    assert_eq!(unfit("monkeypatch.setattr(courier.journal.os, 'replace', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr(os, 'replace', None)"), patched);
    assert_eq!(unfit("monkeypatch.setattr(os, 'rename', None)"), []);
    let decorated = "import pytest\nfrom unittest import mock\nfrom courier.journal import Journal\n\n\
         @pytest.mark.asyncio\n@mock.patch(\"asyncio.to_thread\")\nasync def test_rotate(fake, tmp_path):\n    \
         await Journal(tmp_path).rotate(tmp_path)\n";
    assert_eq!(project.unfit(&project.rotate(), decorated), [(UnfitKind::Patched, 6)]);
    assert_eq!(unfit("mock.patch('asyncio.to_thread', wraps=asyncio.to_thread).start()"), []);
}

#[test]
fn a_test_that_pytest_does_not_run_under_the_gate_is_unfit() {
    let project = courier();
    let import = "import pytest\nfrom courier.journal import Journal\n\n";
    let test = "async def test_rotate(tmp_path):\n    await Journal(tmp_path).rotate(tmp_path)\n";
    let unfit = |text: String| project.unfit(&project.rotate(), &text);
    assert_eq!(unfit(format!("{import}@pytest.mark.asyncio\n{test}")), []);
    assert_eq!(unfit(format!("{import}{test}")), [(UnfitKind::NotCollected, 4)]);
    assert_eq!(
        unfit(format!("{import}@pytest.mark.asyncio\n@pytest.mark.allow_blocking_io\n{test}")),
        [(UnfitKind::OptsOut, 6)]
    );
    assert_eq!(unfit(test.replace("test_", "check_")), [(UnfitKind::NotCollected, 1)]);
    assert_eq!(unfit("def (".to_owned()), [(UnfitKind::Broken, 1)]);
}

#[test]
fn a_test_of_the_helper_alone_is_unfit() {
    let project = courier();
    let chain = ["courier/journal.py::Journal.append", "courier/journal.py::Journal._append"];
    let candidate = project.candidate(&chain, "self.path.open", "self.path.open");
    let text = "from courier.journal import Journal\n\ndef test_append(tmp_path):\n    Journal(tmp_path)._append('x')\n";
    let file = file_of("tests/blocking_io/test_x.py", text);
    let unfit = fitness(&file, None, &candidate, &project.production, &project.facts);
    assert_eq!(unfit.len(), 1);
    assert_eq!(
        (unfit[0].kind, unfit[0].reason.as_str()),
        (
            UnfitKind::NoEntryPoint,
            "it calls the helper `Journal()._append`, not the entry point `Journal.append`"
        )
    );
}
