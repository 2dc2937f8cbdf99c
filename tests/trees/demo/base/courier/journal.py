"""What happened, one JSON object per line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any


class Journal:
    def __init__(self, path: Path) -> None:
        self.path = path

    async def append(self, event: dict[str, Any]) -> None:
        await asyncio.to_thread(self._append, json.dumps(event))

    async def read(self) -> list[dict[str, Any]]:
        lines = await asyncio.to_thread(self._lines)
        return [json.loads(line) for line in lines]

    def _append(self, line: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _lines(self) -> list[str]:
        if not self.path.exists():
            return []
        return self.path.read_text(encoding="utf-8").splitlines()
