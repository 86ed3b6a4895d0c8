"""Writes are counted per key."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class Writes(SimpleRateThrottle):
    """POST, PATCH, DELETE of one key; reads are never counted."""

    scope = "write"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if request.method in {"GET", "HEAD", "OPTIONS"} or request.auth is None:
            return None
        return f"throttle-write-{request.auth.pk}"
