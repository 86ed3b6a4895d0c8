"""What was offered on a past day is written down once, so that figures never change afterwards."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Max

from scheduler.domain import localtime
from scheduler.domain.intervals import Span
from scheduler.models import OfferedDay, Office, Schedule, Service
from scheduler.queries import capacity

MISSED_NIGHTS = 31
"""So many days back are written down belatedly, as they stand by now."""


def freeze(now: datetime) -> None:
    """Snapshot the days since the last one for every office and caseworker; safe to run twice."""
    for office in Office.objects.all():
        today = localtime.local_date(now, localtime.zone(office.zone))
        for day in _open_days(office, today):
            freeze_day(office, day)


def freeze_day(office: Office, day: date) -> None:
    """Write what each caseworker offered on this local date; a day that is frozen stays as it is."""
    if OfferedDay.objects.of(office).filter(day=day).exists():
        return
    services = Service.objects.of(office).values_list("pk", flat=True)
    found = capacity.by_service(office, day, day + timedelta(days=1), [None, *services])
    everybody = Schedule.objects.of(office).filter(caseworker__active=True).values_list("pk", flat=True)
    found[None] = {**{key: [] for key in everybody}, **found.get(None, {})}
    OfferedDay.objects.bulk_create(
        (
            _snapshot(office, day, service, schedule, spans)
            for service, schedules in found.items()
            for schedule, spans in schedules.items()
            if spans or service is None
        ),
        ignore_conflicts=True,
    )


def _open_days(office: Office, today: date) -> list[date]:
    """Yesterday, and the days before it that no night has frozen since the first that was."""
    yesterday = today - timedelta(days=1)
    last = OfferedDay.objects.of(office).filter(day__lt=yesterday).aggregate(last=Max("day"))["last"]
    missed = min((yesterday - last).days - 1, MISSED_NIGHTS) if last else 0
    return [yesterday - timedelta(days=n) for n in range(missed, -1, -1)]


def _snapshot(
    office: Office, day: date, service: int | None, schedule: int, spans: Sequence[Span]
) -> OfferedDay:
    minutes = sum(end - start for start, end in spans) // 60
    return OfferedDay(
        office=office,
        schedule_id=schedule,
        day=day,
        service_id=service,
        minutes=minutes,
        spans=list(spans),
    )
