"""One keep-alive HTTP connection to a server on this machine, as light as can be: it shares the cores."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT = 120
CHUNK = 262_144


class ConnectionLostError(ConnectionError):
    """The server closed the connection before it answered."""


@dataclass(frozen=True)
class Answer:
    """A response that was read to its end."""

    status: int
    body: bytes
    location: str


class Wire:
    """Asks without reconnecting; a GET that meets a closed connection is sent once more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._unread = b""

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and read the whole answer."""
        request = _written(method, path, (body or "").encode(), headers or {})
        try:
            return self._once(request)
        except ConnectionError:
            self._close()
            if method != "GET":
                raise
            return self._once(request)

    def _once(self, request: bytes) -> Answer:
        self._open().sendall(request)
        head = self._until(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        told = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = self._chunks() if "chunked" in told.get("transfer-encoding", "") else self._exactly(told)
        if told.get("connection", "").lower() == "close":
            self._close()
        return Answer(int(status.split(" ", 2)[1]), body, told.get("location", ""))

    def _exactly(self, told: Mapping[str, str]) -> bytes:
        return self._bytes(int(told.get("content-length", 0)))

    def _chunks(self) -> bytes:
        found = []
        while size := int(self._until(b"\r\n"), 16):
            found.append(self._bytes(size))
            self._until(b"\r\n")
        self._until(b"\r\n")
        return b"".join(found)

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._more()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _bytes(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._more()
        found, self._unread = self._unread[:size], self._unread[size:]
        return found

    def _more(self) -> None:
        found = self._open().recv(CHUNK)
        if not found:
            raise ConnectionLostError
        self._unread += found

    def _open(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._unread = b""
        return self._socket

    def _close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


def _written(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *(f"{k}: {v}" for k, v in headers.items())]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
