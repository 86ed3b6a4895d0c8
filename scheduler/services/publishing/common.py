"""What every change of a calendar does: lock, look for collisions, record."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from scheduler.domain import recurrence
from scheduler.domain.recurrence import Change, Opening
from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor
from scheduler.events import record as record_event
from scheduler.models import Available, OfficeOwned, Schedule


def lock(schedule: Schedule) -> None:
    """One change of a calendar after the other."""
    Schedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)


def lock_as_it_is(opening: Available) -> None:
    """The calendar is ours, and the opening is as it stands now. Raises Invalid where it is gone."""
    if not is_there(opening):
        raise Invalid(field="opening", problem="gone")


def is_there(opening: Available) -> bool:
    """Lock the calendar and look at the opening as it stands now; False where it is gone."""
    lock(opening.schedule)
    if not Available.objects.filter(pk=opening.pk).exists():
        return False
    opening.refresh_from_db(fields=["starts_on", "ends_on", "status"])
    return True


def refuse_collision(schedule: Schedule, wanted: Opening, own: Sequence[Change] = ()) -> None:
    """Two published openings never overlap unless modes or services differ; itself is no rival.

    ``own``: the wanted opening's dates that differ.
    """
    rows = schedule.openings.filter(status=Available.PUBLISHED).exclude(pk=wanted.key)
    for row in rows.prefetch_related("services", "exceptions"):
        other = row.as_opening(frozenset(one.pk for one in row.services.all()))
        theirs = [change.as_change() for change in row.exceptions.all()]
        if recurrence.clash(wanted, other, [*own, *theirs]):
            raise OpeningsCollide(opening=row.pk)


def refuse_unfit(schedule: Schedule, wanted: Opening, own: Sequence[Change] = ()) -> None:
    """What nobody could book, or what stands there already, is not published.

    ``own``: the wanted opening's dates that differ. Raises Invalid, OpeningsCollide.
    """
    refuse_collision(schedule, wanted, own)
    first, last = wanted.first, wanted.last
    if last and not any(recurrence.days(wanted, first, last + timedelta(days=1))):
        raise Invalid(field="ends_on", problem="no_date")
    if wanted.closes - wanted.opens < _shortest(schedule, wanted):
        raise Invalid(field="closes", problem="too_short")


def _shortest(schedule: Schedule, wanted: Opening) -> int:
    """Minutes of the shortest talk that could be booked on it; 0 where nothing is known."""
    if schedule.caseworker is None:
        return 0
    services = schedule.caseworker.services.filter(active=True)
    if wanted.services:
        services = services.filter(pk__in=wanted.services)
    return min(services.values_list("duration_minutes", flat=True), default=0)


def record(verb: str, subject: OfficeOwned, by: Actor, now: datetime, **payload: Any) -> None:
    """Leave the event."""
    record_event(office=subject.office, verb=verb, subject=subject, by=by, now=now, **payload)
