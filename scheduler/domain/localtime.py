"""The only place where local time is reckoned with."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.domain.intervals import Span


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone of this IANA name."""
    return ZoneInfo(name)


@lru_cache(maxsize=8192)
def to_utc(day: date, minute: int, zone: tzinfo) -> int:
    """The instant of a minute (0–1440) of a local day.

    In the spring gap the offset before the gap holds, of two equal times the first (RFC 5545, 3.3.5).
    """
    day, minute = day + timedelta(days=minute // 1440), minute % 1440
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(local.timestamp())


def at(day: date, minute: int, zone: tzinfo) -> datetime:
    """The same as a datetime in UTC."""
    return from_epoch(to_utc(day, minute, zone))


def day_span(day: date, zone: tzinfo) -> Span:
    """A local day, 23 to 25 hours long."""
    return to_utc(day, 0, zone), to_utc(day, 1440, zone)


def local(instant: datetime, zone: tzinfo) -> datetime:
    """The instant as the office's clock shows it."""
    return instant.astimezone(zone)


def local_date(instant: datetime | int, zone: tzinfo) -> date:
    """The local date of an instant."""
    if isinstance(instant, int):
        instant = from_epoch(instant)
    return instant.astimezone(zone).date()


def epoch(instant: datetime) -> int:
    """Whole seconds since 1970 in UTC."""
    return int(instant.timestamp())


def from_epoch(seconds: int) -> datetime:
    """The datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
