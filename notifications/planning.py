"""From an event to messages, in the same transaction: what is to be told, and what has become untrue."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, prefetch_related_objects

from notifications import jobs, triggers
from notifications.models import Message, State
from notifications.triggers import Quiet, Stage
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import Appointment, Client, ContactProof, Event, Office, Participant
from scheduler.models.plain import insert
from scheduler.queries.closing import closed_days

KINDS = {
    "appointment.booked": ("confirmation", "staff_booked"),
    "appointment.moved": ("moved", "staff_moved"),
    "appointment.cancelled": ("cancelled", "staff_cancelled"),
    "appointment.mode_changed": ("mode_changed", "staff_moved"),
    "appointment.handed_over": ("handed_over", "staff_booked"),
}
ENDINGS = {"cancelled", "staff_cancelled"}
NOWHERE = "none"
"""In place of a channel where there is none: the message has failed before anybody tried."""
OWN_LINK = {"participant.added", "participant.link_renewed", "participant.link_sent"}
PLAN_WEEKS = 26


def plan(event: Event) -> None:
    """Subscriber of ``scheduler.events.record``: void what is overtaken, plan anew, wake the queue up."""
    if event.verb == "code.asked":
        _store([_code(event)])
    elif event.verb in KINDS and event.appointment is not None:
        _plan_appointment(event, event.appointment)
    elif event.verb in OWN_LINK and event.appointment is not None:
        _tell_own_link(event, event.appointment)
    elif event.verb == "participant.revoked" and event.appointment is not None:
        _take_back(event, event.appointment)
    elif event.verb == "participant.knocked" and event.appointment is not None:
        _tell_that_somebody_waits(event, event.appointment)
    else:
        return
    jobs.wake_up()


@dataclass(frozen=True)
class _Wish:
    """What is told to one participant by one channel."""

    participant: Participant
    channel: str
    kind: str
    due_at: datetime
    not_after: datetime
    stage: str = ""
    urgent: bool = True
    again: str = ""
    """What tells it apart where one person is told the same thing on purpose once more."""


def _plan_appointment(event: Event, appointment: Appointment) -> None:
    if event.verb != "appointment.booked":
        overtaken = Message.objects.filter(appointment=appointment, state=State.PENDING)
        overtaken.exclude(kind__in=ENDINGS, participant__revoked_at__isnull=False).update(state=State.VOID)
    people = _people(event, appointment)
    wishes = [wish for person in people for wish in _now(event, appointment, person)]
    if appointment.status == Status.BOOKED:
        wishes += [wish for person in people for wish in _reminders(event, appointment, person)]
    if event.verb in {"appointment.handed_over", "appointment.moved"}:
        wishes += _to_whom_it_no_longer_concerns(event, appointment)
    _store([_message(event, appointment, wish) for wish in wishes], fresh=event.verb == "appointment.booked")


def _people(event: Event, appointment: Appointment) -> list[Participant]:
    """Everybody who takes part; a booking has just made them, so they are at hand."""
    if event.verb == "appointment.booked":
        return list(appointment.participants.all())
    return list(_told(appointment).filter(revoked_at=None))


def _told(appointment: Appointment) -> "QuerySet[Participant]":
    rows = appointment.participants.select_related("client", "caseworker__user", "interpreter")
    return rows.prefetch_related("client__consents")


def _now(event: Event, appointment: Appointment, person: Participant) -> Iterable[_Wish]:
    to_client, to_staff = KINDS[event.verb]
    kind = to_staff if person.role == "caseworker" else to_client
    channels = channels_of(person, kind)
    if kind == "confirmation" and "sms" in channels and not _needs_sms(event, appointment, channels):
        channels = [channel for channel in channels if channel != "sms"]
    until = max(appointment.end, event.at + timedelta(hours=1))
    return [_Wish(person, channel, kind, event.at, until) for channel in channels or _nowhere(event, person)]


def _nowhere(event: Event, person: Participant) -> list[str]:
    """What the office changed for a client whom nothing reaches goes on its list: call, or write.

    Not what she has just heard herself, and nothing for whom no message at all is wanted.
    """
    client = person.client if person.role == "client" else None
    heard = event.verb == "appointment.booked" or event.actor == str(Actor.of(person))
    return [] if client is None or client.no_messages or heard else [NOWHERE]


def _needs_sms(event: Event, appointment: Appointment, channels: list[str]) -> bool:
    self_booked = event.actor.split(":")[0] in {"visitor", "client", "participant"}
    return triggers.needs_sms(
        self_booked=self_booked, has_email="email" in channels, start=appointment.start, now=event.at
    )


def _to_whom_it_no_longer_concerns(event: Event, appointment: Appointment) -> Iterable[_Wish]:
    """Whose part this change has ended: the invitation is taken back."""
    for person in _told(appointment).filter(revoked_at=event.at).exclude(role="client"):
        yield from _goodbye(event, appointment, person)


def _goodbye(event: Event, appointment: Appointment, person: Participant) -> Iterable[_Wish]:
    kind = "staff_cancelled" if person.role == "caseworker" else "cancelled"
    for channel in channels_of(person, kind):
        yield _Wish(person, channel, kind, event.at, appointment.end)


def _tell_own_link(event: Event, appointment: Appointment) -> None:
    """Whoever was added, or has a new link, gets it; a second caseworker learns that she is booked."""
    person = _told(appointment).get(pk=event.subject.partition(":")[2])
    added = event.verb == "participant.added" and person.role == "caseworker"
    kind = "staff_booked" if added else "own_link"
    until = max(appointment.end, event.at + timedelta(hours=1))
    wishes = [
        _Wish(person, channel, kind, event.at, until, again=str(event.pk))
        for channel in channels_of(person, kind)
    ]
    _store([_message(event, appointment, wish) for wish in wishes])


def _take_back(event: Event, appointment: Appointment) -> None:
    """Whose part has ended is told so, and nothing else any more."""
    person = _told(appointment).get(pk=event.subject.partition(":")[2])
    Message.objects.filter(participant=person, state=State.PENDING).update(state=State.VOID)
    stands = appointment.status == Status.BOOKED and event.at < appointment.end
    wishes = _goodbye(event, appointment, person) if stands else []
    _store([_message(event, appointment, wish) for wish in wishes])


def _tell_that_somebody_waits(event: Event, appointment: Appointment) -> None:
    """Once for a time of the talk, to the caseworkers who are not in the room yet."""
    staff = _told(appointment).filter(role="caseworker", revoked_at=None)
    wishes = [
        _Wish(person, channel, "staff_waits", event.at, appointment.end)
        for person in staff
        if not person.inside
        for channel in channels_of(person, "staff_waits")
    ]
    _store([_message(event, appointment, wish) for wish in wishes])


def channels_of(person: Participant, kind: str) -> list[str]:
    """By which channels this person may be told this kind: contact, consent, choice, safe-contact flag."""
    if person.role == "caseworker":
        user = person.caseworker.user if person.caseworker else None
        return ["email"] if user and user.is_active and kind not in user.muted_kinds else []
    if person.role in {"interpreter", "companion"}:
        return ["email"] if person.email else []
    return client_channels(person.client) if person.role == "client" and person.client else []


def client_channels(client: Client) -> list[str]:
    """Channels with contact, consent and her choice; none with the safe-contact flag."""
    if client.no_messages or client.channel == "none":
        return []
    agreed = _agreed(client)
    contacts = (("email", client.email), ("sms", client.mobile))
    open_to = [channel for channel, address in contacts if address and channel in agreed]
    chosen = [channel for channel in open_to if client.channel in (channel, "both")]
    return chosen or open_to


def _agreed(client: Client) -> set[str]:
    if "consents" not in getattr(client, "_prefetched_objects_cache", {}):
        prefetch_related_objects([client], "consents")
    return {consent.channel for consent in client.consents.all() if consent.withdrawn_at is None}


def _reminders(event: Event, appointment: Appointment, person: Participant) -> Iterable[_Wish]:
    if person.role != "client":
        return
    quiet = quiet_of(appointment.office, event.at, appointment.start)
    channels = channels_of(person, "reminder")
    for stage in triggers.plan_of(appointment.service.reminder_plan):
        if stage.modes and appointment.mode not in stage.modes:
            continue
        yield from _reminder(stage, channels, event, appointment, person, quiet)


def _reminder(
    stage: Stage,
    channels: list[str],
    event: Event,
    appointment: Appointment,
    person: Participant,
    quiet: Quiet,
) -> Iterable[_Wish]:
    due = triggers.reminder_due(stage, start=appointment.start, now=event.at, quiet=quiet)
    if due is None:
        return
    for channel in channels:
        if channel in stage.channels:
            yield _Wish(person, channel, "reminder", due, appointment.start, stage.name, urgent=False)


def quiet_of(office: Office, now: datetime, start: datetime) -> Quiet:
    """The office's quiet hours and closed days around an appointment."""
    zone = localtime.zone(office.zone)
    first = localtime.local_date(min(now, start), zone) - timedelta(days=14)
    until = localtime.local_date(start, zone) + timedelta(days=1)
    whole_days: set[date] = {
        row.day for row in closed_days(office, first, until) if row.closes - row.opens == 1440
    }
    return Quiet(zone, office.quiet_from, office.quiet_until, whole_days.__contains__)


def _message(event: Event, appointment: Appointment, wish: _Wish) -> Message:
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
        last_error="no_channel" if nowhere else "",
        language=person.language,
        urgent=wish.urgent,
        due_at=wish.due_at,
        next_try_at=wish.due_at,
        not_after=wish.not_after,
        created_at=event.at,
    )


def _code(event: Event) -> Message:
    proof = ContactProof.objects.get(pk=event.subject.partition(":")[2])
    return Message(
        office_id=event.office_id,
        dedup_key=f"{event.subject}/code/{proof.channel}",
        event=event,
        address=proof.address,
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


def _store(messages: list[Message], *, fresh: bool = True) -> None:
    """Insert what is new; what was void becomes pending again with the new time; the rest is left alone."""
    insert(messages, ignore_conflicts=True)
    if fresh:
        return
    by_key = {message.dedup_key: message for message in messages}
    for old in Message.objects.filter(dedup_key__in=by_key, state=State.VOID):
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
