"""What people do with messages that could not be told: try again, tell by phone, leave it be."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from notifications import jobs, planning
from notifications.models import BY_HAND, NOT_OUT, Message, State
from notifications.queries import NOT_TOLD, SAME
from scheduler.errors import IllegalTransition, TooLate
from scheduler.events import Actor, record


def way_of(message: Message) -> str | None:
    """The channel by which it could go now: its own while that is open, else another; None without one."""
    person = message.participant
    if person is None:
        return message.channel
    if person.revoked_at and message.kind not in planning.ENDINGS:
        return None
    ways = planning.channels_of(person, message.kind)
    return message.channel if message.channel in ways else next(iter(ways), None)


def retry(*, message: Message, by: Actor, now: datetime) -> None:
    """Due again at once by a channel that is open, with all its attempts. Raises TooLate, IllegalTransition.

    Who retries an SMS whose fate is unknown decides herself that it did not arrive.
    """
    if now > message.not_after:
        raise TooLate
    way = way_of(message)
    if way is None:
        raise IllegalTransition
    row = _twins(message).filter(channel=way, state__in=NOT_TOLD).first() or message
    fresh = {"next_try_at": now, "attempts": 0, "last_error": "", "lease": None, "lease_until": None}
    with transaction.atomic():
        _move(row, {"state": State.PENDING, "channel": way, **fresh})
        _record(row, "message.retried", by, now)
        jobs.wake_up()


def tell_by_phone(*, message: Message, by: Actor, now: datetime) -> None:
    """She was told by a person; nothing more is sent by any channel. Raises IllegalTransition."""
    _settle(message, "message.told_by_hand", by, now, BY_HAND)


def void(*, message: Message, by: Actor, now: datetime) -> None:
    """Nobody needs to be told any more. Raises IllegalTransition."""
    _settle(message, "message.voided", by, now)


def _settle(message: Message, verb: str, by: Actor, now: datetime, how: str = "") -> None:
    ended = {"state": State.VOID, "lease": None, "lease_until": None, "last_error": how}
    with transaction.atomic():
        _move(message, ended)
        _twins(message).filter(state__in=(*NOT_TOLD, *NOT_OUT)).update(**ended)
        _record(message, verb, by, now)


def _twins(message: Message) -> "QuerySet[Message]":
    """What tells the same thing to the same person by another channel."""
    if message.appointment_id is None:
        return Message.objects.none()
    same = {name: getattr(message, name) for name in SAME}
    return Message.objects.of(message.office_id).filter(**same).exclude(pk=message.pk)


def _move(message: Message, fields: dict[str, Any]) -> None:
    if not Message.objects.filter(pk=message.pk, state__in=NOT_TOLD).update(**fields):
        raise IllegalTransition


def _record(message: Message, verb: str, by: Actor, now: datetime) -> None:
    record(
        office=message.office,
        verb=verb,
        subject=message,
        by=by,
        now=now,
        appointment=message.appointment,
        state_before=message.state,
    )
