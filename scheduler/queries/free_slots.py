"""Which times are free: the search behind every page, the API and the booking itself."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler import policies
from scheduler.domain import localtime, slots
from scheduler.domain.recurrence import Opening
from scheduler.models import Caseworker, Interpreter, Location, Office, Schedule, Service
from scheduler.queries import sql
from scheduler.queries.calendars import Calendar, Window, calendars, spans_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Search:
    """What somebody looks for. Empty or None means: any."""

    office: Office
    service: Service
    mode: str = ""
    caseworker: int | None = None
    team: int | None = None
    language: str = ""
    interpreter: str = ""

    @property
    def rule(self) -> slots.Rule:
        """Duration, buffer and grid in seconds."""
        return policies.rule(self.service)


@dataclass(frozen=True)
class Slot:
    """A free time and who could take it (caseworker ids)."""

    start: datetime
    end: datetime
    caseworkers: list[int]


@dataclass(frozen=True)
class Offer:
    """Free starts (epoch seconds) with caseworker ids, sorted by start; ``duration`` in seconds."""

    starts: dict[int, list[int]]
    duration: int

    def slots(self) -> list[Slot]:
        """The same as objects, for those who show them."""
        return [
            Slot(localtime.from_epoch(start), localtime.from_epoch(start + self.duration), ids)
            for start, ids in self.starts.items()
        ]


def free_slots(search: Search, *, first: date, until: date, now: datetime) -> Offer:
    """Free times whose local start date lies in ``[first, until)``, within notice and horizon."""
    read = _read(search, first, until, now)
    return _offer(search, read) if read else Offer({}, search.rule.duration)


def candidates(search: Search, *, start: datetime, now: datetime) -> list[int]:
    """Caseworker ids to whom exactly this start is on offer; a part of a second is never."""
    if start.microsecond:
        return []
    day = localtime.local_date(start, localtime.zone(search.office.zone))
    offer = free_slots(search, first=day, until=day + DAY, now=now)
    return offer.starts.get(localtime.epoch(start), [])


def gone(search: Search, *, start: datetime, now: datetime) -> tuple[bool, list[datetime]]:
    """For a start that is not free: does it lie on the grid at all, and which three free ones are nearest?"""
    zone = localtime.zone(search.office.zone)
    around = policies.ALTERNATIVES_WITHIN
    first, last = (localtime.local_date(t, zone) for t in (start - around, start + around))
    read = _read(search, first, last + DAY, now)
    if read is None:
        return False, []
    wanted = localtime.epoch(start)
    near = slots.nearest(list(_offer(search, read).starts), wanted)
    on_grid = not start.microsecond and wanted in _offer(search, read, ignore_taken=True).starts
    return on_grid, [localtime.from_epoch(instant) for instant in near]


def next_free(search: Search, *, now: datetime, count: int = 1) -> list[Slot]:
    """The first free times, week by week until enough are found or the horizon ends."""
    found: list[Slot] = []
    for first in _weeks(search, now):
        found += free_slots(search, first=first, until=first + 7 * DAY, now=now).slots()
        if len(found) >= count:
            break
    return found[:count]


def waiting_days(search: Search, *, now: datetime) -> int | None:
    """Local dates until the third free time from now on (third next available); None: fewer are free."""
    found = next_free(search, now=now, count=3)
    if len(found) < 3:
        return None
    zone = localtime.zone(search.office.zone)
    return (localtime.local_date(found[-1].start, zone) - localtime.local_date(now, zone)).days


def first_days(
    search: Search, *, now: datetime, days: int = 3, after: date | None = None
) -> list[tuple[date, list[Slot]]]:
    """The next ``days`` local dates (after ``after``) that have free times, with those times."""
    zone = localtime.zone(search.office.zone)
    found: dict[date, list[Slot]] = {}
    for first in _weeks(search, now, after):
        for slot in free_slots(search, first=first, until=first + 7 * DAY, now=now).slots():
            found.setdefault(localtime.local_date(slot.start, zone), []).append(slot)
        if len(found) >= days:
            break
    return list(found.items())[:days]


def nearest(search: Search, *, start: datetime, now: datetime) -> list[datetime]:
    """The three free starts nearest to this one within seven days, in order of time."""
    return gone(search, start=start, now=now)[1]


def opening_at(search: Search, caseworker: int, start: datetime) -> Opening | None:
    """The caseworker's opening that covers this start and serves this search; None off the openings."""
    zone = localtime.zone(search.office.zone)
    day, begins = localtime.local_date(start, zone), localtime.epoch(start)
    window = Window(search.office, day, day + DAY)
    found = _openings(replace(search, caseworker=caseworker), window)
    for opening, spans in spans_of(window, found.openings, found.dates):
        if any(opens <= begins < closes for opens, closes in spans):
            return opening
    return None


def location_at(search: Search, caseworker: int, start: datetime) -> Location | None:
    """The site of the opening that covers this start; None at home or off the openings."""
    opening = opening_at(search, caseworker, start)
    site = opening.location if opening else None
    return Location.objects.of(search.office).filter(pk=site).first() if site else None


def calendar_of(search: Search, *, on: datetime, now: datetime) -> Calendar:
    """What is open, blocked and taken for the search's caseworker on the local date of an instant."""
    day = localtime.local_date(on, localtime.zone(search.office.zone))
    window = Window(search.office, day, day + DAY)
    schedule = Schedule.objects.get(caseworker=search.caseworker)
    found = _openings(search, window)
    always = [schedule.pk]
    return calendars(window, found.openings, now=now, always=always, dates=found.dates)[schedule.pk]


