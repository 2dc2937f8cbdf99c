"""Offloads in the shapes that a running process has to tell apart, and one for each verdict."""

import asyncio
import functools
import os
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .io import run_io

_pool = ThreadPoolExecutor(max_workers=1)


class Shelf:
    def __init__(self, folder):
        self.folder = Path(folder)

    async def clear(self, name):
        await asyncio.to_thread(shutil.rmtree, self.folder / name)

    async def pair(self):
        return await asyncio.gather(asyncio.to_thread(_nothing), asyncio.to_thread(os.stat, self.folder))

    async def pooled(self):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_pool, os.stat, self.folder)

    async def timed(self):
        return await asyncio.wait_for(
            asyncio.to_thread(
                os.stat,
                self.folder,
            ),
            timeout=5,
        )

    async def task(self):
        task = asyncio.create_task(asyncio.to_thread(os.stat, self.folder))
        return await task

    async def helped(self):
        return await run_io(os.stat, self.folder)

    async def helped_in_vain(self):
        return await run_io(_nothing)

    async def touch(self, name):
        await asyncio.to_thread((self.folder / name).touch)

    async def size(self, name):
        try:
            return await asyncio.to_thread(os.path.getsize, self.folder / name)
        except Exception:
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

    async def settings(self):
        return await asyncio.to_thread(_settings, os.sep)

    async def perhaps(self, name):
        return not name and await asyncio.to_thread(os.listdir, self.folder)

    async def waits(self):
        return await asyncio.to_thread(_for_the_loop)

    async def draw(self, counter):
        return await asyncio.to_thread(_draw, counter)

    async def nobody(self):
        return await asyncio.to_thread(os.listdir, self.folder)


def _nothing():
    return None


def _thread_name():
    return threading.current_thread().name


@functools.cache
def _settings(folder):
    return os.listdir(folder)


def _for_the_loop():
    if threading.current_thread() is threading.main_thread():
        signal.pause()


def _draw(counter):
    # The gate has no rule for any of these.
    file = os.open(counter, os.O_RDWR)
    number = os.lseek(file, 0, os.SEEK_END) + 1
    os.ftruncate(file, number)
    os.close(file)
    if number % 2 == 0:
        os.stat(counter)
