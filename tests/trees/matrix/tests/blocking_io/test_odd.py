from pathlib import Path

import pytest

from pantry.shelf import Shelf

pytestmark = pytest.mark.asyncio


async def test_waits(tmp_path):
    await Shelf(tmp_path).waits()


@pytest.fixture
def counter():
    file = Path(__file__).with_name("counter")
    file.touch()
    return file


async def test_draw(tmp_path, counter):
    await Shelf(tmp_path).draw(counter)


async def test_red(tmp_path):
    (tmp_path / "a").mkdir()
    await Shelf(tmp_path).clear("a")
    assert False
