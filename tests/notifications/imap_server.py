"""A real IMAP server for tests: pymap in a process of its own, with a new folder for each test."""

import imaplib
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from tests.notifications.rude import closed_port
from tests.servers import running

USER, PASSWORD = "termine@amt.example", 'a "word" \\ with signs'
PYMAP = """
from pymap.main import main
from pysasl.hashing import BuiltinHash
BuiltinHash.__init__.__kwdefaults__["rounds"] = 1  # nobody guesses here: half a million take 0.2 s a sign-in
main()
"""
_numbers = count(1)


class Folder:
    """A mailbox as its owner sees it."""

    def __init__(self, port: int, name: str, *, tls: bool = False) -> None:
        self.port, self.name, self.tls = port, name, tls
        with self._open() as line:
            line.create(name)

    @property
    def setting(self) -> dict[str, object]:
        """As ``settings.MAILBOX`` has it."""
        place = {"host": "127.0.0.1", "port": self.port, "folder": self.name, "security": ""}
        return {**place, "user": USER, "password": PASSWORD}

    def put(self, *mails: bytes) -> None:
        """New mails arrive."""
        with self._open() as line:
            for mail in mails:
                assert line.append(self.name, "", None, mail)[0] == "OK"

    def number(self, which: str) -> int:
        """How many mails are ``UNSEEN``, ``SEEN``, or there at all (``ALL``)."""
        with self._open() as line:
            line.select(self.name, readonly=True)
            return len(line.uid("SEARCH", which)[1][0].split())

    def forget(self) -> None:
        """All are new again, as after a crash before they were marked."""
        with self._open() as line:
            line.select(self.name)
            line.store("1:*", "-FLAGS", r"(\Seen)")

    def _open(self) -> imaplib.IMAP4:
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        if self.tls:
            line.starttls(ssl.create_default_context())
        line.login(f'"{USER}"', PASSWORD)
        return line


@contextmanager
def serve(certificates: Path | None = None) -> Iterator[int]:
    """The port of such a server on this machine; with STARTTLS where there are ``certificates``."""
    port = closed_port()
    tls = ["--no-tls"]
    if certificates:
        tls = ["--cert", f"{certificates}/certificate.pem", "--key", f"{certificates}/key.pem"]
    where = ["--host", "127.0.0.1", "--port", str(port), "--no-service", "admin", *tls]
    account = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([sys.executable, "-c", PYMAP, *where, *account])
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def tls_in_front(port: int, tls: ssl.SSLContext) -> Iterator[int]:
    """A port where TLS begins at once, with the server at ``port`` behind it."""

    class Front(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            inside = socket.create_connection(("127.0.0.1", port))
            with suppress(OSError), inside, tls.wrap_socket(self.request, server_side=True) as outside:
                threading.Thread(target=_pump, args=(inside, outside), daemon=True).start()
                _pump(outside, inside)

    front = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Front)
    front.daemon_threads = True
    with running(front):
        yield front.server_address[1]


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(65536):
            sink.sendall(said)
        sink.shutdown(socket.SHUT_RDWR)


def folder(port: int) -> Folder:
    """A new one."""
    return Folder(port, f"Folder{next(_numbers)}")


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the IMAP server does not start")
