"""What can be set."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 7007
    spool: str = "spool"
    journal: str = "journal.jsonl"
    gateway: str = "http://127.0.0.1:7008/"

    @classmethod
    def parse(cls, text: str) -> Settings:
        return cls(**json.loads(text))
