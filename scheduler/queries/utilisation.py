"""How the offered time was used: exact inside the own team, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

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
    language: str = "de",
) -> Report:
    """The report of local dates ``[first, until)``; ``by`` is week, month, mode or service.

    ``language``: in which services are named.
    """
    window = Window(office, first, until)
    cases, names = _cases(window, team, service), _service_names(office, language)
    wanted = service.pk if service else None
    capacities = _offered(window, team, {wanted, *(names if by == "service" else ())})
    facts = _Facts(window, capacities, capacities[wanted], cases, names, localtime.epoch(now))
    figures = facts.figures(facts.offered, facts.cases)
    return Report(first, until, figures, _rows(facts, by), _heat(facts))


@dataclass(frozen=True)
class _Facts:
    """What was offered (by service, and as the report counts it) and what became of it, with its service."""

    window: Window
    capacities: dict[int | None, capacity.Capacity]
    offered: capacity.Capacity
    known: list[tuple[Case, int]]
    names: dict[int, str]
    now: int

    @property
    def cases(self) -> list[Case]:
        return [case for case, _ in self.known]

    def figures(self, offered: capacity.Capacity, cases: Iterable[Case], span: Span | None = None) -> Figures:
        return utilisation.figures(offered, cases, span or self.window.span, now=self.now)


def counselling(*, office: Office, team: Team | None = None) -> dict[int | None, int]:
    """How many active caseworkers stand behind the figures: by service (id), and in all (None)."""
    rows = Caseworker.objects.of(office).filter(active=True, **({"team": team} if team else {}))
    by_service = rows.order_by().values_list("services").annotate(number=Count("pk"))
    return {**{pk: number for pk, number in by_service if pk}, None: rows.count()}


def _offered(
    window: Window, team: Team | None, wanted: set[int | None]
) -> dict[int | None, capacity.Capacity]:
    """By service (None: each opening once): frozen days as written down, the others as they stand."""
    team_id = team.pk if team else None
    found: dict[int | None, capacity.Capacity] = {key: defaultdict(list) for key in wanted}
    frozen = _add_frozen(found, window, team_id)
    keep = [localtime.day_span(day, window.zone) for day in _days(window) if day not in frozen]
    live = capacity.by_service(window.office, window.first, window.until, wanted, team=team_id)
    for key, schedules in live.items():
        for schedule, spans in schedules.items():
            found[key][schedule] += intersect(spans, keep)
    return found


def _add_frozen(found: dict[int | None, capacity.Capacity], window: Window, team: int | None) -> set[date]:
    """A night freezes all services of a day: one without a row was not offered then."""
    rows = OfferedDay.objects.of(window.office).filter(day__gte=window.first, day__lt=window.until)
    rows = rows.filter(Q(service=None) | Q(service__in=[key for key in found if key]))
    if team is not None:
        rows = rows.filter(schedule__caseworker__team=team)
    days = set()
    for service, schedule, day, spans in rows.values_list("service", "schedule", "day", "spans"):
        days.add(day)
        if service in found:
            found[service][schedule] += [(start, end) for start, end in spans]
    return days


def _days(window: Window) -> list[date]:
    return [window.first + timedelta(days=n) for n in range((window.until - window.first).days)]


def _cases(window: Window, team: Team | None, service: Service | None) -> list[tuple[Case, int]]:
    begins, ends = (localtime.from_epoch(instant) for instant in window.span)
    rows = Appointment.objects.of(window.office).overlapping(begins, ends)
    if team:
        rows = rows.filter(caseworker__team=team)
    if service:
        rows = rows.filter(service=service)
    fields = ("caseworker__schedule", "start", "end", "status", "mode", "special", "cancelled_late")
    return [
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


def _service_names(office: Office, language: str) -> dict[int, str]:
    return {one.pk: one.name_in(language) for one in Service.objects.of(office).only("names", "slug")}


def _rows(facts: _Facts, by: str) -> list[Row]:
    if by == "mode":
        return [Row(mode, facts.figures(facts.offered, _by_mode(facts, mode))) for mode in Service.MODES]
    if by == "service":
        return [
            Row(name, facts.figures(facts.capacities[key], _by_service(facts, key)), service=key)
            for key, name in facts.names.items()
        ]
    cut = utilisation.months if by == "month" else utilisation.weeks
    return [_part(facts, *part) for part in cut(facts.window.first, facts.window.until)]


def _by_mode(facts: _Facts, mode: str) -> list[Case]:
    return [case for case in facts.cases if case.mode == mode]


def _by_service(facts: _Facts, key: int) -> list[Case]:
    return [case for case, service in facts.known if service == key]


def _part(facts: _Facts, first: date, until: date) -> Row:
    span = Window(facts.window.office, first, until).span
    return Row("", facts.figures(facts.offered, facts.cases, span), first, until)


def _heat(facts: _Facts) -> dict[tuple[int, int], float | None]:
    """Share of the offered minutes that was used, by weekday (Monday 0) and local hour."""
    used: dict[int, list[Span]] = defaultdict(list)
    for case in facts.cases:
        if case.status != Status.CANCELLED and not case.special:
            used[case.schedule].append((case.start, case.end))
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for schedule, spans in facts.offered.items():
        for cell, seconds in _cells(spans, facts.window):
            sums[cell][0] += seconds
        for cell, seconds in _cells(intersect(spans, used.get(schedule, ())), facts.window):
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
