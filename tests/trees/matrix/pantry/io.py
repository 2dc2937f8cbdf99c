"""An offload helper of the project's own: one line that offloads, many callers."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

_pool = ThreadPoolExecutor(max_workers=1)


async def run_io(func, /, *args):
    call = functools.partial(func, *args)
    return await asyncio.get_running_loop().run_in_executor(_pool, call)
