"""What ends when: a nightly job, and erasing a client at once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from scheduler import policies
from scheduler.events import SYSTEM, Actor, record
from scheduler.models import (
    Allocation,
    Appointment,
    CallbackRequest,
    Client,
    ContactProof,
    Event,
    Hold,
    Office,
    Participant,
    RoomEvent,
)
from scheduler.services import booking

CODES_AND_HOLDS = timedelta(days=1)
ROOM_EVENTS = policies.FACTS_KEPT
SENTENCES = ("appointment.said", "appointment.taken_back")
IDEMPOTENCY_KEYS = timedelta(hours=72)
CALLBACKS_DONE, CALLBACKS_OPEN = timedelta(days=30), timedelta(days=90)
"""A wish for a call that nobody met in so long is past helping; leads see the open ones until then."""


def nightly(now: datetime) -> None:
    """End what has had its time; safe to run twice."""
    end_codes_and_holds(now)
    end_idempotency_keys(now)
    end_room_facts(now)
    end_callbacks(now)
    for office in Office.objects.all():
        Event.objects.of(office).filter(at__lt=now - timedelta(days=office.events_kept_days)).delete()
        for client in _forgotten(office, now):
            erase_client(client=client, by=SYSTEM, now=now)


def end_codes_and_holds(now: datetime) -> None:
    """Codes and holds end after a day; what somebody is just claiming is left for the next night."""
    ContactProof.objects.filter(created_at__lt=now - CODES_AND_HOLDS).delete()
    with transaction.atomic():
        rows = Allocation.objects.filter(expires_at__lt=now - CODES_AND_HOLDS).order_by("pk")
        ids = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Allocation.objects.filter(pk__in=ids).delete()
    Hold.objects.filter(expires_at__lt=now - CODES_AND_HOLDS, allocations=None).delete()


def end_room_facts(now: datetime) -> None:
    """Of staff only the minutes together stay; nobody can read later when one of them came or went."""
    RoomEvent.objects.filter(at__lt=now - ROOM_EVENTS).delete()
    staff = Participant.objects.filter(role__in=["caseworker", "interpreter"])
    staff.filter(arrived_at__lt=now - ROOM_EVENTS).update(arrived_at=None, left_at=None)
    over = Appointment.objects.filter(room_opened_at__isnull=False, end__lt=now - CODES_AND_HOLDS)
    over.update(room_opened_at=None, room_owner="")
    Appointment.objects.filter(said_at__lt=now - ROOM_EVENTS).update(said="", said_at=None)
    Event.objects.filter(verb__in=SENTENCES, at__lt=now - ROOM_EVENTS).delete()


def end_callbacks(now: datetime) -> None:
    """Names and numbers of those who asked to be called."""
    CallbackRequest.objects.filter(done_at__lt=now - CALLBACKS_DONE).delete()
    CallbackRequest.objects.filter(done_at=None, created_at__lt=now - CALLBACKS_OPEN).delete()


def end_idempotency_keys(now: datetime) -> None:
    """After 72 hours the same key is a new wish."""
    old = Appointment.objects.filter(key__isnull=False, created_at__lt=now - IDEMPOTENCY_KEYS)
    old.update(source="", key=None, fingerprint="")


def erase_client(*, client: Client, by: Actor, now: datetime) -> None:
    """Erase a person at once. Standing appointments are cancelled, past ones stay for the figures."""
    with transaction.atomic():
        standing = Appointment.objects.of(client.office).with_people().booked()
        for appointment in standing.filter(client=client, start__gt=now):
            booking.cancel(appointment=appointment, by=by, now=now, on_behalf_of="client")
        for path in settings.ERASURES:
            import_string(path)(client)
        people = Participant.objects.filter(appointment__client=client, role__in=["client", "companion"])
        RoomEvent.objects.filter(participant__in=people).delete()
        people.update(name="", email="", client=None, revoked_at=now)
        client.appointments.update(client=None, note="", cancel_reason="", updated_at=now)
        record(office=client.office, verb="client.erased", subject=client, by=by, now=now)
        addresses = [address for address in (client.email, client.mobile) if address]
        ContactProof.objects.of(client.office).filter(address__in=addresses).delete()
        CallbackRequest.objects.of(client.office).filter(phone__in=addresses).delete()
        client.delete()


def _forgotten(office: Office, now: datetime) -> list[Client]:
    since = now - timedelta(days=office.client_kept_days)
    recent = Appointment.objects.of(office).filter(end__gt=since, client__isnull=False).values("client")
    return list(Client.objects.of(office).filter(created_at__lt=since).exclude(pk__in=recent))
