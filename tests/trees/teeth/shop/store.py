"""Offloads, one for each way in which an anchor can or cannot bite."""

import asyncio
import functools
import logging
import os
import shutil
from pathlib import Path

log = logging.getLogger(__name__)


class Store:
    """Files below one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    async def remove(self, name):
        await asyncio.to_thread(shutil.rmtree, self.folder / name)

    async def read(self, name):
        return await asyncio.to_thread((self.folder / name).read_text)

    async def touch(self, name):
        await asyncio.to_thread((self.folder / name).touch)

    async def protect(self, name):
        await asyncio.to_thread(os.chmod, self.folder / name, 0o600)

    async def sync(self, file):
        await asyncio.to_thread(os.fsync, file)

    async def size(self, name):
        try:
            return await asyncio.to_thread(os.path.getsize, self.folder / name)
        except Exception:
            log.warning("no size of %s", name)
            return None

    async def exists(self, name):
        try:
            return await asyncio.to_thread(os.stat, self.folder / name) is not None
        except OSError:
            return False
        except Exception:
            raise LookupError(name) from None

    async def thread_name(self):
        return await asyncio.to_thread(_thread_name)

    async def note(self):
        await asyncio.to_thread(log.error, "noted")

    async def settings(self):
        return await asyncio.to_thread(_settings, self.folder)


def _thread_name():
    import threading

    return threading.current_thread().name


@functools.cache
def _settings(folder):
    return os.listdir(Path(folder).anchor)
