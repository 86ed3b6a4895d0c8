"""What a caseworker's day looks like, whom she may see, what is still to be recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import (
    AccessReason,
    Appointment,
    CallbackRequest,
    Caseworker,
    Client,
    Event,
    Office,
    Participant,
    Schedule,
    Team,
    User,
)


def between(
    office: Office, first: date, until: date, *, caseworker: Caseworker | None = None
) -> "QuerySet[Appointment]":
    """Appointments that touch the local dates ``[first, until)``, cancelled ones too, with their people."""
    zone = localtime.zone(office.zone)
    rows = Appointment.objects.of(office).with_people()
    rows = rows.overlapping(localtime.at(first, 0, zone), localtime.at(until, 0, zone))
    return rows.filter(_with(caseworker)) if caseworker else rows


def _with(caseworker: Caseworker) -> Q:
    """Her own, and those where she is the second caseworker."""
    beside = Participant.objects.of(caseworker.office).filter(
        caseworker=caseworker, role="caseworker", revoked_at=None
    )
    return Q(caseworker=caseworker) | Q(pk__in=beside.values("appointment"))


def day(caseworker: Caseworker, on: date) -> "QuerySet[Appointment]":
    """One caseworker's appointments of one local date, without cancelled ones."""
    rows = between(caseworker.office, on, on + timedelta(days=1), caseworker=caseworker)
    return rows.exclude(status=Status.CANCELLED).prefetch_related("participants")


def to_record(caseworker: Caseworker, now: datetime) -> "QuerySet[Appointment]":
    """Appointments that are over and whose outcome nobody has recorded yet."""
    rows = Appointment.objects.of(caseworker.office).with_people().booked()
    return rows.filter(caseworker=caseworker, end__lte=now).prefetch_related("participants")


def call_backs(office: Office) -> "QuerySet[CallbackRequest]":
    """Who asked for a call and has not got one yet."""
    return CallbackRequest.objects.of(office).filter(done_at=None)


def not_assigned(office: Office) -> "QuerySet[Client]":
    """Newcomers whom nobody has taken yet."""
    rows = Client.objects.of(office).filter(matched=False, caseworker=None, protected=False)
    return rows.order_by("created_at", "pk")


@dataclass(frozen=True)
class Roles:
    """What somebody who signs in is here, as it comes from what is attached to her."""

    works: bool = False
    leads: bool = False
    administers: bool = False


def roles(user: User) -> Roles:
    """Caseworker, lead of a team, administrator: any of them, or several."""
    return Roles(
        works=Caseworker.objects.filter(user=user.pk, active=True).exists(),
        leads=Team.objects.filter(leads=user.pk).exists(),
        administers=user.administers,
    )


def circle(user: User) -> Q:
    """Caseworkers whose clients this user may open: herself, her team, whom she deputises for or leads."""
    mine = Q(team__leads=user)
    caseworker = getattr(user, "caseworker", None)
    if caseworker:
        mine |= Q(pk=caseworker.pk) | Q(team=caseworker.team_id) | Q(deputies=caseworker)
    return mine


def caseworkers_of(user: User) -> "QuerySet[Caseworker]":
    """The caseworkers in the user's circle."""
    return Caseworker.objects.of(user.office).filter(circle(user)).distinct()


def visible_clients(user: User, now: datetime) -> "QuerySet[Client]":
    """Clients she may open now: of her circle, not yet assigned, or opened with a reason that still holds."""
    reasons = AccessReason.objects.of(user.office).filter(user=user, until__gt=now)
    circle_of = caseworkers_of(user)
    rows = Client.objects.of(user.office).filter(
        Q(caseworker__in=circle_of)
        | Q(caseworker=None, matched=False)
        | Q(appointments__caseworker__in=circle_of)
        | Q(pk__in=reasons.values("client"))
    )
    return rows.filter(Q(protected=False) | Q(protected_for=user)).distinct()


def visible_appointments(user: User, now: datetime) -> "QuerySet[Appointment]":
    """Appointments of her circle's caseworkers and of the clients she may open."""
    protected = Q(client__protected=True) & ~Q(client__protected_for=user)
    rows = Appointment.objects.of(user.office).with_people().exclude(protected)
    seen = Q(caseworker__in=caseworkers_of(user)) | Q(client__in=visible_clients(user, now))
    return rows.filter(seen).distinct()


def follow_ups(appointment: Appointment) -> "QuerySet[Appointment]":
    """The next appointments that were booked from this one for the same client, with their people."""
    rows = Appointment.objects.of(appointment.office_id).with_people().filter(follows=appointment)
    return rows.filter(client=appointment.client_id).prefetch_related("participants").order_by("start", "pk")


def history(appointment: Appointment) -> "QuerySet[Event]":
    """What happened to it, the newest first."""
    rows = Event.objects.of(appointment.office_id).filter(appointment=appointment)
    return rows.order_by("-at", "-pk")


def to_answer(client: Participant, now: datetime) -> "QuerySet[Participant]":
    """Herself in the follow-ups of her appointment that stand and are to come."""
    following = Appointment.objects.of(client.office_id).to_come(now).filter(follows=client.appointment_id)
    rows = Participant.objects.filter(role="client", revoked_at=None, appointment__in=following)
    rows = rows.filter(client__isnull=False, client=client.client_id, appointment__start__gt=now)
    return rows.select_related("appointment__office", "appointment__service").order_by("appointment__start")


def open_to_client(client: Client, now: datetime) -> "QuerySet[Appointment]":
    """Her booked appointments that are not over."""
    return Appointment.objects.of(client.office).to_come(now).filter(client=client)


def ended_by(user: User, subject: str) -> bool:
    """Was this opening or absence ended by her, so that it is no longer there?"""
    ends = ("opening.withdrawn", "absence.lifted")
    rows = Event.objects.of(user.office).filter(subject=subject, verb__in=ends, actor=str(Actor.of(user)))
    return rows.exists()


def hit_by(schedule: Schedule, start: datetime, end: datetime) -> list[Appointment]:
    """Booked appointments that take this schedule's time within ``[start, end)``."""
    rows = Appointment.objects.of(schedule.office).with_people().booked().overlapping(start, end)
    return list(rows.filter(allocations__schedule=schedule).distinct())
