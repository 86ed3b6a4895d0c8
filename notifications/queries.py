"""What became of messages, for pages and figures."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from notifications.models import Message, State
from scheduler.models import Appointment, Office

NOT_TOLD = (State.FAILED, State.EXPIRED, State.UNKNOWN)


def history(appointment: Appointment) -> "QuerySet[Message]":
    """Every message about an appointment with its fate, the newest first."""
    rows = Message.objects.of(appointment.office_id).filter(appointment=appointment)
    return rows.select_related("participant").order_by("-due_at")


def could_not_be_told(office: Office) -> "QuerySet[Message]":
    """What a person has to say by phone or letter: refused, too late, or nobody knows."""
    rows = Message.objects.of(office).filter(state__in=NOT_TOLD, appointment__status="booked")
    return rows.select_related("participant", "appointment", "client").order_by("due_at")


@dataclass(frozen=True)
class QueueState:
    """How the outbox stands: messages by state, and since when the oldest due one waits."""

    by_state: dict[str, int]
    oldest_due: datetime | None


def queue_state(now: datetime, office: Office | None = None) -> QueueState:
    """Two statements, whatever the number of messages."""
    rows = Message.objects.of(office) if office else Message.objects.all()
    counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    due = rows.filter(state=State.PENDING, next_try_at__lte=now).order_by("next_try_at")
    return QueueState(counts, due.values_list("next_try_at", flat=True).first())
