"""Mail servers that misbehave below SMTP: they say nothing, talk too slowly, or hang up."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import running

DRIP = 0.1


class Rude:
    """After ``until`` (connect, text, or a command) comes ``then``: hang, drip or close."""

    def __init__(self, until: str, then: str) -> None:
        self.until, self.then = until, then
        self.texts: list[bytes] = []
        self.over, self.port = threading.Event(), 0


class _Dialogue(socketserver.StreamRequestHandler):
    rude: Rude

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:
            return

    def _talk(self) -> None:
        if self._misbehaves("connect"):
            return
        self._say(b"220 rude.example\r\n")
        while line := self.rfile.readline():
            word = line[:4].strip().lower()
            if word == b"data":
                self._say(b"354 go on\r\n")
                self._take_text()
                word = b"text"
            if self._misbehaves(word.decode()):
                return
            self._say(b"250 fine\r\n")

    def _take_text(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        self.rude.texts.append(b"".join(lines))

    def _misbehaves(self, word: str) -> bool:
        if word != self.rude.until:
            return False
        if self.rude.then == "hang":
            self.rude.over.wait(30)
        while self.rude.then == "drip" and not self.rude.over.wait(DRIP):
            self._say(b"2")
        return True

    def _say(self, words: bytes) -> None:
        self.wfile.write(words)
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def serve(until: str, then: str) -> Iterator[Rude]:
    """Such a server on a free port of this machine."""
    rude = Rude(until, then)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Dialogue,), {"rude": rude}))
    rude.port = server.server_address[1]
    with running(server):
        try:
            yield rude
        finally:
            rude.over.set()


def closed_port() -> int:
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
