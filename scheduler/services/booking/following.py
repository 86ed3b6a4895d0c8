"""The next appointment, from the running talk or after it."""

from dataclasses import replace
from datetime import datetime, timedelta

from scheduler import policies
from scheduler.domain import localtime
from scheduler.errors import Invalid, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.queries import free_slots
from scheduler.queries.free_slots import Search
from scheduler.services.booking import changing, making


def follow_up(*, appointment: Appointment, weeks: int, by: Actor, now: datetime) -> Appointment:
    """The next one, so many weeks later at the same local time, with the same caseworker and interpreter.

    As it was meant to be held: a plan B of this talk says nothing about the next. Booked as a special
    appointment where the time is not on offer but free; the same again is the one that is there. Raises
    SlotTaken, Invalid.
    """
    if appointment.client is None:
        raise Invalid(field="client", problem="required")
    zone = localtime.zone(appointment.office.zone)
    then = localtime.local(appointment.start, zone)
    start = localtime.at(then.date() + timedelta(weeks=weeks), then.hour * 60 + then.minute, zone)
    mode = meant_mode(appointment)
    search = replace(changing.search_of(appointment, appointment.caseworker), mode=mode)
    try:
        return _book_next(appointment, search, start, by, now)
    except SlotTaken:
        standing = _followed(appointment, start)
        if standing is None:
            raise
        return standing


def meant_mode(appointment: Appointment) -> str:
    """How the talk was to be held before anything was switched at its door."""
    opens, _ = policies.door(appointment)
    switched = (
        appointment.events.filter(verb="appointment.mode_changed", at__gte=opens).order_by("pk").first()
    )
    return str(switched.payload["mode_before"]) if switched else appointment.mode


def _book_next(
    appointment: Appointment, search: Search, start: datetime, by: Actor, now: datetime
) -> Appointment:
    assert appointment.client is not None
    return making.book(
        office=appointment.office,
        service=appointment.service,
        start=start,
        mode=search.mode,
        client=appointment.client,
        by=by,
        now=now,
        caseworker=appointment.caseworker,
        interpreter=appointment.interpreter_language,
        location=appointment.location,
        language=appointment.language,
        special=not free_slots.candidates(search, start=start, now=now),
        follows=appointment,
    )


def _followed(appointment: Appointment, start: datetime) -> Appointment | None:
    """The follow-up at this time that a first click has booked."""
    rows = Appointment.objects.of(appointment.office).with_people().booked()
    found: Appointment | None = rows.filter(follows=appointment, start=start).first()
    return found
