import asyncio

from warden import graph
from warden.pulse import Pulse
from warden.store import Store, compact


async def cascade(store):
    while store.is_open:
        store.graph = await asyncio.to_thread(graph.build_graph, store)
        await asyncio.sleep(60)


async def main(path):
    store = Store(path)
    await asyncio.to_thread(compact, store)
    await asyncio.gather(cascade(store), Pulse().beat())
