"""Is it still to be told, by this channel, and now? Asked again right before it is."""

from datetime import datetime

from notifications import news, planning, to_staff, triggers
from notifications.models import Message, State
from scheduler.domain.lifecycle import Status
from scheduler.models import Participant


def untrue(message: Message, now: datetime) -> State | None:
    """The end it comes to instead of being told: too late, or overtaken by what happened since."""
    if now > message.not_after:
        return State.EXPIRED
    appointment = message.appointment
    if appointment is None:
        return None if to_staff.still_wanted(message, now) else State.VOID
    ending = message.kind in planning.ENDINGS
    goodbye = ending and _has_left(message.participant)
    if message.sequence != appointment.sequence and not goodbye:
        return State.VOID
    stands = appointment.status == Status.BOOKED or _waits_still(message, appointment.status)
    if message.kind == "reminder" and now >= appointment.start:
        return State.EXPIRED
    if not ending and not stands:
        return State.VOID
    person = message.participant
    unwanted = person and (_unwanted(message, person) or not news.is_news(message))
    return State.VOID if unwanted else None


def _has_left(person: Participant | None) -> bool:
    """Has her part ended, without another that has begun since?"""
    return person is not None and person.revoked_at is not None and not planning.takes_part_again(person)


def _waits_still(message: Message, status: str) -> bool:
    """An outcome shuts nobody out: somebody who waits does so until the mail has had its time."""
    return message.kind == "staff_waits" and status != Status.CANCELLED


def _unwanted(message: Message, person: Participant) -> bool:
    """Nobody is to be told: her part has ended, she is there, or she wants no messages at all.

    A reminder that no channel carries any more is none, as if the talk had been booked without one.
    """
    if person.revoked_at and message.kind not in planning.ENDINGS:
        return True
    if message.kind == "staff_waits" and person.inside:
        return True
    if person.role == "client" and (person.client is None or person.client.no_messages):
        return True
    optional = person.role == "caseworker" or message.kind == "reminder"
    return optional and not planning.channels_of(person, message.kind)


def is_open(message: Message) -> bool:
    """Does its channel lead to her as contact, consent and choice are now?"""
    person = message.participant
    return person is None or message.channel in planning.channels_of(person, message.kind)


def undisturbed(message: Message, now: datetime) -> datetime | None:
    """When a reminder may go that an outage has made late: now, after the quiet hours, or not any more."""
    appointment = message.appointment
    if message.urgent or appointment is None:
        return now
    quiet = planning.quiet_of(message.office, now, appointment.start)
    quiet = triggers.quiet_for(message.stage, quiet)
    return triggers.considerate(now, start=appointment.start, now=now, quiet=quiet)
