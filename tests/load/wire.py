"""One keep-alive HTTP connection to a server on this machine."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

_STALE = (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest)


@dataclass(frozen=True)
class Answer:
    """A response that was read to its end."""

    status: int
    body: bytes
    location: str


class Wire:
    """Asks without reconnecting; a GET that meets a closed connection is sent once more."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and read the whole answer."""
        try:
            return self._once(method, path, body, headers or {})
        except _STALE:
            self._connection.close()
            if method != "GET":
                raise
            return self._once(method, path, body, headers or {})

    def _once(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        self._connection.request(method, path, body and body.encode(), dict(headers))
        response = self._connection.getresponse()
        return Answer(response.status, response.read(), response.getheader("Location", ""))
