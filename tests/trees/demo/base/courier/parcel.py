"""What is delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Parcel:
    id: str
    to: str
    payload: bytes = b""

    @classmethod
    def parse(cls, line: bytes) -> Parcel:
        fields = json.loads(line)
        return cls(fields["id"], fields["to"], fields.get("payload", "").encode())

    def head(self) -> dict[str, str]:
        return {"id": self.id, "to": self.to}
