"""The same key and body again answers the same appointment."""

from dataclasses import dataclass
from typing import Any

from scheduler.errors import IdempotencyMismatch
from scheduler.models import Appointment, Office


@dataclass(frozen=True)
class Idempotency:
    """Who sent which key for which body (a digest)."""

    source: str
    key: str
    fingerprint: str


def key_fields(idempotency: Idempotency | None) -> dict[str, Any]:
    """What the appointment keeps of it."""
    if idempotency is None:
        return {}
    return {"source": idempotency.source, "key": idempotency.key, "fingerprint": idempotency.fingerprint}


def stored(office: Office, idempotency: Idempotency | None) -> Appointment | None:
    """What the same key was answered with before. Raises IdempotencyMismatch for another body."""
    if idempotency is None:
        return None
    rows = Appointment.objects.of(office).filter(source=idempotency.source, key=idempotency.key)
    known = list(rows.order_by().values_list("pk", "fingerprint"))
    if not known:
        return None
    pk, fingerprint = known[0]
    if fingerprint != idempotency.fingerprint:
        raise IdempotencyMismatch
    found: Appointment = Appointment.objects.with_people().get(pk=pk)
    found.repeated = True
    return found
