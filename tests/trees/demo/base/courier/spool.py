"""Parcels that wait, one folder each."""

from __future__ import annotations

import asyncio
import logging
import shutil
from pathlib import Path

from courier.label import LabelPrinter
from courier.parcel import Parcel

logger = logging.getLogger(__name__)


class Spool:
    def __init__(self, root: Path, printer: LabelPrinter) -> None:
        self.root = root
        self.printer = printer

    async def stage(self, parcel: Parcel) -> Path:
        folder = self.root / parcel.id
        await asyncio.to_thread(folder.mkdir, parents=True)
        try:
            await asyncio.to_thread((folder / "payload").write_bytes, parcel.payload)
            await self.printer.print(parcel, folder / "label")
        except Exception:
            await self._discard(folder)
            raise
        return folder

    async def _discard(self, folder: Path) -> None:
        # What went wrong with the parcel matters more than what goes wrong here.
        try:
            await asyncio.wait_for(asyncio.to_thread(shutil.rmtree, folder), timeout=5)
        except Exception:
            logger.exception("could not remove %s", folder)
