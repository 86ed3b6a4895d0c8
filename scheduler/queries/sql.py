"""The reads behind every search, written as SQL: compiling them anew takes Django longer than running them.

Only here do table names stand in text; ``tests/scheduler/test_free_slots.py`` runs them on both data bases.
"""

import json
import struct
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from scheduler.domain import localtime
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import Opening, ways
from scheduler.models import Absence, Allocation, BusyPeriod

_FIELDS = """a.id, a.schedule_id, a.weekday, a.opens, a.closes, a.starts_on, a.ends_on, a.every_weeks,
    a.modes, a.location_id, a.home_office"""
_OF_CASEWORKERS = f"""
SELECT c.id, {_FIELDS}
FROM scheduler_available a
JOIN scheduler_schedule s ON s.id = a.schedule_id
JOIN scheduler_caseworker c ON c.id = s.caseworker_id AND c.active
JOIN scheduler_caseworker_services o ON o.caseworker_id = c.id AND o.service_id = %(service)s
WHERE a.office_id = %(office)s AND a.status = 'published'
  AND (EXISTS (SELECT 1 FROM scheduler_available_services x
               WHERE x.available_id = a.id AND x.service_id = %(service)s)
       OR NOT EXISTS (SELECT 1 FROM scheduler_available_services x WHERE x.available_id = a.id))
"""  # noqa: S608 - own names
_DATES_TOO = """
UNION ALL SELECT NULL, available_id, NULL, NULL, opens, closes, day, NULL,
    CASE WHEN cancelled THEN 1 ELSE 0 END, NULL, NULL, NULL
FROM scheduler_availableexception WHERE office_id = %(office)s AND day >= %(first)s AND day < %(until)s
UNION ALL SELECT NULL, NULL, NULL, NULL, opens, closes, day, NULL,
    CASE WHEN lifted THEN 1 ELSE 0 END, NULL, NULL, NULL
FROM scheduler_closingday WHERE office_id = %(office)s AND day >= %(first)s AND day < %(until)s
"""
_OF_INTERPRETERS = f"""
SELECT i.id, {_FIELDS}
FROM scheduler_available a
JOIN scheduler_schedule s ON s.id = a.schedule_id
JOIN scheduler_interpreter i ON i.id = s.interpreter_id AND i.active
WHERE a.office_id = %(office)s AND a.status = 'published'
"""  # noqa: S608 - own names
_DATED = """
SELECT available_id, day, opens, closes, cancelled FROM scheduler_availableexception
WHERE office_id = %(office)s AND day >= %(first)s AND day < %(until)s
UNION ALL
SELECT NULL, day, opens, closes, lifted FROM scheduler_closingday
WHERE office_id = %(office)s AND day >= %(first)s AND day < %(until)s
"""


Dated = tuple[int | None, date, int, int, bool]
"""A changed date (opening, date, hours, cancelled) or a closing day (None, date, hours, lifted)."""


def openings(
    *,
    office: int,
    service: int,
    first: date,
    until: date,
    caseworker: int | None = None,
    team: int | None = None,
) -> tuple[list[tuple[int, Opening]], list[Dated]]:
    """Published openings on which the service can be booked, with their caseworker's id; and ``dated``."""
    text = _OF_CASEWORKERS
    if caseworker is not None:
        text += " AND c.id = %(caseworker)s"
    if team is not None:
        text += " AND c.team_id = %(team)s"
    who = {"office": office, "service": service, "caseworker": caseworker, "team": team}
    found = _rows(text + _DATES_TOO, {**who, "first": first.isoformat(), "until": until.isoformat()})
    dates = [(row[1], _date(row[6]), row[4], row[5], bool(row[8])) for row in found if row[0] is None]
    return [(row[0], _opening(row[1:])) for row in found if row[0] is not None], dates


def interpreters(*, office: int) -> Iterator[tuple[int, Opening]]:
    """Published openings of interpreters, with the interpreter's id."""
    return ((row[0], _opening(row[1:])) for row in _rows(_OF_INTERPRETERS, {"office": office}))


def dated(office: int, first: date, until: date) -> Iterator[Dated]:
    """Changed dates and closing days in ``[first, until)``."""
    values = {"office": office, "first": first.isoformat(), "until": until.isoformat()}
    for opening, day, opens, closes, flag in _rows(_DATED, values):
        yield opening, _date(day), opens, closes, bool(flag)


def busy(schedules: list[int], start: int, end: int, now: datetime) -> list[tuple[int, int, bytes | str]]:
    """Per schedule what is taken (1: allocations in force) and blocked (0: absences, busy periods).

    The instants come packed as pairs of numbers: reading 20,000 rows of datetimes takes several times longer.
    """
    return _rows(_busy_text(schedules), _busy_values(schedules, start, end, now)) if schedules else []


def unpack(packed: bytes | str) -> Iterable[Span]:
    """The spans of one packed value."""
    if isinstance(packed, str):
        numbers = map(int, packed.split())
        return zip(numbers, numbers, strict=True)
    return struct.iter_unpack(">qq", packed)


def _rows(text: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def _opening(row: tuple[Any, ...]) -> Opening:
    key, schedule, weekday, opens, closes, first, last, every, modes, location, home = row
    return Opening(
        key=key,
        schedule=schedule,
        weekday=weekday,
        opens=opens,
        closes=closes,
        first=_date(first),
        last=_date(last) if last else None,
        every=every,
        modes=ways(() if modes == "[]" else json.loads(modes), home_office=home),
        location=location,
    )


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _busy_text(schedules: list[int]) -> str:
    among = "= ANY(%s)" if _arrays() else f"IN ({', '.join(['%s'] * len(schedules))})"
    parts = [
        f'SELECT schedule_id, {kind}, {_packed()} FROM "{model._meta.db_table}" '  # noqa: S608 - own names
        f'WHERE schedule_id {among} AND "start" < %s AND "end" > %s{more} GROUP BY schedule_id'
        for model, kind, more in (
            (Allocation, 1, ' AND "start" > %s AND (expires_at IS NULL OR expires_at > %s)'),
            (Absence, 0, ""),
            (BusyPeriod, 0, ""),
        )
    ]
    return " UNION ALL ".join(parts)


def _arrays() -> bool:
    """PostgreSQL takes all ids as one value, so that the text is the same for any number of them."""
    return connection.vendor == "postgresql"


def _packed() -> str:
    """All pairs of a group in one value: 64-bit integers on PostgreSQL, digits on SQLite."""
    if _arrays():
        begins, ends = (f"int8send(date_part('epoch', \"{column}\")::int8)" for column in ("start", "end"))
        return f"string_agg({begins} || {ends}, ''::bytea)"
    begins, ends = (f"strftime('%%s', \"{column}\")" for column in ("start", "end"))
    return f"group_concat({begins} || ' ' || {ends}, ' ')"


def _busy_values(schedules: list[int], start: int, end: int, now: datetime) -> list[Any]:
    begins, ends = localtime.from_epoch(start), localtime.from_epoch(end)
    adapt = connection.ops.adapt_datetimefield_value
    who: list[Any] = [schedules] if _arrays() else schedules
    around = [adapt(ends), adapt(begins)]
    in_force = [adapt(begins - Allocation.LONGEST), adapt(now)]
    return [*who, *around, *in_force, *who, *around, *who, *around]
