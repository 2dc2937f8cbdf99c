import asyncio
import os

import pytest

from pantry import shelf
from pantry.shelf import Shelf

pytestmark = pytest.mark.asyncio
PROCESS = os.getpid()


async def test_clear(tmp_path):
    (tmp_path / "a").mkdir()
    await Shelf(tmp_path).clear("a")


async def test_clear_with_a_stub(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf.shutil, "rmtree", lambda path: None)
    await Shelf(tmp_path).clear("a")


async def test_clear_with_a_spy(tmp_path, monkeypatch):
    seen = []
    real = asyncio.to_thread

    async def spy(func, *args):
        seen.append(func)
        return await real(func, *args)

    monkeypatch.setattr(asyncio, "to_thread", spy)
    (tmp_path / "a").mkdir()
    await Shelf(tmp_path).clear("a")
    assert seen


async def test_clear_in_one_process_only(tmp_path):
    assert os.getpid() == PROCESS
    (tmp_path / "a").mkdir()
    await Shelf(tmp_path).clear("a")


async def test_pair(tmp_path):
    await Shelf(tmp_path).pair()


async def test_pooled(tmp_path):
    await Shelf(tmp_path).pooled()


async def test_timed(tmp_path):
    await Shelf(tmp_path).timed()


async def test_task(tmp_path):
    await Shelf(tmp_path).task()


async def test_helped(tmp_path):
    await Shelf(tmp_path).helped()


async def test_helped_in_vain(tmp_path):
    await Shelf(tmp_path).helped_in_vain()


async def test_touch(tmp_path):
    await Shelf(tmp_path).touch("a")


async def test_size(tmp_path):
    assert await Shelf(tmp_path).size("a") is None


async def test_exists(tmp_path):
    assert await Shelf(tmp_path).exists("a") is False


async def test_thread_name(tmp_path):
    assert await Shelf(tmp_path).thread_name() != "MainThread"


async def test_early_settings(tmp_path):
    await asyncio.to_thread(shelf._settings, os.sep)


async def test_settings(tmp_path):
    assert await Shelf(tmp_path).settings()


async def test_perhaps(tmp_path):
    assert not await Shelf(tmp_path).perhaps("a")
