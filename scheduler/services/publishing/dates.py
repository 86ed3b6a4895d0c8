"""Single dates of a series: other hours, none, or as usual again."""

from datetime import date, datetime, timedelta

from django.db import transaction

from scheduler.domain import recurrence
from scheduler.domain.recurrence import Change
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Available, AvailableException
from scheduler.services.publishing.common import lock_as_it_is, record, refuse_collision
from scheduler.services.publishing.wishes import refuse_hours, refuse_past


def change_date(
    *,
    opening: Available,
    day: date,
    by: Actor,
    now: datetime,
    cancelled: bool = False,
    opens: int | None = None,
    closes: int | None = None,
) -> AvailableException:
    """One date of a series: cancelled, or with other hours.

    Raises Invalid for a date it has not or that is over, OpeningsCollide.
    """
    refuse_past(opening.office, day, now)
    if not cancelled:
        refuse_hours(opens, closes)
    with transaction.atomic():
        lock_as_it_is(opening)
        if day not in set(recurrence.days(opening.as_opening(), day, day + timedelta(days=1))):
            raise Invalid(field="day", problem="not_in_series")
        if not cancelled:
            _refuse_date(opening, Change(opening.pk, day, False, opens, closes))
        hours = {"cancelled": cancelled, "opens": opens, "closes": closes}
        row, _ = AvailableException.objects.update_or_create(
            available=opening, day=day, defaults={"office": opening.office, **hours}
        )
        record("opening.changed", opening, by, now, day=str(day))
    return row


def restore_date(*, opening: Available, day: date, by: Actor, now: datetime) -> None:
    """The date is offered again as the series says. Raises OpeningsCollide, Invalid for a past date."""
    refuse_past(opening.office, day, now)
    with transaction.atomic():
        lock_as_it_is(opening)
        _refuse_date(opening, Change(opening.pk, day, False))
        if opening.exceptions.filter(day=day).delete()[0]:
            record("opening.changed", opening, by, now, day=str(day))


def _refuse_date(opening: Available, change: Change) -> None:
    services = frozenset(opening.services.values_list("pk", flat=True))
    refuse_collision(opening.schedule, recurrence.on_one_date(opening.as_opening(services), change))
