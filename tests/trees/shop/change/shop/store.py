import asyncio
import os


class Store:
    def __init__(self, path):
        self.path = path

    async def remove(self):
        await asyncio.to_thread(os.remove, self.path)
