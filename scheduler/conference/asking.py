"""Questions to the room server over the network, and whether it is there at all."""

import time
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

TIMEOUT = 10.0
LARGEST = 512 * 1024
SHORT = 0.75
"""Seconds for connecting and again for the answer, where somebody waits for it."""
REMEMBERED = 15
"""Seconds."""


@dataclass(frozen=True)
class Answer:
    """What came back; 0 and the reason where nothing did."""

    status: int
    text: str


def ask(
    method: str,
    address: str,
    body: str = "",
    headers: dict[str, str] | None = None,
    timeout: float = TIMEOUT,
    largest: int = LARGEST,
) -> Answer:
    """One request without following redirects; a failure is an answer, too."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        line = kind(parts.hostname or "", parts.port, timeout=timeout)
        line.request(
            method,
            urlunsplit(("", "", parts.path or "/", parts.query, "")),
            body.encode() or None,
            headers or {},
        )
        found: HTTPResponse = line.getresponse()
        return Answer(found.status, found.read(largest).decode("utf-8", "replace"))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, str(error) or type(error).__name__)


def is_there() -> bool:
    """Does the room server answer? Remembered for some seconds; without one, or told not to look: yes."""
    address = settings.JITSI_INTERNAL_URL or f"https://{settings.JITSI_HOST}"
    if not settings.JITSI_PROVIDER or address == "none":
        return True
    path = "config.js" if settings.JITSI_PROVIDER == "self" else ""
    return _answers(f"{address.rstrip('/')}/{path}", int(time.monotonic() // REMEMBERED))


@lru_cache(maxsize=4)
def _answers(address: str, period: int) -> bool:
    """``period`` only lets the memory end."""
    return 0 < ask("GET", address, timeout=SHORT, largest=1).status < 500
