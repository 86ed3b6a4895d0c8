"""What publishing, withdrawing or an absence would change, before anything is saved."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler import policies
from scheduler.domain import localtime, recurrence, slots
from scheduler.domain.intervals import Span
from scheduler.domain.recurrence import Opening
from scheduler.models import Appointment, Available, Schedule, Service
from scheduler.queries.calendars import Calendar, Window, calendars


@dataclass(frozen=True)
class Effect:
    """Bookable times gained and lost within the horizon, and the booked appointments that are hit."""

    gained: int = 0
    lost: int = 0
    hit: list[Appointment] = field(default_factory=list)


def effect_of_opening(schedule: Schedule, opening: Opening, now: datetime) -> Effect:
    """What a new opening would offer."""
    service = _service_of(schedule)
    if service is None:
        return Effect()
    window = _window(schedule, service, now)
    calendar = calendars(window, [opening], now=now, always=[schedule.pk])[schedule.pk]
    return Effect(gained=_count(calendar, service, now))


def effect_of_withdrawal(opening: Available, on: date, now: datetime) -> Effect:
    """What is no longer offered from a date on, and who is booked on it."""
    service = _service_of(opening.schedule)
    if service is None:
        return Effect()
    window = _window(opening.schedule, service, now, first=on)
    value = opening.as_opening()
    calendar = calendars(window, [value], now=now)[opening.schedule_id]
    spans = recurrence.spans(value, (), window.first, window.until, window.zone)
    return Effect(lost=_count(calendar, service, now), hit=_booked(opening.schedule, spans))


def effect_of_absence(schedule: Schedule, start: datetime, end: datetime, now: datetime) -> Effect:
    """Times that would no longer be offered, and appointments that somebody must care for."""
    gone = (localtime.epoch(start), localtime.epoch(end))
    service = _service_of(schedule)
    if service is None:
        return Effect(hit=_booked(schedule, [gone]))
    window = _window(schedule, service, now)
    openings = [row.as_opening() for row in schedule.openings.filter(status=Available.PUBLISHED)]
    calendar = calendars(window, openings, now=now, always=[schedule.pk])[schedule.pk]
    before = _count(calendar, service, now)
    calendar.blocked.append(gone)
    return Effect(lost=before - _count(calendar, service, now), hit=_booked(schedule, [gone]))


def _service_of(schedule: Schedule) -> Service | None:
    """Times are counted by the caseworker's first service."""
    return schedule.caseworker.services.first() if schedule.caseworker else None


def _window(schedule: Schedule, service: Service, now: datetime, first: date | None = None) -> Window:
    zone = localtime.zone(schedule.office.zone)
    today = localtime.local_date(now, zone)
    until = today + timedelta(days=service.horizon_days + 1)
    first = min(max(first or today, today), until)
    return Window(schedule.office, first, until)


def _count(calendar: Calendar, service: Service, now: datetime) -> int:
    rule = slots.Rule(service.duration_minutes * 60, service.buffer_minutes * 60, service.step * 60)
    earliest, latest = policies.earliest(service, now), policies.latest(service, now)
    return len(
        slots.free_starts(
            calendar.open,
            rule,
            calendar.blocked,
            calendar.taken,
            localtime.epoch(earliest),
            localtime.epoch(latest),
        )
    )


def _booked(schedule: Schedule, spans: list[Span]) -> list[Appointment]:
    if not spans:
        return []
    begins, ends = localtime.from_epoch(spans[0][0]), localtime.from_epoch(spans[-1][1])
    rows = Appointment.objects.of(schedule.office).with_people().booked().overlapping(begins, ends)
    found = rows.filter(allocations__schedule=schedule).distinct()
    return [row for row in found if any(_touches(row, span) for span in spans)]


def _touches(row: Appointment, span: Span) -> bool:
    return localtime.epoch(row.start) < span[1] and span[0] < localtime.epoch(row.end)
