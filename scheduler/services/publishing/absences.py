"""Not here from … to …: what is booked stays until a person decides."""

from datetime import datetime

from django.db import transaction

from scheduler.domain import localtime
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Absence, Appointment, Schedule
from scheduler.queries.agenda import hit_by
from scheduler.services.publishing.common import lock, record
from scheduler.services.publishing.wishes import today_in


def set_absence(
    *, schedule: Schedule, start: datetime, end: datetime, kind: str, by: Actor, now: datetime
) -> tuple[Absence, list[Appointment]]:
    """Not here from … to …; answers the booked appointments it hits, looked up after it is saved.

    None of them is dropped: a person hands over, moves or cancels. It may have begun, but not be over; the
    same again is the one that is there. Raises Invalid.
    """
    if end <= start:
        raise Invalid(field="end", problem="before_start")
    if kind not in dict(Absence.KINDS):
        raise Invalid(field="kind", problem="unknown")
    if end <= now:
        raise Invalid(field="end", problem="past")
    span = {"start": start, "end": end, "kind": kind}
    with transaction.atomic():
        lock(schedule)
        absence = schedule.absences.filter(**span).first()
        if absence is None:
            absence = Absence.objects.create(office=schedule.office, schedule=schedule, **span)
            record("absence.set", absence, by, now, start=start.isoformat(), end=end.isoformat())
    return absence, hit_by(schedule, start, end)


def lift_absence(*, absence: Absence, by: Actor, now: datetime) -> None:
    """She is there after all, from today on; twice is once. Raises Invalid for an absence that is over."""
    today = localtime.at(today_in(absence.office, now), 0, localtime.zone(absence.office.zone))
    if absence.end <= today:
        raise Invalid(field="day", problem="past")
    rows = Absence.objects.filter(pk=absence.pk)
    with transaction.atomic():
        ended = rows.update(end=today) if absence.start < today else rows.delete()[0]
        if ended:
            record("absence.lifted", absence, by, now, start=absence.start.isoformat())
