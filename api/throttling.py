"""Changes per key and minute; reading is not limited."""

import time
from threading import Lock
from typing import Any

from django.core.cache import cache
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SHARE = 60


def parse(rate: str) -> tuple[int, int]:
    """Number and seconds of a rate such as ``600/min``."""
    number, _, period = rate.partition("/")
    return int(number), PERIODS[period[0]]


class Writes(BaseThrottle):
    """A fixed window per key, counted in the cache that all processes share.

    Each process takes a sixtieth of the rate at a time, so that most changes cost no look into the cache.
    """

    _left: dict[int, tuple[int, int]] = {}
    _lock = Lock()

    def __init__(self) -> None:
        self.most, self.period = parse(str(api_settings.DEFAULT_THROTTLE_RATES["write"]))

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS or request.auth is None:
            return True
        window = int(time.time() // self.period)
        with self._lock:
            kept, left = self._left.get(request.auth.pk, (window, 0))
            left = left if kept == window else 0
            if not left:
                left = self._take(f"writes:{request.auth.pk}:{window}")
            self._left[request.auth.pk] = (window, max(0, left - 1))
        return left > 0

    def wait(self) -> float:
        return self.period - time.time() % self.period + 1

    def _take(self, name: str) -> int:
        share = max(1, self.most // SHARE)
        cache.add(name, 0, timeout=2 * self.period)
        try:
            used = cache.incr(name, share)
        except ValueError:  # the cache has just forgotten it
            used = share
        return max(0, min(share, self.most - (used - share)))
