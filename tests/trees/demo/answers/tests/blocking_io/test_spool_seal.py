"""Guards `Spool.seal`: the mode is changed in a thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from courier.label import LabelPrinter
from courier.spool import Spool

pytestmark = pytest.mark.asyncio


async def test_seal_makes_the_payload_read_only(tmp_path: Path) -> None:
    payload = tmp_path / "p1" / "payload"
    payload.parent.mkdir()
    payload.write_bytes(b"12345")
    await Spool(tmp_path, LabelPrinter()).seal(payload.parent)
    assert payload.stat().st_mode & 0o777 == 0o400
