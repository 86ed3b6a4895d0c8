"""What is told across the door: I am here, it does not work; and the caseworker's ready-made sentences."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import DoorClosed, IllegalTransition, Invalid, NoRoom, TooEarly
from scheduler.events import Actor, record
from scheduler.models import Appointment, Event, Participant, RoomEvent
from scheduler.services import room_facts
from scheduler.services.attendance import telling

KNOCKS_APART = timedelta(minutes=1)


def knock(*, participant: Participant, now: datetime) -> None:
    """She waits at the door: a fact, the first an event, at most one a minute until she came or left.

    First for the present time, way and caseworker of the talk. Raises NoRoom, DoorClosed.
    """
    _refuse_shut(participant.appointment, now)
    if not _said(participant, "knocked").exists():
        telling.say(participant, "knocked", Actor.of(participant), now)
    elif not _has_just_knocked(participant, now):
        room_facts.note([room_facts.fact(participant, "knocked", now)])


def _has_just_knocked(participant: Participant, now: datetime) -> bool:
    since = policies.door(participant.appointment)[0]
    told = RoomEvent.objects.filter(participant=participant, kind__in=["knocked", "joined", "left"])
    last = told.filter(at__gte=since).values_list("kind", "at").last()
    return last is not None and last[0] == "knocked" and last[1] > now - KNOCKS_APART


def not_working(*, participant: Participant, now: datetime) -> None:
    """ "I was there, it did not work": stands beside the record; the same again is told once for a time.

    Raises TooEarly before the door opens, IllegalTransition where the talk is cancelled.
    """
    opens, _ = policies.door(participant.appointment)
    if now < opens:
        raise TooEarly(opens_at=opens, office=participant.appointment.office)
    if participant.appointment.status == Status.CANCELLED:
        raise IllegalTransition(status=participant.appointment.status)
    with transaction.atomic():
        Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
        if not has_told(participant=participant):
            telling.say(participant, "not_working", Actor.of(participant), now)


def has_told(*, participant: Participant) -> bool:
    """Has she said that it did not work, and not gone in or left since? Every change of the talk begins anew.

    Where nobody tells us who comes in, that she was led there is all we know.
    """
    came = Q(kind__in=["joined", "token"], at__gt=OuterRef("at"))
    left = Q(kind="left", at__gte=OuterRef("at") + policies.NOTICED_LATE)
    seen_since = RoomEvent.objects.filter(came | left, participant=participant)
    return _said(participant, "not_working").filter(~Exists(seen_since)).exists()


def _said(participant: Participant, kind: str) -> "QuerySet[Event]":
    """What she said of the talk as it is now: its time, its way, its caseworker."""
    said = Event.objects.filter(appointment=participant.appointment, verb=f"participant.{kind}")
    return said.filter(actor=str(Actor.of(participant)), sequence=participant.appointment.sequence)


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
    if appointment.mode != "video" or appointment.status == Status.CANCELLED:
        raise NoRoom(mode=appointment.mode, status=appointment.status)
    opens, closes = policies.door(appointment)
    if not opens <= now < closes:
        raise DoorClosed(opens_at=opens, closes_at=closes)
