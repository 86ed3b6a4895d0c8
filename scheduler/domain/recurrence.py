"""Recurring openings (RFC 7953 AVAILABLE) and changes of their single dates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from scheduler.domain import localtime
from scheduler.domain.intervals import Span, overlaps


@dataclass(frozen=True)
class Opening:
    """One weekday's hours of a schedule, in minutes of the local day, every n-th ISO week from ``first``.

    Empty ``modes`` or ``services``: not limited.
    """

    key: int
    schedule: int
    weekday: int
    opens: int
    closes: int
    first: date
    last: date | None = None
    every: int = 1
    modes: frozenset[str] = frozenset()
    services: frozenset[int] = frozenset()
    location: int | None = None


@dataclass(frozen=True)
class Change:
    """One date of a series, cancelled or with other hours."""

    opening: int
    day: date
    cancelled: bool
    opens: int | None = None
    closes: int | None = None


@dataclass(frozen=True)
class ClosedDay:
    """Minutes of a local day on which the whole office is closed."""

    day: date
    opens: int = 0
    closes: int = 1440


def days(opening: Opening, first: date, until: date) -> Iterator[date]:
    """The dates of the series in ``[first, until)``."""
    start = max(first, opening.first)
    end = until if opening.last is None else min(until, opening.last + timedelta(days=1))
    day = start + timedelta(days=(opening.weekday - start.weekday()) % 7)
    ahead = (_monday(day) - _monday(opening.first)).days // 7 % opening.every
    if ahead:
        day += timedelta(weeks=opening.every - ahead)
    while day < end:
        yield day
        day += timedelta(weeks=opening.every)


def spans(opening: Opening, changes: Iterable[Change], first: date, until: date, zone: tzinfo) -> list[Span]:
    """When it is really open in ``[first, until)``; what the clock change makes empty is dropped."""
    changed = {change.day: change for change in changes}
    found = []
    for day in days(opening, first, until):
        change = changed.get(day)
        if change is None:
            opens, closes = opening.opens, opening.closes
        elif change.cancelled or change.opens is None or change.closes is None:
            continue
        else:
            opens, closes = change.opens, change.closes
        span = (localtime.to_utc(day, opens, zone), localtime.to_utc(day, closes, zone))
        if span[0] < span[1]:
            found.append(span)
    return found


def serves(opening: Opening, service: int, mode: str | None = None) -> bool:
    """May this service be booked on it in this mode?"""
    return (not opening.services or service in opening.services) and (
        not mode or not opening.modes or mode in opening.modes
    )


def collide(a: Opening, b: Opening) -> bool:
    """Could both ever be open at the same time for the same mode and service?"""
    if a.weekday != b.weekday or not overlaps((a.opens, a.closes), (b.opens, b.closes)):
        return False
    if not _share(a.modes, b.modes) or not _share(a.services, b.services):
        return False
    first = max(a.first, b.first)
    last = min(
        (day for day in (a.last, b.last) if day), default=first + timedelta(weeks=a.every * b.every + 1)
    )
    until = min(last, first + timedelta(weeks=a.every * b.every + 1)) + timedelta(days=1)
    return not set(days(a, first, until)).isdisjoint(days(b, first, until))


def _share(a: frozenset[int] | frozenset[str], b: frozenset[int] | frozenset[str]) -> bool:
    return not a or not b or bool(a & b)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
