"""Openings of a schedule: published, noted as drafts, withdrawn, changed from today on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from scheduler.domain import recurrence
from scheduler.domain.recurrence import NEW
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Available, AvailableException, Schedule
from scheduler.services.publishing.common import is_there, lock, lock_as_it_is, record, refuse_unfit
from scheduler.services.publishing.wishes import (
    FAR,
    Wish,
    continued,
    from_today,
    opening_of,
    refuse_nonsense,
    refuse_past,
    today_in,
)


def publish(*, schedule: Schedule, wish: Wish, by: Actor, now: datetime, draft: bool = False) -> Available:
    """Offer an opening (or note it as a draft); the same again answers the one that is there.

    Raises Invalid, for a first date in the past too, and OpeningsCollide.
    """
    refuse_nonsense(wish)
    refuse_past(schedule.office, wish.starts_on, now, field="starts_on")
    status = Available.DRAFT if draft else Available.PUBLISHED
    with transaction.atomic():
        lock(schedule)
        if standing := _same(schedule, wish, status):
            return standing
        if not draft:
            refuse_unfit(schedule, opening_of(schedule, wish))
        opening = _write(schedule, wish, now, status)
        verb = "opening.drafted" if draft else "opening.published"
        record(verb, opening, by, now, starts_on=str(wish.starts_on))
    return opening


def publish_draft(*, opening: Available, by: Actor, now: datetime) -> Available:
    """Offer what was noted as a draft, from today on at the earliest; twice is once.

    Raises OpeningsCollide, Invalid where its last date is over or it is no longer there.
    """
    with transaction.atomic():
        lock_as_it_is(opening)
        if opening.status == Available.PUBLISHED:
            return opening
        wanted = from_today(opening, today_in(opening.office, now))
        if wanted.last and wanted.last < wanted.first:
            raise Invalid(field="ends_on", problem="past")
        own = [one.as_change() for one in opening.exceptions.all()]
        refuse_unfit(opening.schedule, wanted, own)
        opening.starts_on, opening.status = wanted.first, Available.PUBLISHED
        opening.save(update_fields=["starts_on", "status"])
        record("opening.published", opening, by, now, starts_on=str(opening.starts_on))
    return opening


def withdraw(*, opening: Available, on: date, by: Actor, now: datetime) -> Available | None:
    """No longer offer it from this date on; what was offered before stays. None where nothing is left.

    Nothing was ever offered of a draft. What was withdrawn before stays withdrawn. Appointments that were
    booked stay booked: a person decides.
    """
    with transaction.atomic():
        if not is_there(opening):
            return None
        on = max(on, today_in(opening.office, now)) if opening.status == Available.PUBLISHED else on
        if opening.ends_on and opening.ends_on < on:
            return opening
        record("opening.withdrawn", opening, by, now, on=str(on))
        if on <= opening.starts_on or opening.status == Available.DRAFT:
            opening.delete()
            return None
        opening.ends_on = min(opening.ends_on or FAR, on - timedelta(days=1))
        opening.save(update_fields=["ends_on"])
    return opening


def change_series(*, opening: Available, wish: Wish, by: Actor, now: datetime, seen: str = "") -> Available:
    """Other hours from today on: the series is split, the past stays as it was offered; twice is once.

    ``seen``: its state when the change was thought of. Raises OpeningsCollide, Invalid, where it has
    changed since or has ended in the meantime, too.
    """
    refuse_nonsense(wish)
    today = today_in(opening.office, now)
    with transaction.atomic():
        lock_as_it_is(opening)
        fresh = continued(opening, wish, today)
        done = refuse_changed(opening, fresh, seen)
        return done or _split(opening, fresh, max(today, wish.starts_on), by, now)


def state_of(opening: Available) -> str:
    """What may change about a stored series, for a page to bring back."""
    return f"{opening.starts_on}/{opening.ends_on or ''}/{opening.status}"


def refuse_changed(opening: Available, fresh: Wish, seen: str = "") -> Available | None:
    """What the same change has made of the series before; None where it still runs as it was ``seen``.

    Raises Invalid where something else has changed or ended it: both results would stand side by side.
    """
    runs = opening.ends_on is None or opening.ends_on >= fresh.starts_on
    if runs and seen in ("", state_of(opening)):
        return None
    standing = None if runs else _same(opening.schedule, fresh, opening.status)
    if standing is None:
        raise Invalid(field="opening", problem="changed")
    return standing


def refuse_unfit_change(opening: Available, fresh: Wish) -> None:
    """What saving this change would refuse; nothing is written. A draft may be anything."""
    if opening.status == Available.PUBLISHED:
        wanted = replace(opening_of(opening.schedule, fresh), key=opening.pk)
        own = [one.as_change() for one in opening.exceptions.filter(day__gte=fresh.starts_on)]
        refuse_unfit(opening.schedule, wanted, own)


def stands(schedule: Schedule, wish: Wish, today: date) -> bool:
    """Is exactly this noted or offered from today on?"""
    fresh = replace(wish, starts_on=max(today, wish.starts_on))
    return any(_same(schedule, fresh, status) for status, _name in Available.STATES)


def _split(opening: Available, fresh: Wish, on: date, by: Actor, now: datetime) -> Available:
    schedule, status = opening.schedule, opening.status
    changed = list(opening.exceptions.filter(day__gte=fresh.starts_on))
    AvailableException.objects.filter(pk__in=[one.pk for one in changed]).delete()
    withdraw(opening=opening, on=on, by=by, now=now)
    if status == Available.PUBLISHED:
        own = [replace(one.as_change(), opening=NEW) for one in changed]
        refuse_unfit(schedule, opening_of(schedule, fresh), own)
    row = _write(schedule, fresh, now, status)
    _take_along(changed, row)
    record("opening.changed", row, by, now, starts_on=str(fresh.starts_on))
    return row


def _same(schedule: Schedule, wish: Wish, status: str) -> Available | None:
    """The opening that says exactly this."""
    rows = schedule.openings.filter(status=status, **wish.columns)
    wanted = {one.pk for one in wish.services}
    found: list[Available] = list(rows.prefetch_related("services"))
    return next((row for row in found if {one.pk for one in row.services.all()} == wanted), None)


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
    row = {"office": schedule.office, "schedule": schedule, "status": status, "created_at": now}
    opening = Available.objects.create(**row, **wish.columns)
    opening.services.set(wish.services)
    return opening
