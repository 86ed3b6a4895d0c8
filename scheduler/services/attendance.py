"""Who came, what happened in the room, and the outcome a person records."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from scheduler.domain import lifecycle
from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, TooEarly
from scheduler.events import Actor, record
from scheduler.models import Appointment, Participant, RoomEvent


def record_outcome(*, appointment: Appointment, status: str, by: Actor, now: datetime) -> Appointment:
    """Set or correct the outcome. Raises TooEarly before the start, IllegalTransition, Invalid."""
    if status not in lifecycle.OUTCOMES:
        raise Invalid(field="status", problem="unknown")
    if now < appointment.start:
        raise TooEarly(opens_at=appointment.start)
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",), no_key=True).filter(pk=appointment.pk)
        before = rows.values_list("status", flat=True).get()
        if not lifecycle.allowed(Status(before), Status(status)):
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


def pass_issued(*, participant: Participant, now: datetime) -> None:
    """She pressed "join" and got a token."""
    RoomEvent.objects.create(office_id=participant.office_id, participant=participant, kind="token", at=now)


def knock(*, participant: Participant, now: datetime) -> None:
    """She waits at the door."""
    _fact(participant, "knocked", now)


def not_working(*, participant: Participant, now: datetime) -> None:
    """ "I was there, it did not work": stands beside the record."""
    _fact(participant, "not_working", now)


def called(*, participant: Participant, by: Actor, now: datetime) -> None:
    """The caseworker tried to call her."""
    with transaction.atomic():
        RoomEvent.objects.create(
            office_id=participant.office_id, participant=participant, kind="called", at=now
        )
        _record(participant.appointment, "participant.called", participant, by, now)


def arrive(*, participant: Participant, now: datetime) -> None:
    """She is in the room. Arrival is a fact of hers, not a status of the appointment."""
    Participant.objects.filter(pk=participant.pk, arrived_at=None).update(arrived_at=now)
    Participant.objects.filter(pk=participant.pk).exclude(left_at=None).update(left_at=None)
    _fact(participant, "joined", now)


def leave(*, participant: Participant, now: datetime) -> None:
    """She left the room; minutes together are counted anew."""
    Participant.objects.filter(pk=participant.pk).update(left_at=now)
    _fact(participant, "left", now)
    appointment = participant.appointment
    together = together_minutes(appointment, now)
    Appointment.objects.filter(pk=appointment.pk).update(together_minutes=together)


def note_identity(*, appointment: Appointment, how: str, by: Actor, now: datetime) -> Appointment:
    """How she was recognised; never the document itself."""
    if how not in dict(Appointment.IDENTITIES):
        raise Invalid(field="identity", problem="unknown")
    with transaction.atomic():
        appointment.identity, appointment.updated_at = how, now
        appointment.save(update_fields=["identity", "updated_at"])
        _record(appointment, "appointment.identity_noted", appointment, by, now)
    return appointment


def together_minutes(appointment: Appointment, now: datetime) -> int:
    """Whole minutes that client and caseworker were inside at the same time."""
    inside: dict[str, datetime] = {}
    total = timedelta()
    since: datetime | None = None
    rows = RoomEvent.objects.filter(participant__appointment=appointment, kind__in=["joined", "left"])
    for role, kind, at in rows.order_by("at", "pk").values_list("participant__role", "kind", "at"):
        if since:
            total += at - since
        inside = {**inside, role: at} if kind == "joined" else {r: t for r, t in inside.items() if r != role}
        since = at if {"client", "caseworker"} <= inside.keys() else None
    return int((total + (now - since if since else timedelta())).total_seconds() // 60)


def proposed(appointment: Appointment, now: datetime) -> Status | None:
    """The outcome that the facts suggest; a person decides. None where they suggest nothing."""
    return lifecycle.proposed_outcome(facts(appointment, now))


def facts(appointment: Appointment, now: datetime) -> lifecycle.Facts:
    """What the room events of an appointment say, as the pure core wants it."""
    rows = RoomEvent.objects.filter(participant__appointment=appointment).select_related("participant")
    seen = {(row.participant.role, row.kind) for row in rows}
    here = [row.at for row in rows if row.participant.role == "caseworker" and row.kind == "joined"]
    came = {("client", kind) for kind in ("joined", "knocked", "not_working")}
    return lifecycle.Facts(
        start=int(appointment.start.timestamp()),
        now=int(now.timestamp()),
        client_came=bool(seen & came) or _arrived(appointment, "client"),
        client_token=("client", "token") in seen,
        caseworker_came=bool(here) or _arrived(appointment, "caseworker"),
        together_minutes=together_minutes(appointment, now),
        not_working=("client", "not_working") in seen,
        call_attempted=("client", "called") in seen,
        waited_minutes=_waited(appointment, here, now),
    )


def _arrived(appointment: Appointment, role: str) -> bool:
    return appointment.participants.filter(Q(role=role) & ~Q(arrived_at=None)).exists()


def _waited(appointment: Appointment, here: list[datetime], now: datetime) -> int:
    if not here:
        return 0
    since = max(min(here), appointment.start)
    return max(0, int((now - since).total_seconds() // 60))


def _fact(participant: Participant, kind: str, now: datetime) -> None:
    with transaction.atomic():
        RoomEvent.objects.create(office_id=participant.office_id, participant=participant, kind=kind, at=now)
        _record(participant.appointment, f"participant.{kind}", participant, Actor.of(participant), now)


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
