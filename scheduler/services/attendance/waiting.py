"""What is told across the door: I am here, it does not work; and the caseworker's ready-made sentences."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import DoorClosed, Invalid, NoRoom
from scheduler.events import Actor, record
from scheduler.models import Appointment, Event, Participant, RoomEvent
from scheduler.services.attendance import telling

KNOCKS_APART = timedelta(minutes=1)


def knock(*, participant: Participant, now: datetime) -> None:
    """She waits at the door: a fact, at most one a minute, the first an event. Raises NoRoom, DoorClosed."""
    _refuse_shut(participant.appointment, now)
    since = policies.door(participant.appointment)[0]
    known = RoomEvent.objects.filter(participant=participant, kind="knocked", at__gte=since)
    last = known.aggregate(last=Max("at"))["last"]
    if last is None:
        telling.say(participant, "knocked", Actor.of(participant), now)
    elif last <= now - KNOCKS_APART:
        telling.note([telling.fact(participant, "knocked", now)])


def not_working(*, participant: Participant, now: datetime) -> None:
    """ "I was there, it did not work": stands beside the record; the same again is told once for a time."""
    with transaction.atomic():
        Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
        if not has_told(participant=participant):
            telling.say(participant, "not_working", Actor.of(participant), now)


def has_told(*, participant: Participant) -> bool:
    """Has she said for the present time of the talk that it did not work?"""
    appointment, by = participant.appointment, Actor.of(participant)
    told = Event.objects.filter(appointment=appointment, verb="participant.not_working", actor=str(by))
    return told.filter(at__gte=policies.door(appointment)[0]).exists()


def say(*, appointment: Appointment, sentence: str, by: Actor, now: datetime) -> Appointment:
    """Whoever waits reads this sentence (a code of ``SAYINGS``) from now on; empty takes the last one back.

    Raises Invalid, NoRoom, DoorClosed.
    """
    if sentence and sentence not in dict(Appointment.SAYINGS):
        raise Invalid(field="sentence", problem="unknown")
    _refuse_shut(appointment, now)
    appointment.said, appointment.said_at = sentence, now if sentence else None
    with transaction.atomic():
        appointment.save(update_fields=["said", "said_at"])
        record(
            office=appointment.office,
            verb="appointment.said" if sentence else "appointment.taken_back",
            subject=appointment,
            appointment=appointment,
            by=by,
            now=now,
            sentence=sentence,
        )
    return appointment


def _refuse_shut(appointment: Appointment, now: datetime) -> None:
    if appointment.mode != "video" or appointment.status != Status.BOOKED:
        raise NoRoom(mode=appointment.mode, status=appointment.status)
    opens, closes = policies.door(appointment)
    if not opens <= now < closes:
        raise DoorClosed(opens_at=opens, closes_at=closes)
