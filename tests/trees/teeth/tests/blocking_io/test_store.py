import logging
import os
from pathlib import Path

import pytest

from shop import store
from shop.store import Store


@pytest.mark.asyncio
async def test_remove(tmp_path):
    (tmp_path / "a").mkdir()
    await Store(tmp_path).remove("a")


@pytest.mark.asyncio
async def test_remove_with_a_stub(tmp_path, monkeypatch):
    monkeypatch.setattr(store.shutil, "rmtree", lambda path: None)
    await Store(tmp_path).remove("a")


@pytest.mark.asyncio
@pytest.mark.allow_blocking_io
async def test_remove_with_the_gate_off(tmp_path):
    (tmp_path / "a").mkdir()
    await Store(tmp_path).remove("a")


@pytest.mark.asyncio
async def test_touch(tmp_path):
    await Store(tmp_path).touch("a")


@pytest.mark.asyncio
async def test_protect(tmp_path):
    (tmp_path / "a").mkdir()
    await Store(tmp_path).protect("a")


@pytest.mark.asyncio
async def test_sync(tmp_path):
    with open(tmp_path / "a", "w") as file:
        await Store(tmp_path).sync(file.fileno())


@pytest.mark.asyncio
async def test_size(tmp_path):
    assert await Store(tmp_path).size("a") is None


@pytest.mark.asyncio
async def test_exists(tmp_path):
    assert await Store(tmp_path).exists("a") is False


@pytest.mark.asyncio
async def test_thread_name(tmp_path):
    assert "asyncio" in await Store(tmp_path).thread_name()


@pytest.mark.asyncio
async def test_note(tmp_path):
    with open(tmp_path / "log", "w") as file:
        handler = logging.StreamHandler(file)
        store.log.addHandler(handler)
        await Store(tmp_path).note()
        store.log.removeHandler(handler)


def test_settings_off_the_loop():
    assert store._settings(Path(os.sep))


@pytest.mark.asyncio
async def test_settings():
    assert await Store(os.sep).settings()


@pytest.mark.asyncio
@pytest.mark.skip(reason="not today")
async def test_skipped():
    pass
