//! Step 4: what a new one looks like.

use super::*;

const TEMPLATE: &str = "templates/blocking-io/anchor.py.hbs";

#[test]
fn a_draft_is_filled_from_fixtures_where_they_are_enough() {
    let project = courier();
    let draft =
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default(), TEMPLATE)
            .unwrap();
    assert_eq!(draft.path, "tests/blocking_io/test_journal_rotate.py");
    assert_eq!(draft.needs, [""; 0]);
    assert_eq!(
        draft.text,
        r#""""Guards `Journal.rotate` of `courier.journal`.

The event loop must not wait for `os.replace` in `Journal.rotate`
(courier/journal.py).
Every test of this folder runs under the gate: take the offload away, and this one turns red.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from courier.journal import Journal

pytestmark = pytest.mark.asyncio


async def test_rotate_does_not_block_on_os_replace(tmp_path: Path) -> None:
    subject = Journal(tmp_path / "path")
    await subject.rotate(tmp_path / "archive")
"#
    );
    assert_eq!(
        project.unfit(&project.rotate(), &draft.text),
        [],
        "a complete draft passes the checks"
    );
}

#[test]
fn a_draft_that_a_person_must_fill_in_says_what_and_is_unfit_until_then() {
    let project = courier();
    let candidate = project.discard();
    let draft =
        draft(&candidate, &project.production, &project.facts, &Assets::default(), TEMPLATE)
            .unwrap();
    assert_eq!(
        draft.needs,
        [
            "a real value for `printer` (LabelPrinter)",
            "a real value for `parcel` (Parcel)",
            "an input that takes the branch `except Exception` (line 28)",
        ]
    );
    assert!(
        draft.text.contains(
            "    # Needs an input that takes the branch `except Exception` (line 28).\n    \
         raise NotImplementedError(\"fill in the inputs, then take this line out\")\n    \
         printer = ...\n    subject = Spool(tmp_path, printer)\n    parcel = ...\n    \
         await subject.stage(parcel)\n"
        ),
        "{}",
        draft.text
    );
    let unfit = project.unfit(&candidate, &draft.text);
    assert_eq!(unfit.iter().map(|unfit| unfit.0).collect::<Vec<_>>(), [UnfitKind::Unfinished]);
}

#[test]
fn a_draft_never_takes_the_name_of_an_existing_file() {
    let project = courier();
    let path = || {
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default(), TEMPLATE)
            .unwrap()
            .path
    };
    fs::write(project.dir.path().join(path()), "").unwrap();
    assert_eq!(path(), "tests/blocking_io/test_journal_rotate_2.py");
    fs::write(project.dir.path().join(path()), "").unwrap();
    assert_eq!(path(), "tests/blocking_io/test_journal_rotate_3.py");
}

#[test]
fn a_draft_is_written_for_the_async_plugin_in_use() {
    let mut project = courier();
    project.facts.plugin = AsyncPlugin::Anyio;
    let text = |project: &Project| {
        draft(&project.rotate(), &project.production, &project.facts, &Assets::default(), TEMPLATE)
            .unwrap()
            .text
    };
    assert!(text(&project).contains(
        "pytestmark = pytest.mark.anyio\n\n\n@pytest.fixture\ndef anyio_backend() -> str:\n    return \"asyncio\"\n\n\nasync def test_"
    ), "{}", text(&project));
    project.facts.plugin = AsyncPlugin::AsyncioAuto;
    assert!(!text(&project).contains("pytest"), "{}", text(&project));
    assert!(
        text(&project)
            .contains("import Path\n\nfrom courier.journal import Journal\n\n\nasync def"),
        "{}",
        text(&project)
    );
}
