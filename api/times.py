"""Times as the API writes them."""

from datetime import datetime


def stamp(instant: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ") if instant else None
