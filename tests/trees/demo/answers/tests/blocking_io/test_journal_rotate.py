"""Guards `Journal.rotate`: the journal is moved in a thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from courier.journal import Journal

pytestmark = pytest.mark.asyncio


async def test_rotate_puts_the_journal_aside(tmp_path: Path) -> None:
    path, archive = tmp_path / "journal.jsonl", tmp_path / "journal.1.jsonl"
    path.write_text('{"a": 1}\n')
    await Journal(path).rotate(archive)
    assert archive.read_text() == '{"a": 1}\n'
    assert not path.exists()
