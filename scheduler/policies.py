"""Rules on objects and numbers: notice and horizon, doors, deadlines. What counts rows is in ``queries``."""

from datetime import datetime, timedelta

from django.conf import settings

from scheduler.domain.lifecycle import Status
from scheduler.domain.slots import Rule
from scheduler.models import Appointment, Office, Service

EXTENSIONS = 10
ROUND_AT_LEAST = timedelta(minutes=1)
SPECIAL_AHEAD = timedelta(days=366)
"""Beyond a year nobody knows her calendar, nor the bank holidays for certain."""
CODE_MINUTES = 10
CODE_TRIES = 5
ALTERNATIVES_WITHIN = timedelta(days=7)
SERVER_DOOR_EARLIER = timedelta(minutes=2)
OVERRUN = timedelta(minutes=120)
DEVICES = 2
CLOCKS_DIFFER = timedelta(minutes=5)
NOTICED_LATE = timedelta(minutes=2)
"""A room server may need as long to see that a connection has dropped."""
FACTS_KEPT = timedelta(days=7)
"""What was told of a room is deleted then."""


def earliest(service: Service, now: datetime) -> datetime:
    """The first instant that may be booked: notice counts clock time."""
    return now + timedelta(minutes=service.notice_minutes)


def latest(service: Service, now: datetime) -> datetime:
    """The end of the horizon; no start at or after it is offered."""
    return now + timedelta(days=service.horizon_days)


def latest_special(service: Service, now: datetime) -> datetime:
    """No special appointment starts at or after it."""
    return max(latest(service, now), now + SPECIAL_AHEAD)


def rule(service: Service) -> Rule:
    """Duration, buffer and grid in seconds."""
    return Rule(service.duration_minutes * 60, service.buffer_minutes * 60, service.step * 60)


def door(appointment: Appointment) -> tuple[datetime, datetime]:
    """When the room opens and when it closes to newcomers."""
    office = appointment.office
    return (
        appointment.start - timedelta(minutes=office.door_opens_minutes),
        appointment.end + timedelta(minutes=office.door_closes_minutes),
    )


def server_door(appointment: Appointment) -> tuple[datetime, datetime]:
    """When the room server may open the room: a little earlier, since it remembers a refusal for a while."""
    opens, closes = door(appointment)
    return opens - SERVER_DOOR_EARLIER, closes


def room_ends(appointment: Appointment) -> datetime:
    """Until then the room server lets a talk go on: one in a crisis must not be cut off."""
    return appointment.end + OVERRUN


def facts_known_until(appointment: Appointment) -> datetime:
    """From then on facts about its room may be gone: they still say who came, not who did not."""
    return server_door(appointment)[0] + FACTS_KEPT


def presence_may_be_told() -> bool:
    """May we be told who is inside? The stand-in tells itself, Prosody by its calls, 8x8 does not."""
    provider = settings.JITSI_PROVIDER
    return not provider or (provider == "self" and bool(settings.JITSI_CALLBACK_SECRET))


def change_deadline(appointment: Appointment) -> datetime:
    """Until then clients may move the appointment or switch its mode, and cancelling is not late."""
    return appointment.start - timedelta(minutes=appointment.service.cancel_until_minutes)


def may_change(appointment: Appointment, now: datetime) -> bool:
    """May the client still move it or switch its mode?"""
    return now <= change_deadline(appointment)


def may_cancel(appointment: Appointment, now: datetime) -> bool:
    """Clients may cancel until the start."""
    return now < appointment.start


def may_end_part(appointment: Appointment, now: datetime) -> bool:
    """May somebody's part be ended? After the door closes an outcome says who took part."""
    if appointment.status == Status.CANCELLED:
        return False
    return appointment.status == Status.BOOKED or now < door(appointment)[1]


def may_join_in(appointment: Appointment, now: datetime) -> bool:
    """May people be added? While the talk stands and its door has not closed."""
    return appointment.status == Status.BOOKED and now < door(appointment)[1]


def is_late(appointment: Appointment, now: datetime) -> bool:
    """A cancellation now would be late."""
    return now > change_deadline(appointment)


def link_until(appointment: Appointment) -> datetime:
    """Links of people work until then."""
    return appointment.end + timedelta(days=appointment.office.link_days)


def hold_until(office: Office, now: datetime) -> datetime:
    """When a hold made or extended now ends."""
    return now + timedelta(minutes=office.hold_minutes)
