"""When somebody can counsel: openings of a schedule, changes of single dates, absences."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from scheduler.domain import localtime, recurrence
from scheduler.domain.recurrence import NEW, Change, Opening
from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor, record
from scheduler.models import (
    Absence,
    Appointment,
    Available,
    AvailableException,
    Location,
    OfficeOwned,
    Schedule,
    Service,
)
from scheduler.queries.agenda import hit_by

_FAR = date(2100, 1, 1)


@dataclass(frozen=True)
class Wish:
    """An opening as somebody describes it: minutes of the local day, Monday is 0."""

    weekday: int
    opens: int
    closes: int
    starts_on: date
    ends_on: date | None = None
    every_weeks: int = 1
    modes: Sequence[str] = ()
    services: Sequence[Service] = ()
    location: Location | None = None
    home_office: bool = False


def publish(*, schedule: Schedule, wish: Wish, by: Actor, now: datetime, draft: bool = False) -> Available:
    """Offer an opening (or note it as a draft). Raises Invalid, OpeningsCollide."""
    _refuse_nonsense(wish)
    with transaction.atomic():
        _lock(schedule)
        if not draft:
            _refuse_collision(schedule, opening_of(schedule, wish))
        opening = _write(schedule, wish, now, Available.DRAFT if draft else Available.PUBLISHED)
        _record("opening.published", opening, by, now, starts_on=str(wish.starts_on))
    return opening


def withdraw(*, opening: Available, on: date, by: Actor, now: datetime) -> Available | None:
    """No longer offer it from this date on; what was offered before stays. None where nothing is left.

    Appointments that were booked stay booked: a person decides about them.
    """
    with transaction.atomic():
        _lock(opening.schedule)
        _record("opening.withdrawn", opening, by, now, on=str(on))
        if on <= opening.starts_on:
            opening.delete()
            return None
        opening.ends_on = min(opening.ends_on or _FAR, on - timedelta(days=1))
        opening.save(update_fields=["ends_on"])
    return opening


def change_series(*, opening: Available, wish: Wish, by: Actor, now: datetime) -> Available:
    """Other hours from today on: the series is split, the past stays as it was offered."""
    _refuse_nonsense(wish)
    today = localtime.local_date(now, localtime.zone(opening.office.zone))
    fresh, schedule = continued(opening, wish, today), opening.schedule
    with transaction.atomic():
        _lock(schedule)
        changed = list(opening.exceptions.filter(day__gte=fresh.starts_on))
        AvailableException.objects.filter(pk__in=[one.pk for one in changed]).delete()
        withdraw(opening=opening, on=max(today, wish.starts_on), by=by, now=now)
        if opening.status == Available.PUBLISHED:
            own = [replace(one.as_change(), opening=NEW) for one in changed]
            _refuse_collision(schedule, opening_of(schedule, fresh), own)
        row = _write(schedule, fresh, now, opening.status)
        _take_along(changed, row)
        _record("opening.changed", row, by, now, starts_on=str(fresh.starts_on))
    return row


def continued(opening: Available, wish: Wish, today: date) -> Wish:
    """The wish from today on at the earliest; an unchanged rhythm keeps its weeks."""
    first = max(today, wish.starts_on)
    if wish.every_weeks == opening.every_weeks:
        first = recurrence.in_step(opening.as_opening(), first)
    return replace(wish, starts_on=first)


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

    Raises Invalid for a date it has not, OpeningsCollide.
    """
    if day not in set(recurrence.days(opening.as_opening(), day, day + timedelta(days=1))):
        raise Invalid(field="day", problem="not_in_series")
    if not cancelled:
        _refuse_hours(opens, closes)
    with transaction.atomic():
        _lock(opening.schedule)
        if not cancelled:
            _refuse_date(opening, Change(opening.pk, day, False, opens, closes))
        hours = {"cancelled": cancelled, "opens": opens, "closes": closes}
        row, _ = AvailableException.objects.update_or_create(
            available=opening, day=day, defaults={"office": opening.office, **hours}
        )
        _record("opening.changed", opening, by, now, day=str(day))
    return row


def restore_date(*, opening: Available, day: date, by: Actor, now: datetime) -> None:
    """The date is offered again as the series says. Raises OpeningsCollide."""
    with transaction.atomic():
        _lock(opening.schedule)
        _refuse_date(opening, Change(opening.pk, day, False))
        if opening.exceptions.filter(day=day).delete()[0]:
            _record("opening.changed", opening, by, now, day=str(day))


