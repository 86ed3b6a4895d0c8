"""What somebody has heard of an appointment, and so what is news to her."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from notifications.models import HEARD, Message, State
from scheduler.models import Appointment, Event

OF_KIND = {"moved": "time", "mode_changed": "way", "handed_over": "person"}
"""Which kind tells of which change; staff are told of all three by one."""
DOINGS = tuple(
    f"appointment.{step}" for step in ("booked", "moved", "cancelled", "mode_changed", "handed_over")
)
"""Whoever does these sees how the appointment stands; whoever says "I will come" may look at an old page."""
BEFORE = {"time": "start_before", "way": "mode_before", "person": "caseworker_before"}


def known_start(message: Message) -> datetime:
    """The start that she knows: a farewell names that one, whatever was changed since without her."""
    before = _before(_since(message)).get("time")
    return datetime.fromisoformat(before) if before else _appointment(message).start


def changed(message: Message) -> dict[str, bool]:
    """What is another than she knows: ``time``, ``way``, ``person``; nothing where it is as it was.

    Nothing either for messages that tell of no change.
    """
    if not _tells_of_change(message):
        return {}
    appointment = _appointment(message)
    now = {
        "time": appointment.start.isoformat(),
        "way": appointment.mode,
        "person": appointment.caseworker_id,
    }
    before = _before(_since(message))
    return {aspect: True for aspect in OF_KIND.values() if before.get(aspect, now[aspect]) != now[aspect]}


def is_news(message: Message) -> bool:
    """False for a change that was taken back before anybody was told of it."""
    return not _tells_of_change(message) or bool(changed(message))


def _tells_of_change(message: Message) -> bool:
    return message.kind in OF_KIND or message.kind == "staff_moved"


def _before(events: "QuerySet[Event]") -> dict[str, Any]:
    """Each aspect as it was before the first of these events that names it."""
    found: dict[str, Any] = {}
    for payload in events.values_list("payload", flat=True):
        for aspect, name in BEFORE.items():
            if name in payload:
                found.setdefault(aspect, payload[name])
    return found


def _since(message: Message) -> "QuerySet[Event]":
    """The events that she has not heard of, in order; from this message's own on where she has heard none."""
    heard = _last_heard(message)
    since = Q(pk__gt=heard) if heard else Q(pk__gte=message.event_id or 0)
    return Event.objects.filter(since, appointment=message.appointment_id).order_by("pk")


def _last_heard(message: Message) -> int:
    """The last event before this message's own that she surely was told of, or that was her own doing."""
    told = Message.objects.filter(HEARD, participant=message.participant_id).exclude(state=State.UNKNOWN)
    own = Event.objects.filter(_done_by(message), appointment=message.appointment_id, verb__in=DOINGS)
    pks = (
        told.filter(event__lt=message.event_id or 0).aggregate(last=Max("event"))["last"],
        own.filter(pk__lt=message.event_id or 0).aggregate(last=Max("pk"))["last"],
    )
    return max(pk or 0 for pk in pks)


def _done_by(message: Message) -> Q:
    """Whoever books without a link is the client."""
    person = message.participant
    actors = [f"participant:{message.participant_id}"]
    actors += [f"client:{message.client_id}"] if message.client_id else []
    actors += [f"user:{message.user_id}"] if message.user_id else []
    booked = Q(verb="appointment.booked", actor__startswith="visitor")
    return Q(actor__in=actors) | booked if person and person.role == "client" else Q(actor__in=actors)


def _appointment(message: Message) -> Appointment:
    appointment = message.appointment
    assert appointment is not None
    return appointment
