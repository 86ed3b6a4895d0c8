"""Who could come along: colleagues and interpreters who are free then."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import (
    Absence,
    Allocation,
    Appointment,
    BusyPeriod,
    Caseworker,
    Event,
    Interpreter,
    Participant,
    User,
)


def standing(appointment: Appointment) -> "QuerySet[Participant]":
    """Everybody who takes part and was not removed."""
    return appointment.participants.filter(revoked_at=None).order_by("pk")


def removed(appointment: Appointment) -> "QuerySet[Participant]":
    """Whose part has ended, the last one first."""
    return appointment.participants.filter(revoked_at__isnull=False).order_by("-revoked_at", "pk")


def takes_part(appointment: Appointment, user: User) -> bool:
    """Is this user one of its caseworkers, the first or a second one?"""
    return standing(appointment).filter(role="caseworker", caseworker__user=user).exists()


def invited(*, uid: UUID, sequence: int, address: str) -> Participant | None:
    """The caseworker who was invited at this address to this time of the talk, if it still stands."""
    rows = Participant.objects.filter(role="caseworker", revoked_at=None, appointment__uid=uid)
    rows = rows.filter(appointment__sequence=sequence, appointment__status=Status.BOOKED)
    return rows.select_related("appointment__office").filter(caseworker__user__email__iexact=address).first()


def declined(appointment: Appointment) -> set[int]:
    """Whose calendars answered "no" to the present time of the talk (keys of participants)."""
    answers = Event.objects.of(appointment.office_id).filter(
        appointment=appointment, verb="participant.declined", sequence=appointment.sequence
    )
    return {int(subject.partition(":")[2]) for subject in answers.values_list("subject", flat=True)}


def companions_of(client: Participant) -> "QuerySet[Participant]":
    """Whom the client brings along herself; not those whom staff added, such as a guardian."""
    return brought_by(client).filter(revoked_at=None)


def brought_by(client: Participant) -> "QuerySet[Participant]":
    """Whom the client has ever brought along, also those whose part has ended."""
    by_her = Event.objects.of(client.office_id).filter(
        appointment=client.appointment, verb="participant.added", actor=str(Actor.of(client))
    )
    added = [int(subject.partition(":")[2]) for subject in by_her.values_list("subject", flat=True)]
    return client.appointment.participants.filter(role="companion", pk__in=added).order_by("pk")


def free_colleagues(appointment: Appointment, now: datetime) -> "QuerySet[Caseworker]":
    """Caseworkers of the team who could join this talk."""
    rows = Caseworker.objects.of(appointment.office_id).filter(active=True, team=appointment.caseworker.team)
    if appointment.client and appointment.client.protected:
        rows = rows.filter(user__in=appointment.client.protected_for.all())
    there = standing(appointment).filter(role="caseworker").values("caseworker")
    return rows.exclude(pk__in=there).exclude(_taken(appointment, now))


def free_interpreters(appointment: Appointment, now: datetime) -> "QuerySet[Interpreter]":
    """Interpreters, of any language, who could join this talk."""
    rows = Interpreter.objects.of(appointment.office_id).filter(active=True)
    return rows.exclude(_taken(appointment, now))


def _taken(appointment: Appointment, now: datetime) -> Q:
    """Booked, absent or busy at that time."""
    booked = Allocation.objects.of(appointment.office_id).in_force(now)
    booked = booked.overlapping(appointment.start, appointment.end)
    return Q(schedule__in=booked.values("schedule")) | away(appointment)


def away(appointment: Appointment) -> Q:
    """Absent or busy at that time."""
    start, end, office = appointment.start, appointment.end, appointment.office_id
    absent = Absence.objects.of(office).overlapping(start, end)
    busy = BusyPeriod.objects.of(office).overlapping(start, end)
    return Q(schedule__in=absent.values("schedule")) | Q(schedule__in=busy.values("schedule"))
