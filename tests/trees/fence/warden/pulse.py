from .store import Store, compact


class Pulse:
    async def beat(self):
        compact(Store(None))
