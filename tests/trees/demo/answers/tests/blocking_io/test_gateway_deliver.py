"""Guards `Gateway.deliver`: the request is made in a thread.

The gateway's own server is outside of the project; one on the loopback interface stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from courier.gateway import Gateway
from courier.parcel import Parcel

pytestmark = pytest.mark.asyncio


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        payload = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"receipt": "got %d bytes"}' % len(payload))

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


async def test_deliver_returns_the_receipt(url: str) -> None:
    receipt = await Gateway(url).deliver(Parcel("p1", "Ada", b"12345"))
    assert receipt == "got 5 bytes"
