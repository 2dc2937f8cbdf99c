"""Guards `Journal.append` and `Journal.read`: the file is touched in a thread only."""

from __future__ import annotations

from pathlib import Path

import pytest
from courier.journal import Journal

pytestmark = pytest.mark.asyncio


async def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "log" / "journal.jsonl")
    assert await journal.read() == []
    await journal.append({"a": 1})
    await journal.append({"b": 2})
    assert await journal.read() == [{"a": 1}, {"b": 2}]
