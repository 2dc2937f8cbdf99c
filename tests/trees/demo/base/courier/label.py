"""Prints a parcel's label: the address, and what an outside command makes of it."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from courier.parcel import Parcel


class LabelPrinter:
    def __init__(self, command: tuple[str, ...] = ("cksum",)) -> None:
        self.command = command

    async def print(self, parcel: Parcel, path: Path) -> None:
        await asyncio.to_thread(self._print, parcel, path)

    def _print(self, parcel: Parcel, path: Path) -> None:
        made = subprocess.run(
            self.command, input=parcel.to.encode(), stdout=subprocess.PIPE, check=True, timeout=30
        )
        path.write_bytes(parcel.to.encode() + b"\n" + made.stdout)
