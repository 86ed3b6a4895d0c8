"""How often somebody may be wrong: counted by network address, which is kept as a keyed hash."""

from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest

from frontend import draft

MOST = 10
SECONDS = 600


def used_up(request: HttpRequest, what: str, now: datetime) -> bool:
    """Ten wrong answers within these ten minutes are enough."""
    used: int = cache.get(_name(request, what, now), 0)
    return used >= MOST


def count(request: HttpRequest, what: str, now: datetime) -> None:
    """One more wrong answer."""
    name = _name(request, what, now)
    if not cache.add(name, 1, timeout=SECONDS):
        cache.incr(name)


def _name(request: HttpRequest, what: str, now: datetime) -> str:
    return f"tries-{what}-{draft.address(request)}-{int(now.timestamp()) // SECONDS}"