def set_absence(
    *, schedule: Schedule, start: datetime, end: datetime, kind: str, by: Actor, now: datetime
) -> tuple[Absence, list[Appointment]]:
    """Not here from … to …; answers the booked appointments it hits, looked up after it is saved.

    None of them is dropped: a person hands over, moves or cancels.
    """
    if end <= start:
        raise Invalid(field="end", problem="before_start")
    if kind not in dict(Absence.KINDS):
        raise Invalid(field="kind", problem="unknown")
    with transaction.atomic():
        absence = Absence.objects.create(
            office=schedule.office, schedule=schedule, start=start, end=end, kind=kind
        )
        _record("absence.set", absence, by, now, start=start.isoformat(), end=end.isoformat())
    return absence, hit_by(schedule, start, end)


def lift_absence(*, absence: Absence, by: Actor, now: datetime) -> None:
    """She is there after all."""
    with transaction.atomic():
        _record("absence.lifted", absence, by, now, start=absence.start.isoformat())
        absence.delete()


def _lock(schedule: Schedule) -> None:
    Schedule.objects.select_for_update(no_key=True).get(pk=schedule.pk)


def _refuse_nonsense(wish: Wish) -> None:
    if not 0 <= wish.weekday <= 6:
        raise Invalid(field="weekday", problem="unknown")
    _refuse_hours(wish.opens, wish.closes)
    if wish.ends_on and wish.ends_on < wish.starts_on:
        raise Invalid(field="ends_on", problem="before_start")
    if not 1 <= wish.every_weeks <= 52:
        raise Invalid(field="every_weeks", problem="out_of_range")
    if wish.starts_on >= _FAR:
        raise Invalid(field="starts_on", problem="out_of_range")


def _refuse_hours(opens: int | None, closes: int | None) -> None:
    if opens is None or not 0 <= opens < 1440:
        raise Invalid(field="opens", problem="out_of_range")
    if closes is None or not 0 < closes <= 1440:
        raise Invalid(field="closes", problem="out_of_range")
    if closes <= opens:
        raise Invalid(field="closes", problem="before_start")


def _refuse_date(opening: Available, change: Change) -> None:
    services = frozenset(opening.services.values_list("pk", flat=True))
    _refuse_collision(opening.schedule, recurrence.on_one_date(opening.as_opening(services), change))


def _refuse_collision(schedule: Schedule, wanted: Opening, own: Sequence[Change] = ()) -> None:
    """Two published openings never overlap unless modes or services differ; itself is no rival.

    ``own``: the wanted opening's dates that differ.
    """
    rows = schedule.openings.filter(status=Available.PUBLISHED).exclude(pk=wanted.key)
    for row in rows.prefetch_related("services", "exceptions"):
        other = row.as_opening(frozenset(one.pk for one in row.services.all()))
        theirs = [change.as_change() for change in row.exceptions.all()]
        if recurrence.clash(wanted, other, [*own, *theirs]):
            raise OpeningsCollide(opening=row.pk)


def opening_of(schedule: Schedule, wish: Wish) -> Opening:
    """The wish as the pure core reckons with it, not stored yet."""
    return Opening(
        key=NEW,
        schedule=schedule.pk,
        weekday=wish.weekday,
        opens=wish.opens,
        closes=wish.closes,
        first=wish.starts_on,
        last=wish.ends_on,
        every=wish.every_weeks,
        modes=frozenset(wish.modes),
        services=frozenset(service.pk for service in wish.services),
    )


def _take_along(changed: Sequence[AvailableException], row: Available) -> None:
    """Dates that differ stay as they are, where the new series has them."""
    if changed:
        series = set(recurrence.days(row.as_opening(), changed[0].day, changed[-1].day + timedelta(days=1)))
        stays = [one for one in changed if one.day in series]
        AvailableException.objects.bulk_create(
            AvailableException(
                office=row.office,
                available=row,
                **{name: getattr(one, name) for name in ("day", "cancelled", "opens", "closes")},
            )
            for one in stays
        )


def _write(schedule: Schedule, wish: Wish, now: datetime, status: str) -> Available:
    opening = Available.objects.create(
        office=schedule.office,
        schedule=schedule,
        weekday=wish.weekday,
        opens=wish.opens,
        closes=wish.closes,
        every_weeks=wish.every_weeks,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        modes=list(wish.modes),
        location=wish.location,
        home_office=wish.home_office,
        status=status,
        created_at=now,
    )
    opening.services.set(wish.services)
    return opening


def _record(verb: str, subject: OfficeOwned, by: Actor, now: datetime, **payload: Any) -> None:
    record(office=subject.office, verb=verb, subject=subject, by=by, now=now, **payload)
