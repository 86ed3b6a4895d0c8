"""What is open, blocked and taken on many schedules, in a constant number of statements."""

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from scheduler.domain import localtime, recurrence
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import Change, Opening
from scheduler.models import Absence, Allocation, AvailableException, BusyPeriod, Office
from scheduler.queries.closing import closed_spans

_TAKEN, _BLOCKED = 0, 1


@dataclass
class Calendar:
    """One schedule within a window, as spans of epoch seconds."""

    open: list[Span] = field(default_factory=list)
    blocked: list[Span] = field(default_factory=list)
    taken: list[Span] = field(default_factory=list)


@dataclass(frozen=True)
class Window:
    """Local dates ``[first, until)`` of an office and the instants they span."""

    office: Office
    first: date
    until: date

    @property
    def zone(self) -> Any:
        return localtime.zone(self.office.zone)

    @property
    def span(self) -> Span:
        return (localtime.to_utc(self.first, 0, self.zone), localtime.to_utc(self.until, 0, self.zone))


OPENING_FIELDS = (
    *("pk", "schedule_id", "weekday", "opens", "closes"),
    *("starts_on", "ends_on", "every_weeks", "modes", "location_id"),
)


def opening_of(row: Sequence[Any]) -> Opening:
    """An opening from a row of ``OPENING_FIELDS``; its services were settled by the query already."""
    return Opening(*row[:8], modes=frozenset(row[8]), location=row[9])


def calendars(
    window: Window, openings: Iterable[Opening], *, now: datetime, beyond: int = 0, always: Iterable[int] = ()
) -> dict[int, Calendar]:
    """The calendar of every schedule that has an opening here, and of those that are ``always`` wanted.

    Times taken up to ``beyond`` seconds after the window count too. At most three statements, whatever
    the number of schedules, days and appointments.
    """
    openings = list(openings)
    found: dict[int, Calendar] = defaultdict(Calendar, {schedule: Calendar() for schedule in always})
    changes = _changes(openings, window)
    for opening in openings:
        found[opening.schedule].open.extend(_spans(opening, changes, window))
    shut = closed_spans(window.office, window.first, window.until)
    for calendar in found.values():
        calendar.blocked = list(shut)
    _fill(found, window.span[0], window.span[1] + beyond, now)
    return found


def calendars_per_opening(
    window: Window, openings: Iterable[Opening]
) -> list[tuple[Opening, list[Span], list[Span]]]:
    """Each opening with its spans in the window and what blocks its schedule (absences, busy, closed)."""
    openings = list(openings)
    changes = _changes(openings, window)
    shut = closed_spans(window.office, window.first, window.until)
    found = {opening.schedule: Calendar(blocked=list(shut)) for opening in openings}
    _fill(found, *window.span, localtime.from_epoch(window.span[1]))
    return [
        (opening, _spans(opening, changes, window), found[opening.schedule].blocked) for opening in openings
    ]


def _spans(opening: Opening, changes: Mapping[int, list[Change]], window: Window) -> list[Span]:
    return recurrence.spans(opening, changes.get(opening.key, ()), window.first, window.until, window.zone)


def _changes(openings: list[Opening], window: Window) -> Mapping[int, list[Change]]:
    by_opening: dict[int, list[Change]] = defaultdict(list)
    rows = AvailableException.objects.of(window.office).filter(day__gte=window.first, day__lt=window.until)
    wanted = {opening.key for opening in openings}
    for row in rows:
        if row.available_id in wanted:
            by_opening[row.available_id].append(row.as_change())
    return by_opening


def _fill(found: dict[int, Calendar], start: int, end: int, now: datetime) -> None:
    for schedule, kind, packed in _busy_rows(list(found), start, end, now):
        calendar = found[schedule]
        (calendar.taken if kind == _TAKEN else calendar.blocked).extend(_unpack(packed))


def _unpack(packed: bytes | str) -> Iterable[Span]:
    if isinstance(packed, str):
        numbers = map(int, packed.split())
        return zip(numbers, numbers, strict=True)
    return struct.iter_unpack(">qq", packed)


def _busy_rows(
    schedules: list[int], start: int, end: int, now: datetime
) -> list[tuple[int, int, bytes | str]]:
    """Allocations in force, absences and busy periods, in one statement and one row per schedule and kind.

    The instants come packed as pairs of numbers: reading 20,000 rows of datetimes takes several times longer.
    """
    if not schedules:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_sql(schedules), _parameters(start, end, now))
        return cursor.fetchall()


def _sql(schedules: list[int]) -> str:
    ids = ",".join(str(int(pk)) for pk in schedules)
    parts = [
        f'SELECT schedule_id, {kind}, {_packed()} FROM "{model._meta.db_table}" '  # noqa: S608 - own names, integers
        f'WHERE schedule_id IN ({ids}) AND "start" < %s AND "end" > %s{more} GROUP BY schedule_id'
        for model, kind, more in (
            (Allocation, _TAKEN, ' AND "start" > %s AND (expires_at IS NULL OR expires_at > %s)'),
            (Absence, _BLOCKED, ""),
            (BusyPeriod, _BLOCKED, ""),
        )
    ]
    return " UNION ALL ".join(parts)


def _packed() -> str:
    """All pairs of a group in one value: 64-bit integers on PostgreSQL, digits on SQLite."""
    if connection.vendor == "postgresql":
        begins, ends = (f"int8send(date_part('epoch', \"{column}\")::int8)" for column in ("start", "end"))
        return f"string_agg({begins} || {ends}, ''::bytea)"
    begins, ends = (f"strftime('%%s', \"{column}\")" for column in ("start", "end"))
    return f"group_concat({begins} || ' ' || {ends}, ' ')"


def _parameters(start: int, end: int, now: datetime) -> list[Any]:
    begins, ends = localtime.from_epoch(start), localtime.from_epoch(end)
    adapt = connection.ops.adapt_datetimefield_value
    values = [ends, begins, begins - Allocation.LONGEST, now, ends, begins, ends, begins]
    return [adapt(value) for value in values]
