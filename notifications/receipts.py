"""What a provider reports about an SMS afterwards. A fate never goes backwards, and twice is once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from notifications import jobs, planning, stops
from notifications.channels import OptedOut, Stopped, Undelivered
from notifications.models import Message, State
from scheduler.events import Actor
from scheduler.services import contacts

HANDED_OVER = (State.SENDING, State.UNKNOWN, State.SENT)
UNREACHABLE = "twilio_30003"
AGAIN_AFTER = timedelta(minutes=30)
PROVIDER = Actor("system", "provider")


def sent(*, message: UUID, provider_id: str, now: datetime) -> None:
    """The provider has it: what nobody knew is known now."""
    unknown = Message.objects.filter(pk=message, channel="sms", state=State.UNKNOWN)
    unknown.update(state=State.SENT, message_id=provider_id, sent_at=now, address="")


def delivered(*, message: UUID, provider_id: str, now: datetime) -> None:
    """It is on the phone."""
    handed_over = Message.objects.filter(pk=message, channel="sms", state__in=HANDED_OVER)
    handed_over.update(
        state=State.DELIVERED, message_id=provider_id, sent_at=Coalesce("sent_at", now), address=""
    )


def failed(*, message: UUID, error: Undelivered, now: datetime) -> None:
    """It did not arrive: the next channel, once more where the phone was switched off, or somebody's list."""
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",)).select_related("client", "participant__client")
        row = rows.filter(pk=message, channel="sms", state__in=HANDED_OVER).first()
        if row is None:
            return
        if error.code == UNREACHABLE and row.last_error != UNREACHABLE and now + AGAIN_AFTER < row.not_after:
            _once_more(row, now)
            return
        row.state, row.last_error = State.FAILED, error.code
        row.save(update_fields=["state", "last_error"])
        follow(row, error, now)


def follow(message: Message, error: Undelivered, now: datetime) -> None:
    """What follows for good from a refusal: consent withdrawn, channel stopped, the next channel."""
    if isinstance(error, OptedOut) and message.client:
        contacts.withdraw_consent(client=message.client, channel=message.channel, by=PROVIDER, now=now)
    if isinstance(error, Stopped):
        stops.stop(channel=message.channel, code=error.code, now=now)
    if planning.fall_back(message, now):
        jobs.wake_up()


def _once_more(message: Message, now: datetime) -> None:
    message.state, message.last_error, message.next_try_at = State.PENDING, UNREACHABLE, now + AGAIN_AFTER
    message.lease = message.lease_until = None
    message.save(update_fields=["state", "last_error", "next_try_at", "lease", "lease_until"])
