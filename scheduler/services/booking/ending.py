"""Cancelling: final, recorded with who, when, why and whether it was late."""

from datetime import datetime

from django.db import transaction

from scheduler import policies
from scheduler.domain import lifecycle
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, TooLate
from scheduler.events import Actor, record
from scheduler.models import Allocation, Appointment
from scheduler.services.booking import rooms

_WRITTEN = [
    *("status", "cancelled_by", "cancelled_at", "cancel_reason", "cancelled_late"),
    *("sequence", "updated_at"),
    *rooms.WRITTEN,
]


def cancel(
    *, appointment: Appointment, by: Actor, now: datetime, reason: str = "", on_behalf_of: str = ""
) -> Appointment:
    """End an appointment and free its time. ``on_behalf_of="client"``: staff note what the client said.

    Raises TooLate for a client after the start, IllegalTransition where it does not stand, Invalid.
    """
    if reason and reason not in dict(Appointment.REASONS):
        raise Invalid(field="reason", problem="unknown")
    if by.is_client and not policies.may_cancel(appointment, now):
        raise TooLate(deadline=appointment.start)
    by_client = by.is_client or on_behalf_of == "client"
    with transaction.atomic():
        _lock(appointment)
        _end(appointment, now, reason, by_client=by_client)
        record(
            office=appointment.office,
            verb="appointment.cancelled",
            subject=appointment,
            appointment=appointment,
            by=by,
            now=now,
            cancelled_by=appointment.cancelled_by,
            late=appointment.cancelled_late,
            reason=reason,
        )
    return appointment


def _end(appointment: Appointment, now: datetime, reason: str, *, by_client: bool) -> None:
    """Its time is free, and whoever knows its room knows a dead one."""
    Allocation.objects.filter(appointment=appointment).delete()
    rooms.renew(appointment, now)
    appointment.status = Status.CANCELLED
    appointment.cancelled_by = "client" if by_client else "office"
    appointment.cancelled_at, appointment.cancel_reason = now, reason
    appointment.cancelled_late = by_client and policies.is_late(appointment, now)
    appointment.sequence, appointment.updated_at = appointment.sequence + 1, now
    appointment.save(update_fields=_WRITTEN)


def _lock(appointment: Appointment) -> None:
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(pk=appointment.pk)
    status, sequence = rows.values_list("status", "sequence").get()
    if sequence != appointment.sequence or not lifecycle.allowed(status, Status.CANCELLED):
        raise IllegalTransition(status=status)
