"""What people do with messages that could not be told: try again, tell by phone, leave it be."""

from datetime import datetime
from typing import Any

from django.db import transaction

from notifications import jobs
from notifications.models import Message, State
from notifications.queries import NOT_TOLD, SAME
from scheduler.errors import IllegalTransition, TooLate
from scheduler.events import Actor, record


def retry(*, message: Message, by: Actor, now: datetime) -> None:
    """Due again at once, with all its attempts. Raises TooLate, IllegalTransition.

    Who retries an SMS whose fate is unknown decides herself that it did not arrive.
    """
    if now > message.not_after:
        raise TooLate
    fresh = {"next_try_at": now, "attempts": 0, "last_error": "", "lease": None, "lease_until": None}
    with transaction.atomic():
        _move([message], {"state": State.PENDING, **fresh})
        _record(message, "message.retried", by, now)
        jobs.wake_up()


def tell_by_phone(*, message: Message, by: Actor, now: datetime) -> None:
    """She was told by a person; nothing more is sent by any channel. Raises IllegalTransition."""
    _settle(message, "message.told_by_hand", by, now)


def void(*, message: Message, by: Actor, now: datetime) -> None:
    """Nobody needs to be told any more. Raises IllegalTransition."""
    _settle(message, "message.voided", by, now)


def _settle(message: Message, verb: str, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        others = Message.objects.of(message.office_id).filter(
            state__in=NOT_TOLD, **{name: getattr(message, name) for name in SAME}
        )
        _move([message, *others], {"state": State.VOID})
        _record(message, verb, by, now)


def _move(messages: list[Message], fields: dict[str, Any]) -> None:
    rows = Message.objects.filter(pk__in=[message.pk for message in messages], state__in=NOT_TOLD)
    if not rows.update(**fields):
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
