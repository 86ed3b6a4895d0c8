"""What a dead worker has left, and what may be out: found again, asked about, not sent twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from notifications import fates, reading, receipts, rendering, retries
from notifications.channels import NO_LOOK_UP, Refused, Unclear, Undelivered, channel
from notifications.models import Message, State

DIED = "worker_died"
Clock = Callable[[], datetime]


def recover(now: datetime, real: datetime) -> None:
    """Claimed goes back to pending, sending becomes unknown. What kills its worker each time has failed."""
    over = Message.objects.filter(state__in=[State.CLAIMED, State.SENDING], lease_until__lt=real)
    for message in list(over.order_by()):
        rows = over.filter(pk=message.pk, state=message.state)
        if message.state == State.SENDING:
            doubt(rows, message, DIED, now, real)
        elif message.attempts < retries.ATTEMPTS:
            rows.update(state=State.PENDING, last_error=DIED, lease=None, lease_until=None)
        else:
            receipts.refuse(rows, message, Refused(DIED), now)


def doubt(
    sending: "QuerySet[Message]",
    message: Message,
    code: str,
    now: datetime,
    real: datetime,
    error: Exception | None = None,
) -> None:
    """It may be out. A mail goes once more with the same Message-ID; an SMS is asked about, but later.

    What the provider takes after we have stopped listening is not there yet if it is looked up at once: it
    has as long to appear as a lease lasts. Without ``lease_until`` an unknown message is for people.
    """
    sms = message.channel == "sms"
    until = real + settings.DELIVERY_LEASE if sms else None
    with transaction.atomic():
        if sending.update(state=State.UNKNOWN, last_error=code, lease_until=until):
            fates.note(message, State.UNKNOWN, code, error)
            if not sms:
                _repeat(message, now)


def _repeat(mail: Message, now: datetime) -> None:
    once = Message.objects.filter(pk=mail.pk, state=State.UNKNOWN, repeated_at=None, not_after__gt=now)
    once.update(state=State.PENDING, repeated_at=now, next_try_at=now, lease=None)


def look_up_due(now: Clock, real: Clock, until: datetime) -> None:
    """Ask what became of each unknown SMS whose time has come; none is begun after ``until``."""
    while real() < until and (message := _take(now(), real())):
        _resolve(message, now(), real())


def _take(now: datetime, real: datetime) -> Message | None:
    """The next one to ask about; nobody else asks meanwhile."""
    due = Message.objects.filter(
        state=State.UNKNOWN, channel="sms", lease_until__lt=real, next_try_at__lte=now
    )
    for pk in list(due.order_by("lease_until").values_list("pk", flat=True)[:20]):
        if due.filter(pk=pk).update(lease_until=real + settings.DELIVERY_LEASE):
            return reading.in_full(Message.objects.filter(pk=pk))[0]
    return None


def _resolve(message: Message, now: datetime, real: datetime) -> None:
    unknown = Message.objects.filter(pk=message.pk, state=State.UNKNOWN)
    try:
        found = _look_up(message, now)
    except Exception as error:
        _ask_later(unknown, message, error, now, real)
        return
    if not found:
        _not_there(unknown, message, now)
    elif unknown.update(state=State.SENT, message_id=found, sent_at=now, address="", lease_until=None):
        fates.note(message, State.SENT, "looked_up")


def _look_up(message: Message, now: datetime) -> str | None:
    """The provider's id for this try, None if it certainly is not there. Raises where nobody knows."""
    outgoing = replace(rendering.render(message, now), at=message.sent_at or now)
    found: str | None = channel("sms").look_up(outgoing)
    if found and found == message.message_id:
        raise Unclear("earlier_try")
    return found


def _not_there(unknown: "QuerySet[Message]", message: Message, now: datetime) -> None:
    """Once more while there is time; else the next channel or the list."""
    again = retries.again_at(message, now)
    if now > message.not_after:
        if unknown.update(state=State.EXPIRED, lease_until=None):
            fates.note(message, State.EXPIRED)
    elif again is None:
        receipts.refuse(unknown, message, Refused(message.last_error), now)
    elif unknown.update(state=State.PENDING, next_try_at=again, lease=None, lease_until=None):
        fates.note(message, State.PENDING, "not_there")


def _ask_later(
    unknown: "QuerySet[Message]", message: Message, error: Exception, now: datetime, real: datetime
) -> None:
    """Nobody knows: asked again while it is in time, and a line of the office's list meanwhile."""
    code = error.code if isinstance(error, Undelivered) else "look_up"
    again = None if code == NO_LOOK_UP else retries.look_again_at(message, now)
    if again is None:
        unknown.update(lease_until=None)
    else:
        unknown.update(next_try_at=again, lease_until=real + settings.DELIVERY_LEASE)
    fates.note(message, State.UNKNOWN, code, error)
