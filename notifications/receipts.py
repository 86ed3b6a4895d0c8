"""What is reported afterwards about an SMS or a mail. A fate never goes backwards, and twice is once."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from notifications import fates, jobs, planning, retries, stops
from notifications.channels import OptedOut, Stopped, TryLater, Undelivered
from notifications.models import Message, State
from scheduler.events import Actor
from scheduler.services import contacts

HANDED_OVER = (State.SENDING, State.UNKNOWN, State.SENT)
TAKEN_LATE = (State.PENDING, State.CLAIMED)
"""Nobody found it at the provider, so that it waits for another try; now it is there after all."""
UNREACHABLE = "twilio_30003"
MESSAGE_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[\w.-]+>")
AGAIN_AFTER = timedelta(minutes=30)
PROVIDER = Actor("system", "provider")


def sent(*, message: UUID, provider_id: str, now: datetime) -> None:
    """The provider has it: what nobody knew is known now."""
    rows = _present(message, provider_id).filter(state__in=(State.UNKNOWN, *TAKEN_LATE))
    told = {"state": State.SENT, "message_id": provider_id, "sent_at": now, "address": ""}
    if rows.update(**told, lease=None, lease_until=None):
        _note(message, State.SENT)


def delivered(*, message: UUID, provider_id: str, now: datetime) -> None:
    """It is on the phone."""
    rows = _present(message, provider_id).filter(state__in=(*HANDED_OVER, *TAKEN_LATE))
    told = {"state": State.DELIVERED, "message_id": provider_id, "address": ""}
    if rows.update(**told, sent_at=Coalesce("sent_at", now), lease=None, lease_until=None):
        _note(message, State.DELIVERED)


def failed(*, message: UUID, provider_id: str, error: Undelivered, now: datetime) -> None:
    """It did not arrive: once more where that may help, the next channel, or somebody's list."""
    with transaction.atomic():
        rows = _present(message, provider_id).filter(state__in=HANDED_OVER)
        rows = rows.select_for_update(of=("self",)).select_related("client", "participant__client")
        row = rows.first()
        if row is None:
            return
        row.message_id = provider_id or row.message_id
        if again := _again_at(row, error, now):
            _once_more(row, error, again)
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


def refuse(rows: "QuerySet[Message]", message: Message, error: Undelivered, now: datetime) -> None:
    """It fails for good, and what follows from that follows; neither where ``rows`` no longer has it."""
    with transaction.atomic():
        if rows.update(state=State.FAILED, last_error=error.code, lease_until=None):
            fates.note(message, State.FAILED, error.code)
            follow(message, error, now)


def follow(message: Message, error: Undelivered, now: datetime) -> None:
    """What follows for good from a refusal: consent withdrawn, channel stopped, the next channel."""
    if isinstance(error, OptedOut) and message.client:
        contacts.withdraw_consent(client=message.client, channel=message.channel, by=PROVIDER, now=now)
    if isinstance(error, Stopped):
        stops.stop(channel=message.channel, code=error.code, now=now)
    if planning.fall_back(message, now):
        jobs.wake_up()


def _present(message: UUID, provider_id: str) -> "QuerySet[Message]":
    """The row, if the report is about its present try: what comes about an earlier one is old news.

    ``message_id`` is the id of the present try once it is sent; until then that of the try before, if any.
    A provider that says no id is believed.
    """
    present, new = Q(state=State.SENT), ~Q(state=State.SENT)
    if provider_id:
        present &= Q(message_id__in=("", provider_id))
        new &= Q(message_id="") | ~Q(message_id=provider_id)
    tried = Q(state__in=HANDED_OVER) | Q(sent_at__isnull=False)
    return Message.objects.filter(tried, present | new, pk=message, channel="sms")


def _again_at(row: Message, error: Undelivered, now: datetime) -> datetime | None:
    """A phone that was off is tried once more after half an hour; other troubles that pass as always."""
    if error.code == UNREACHABLE:
        first = row.last_error != UNREACHABLE and row.attempts < retries.ATTEMPTS
        return now + AGAIN_AFTER if first and now + AGAIN_AFTER < row.not_after else None
    return retries.again_at(row, now) if isinstance(error, TryLater) else None


def _once_more(row: Message, error: Undelivered, again: datetime) -> None:
    row.state, row.last_error, row.next_try_at = State.PENDING, error.code, again
    row.lease = row.lease_until = None
    row.save(update_fields=["state", "last_error", "next_try_at", "lease", "lease_until", "message_id"])
    fates.note(row, State.PENDING, error.code)


def _fail(row: Message, error: Undelivered, now: datetime) -> None:
    row.state, row.last_error = State.FAILED, error.code
    row.save(update_fields=["state", "last_error", "message_id"])
    fates.note(row, State.FAILED, error.code)
    follow(row, error, now)


def _note(message: UUID, state: State) -> None:
    fates.note(Message.objects.get(pk=message), state)
