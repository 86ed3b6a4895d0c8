"""The only clock. Edges (views, jobs, commands) read it once and pass the instant down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """The present instant in UTC; tests and the demo may shift it by the seconds in ``CLOCK_FILE``."""
    return datetime.now(UTC) + _offset()


def _offset() -> timedelta:
    path = getattr(settings, "CLOCK_FILE", None)
    if not path:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(path).read_text() or 0))
    except FileNotFoundError:
        return timedelta()
