"""Video, phone or on site instead; plan B: what does not work by video goes on by phone."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from scheduler import policies
from scheduler.errors import Invalid, TooEarly
from scheduler.events import Actor
from scheduler.models import Appointment, Location
from scheduler.queries import free_slots
from scheduler.services.booking import changing, claiming, rooms


def switch_mode(
    *, appointment: Appointment, mode: str, by: Actor, now: datetime, location: Location | None = None
) -> Appointment:
    """Video, phone or on site instead: slot and appointment stay, the room is renewed."""
    if mode not in appointment.service.offered_modes:
        raise Invalid(field="mode", problem="not_offered")
    changing.refuse_late(appointment, by, now)
    if mode == appointment.mode:
        return appointment
    warnings = _refuse_where_not_offered(appointment, mode, by)
    _switch(appointment, mode, by, now, location)
    appointment.warnings = warnings
    return appointment


def call_instead(*, appointment: Appointment, by: Actor, now: datetime) -> Appointment:
    """Plan B: from now on the office calls the client, whether the service offers that or not; twice is once.

    Everybody is told as of any change of the mode. Raises TooEarly before the door opens, Invalid where no
    number is known, IllegalTransition.
    """
    opens, _ = policies.door(appointment)
    if now < opens:
        raise TooEarly(opens_at=opens, office=appointment.office)
    if appointment.client is None or not appointment.client.mobile:
        raise Invalid(field="mobile", problem="no_phone")
    changing.refuse_over(appointment, now)
    return appointment if appointment.mode == "phone" else _switch(appointment, "phone", by, now)


def _switch(
    appointment: Appointment, mode: str, by: Actor, now: datetime, location: Location | None = None
) -> Appointment:
    before = appointment.mode
    with transaction.atomic():
        claiming.relock(appointment)
        appointment.mode = mode
        appointment.location = location or changing.site_of(appointment)
        rooms.renew(appointment, now)
        verb = "appointment.mode_changed"
        return changing.changed(appointment, by, now, verb, mode_before=before, mode_after=mode)


def _refuse_where_not_offered(appointment: Appointment, mode: str, by: Actor) -> list[str]:
    """Clients and programs keep to the modes of the opening; people of the office are warned."""
    search = replace(changing.search_of(appointment), mode=mode)
    if free_slots.opening_at(search, appointment.caseworker_id, appointment.start):
        return []
    if by.kind != "user":
        raise Invalid(field="mode", problem="not_offered")
    return ["mode_not_offered"]
