"""Puts the parts together, and serves."""

from __future__ import annotations

import asyncio
from pathlib import Path

from courier.desk import Desk
from courier.gateway import Gateway
from courier.journal import Journal
from courier.label import LabelPrinter
from courier.parcel import Parcel
from courier.settings import Settings
from courier.spool import Spool


async def main(config: Path) -> None:
    settings = Settings()
    desk = Desk(
        Spool(Path(settings.spool), LabelPrinter()),
        Gateway(settings.gateway),
        Journal(Path(settings.journal)),
    )

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            receipt = await desk.accept(Parcel.parse(line))
            writer.write(receipt.encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, settings.host, settings.port)
    async with server:
        await server.serve_forever()
