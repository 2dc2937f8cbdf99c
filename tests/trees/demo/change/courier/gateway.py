"""Hands a parcel over, by HTTP."""

from __future__ import annotations

import asyncio
import json
import urllib.request

from courier.parcel import Parcel


class Gateway:
    def __init__(self, url: str, timeout: float = 10.0) -> None:
        self.url = url
        self.timeout = timeout

    async def deliver(self, parcel: Parcel) -> str:
        return await asyncio.to_thread(self._post, parcel)

    def _post(self, parcel: Parcel) -> str:
        request = urllib.request.Request(
            self.url,
            data=parcel.payload,
            headers={"X-Parcel": json.dumps(parcel.head()), "Content-Type": "application/octet-stream"},
        )
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            return json.loads(response.read())["receipt"]
