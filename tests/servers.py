"""Small servers beside a test."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LOOK = 0.02
"""Seconds until a server notices that it is told to end."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """It serves for the time of the block."""
    threading.Thread(target=server.serve_forever, args=(LOOK,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
