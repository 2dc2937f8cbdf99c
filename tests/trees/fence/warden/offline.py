import asyncio

from warden.graph import build_graph
from warden.store import Store


async def once(path):
    return build_graph(Store(path))


if __name__ == "__main__":
    asyncio.run(once("store"))
