"""What people record: she will come, how she was recognised, what became of the talk."""

from datetime import datetime

from django.db import transaction

from scheduler.domain import lifecycle
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, TooEarly
from scheduler.events import Actor, record
from scheduler.models import Appointment, Event, Participant


def record_outcome(*, appointment: Appointment, status: str, by: Actor, now: datetime) -> Appointment:
    """Set or correct the outcome. Raises TooEarly before the start, IllegalTransition, Invalid."""
    if status not in lifecycle.OUTCOMES:
        raise Invalid(field="status", problem="unknown")
    if appointment.status == Status.CANCELLED:
        raise IllegalTransition(status=appointment.status)
    if now < appointment.start:
        raise TooEarly(opens_at=appointment.start, office=appointment.office)
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(pk=appointment.pk)
        before, sequence = rows.values_list("status", "sequence").get()
        if sequence != appointment.sequence or not lifecycle.allowed(before, status):
            raise IllegalTransition(status=before)
        appointment.status, appointment.updated_at = status, now
        appointment.save(update_fields=["status", "updated_at"])
        appointment.participants.filter(role="client").update(attended=_attended(status))
        payload = {"status_before": before, "status_after": status}
        _record(appointment, "appointment.outcome", appointment, by, now, **payload)
    return appointment


def _attended(status: str) -> bool | None:
    return {Status.FULFILLED: True, Status.NOSHOW: False}.get(Status(status))


def confirm(*, participant: Participant, now: datetime) -> Participant:
    """ "I will come": once is enough, a second time changes nothing."""
    appointment = participant.appointment
    if appointment.status != Status.BOOKED:
        raise IllegalTransition(status=appointment.status)
    with transaction.atomic():
        fresh = Participant.objects.filter(pk=participant.pk, confirmed_at=None).update(confirmed_at=now)
        if fresh:
            participant.confirmed_at = now
            by = Actor.of(participant)
            _record(appointment, "appointment.confirmed", participant, by, now)
    return participant


def decline(*, participant: Participant, now: datetime) -> None:
    """Her calendar says no to this time: told once on the page; the appointment stays as it is."""
    appointment, by = participant.appointment, Actor.of(participant)
    with transaction.atomic():
        Participant.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.pk)
        told = Event.objects.filter(appointment=appointment, verb="participant.declined", actor=str(by))
        if not told.filter(sequence=appointment.sequence).exists():
            _record(appointment, "participant.declined", participant, by, now)


def note_identity(*, appointment: Appointment, how: str, by: Actor, now: datetime) -> Appointment:
    """How she was recognised; never the document itself."""
    if how not in dict(Appointment.IDENTITIES):
        raise Invalid(field="identity", problem="unknown")
    with transaction.atomic():
        appointment.identity, appointment.updated_at = how, now
        appointment.save(update_fields=["identity", "updated_at"])
        _record(appointment, "appointment.identity_noted", appointment, by, now)
    return appointment


def _record(
    appointment: Appointment,
    verb: str,
    subject: Appointment | Participant,
    by: Actor,
    now: datetime,
    **payload: str,
) -> None:
    record(
        office=appointment.office,
        verb=verb,
        subject=subject,
        appointment=appointment,
        by=by,
        now=now,
        **payload,
    )
