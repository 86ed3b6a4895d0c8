"""How a client may be reached: consents, contacts that staff settle, the safe-contact flag, her language."""

from datetime import datetime
from typing import Any

from django.db import transaction

from scheduler.errors import Invalid
from scheduler.events import Actor, record
from scheduler.models import Client, Consent, Participant

CONSENT, TASK = "2026-11", "official-task"
"""On what messages rest: the text she agreed to, or the office's task, where a case system books for her."""
CHANNELS, KINDS = ("email", "sms"), ("email", "mobile")


def agreed(client: Client) -> list[str]:
    """The channels by which she is told: open to her, and with a contact."""
    return [channel for channel in CHANNELS if channel in client.open_channels and address(client, channel)]


def address(client: Client, channel: str) -> str:
    """Her contact for this channel, empty where there is none."""
    return (client.email if channel == "email" else client.mobile) or ""


def consent(
    *, client: Client, channel: str, by: Actor, now: datetime, text_version: str = CONSENT
) -> Consent:
    """She agrees to be told by this channel; agreeing twice is agreeing once. Raises Invalid."""
    _refuse_unknown(channel)
    with transaction.atomic():
        row, fresh = Consent.objects.get_or_create(
            client=client,
            channel=channel,
            purpose="appointments",
            withdrawn_at=None,
            defaults={"office": client.office, "given_at": now, "text_version": text_version},
        )
        if fresh:
            _record("consent.given", client, by, now, channel=channel)
    return row


def withdraw_consent(*, client: Client, channel: str, by: Actor, now: datetime) -> None:
    """She no longer wants to be told by this channel; saying it twice is saying it once. Raises Invalid.

    Where the office tells as its task without asking, the refusal is kept as a row that never held.
    """
    _refuse_unknown(channel)
    with transaction.atomic():
        given = client.consents.filter(channel=channel, withdrawn_at=None).update(withdrawn_at=now)
        if given or _refuse_task(client, channel, now):
            _record("consent.withdrawn", client, by, now, channel=channel)


def settle_contact(*, client: Client, kind: str, take: bool, by: Actor, now: datetime) -> None:
    """A differing contact (``email`` or ``mobile``) becomes hers, or is dropped. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid(field="contact", problem="unknown")
    with transaction.atomic():
        row = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
        offered = getattr(row, f"offered_{kind}")
        if offered is None:
            return
        setattr(row, f"offered_{kind}", None)
        if take:
            setattr(row, kind, offered)
        row.save(update_fields=[kind, f"offered_{kind}"])
        _record("contact.taken" if take else "contact.dropped", row, by, now, contact=kind)


def set_silence(*, client: Client, silent: bool, by: Actor, now: datetime) -> None:
    """Safe contact: no messages at all while it is set; the office calls or writes instead."""
    with transaction.atomic():
        other = Client.objects.filter(pk=client.pk, no_messages=not silent)
        if other.update(no_messages=silent):
            _record("client.silenced" if silent else "client.told_again", client, by, now)


def choose_language(*, participant: Participant, language: str) -> None:
    """The language she chose is kept with her and used for every message, of all her appointments."""
    Participant.objects.filter(pk=participant.pk).update(language=language)
    if participant.client_id:
        Participant.objects.filter(client=participant.client_id, revoked_at=None).update(language=language)
        Client.objects.filter(pk=participant.client_id).update(language=language)


def _refuse_task(client: Client, channel: str, now: datetime) -> bool:
    if channel not in client.office.told_by_task or client.consents.filter(channel=channel).exists():
        return False
    refusal = {"text_version": TASK, "given_at": now, "withdrawn_at": now}
    Consent.objects.create(office=client.office, client=client, channel=channel, **refusal)
    return True


def _refuse_unknown(channel: str) -> None:
    if channel not in CHANNELS:
        raise Invalid(field="channel", problem="unknown")


def _record(verb: str, client: Client, by: Actor, now: datetime, **payload: Any) -> None:
    record(office=client.office, verb=verb, subject=client, by=by, now=now, **payload)
