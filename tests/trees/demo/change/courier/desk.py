"""Takes a parcel all the way."""

from __future__ import annotations

from courier.gateway import Gateway
from courier.journal import Journal
from courier.parcel import Parcel
from courier.spool import Spool


class Desk:
    def __init__(self, spool: Spool, gateway: Gateway, journal: Journal) -> None:
        self.spool = spool
        self.gateway = gateway
        self.journal = journal

    async def accept(self, parcel: Parcel) -> str:
        folder = await self.spool.stage(parcel)
        await self.spool.seal(folder)
        receipt = await self.gateway.deliver(parcel)
        await self.journal.append({"delivered": parcel.id, "receipt": receipt})
        return receipt

    async def size(self) -> int:
        return self.journal.path.stat().st_size
