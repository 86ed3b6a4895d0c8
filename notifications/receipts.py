"""What is reported afterwards about an SMS or a mail. A fate never goes backwards, and twice is once."""

import re
from collections.abc import Sequence
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
MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[\w.-]+>")
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
        else:
            _fail(row, error, now)


def bounced(*, message_ids: Sequence[str], error: Undelivered, now: datetime) -> None:
    """A mail of ours came back: as if its server had refused it at once. Unknown Message-IDs do nothing."""
    keys = {found[0]: found[1] for found in map(MESSAGE_ID.fullmatch, message_ids) if found}
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",)).select_related("client", "participant__client")
        rows = rows.filter(channel="email", state__in=HANDED_OVER)
        row = rows.filter(pk__in=keys.values(), message_id__in=keys).first()
        if row is not None:
            _fail(row, error, now)


def _fail(row: Message, error: Undelivered, now: datetime) -> None:
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
