"""How the offered time was used: exact inside the own team, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count

from scheduler.domain import localtime, utilisation
from scheduler.domain.intervals import Span, intersect
from scheduler.domain.lifecycle import Status
from scheduler.domain.utilisation import Case, Figures
from scheduler.models import Appointment, Caseworker, OfferedDay, Office, Service, Team
from scheduler.queries import capacity
from scheduler.queries.calendars import Window

HOURS = range(7, 20)


@dataclass(frozen=True)
class Row:
    """The figures of one part of the period, or of one mode or service (its id)."""

    label: str
    figures: Figures
    first: date | None = None
    until: date | None = None
    service: int | None = None


@dataclass(frozen=True)
class Report:
    """All figures of ``[first, until)``; ``heat``: used ÷ offered by (weekday, hour), None: not offered."""

    first: date
    until: date
    figures: Figures
    rows: list[Row] = field(default_factory=list)
    heat: dict[tuple[int, int], float | None] = field(default_factory=dict)


def utilisation_of(
    *,
    office: Office,
    first: date,
    until: date,
    now: datetime,
    team: Team | None = None,
    service: Service | None = None,
    by: str = "week",
) -> Report:
    """The report of local dates ``[first, until)``; ``by`` is week, month, mode or service."""
    window = Window(office, first, until)
    offered = _offered(window, now, team, service)
    cases, services = _cases(window, team, service)
    at = localtime.epoch(now)
    figures = utilisation.figures(offered, [case for case, _ in cases], window.span, now=at)
    rows = _rows(window, by, offered, cases, services, at)
    return Report(first, until, figures, rows, _heat(window, offered, [case for case, _ in cases]))


def counselling(*, office: Office, team: Team | None = None) -> dict[int | None, int]:
    """How many active caseworkers stand behind the figures: by service (id), and in all (None)."""
    rows = Caseworker.objects.of(office).filter(active=True, **({"team": team} if team else {}))
    by_service = rows.order_by().values_list("services").annotate(number=Count("pk"))
    return {**{pk: number for pk, number in by_service if pk}, None: rows.count()}


def _offered(
    window: Window, now: datetime, team: Team | None, service: Service | None
) -> dict[int, list[Span]]:
    """Frozen days as they were written down, the others as they stand."""
    team_id = team.pk if team else None
    found: dict[int, list[Span]] = defaultdict(list)
    live = capacity.offered(window.office, window.first, window.until, service=service, team=team_id)
    frozen_days: set[date] = set()
    if service is None:
        frozen_days = _add_frozen(found, window, team_id)
    keep = [localtime.day_span(day, window.zone) for day in _days(window) if day not in frozen_days]
    for schedule, spans in live.items():
        found[schedule] += intersect(spans, keep)
    return found


def _add_frozen(found: dict[int, list[Span]], window: Window, team: int | None) -> set[date]:
    rows = OfferedDay.objects.of(window.office).filter(
        day__gte=window.first, day__lt=window.until, service=None
    )
    if team is not None:
        rows = rows.filter(schedule__caseworker__team=team)
    days = set()
    for schedule, day, spans in rows.values_list("schedule", "day", "spans"):
        found[schedule] += [(start, end) for start, end in spans]
        days.add(day)
    return days


def _days(window: Window) -> list[date]:
    return [window.first + timedelta(days=n) for n in range((window.until - window.first).days)]


def _cases(
    window: Window, team: Team | None, service: Service | None
) -> tuple[list[tuple[Case, int]], dict[int, str]]:
    begins, ends = (localtime.from_epoch(instant) for instant in window.span)
    rows = Appointment.objects.of(window.office).overlapping(begins, ends)
    if team:
        rows = rows.filter(caseworker__team=team)
    if service:
        rows = rows.filter(service=service)
    names = {pk: (texts or {}).get("de", slug) for pk, texts, slug in _service_names(window.office)}
    fields = ("caseworker__schedule", "start", "end", "status", "mode", "special", "cancelled_late")
    cases = [
        (
            Case(
                schedule=row[0],
                start=localtime.epoch(row[1]),
                end=localtime.epoch(row[2]),
                status=row[3],
                mode=row[4],
                special=row[5],
                late=row[6],
                cancelled_by=row[7],
                booked_at=localtime.epoch(row[8]),
            ),
            row[9],
        )
        for row in rows.order_by().values_list(*fields, "cancelled_by", "created_at", "service")
    ]
    return cases, names


def _service_names(office: Office) -> Sequence[tuple[int, dict[str, str], str]]:
    return list(Service.objects.of(office).values_list("pk", "names", "slug"))


def _rows(
    window: Window,
    by: str,
    offered: dict[int, list[Span]],
    cases: list[tuple[Case, int]],
    services: dict[int, str],
    now: int,
) -> list[Row]:
    if by == "mode":
        return [
            Row(
                mode,
                utilisation.figures(offered, [c for c, _ in cases if c.mode == mode], window.span, now=now),
            )
            for mode in Service.MODES
        ]
    if by == "service":
        return [
            Row(
                name,
                utilisation.figures(offered, [c for c, pk in cases if pk == key], window.span, now=now),
                service=key,
            )
            for key, name in services.items()
        ]
    parts = (utilisation.months if by == "month" else utilisation.weeks)(window.first, window.until)
    return [_part(Window(window.office, *part), offered, cases, now) for part in parts]


def _part(window: Window, offered: dict[int, list[Span]], cases: list[tuple[Case, int]], now: int) -> Row:
    figures = utilisation.figures(offered, [case for case, _ in cases], window.span, now=now)
    return Row("", figures, window.first, window.until)


def _heat(
    window: Window, offered: dict[int, list[Span]], cases: list[Case]
) -> dict[tuple[int, int], float | None]:
    """Share of the offered minutes that was used, by weekday (Monday 0) and local hour."""
    used: dict[int, list[Span]] = defaultdict(list)
    for case in cases:
        if case.status != Status.CANCELLED and not case.special:
            used[case.schedule].append((case.start, case.end))
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for schedule, spans in offered.items():
        for cell, seconds in _cells(spans, window):
            sums[cell][0] += seconds
        for cell, seconds in _cells(intersect(spans, used.get(schedule, ())), window):
            sums[cell][1] += seconds
    cells = ((weekday, hour) for weekday in range(7) for hour in HOURS)
    return {cell: utilisation.ratio(sums[cell][1], sums[cell][0]) for cell in cells}


def _cells(spans: Sequence[Span], window: Window) -> list[tuple[tuple[int, int], int]]:
    """Each span cut at full hours: ((weekday, hour), seconds)."""
    found = []
    for start, end in spans:
        while start < end:
            stop = min(end, start - start % 3600 + 3600)
            local = localtime.local(localtime.from_epoch(start), window.zone)
            found.append(((local.weekday(), local.hour), stop - start))
            start = stop
    return found