def free_interpreters(search: Search, *, start: datetime, now: datetime) -> list[Schedule]:
    """Schedules of interpreters of the wanted language who are free for this slot, in id order."""
    day = localtime.local_date(start, localtime.zone(search.office.zone))
    window = Window(search.office, day, day + DAY)
    rule, begins = search.rule, localtime.epoch(start)
    free = [
        pk
        for pk, calendar in _interpreter_calendars(search, window, now).items()
        if slots.joint([begins], rule.duration, [_as_other(calendar)])
    ]
    return list(Schedule.objects.filter(pk__in=free).select_related("interpreter").order_by("pk"))


def interpreting(search: Search) -> list[int]:
    """Schedule ids of everybody who interprets the wanted language, free or not."""
    if not search.interpreter:
        return []
    rows = Interpreter.objects.of(search.office).filter(active=True).values_list("schedule", "languages")
    return [pk for pk, languages in rows if pk and search.interpreter in languages]


def _within_horizon(search: Search, first: date, until: date, now: datetime) -> tuple[date, date]:
    zone = localtime.zone(search.office.zone)
    soonest = localtime.local_date(policies.earliest(search.service, now), zone)
    last = localtime.local_date(policies.latest(search.service, now), zone)
    return max(first, soonest), min(until, last + DAY)


def _weeks(search: Search, now: datetime, after: date | None = None) -> list[date]:
    zone = localtime.zone(search.office.zone)
    first = localtime.local_date(policies.earliest(search.service, now), zone)
    if after:
        first = max(first, after + DAY)
    last = localtime.local_date(policies.latest(search.service, now), zone)
    return [first + timedelta(days=7 * week) for week in range(max(0, (last - first).days // 7 + 1))]


@dataclass(frozen=True)
class _Read:
    """What was read for one search and window; offers are reckoned from it."""

    who: dict[int, int]
    calendars: dict[int, Calendar]
    interpreters: list[Calendar]
    earliest: int
    latest: int


def _read(search: Search, first: date, until: date, now: datetime) -> _Read | None:
    first, until = _within_horizon(search, first, until, now)
    if first >= until:
        return None
    window = Window(search.office, first, until)
    found = _openings(search, window)
    return _Read(
        found.who,
        calendars(window, found.openings, now=now, beyond=search.rule.buffer, dates=found.dates),
        list(_interpreter_calendars(search, window, now).values()) if search.interpreter else [],
        max(window.span[0], _ceil(policies.earliest(search.service, now))),
        min(window.span[1], _ceil(policies.latest(search.service, now))),
    )


def _offer(search: Search, read: _Read, *, ignore_taken: bool = False) -> Offer:
    rule = search.rule
    free = {
        read.who[schedule]: slots.free_starts(
            calendar.open,
            rule,
            calendar.blocked,
            () if ignore_taken else calendar.taken,
            read.earliest,
            read.latest,
        )
        for schedule, calendar in read.calendars.items()
    }
    starts = slots.merge_offers(free)
    if search.interpreter:
        starts = _interpreted(starts, read.interpreters, rule.duration, ignore_taken)
    return Offer(starts, rule.duration)


def _ceil(instant: datetime) -> int:
    return localtime.epoch(instant + timedelta(microseconds=999_999))


@dataclass(frozen=True)
class _Openings:
    """Schedule → caseworker, the openings that serve a search, and the dates that differ."""

    who: dict[int, int]
    openings: list[Opening]
    dates: list[sql.Dated]


def _openings(search: Search, window: Window) -> _Openings:
    """One statement, two with a language."""
    able = _speakers(search) if search.language else None
    rows, dates = sql.openings(
        office=search.office.pk,
        service=search.service.pk,
        first=window.first,
        until=window.until,
        caseworker=search.caseworker,
        team=search.team,
    )
    kept = [
        (caseworker, opening)
        for caseworker, opening in rows
        if _in_mode(opening, search.mode) and (able is None or caseworker in able)
    ]
    who = {opening.schedule: caseworker for caseworker, opening in kept}
    return _Openings(who, [opening for _, opening in kept], dates)


def _speakers(search: Search) -> set[int]:
    spoken = Caseworker.objects.of(search.office).values_list("pk", "languages")
    return {pk for pk, languages in spoken if search.language in languages}


def _in_mode(opening: Opening, mode: str) -> bool:
    return not mode or not opening.modes or mode in opening.modes


def _interpreted(
    starts: dict[int, list[int]], interpreters: list[Calendar], duration: int, ignore_taken: bool
) -> dict[int, list[int]]:
    """Only the starts at which at least one interpreter is free, too."""
    free: set[int] = set()
    for calendar in interpreters:
        taken = () if ignore_taken else calendar.taken
        free.update(slots.joint(list(starts), duration, [(calendar.open, calendar.blocked, taken)]))
    return {start: ids for start, ids in starts.items() if start in free}


def _interpreter_calendars(search: Search, window: Window, now: datetime) -> dict[int, Calendar]:
    spoken = Interpreter.objects.of(search.office).filter(active=True).values_list("pk", "languages")
    able = {pk for pk, languages in spoken if search.interpreter in languages}
    openings = [opening for pk, opening in sql.interpreters(office=search.office.pk) if pk in able]
    return calendars(window, openings, now=now, beyond=search.rule.duration)


def _as_other(calendar: Calendar) -> slots.Other:
    return calendar.open, calendar.blocked, calendar.taken
