"""What is open, blocked and taken on many schedules, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from scheduler.domain import localtime, recurrence
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import Change, ClosedDay, Opening
from scheduler.models import Office
from scheduler.queries import sql
from scheduler.queries.closing import Own, reckon


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


def calendars(
    window: Window,
    openings: Iterable[Opening],
    *,
    now: datetime,
    beyond: int = 0,
    always: Iterable[int] = (),
    dates: Iterable[sql.Dated] | None = None,
) -> dict[int, Calendar]:
    """The calendar of every schedule that has an opening here, and of those that are ``always`` wanted.

    Times taken up to ``beyond`` seconds after the window count too. Two statements, whatever the
    number of schedules, days and appointments; one where the changed ``dates`` have been read already.
    """
    found: dict[int, Calendar] = defaultdict(Calendar, {schedule: Calendar() for schedule in always})
    changes, shut = _changes_and_closed(window, dates)
    for opening in openings:
        found[opening.schedule].open.extend(_spans(opening, changes, window))
    for calendar in found.values():
        calendar.blocked = list(shut)
    _fill(found, window.span[0], window.span[1] + beyond, now)
    return found


def calendars_per_opening(
    window: Window, openings: Iterable[Opening]
) -> list[tuple[Opening, list[Span], list[Span]]]:
    """Each opening with its spans in the window and what blocks its schedule (absences, busy, closed)."""
    openings = list(openings)
    changes, shut = _changes_and_closed(window)
    found = {opening.schedule: Calendar(blocked=list(shut)) for opening in openings}
    _fill(found, *window.span, localtime.from_epoch(window.span[1]))
    return [
        (opening, _spans(opening, changes, window), found[opening.schedule].blocked) for opening in openings
    ]


def spans_of(
    window: Window, openings: Iterable[Opening], dates: Iterable[sql.Dated]
) -> list[tuple[Opening, list[Span]]]:
    """Each opening with when it is really open in the window, changed dates included."""
    changes, _ = _changes_and_closed(window, dates)
    return [(opening, _spans(opening, changes, window)) for opening in openings]


def _spans(opening: Opening, changes: Mapping[int, list[Change]], window: Window) -> list[Span]:
    return recurrence.spans(opening, changes.get(opening.key, ()), window.first, window.until, window.zone)


def _changes_and_closed(
    window: Window, dates: Iterable[sql.Dated] | None = None
) -> tuple[Mapping[int, list[Change]], list[Span]]:
    """Changed dates by opening, and when the whole office is closed, in one statement."""
    if dates is None:
        dates = sql.dated(window.office.pk, window.first, window.until)
    changes: dict[int, list[Change]] = defaultdict(list)
    own: list[Own] = []
    for opening, day, opens, closes, flag in dates:
        if opening is None:
            own.append((day, opens, closes, flag))
        else:
            changes[opening].append(Change(opening, day, flag, opens, closes))
    closed = reckon(window.office, window.first, window.until, own)
    return changes, [_closed_span(row, window) for row in closed]


def _closed_span(row: ClosedDay, window: Window) -> Span:
    return (
        localtime.to_utc(row.day, row.opens, window.zone),
        localtime.to_utc(row.day, row.closes, window.zone),
    )


def _fill(found: dict[int, Calendar], start: int, end: int, now: datetime) -> None:
    for schedule, is_taken, packed in sql.busy(list(found), start, end, now):
        calendar = found[schedule]
        (calendar.taken if is_taken else calendar.blocked).extend(sql.unpack(packed))
