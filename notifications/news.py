"""What somebody has heard of an appointment, and so what is news to her."""

from datetime import datetime

from django.db.models import Max, Q, QuerySet

from notifications.models import TOLD, Message
from scheduler.models import Appointment, Event

CHANGES = {
    "appointment.moved": "time",
    "appointment.mode_changed": "way",
    "appointment.handed_over": "person",
}
OF_KIND = {"moved": "time", "mode_changed": "way", "handed_over": "person"}


def known_start(message: Message) -> datetime:
    """The start that she knows: a farewell names that one, whatever was changed since without her."""
    appointment = _appointment(message)
    moved = _since(message).filter(verb="appointment.moved").first()
    return datetime.fromisoformat(moved.payload["start_before"]) if moved else appointment.start


def changed(message: Message) -> dict[str, bool]:
    """What is another than she knows: ``time``, ``way``, ``person``; nothing where the kind is no change."""
    if message.kind not in OF_KIND:
        return {}
    news = _since(message).filter(verb__in=CHANGES, pk__lte=message.event_id or 0)
    verbs = news.values_list("verb", flat=True)
    return dict.fromkeys([OF_KIND[message.kind], *(CHANGES[verb] for verb in verbs)], True)


def _since(message: Message) -> "QuerySet[Event]":
    """The events that she has not heard of, in order; from this message's own on where she has heard none."""
    heard = _last_heard(message)
    since = Q(pk__gt=heard) if heard else Q(pk__gte=message.event_id or 0)
    return Event.objects.filter(since, appointment=message.appointment_id).order_by("pk")


def _last_heard(message: Message) -> int:
    """The last event before this message's own that she was told of, or that was her own doing."""
    told = Message.objects.filter(participant=message.participant_id, state__in=TOLD)
    own = Event.objects.filter(_done_by(message), appointment=message.appointment_id)
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
