"""An end for talks with servers.

A socket's time-out begins anew with each byte; here a second hand cuts the line when the time is over.
"""

import os
import socket
import threading
from contextlib import suppress


class Deadline:
    """Cuts the line that it watches after so many seconds; ``over`` says that it did."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._line:
                self._line.close()
                self._line = None

    def watch(self, line: socket.socket) -> None:
        """By a handle of its own: TLS takes the first one away, and numbers of closed ones are used again."""
        with self._lock:
            self._line = socket.socket(fileno=os.dup(line.fileno()))
            if self.over:
                self._cut()

    def _end(self) -> None:
        with self._lock:
            self.over = True
            self._cut()

    def _cut(self) -> None:
        if self._line:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
