"""Recurring openings (RFC 7953 AVAILABLE) and changes of their single dates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from math import lcm

from scheduler.domain import localtime
from scheduler.domain.intervals import Span, overlaps

ON_SITE = "on_site"
FROM_HOME = frozenset({"video", "phone"})
"""The ways of talking that need no room of the office."""
NEW = 0
"""Key of an opening that is not stored yet."""


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


def ways(modes: Iterable[str], *, home_office: bool) -> frozenset[str]:
    """In which ways an opening is held: from home nobody is met on site. Empty: not limited."""
    known = frozenset(modes)
    return (known - {ON_SITE} or FROM_HOME) if home_office else known


def days(opening: Opening, first: date, until: date) -> Iterator[date]:
    """The dates of the series in ``[first, until)``."""
    return map(date.fromordinal, _dates(opening, first.toordinal(), until.toordinal()))


def spans(opening: Opening, changes: Iterable[Change], first: date, until: date, zone: tzinfo) -> list[Span]:
    """When it is really open in ``[first, until)``; what the clock change makes empty is dropped."""
    changed = {change.day: change for change in changes if change.opening == opening.key}
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


def collide(a: Opening, b: Opening, but: frozenset[date] = frozenset()) -> bool:
    """Could both ever be open at the same time for the same mode and service, on other dates than ``but``?"""
    if a.weekday != b.weekday or not overlaps((a.opens, a.closes), (b.opens, b.closes)):
        return False
    if not _share(a.modes, b.modes) or not _share(a.services, b.services):
        return False
    first = max(a.first, b.first).toordinal()
    until = first + 7 * lcm(a.every, b.every) * (len(but) + 1)
    theirs = _dates(b, first, until)
    return any(day in theirs and date.fromordinal(day) not in but for day in _dates(a, first, until))


def clash(a: Opening, b: Opening, changes: Iterable[Change]) -> bool:
    """As ``collide``, with the changed dates of both taken as they are."""
    known = list(changes)
    return any(
        collide(ours, theirs, but | besides)
        for ours, but in _parts(a, known)
        for theirs, besides in _parts(b, known)
    )


def _parts(opening: Opening, changes: list[Change]) -> Iterator[tuple[Opening, frozenset[date]]]:
    """The series without its changed dates, and each date with other hours as an opening of its own."""
    own = [change for change in changes if change.opening == opening.key]
    yield opening, frozenset(change.day for change in own)
    for change in own:
        if not change.cancelled:
            yield on_one_date(opening, change), frozenset()


def on_one_date(opening: Opening, change: Change) -> Opening:
    """The changed date as an opening of its own; its hours are those of the series where it names none."""
    hours = (opening.opens, opening.closes)
    if change.opens is not None and change.closes is not None:
        hours = (change.opens, change.closes)
    return replace(opening, first=change.day, last=change.day, opens=hours[0], closes=hours[1], every=1)


def in_step(opening: Opening, day: date) -> date:
    """The first date from ``day`` on that lies in one of the ISO weeks of the series."""
    weeks = (_monday(day) - _monday(opening.first)) // 7
    behind = -weeks % opening.every
    return date.fromordinal(_monday(day) + 7 * behind) if behind else day


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def _share(a: frozenset[int] | frozenset[str], b: frozenset[int] | frozenset[str]) -> bool:
    return not a or not b or bool(a & b)


def _dates(opening: Opening, first: int, until: int) -> range:
    """The series in ``[first, until)`` as ordinals; ordinal 1 was a Monday."""
    start = opening.first.toordinal()
    in_first_week = start - (start - 1) % 7 + opening.weekday
    step = 7 * opening.every
    first = max(first, start)
    if opening.last is not None:
        until = min(until, opening.last.toordinal() + 1)
    return range(first + (in_first_week - first) % step, until, step)
