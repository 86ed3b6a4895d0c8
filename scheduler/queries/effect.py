"""What a change of availability would do, before anybody saves it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler import policies
from scheduler.domain import localtime, recurrence, slots, utilisation
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import NEW, Change, Opening
from scheduler.models import Appointment, Available, AvailableException, Schedule, Service
from scheduler.queries.agenda import hit_by
from scheduler.queries.calendars import Window, calendars

DAY = timedelta(days=1)
_Talk = tuple[int, int, str, int]
"""Begin, end, way, service."""


@dataclass(frozen=True)
class Effect:
    """Talks that become bookable or no longer are, within the horizon; booked appointments that are hit."""

    gained: int = 0
    lost: int = 0
    hit: list[Appointment] = field(default_factory=list)


@dataclass(frozen=True)
class _Plan:
    """What a schedule offers: openings with their services, and dates that differ."""

    openings: Sequence[Opening]
    changes: Sequence[Change]


def effect_of_opening(schedule: Schedule, opening: Opening, now: datetime) -> Effect:
    """Of one more opening (``services`` empty: all of the caseworker's)."""
    view = _View(schedule, now)
    before = view.plan()
    after = _Plan([*before.openings, view.with_services(opening)], before.changes)
    return view.compare(before, after)


def effect_of_withdrawal(opening: Available, on: date, now: datetime) -> Effect:
    """Of no longer offering an opening from this date on."""
    view = _View(opening.schedule, now)
    before = view.plan()
    return view.compare(before, _without(before, opening.pk, on), touched=opening.pk)


def effect_of_date(opening: Available, change: Change, now: datetime) -> Effect:
    """Of other hours on one date of a series, or none."""
    view = _View(opening.schedule, now)
    before = view.plan()
    others = [row for row in before.changes if (row.opening, row.day) != (change.opening, change.day)]
    return view.compare(before, _Plan(before.openings, [*others, change]), touched=opening.pk)


def effect_of_series(opening: Available, fresh: Opening, now: datetime) -> Effect:
    """Of other hours of a series from the date on which ``fresh`` begins; a draft offers nothing."""
    if opening.status == Available.DRAFT:
        return Effect()
    view = _View(opening.schedule, now)
    before = view.plan()
    rest = _without(before, opening.pk, fresh.first)
    along = [
        replace(change, opening=NEW)
        for change in rest.changes
        if change.opening == opening.pk and change.day >= fresh.first
    ]
    after = _Plan([*rest.openings, view.with_services(fresh)], [*rest.changes, *along])
    return view.compare(before, after, touched=opening.pk)


def effect_of_restored_date(opening: Available, day: date, now: datetime) -> Effect:
    """Of offering a changed date again as its series says."""
    view = _View(opening.schedule, now)
    before = view.plan()
    others = [row for row in before.changes if (row.opening, row.day) != (opening.pk, day)]
    return view.compare(before, _Plan(before.openings, others), touched=opening.pk)


def effect_of_absence(schedule: Schedule, start: datetime, end: datetime, now: datetime) -> Effect:
    """Of an absence from … to …."""
    view = _View(schedule, now)
    span = (localtime.epoch(start), localtime.epoch(end))
    plan = view.plan()
    lost = view.talks(plan) - view.talks(plan, [span])
    return Effect(lost=_times(lost), hit=hit_by(schedule, start, end))


def _without(plan: _Plan, key: int, on: date) -> _Plan:
    last = on - DAY
    kept = [row for row in plan.openings if row.key != key]
    kept += [_until(row, last) for row in plan.openings if row.key == key and row.first <= last]
    return _Plan(kept, plan.changes)


def _until(opening: Opening, last: date) -> Opening:
    ends = min(opening.last, last) if opening.last else last
    return replace(opening, last=ends)


class _View:
    """One schedule from now until the horizon of its services, read once."""

    def __init__(self, schedule: Schedule, now: datetime) -> None:
        self.schedule, self.now = schedule, now
        self.services = _services(schedule)
        zone = localtime.zone(schedule.office.zone)
        first = localtime.local_date(now, zone)
        until = [localtime.local_date(policies.latest(one, now), zone) for one in self.services]
        self.window = Window(schedule.office, first, max(until, default=first) + DAY)
        calendar = calendars(self.window, [], now=now, always=[schedule.pk])[schedule.pk]
        self.busy = [*calendar.blocked, *calendar.taken]

    def plan(self) -> _Plan:
        rows = self.schedule.openings.filter(status=Available.PUBLISHED).prefetch_related("services")
        openings = [row.as_opening(frozenset(one.pk for one in row.services.all())) for row in rows]
        changes = AvailableException.objects.filter(available__schedule=self.schedule)
        return _Plan([self.with_services(row) for row in openings], [row.as_change() for row in changes])

    def with_services(self, opening: Opening) -> Opening:
        services = opening.services or frozenset(one.pk for one in self.services)
        return replace(opening, services=services)

    def spans(self, plan: _Plan, opening: Opening) -> list[Span]:
        return recurrence.spans(opening, plan.changes, self.window.first, self.window.until, self.window.zone)

    def talks(self, plan: _Plan, shut: Iterable[Span] = ()) -> set[_Talk]:
        """Talks that fit from now on, after what is booked, by each way and for each concern."""
        rules, busy = {one.pk: policies.rule(one) for one in self.services}, [*self.busy, *shut]
        return {
            (*talk, mode, service)
            for opening in plan.openings
            for talk in self._of_opening(plan, opening, rules, busy)
            for mode in opening.modes or Service.MODES
            for service in opening.services
        }

    def _of_opening(
        self, plan: _Plan, opening: Opening, rules: dict[int, slots.Rule], busy: list[Span]
    ) -> list[Span]:
        fitting = [rules[pk] for pk in opening.services if pk in rules]
        pairs = [(span, fitting) for span in self.spans(plan, opening)]
        return [talk for talk in utilisation.capacity(pairs, busy) if talk[0] > localtime.epoch(self.now)]

    def compare(self, before: _Plan, after: _Plan, touched: int = NEW) -> Effect:
        was, will = self.talks(before), self.talks(after)
        hit = self._left_outside(before, after, touched) if touched else []
        return Effect(gained=_times(will - was), lost=_times(was - will), hit=hit)

    def _left_outside(self, before: _Plan, after: _Plan, touched: int) -> list[Appointment]:
        """Appointments that lay in the touched opening and lie in none afterwards."""
        was = [(row, self.spans(before, row)) for row in before.openings if row.key == touched]
        stays = [(row, self.spans(after, row)) for row in after.openings]
        begins, ends = (localtime.from_epoch(instant) for instant in self.window.span)
        rows = hit_by(self.schedule, max(begins, self.now), ends)
        return [row for row in rows if _in(row, was) and not _in(row, stays)]


def _times(talks: Iterable[_Talk]) -> int:
    """How many times of the day they are about."""
    return len({talk[:2] for talk in talks})


def _in(appointment: Appointment, opened: Iterable[tuple[Opening, list[Span]]]) -> bool:
    """Does it lie in an opening that is meant for its concern and its way?"""
    start, end = localtime.epoch(appointment.start), localtime.epoch(appointment.end)
    return any(
        opens <= start and end <= closes
        for opening, spans in opened
        if recurrence.serves(opening, appointment.service_id, appointment.mode)
        for opens, closes in spans
    )


def _services(schedule: Schedule) -> list[Service]:
    return list(schedule.caseworker.services.filter(active=True)) if schedule.caseworker else []
