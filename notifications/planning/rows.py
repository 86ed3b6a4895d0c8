"""Wishes as rows of the outbox: each once, whatever happens in between."""

import uuid
from datetime import datetime

from notifications.models import BY_HAND, Message, State
from notifications.planning.reach import client_channels
from notifications.planning.wishes import NOWHERE, Wish
from scheduler.models import Appointment, ContactProof, Event, Participant
from scheduler.models.plain import insert


def message_of(event: Event, appointment: Appointment, wish: Wish) -> Message:
    """A wish as a row, not yet written; where there is no channel it has failed already."""
    person = wish.participant
    told_to = f"participant:{person.pk}"
    parts = (event.subject, event.sequence, wish.kind, wish.stage, wish.channel, told_to, wish.again)
    nowhere = wish.channel == NOWHERE
    return Message(
        office_id=event.office_id,
        dedup_key="/".join(map(str, parts)).rstrip("/"),
        event=event,
        appointment=appointment,
        sequence=appointment.sequence,
        participant=person,
        client=person.client if person.role == "client" else None,
        user=person.caseworker.user if person.role == "caseworker" and person.caseworker else None,
        kind=wish.kind,
        stage=wish.stage,
        channel="email" if nowhere else wish.channel,
        state=State.FAILED if nowhere else State.PENDING,
        last_error=_why_nowhere(person) if nowhere else "",
        language=person.language,
        urgent=wish.urgent,
        due_at=wish.due_at,
        next_try_at=wish.due_at,
        not_after=wish.not_after,
        created_at=event.at,
    )


def _why_nowhere(person: Participant) -> str:
    return "no_messages" if person.client and person.client.no_messages else "no_channel"


def code_of(event: Event) -> Message:
    """The code that somebody asked for; it goes to the address that was typed."""
    proof = ContactProof.objects.get(pk=event.subject.partition(":")[2])
    return Message(
        office_id=event.office_id,
        dedup_key=f"{event.subject}/code/{proof.channel}",
        event=event,
        kind="code",
        stage=str(proof.pk)[:16],
        channel=proof.channel,
        language=proof.language,
        urgent=True,
        due_at=event.at,
        next_try_at=event.at,
        not_after=proof.expires_at,
        created_at=event.at,
    )


def store(messages: list[Message], *, fresh: bool = True) -> None:
    """Insert what is new; what was void becomes pending again with the new time; the rest is left alone."""
    insert(messages, ignore_conflicts=True)
    if fresh:
        return
    by_key = {message.dedup_key: message for message in messages}
    for old in Message.objects.filter(dedup_key__in=by_key, state=State.VOID).exclude(last_error=BY_HAND):
        new = by_key[old.dedup_key]
        old.state, old.due_at, old.next_try_at, old.not_after = (
            State.PENDING,
            new.due_at,
            new.due_at,
            new.not_after,
        )
        old.save(update_fields=["state", "due_at", "next_try_at", "not_after"])


def fall_back(message: Message, now: datetime) -> Message | None:
    """Told by the next channel with consent, where this one refuses; None where there is no other."""
    person = message.participant
    if person is None or person.role != "client" or person.client is None:
        return None
    others = [channel for channel in client_channels(person.client) if channel != message.channel]
    for channel in others:
        key = message.dedup_key.replace(f"/{message.channel}/", f"/{channel}/")
        if Message.objects.filter(dedup_key=key).exists():
            continue
        fresh = Message.objects.get(pk=message.pk)
        fresh.dedup_key, fresh.channel, fresh.state = key, channel, State.PENDING
        fresh.id, fresh.attempts, fresh.next_try_at, fresh.last_error = uuid.uuid4(), 0, now, ""
        fresh.lease, fresh.lease_until, fresh.message_id = None, None, ""
        fresh.sent_at, fresh.repeated_at = None, None
        fresh.save(force_insert=True)
        return fresh
    return None
