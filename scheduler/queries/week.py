"""A caseworker's week: appointments, openings and absences of each day; her series and drafts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Prefetch

from scheduler.domain import localtime, recurrence
from scheduler.domain.lifecycle import Status
from scheduler.models import Absence, Appointment, Available, AvailableException, Caseworker
from scheduler.queries import agenda
from scheduler.queries.calendars import Window
from scheduler.queries.closing import closed_days

DAYS = 7


@dataclass
class Day:
    """One day of the week."""

    day: date
    closed: bool = False
    openings: list[tuple[Available, datetime, datetime]] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nothing at all on this day."""
        return not (self.openings or self.absences or self.appointments or self.closed)


@dataclass
class Week:
    """From Monday on; ``series`` are the openings that still recur, with their ``changed`` dates to come."""

    days: list[Day]
    series: list[Available]
    drafts: list[Available]


def week(caseworker: Caseworker, monday: date, today: date) -> Week:
    """The seven days from this Monday on, in a constant number of statements."""
    changed = Prefetch(
        "exceptions", AvailableException.objects.filter(day__gte=today).order_by("day"), "changed"
    )
    rows = list(caseworker.schedule.openings.prefetch_related("services", changed))
    published = [row for row in rows if row.status == Available.PUBLISHED]
    window = Window(caseworker.office, monday, monday + timedelta(days=DAYS))
    return Week(
        days=_days(caseworker, window, published),
        series=[row for row in published if row.ends_on is None or row.ends_on >= today],
        drafts=[row for row in rows if row.status == Available.DRAFT],
    )


def _days(caseworker: Caseworker, window: Window, series: Sequence[Available]) -> list[Day]:
    days = {window.first + timedelta(days=n): Day(window.first + timedelta(days=n)) for n in range(DAYS)}
    _add_openings(days, window, series)
    _add_absences(days, window, caseworker)
    for closed in closed_days(window.office, window.first, window.until):
        days[closed.day].closed = True
    for row in agenda.between(window.office, window.first, window.until, caseworker=caseworker):
        day = localtime.local_date(row.start, window.zone)
        if row.status != Status.CANCELLED and day in days:
            days[day].appointments.append(row)
    return list(days.values())


def _add_openings(days: dict[date, Day], window: Window, series: Sequence[Available]) -> None:
    rows = AvailableException.objects.filter(available__in=[row.pk for row in series])
    changes = [row.as_change() for row in rows.filter(day__gte=window.first, day__lt=window.until)]
    for row in series:
        opening = row.as_opening()
        for begins, ends in recurrence.spans(opening, changes, window.first, window.until, window.zone):
            opens, closes = localtime.from_epoch(begins), localtime.from_epoch(ends)
            days[localtime.local_date(opens, window.zone)].openings.append((row, opens, closes))


def _add_absences(days: dict[date, Day], window: Window, caseworker: Caseworker) -> None:
    begins, ends = (localtime.from_epoch(instant) for instant in window.span)
    for absence in caseworker.schedule.absences.overlapping(begins, ends):
        for day in days.values():
            opens, closes = localtime.day_span(day.day, window.zone)
            if absence.start < localtime.from_epoch(closes) and absence.end > localtime.from_epoch(opens):
                day.absences.append(absence)
