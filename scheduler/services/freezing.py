"""What was offered on a past day is written down once, so that figures never change afterwards."""

from datetime import date, datetime, timedelta

from scheduler.domain import localtime
from scheduler.models import OfferedDay, Office, Schedule
from scheduler.queries import capacity


def freeze(now: datetime) -> None:
    """Snapshot yesterday for every office and caseworker; safe to run twice."""
    for office in Office.objects.all():
        yesterday = localtime.local_date(now, localtime.zone(office.zone)) - timedelta(days=1)
        freeze_day(office, yesterday)


def freeze_day(office: Office, day: date) -> None:
    """Write what each caseworker offered on this local date; a day that is frozen stays as it is."""
    offered = capacity.offered(office, day, day + timedelta(days=1))
    rows = [
        OfferedDay(
            office=office,
            schedule_id=schedule.pk,
            day=day,
            minutes=sum(end - start for start, end in offered.get(schedule.pk, ())) // 60,
            spans=offered.get(schedule.pk, []),
        )
        for schedule in Schedule.objects.of(office).filter(caseworker__active=True)
    ]
    OfferedDay.objects.bulk_create(rows, ignore_conflicts=True)
