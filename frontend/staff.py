"""Who among staff may open what. What belongs to another office or circle is not there: 404."""

from datetime import datetime
from typing import NoReturn
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from scheduler.errors import Invalid
from scheduler.models import (
    Absence,
    Appointment,
    Available,
    CallbackRequest,
    Caseworker,
    Client,
    Office,
    Participant,
    Service,
    Team,
    User,
)
from scheduler.queries import agenda


def user_of(request: HttpRequest) -> User:
    """The signed-in user of an office, read once a request."""
    known: User | None = getattr(request, "staff_user", None)
    if known is not None:
        return known
    rows = User.objects.filter(pk=request.user.pk, is_active=True, office__isnull=False)
    user: User | None = rows.select_related("office").first()
    if user is None:
        raise Http404
    request.staff_user = user  # type: ignore[attr-defined]
    request.office = user.office  # type: ignore[attr-defined]
    return user


def caseworker_of(request: HttpRequest) -> Caseworker:
    """The caseworker that the user is, with her calendar and team."""
    rows = Caseworker.objects.of(user_of(request).office).select_related("office", "schedule", "team", "user")
    found: Caseworker | None = rows.filter(user=user_of(request), active=True).first()
    if found is None:
        raise Http404
    return found


def desk_user_of(request: HttpRequest) -> User:
    """A caseworker or lead: administrators alone open no appointment and no client."""
    user = user_of(request)
    if not agenda.caseworkers_of(user).exists():
        raise Http404
    return user


def appointment_of(request: HttpRequest, uid: UUID, now: datetime) -> Appointment:
    """An appointment of her circle."""
    found: Appointment | None = (
        agenda.visible_appointments(desk_user_of(request), now).filter(uid=uid).first()
    )
    if found is None:
        raise Http404
    return found


def person_of(appointment: Appointment, public_id: UUID) -> Participant:
    """Somebody who takes part in this appointment, removed or not."""
    found: Participant | None = appointment.participants.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.appointment = appointment
    return found


def client_in(appointment: Appointment) -> Participant:
    """The client of this appointment."""
    found: Participant | None = appointment.participants.filter(role="client", revoked_at=None).first()
    if found is None:
        raise Http404
    return found


def own_participant_of(request: HttpRequest, uid: UUID) -> Participant:
    """Herself in an appointment of hers, in one statement: nobody enters a room as a colleague."""
    rows = Participant.objects.filter(role="caseworker", revoked_at=None, appointment__uid=uid)
    rows = rows.filter(caseworker__user=request.user.pk, caseworker__active=True)
    found: Participant | None = rows.select_related("appointment__office").first()
    if found is None:
        raise Http404
    request.office = found.appointment.office  # type: ignore[attr-defined]
    return found


def client_of(request: HttpRequest, pk: int, now: datetime) -> Client | None:
    """A client she may open now; None: hers only after a reason. Protected and foreign ones are not there."""
    user = desk_user_of(request)
    found: Client | None = agenda.visible_clients(user, now).filter(pk=pk).first()
    if found is None and not Client.objects.of(user.office).filter(pk=pk, protected=False).exists():
        raise Http404
    return found


def client_outside(request: HttpRequest, pk: int) -> Client:
    """A client of her office whom she may open after a reason."""
    found: Client | None = Client.objects.of(user_of(request).office).filter(pk=pk, protected=False).first()
    if found is None:
        raise Http404
    return found


def callback_of(request: HttpRequest, pk: int) -> CallbackRequest:
    """Somebody who asked her office for a call."""
    found: CallbackRequest | None = (
        CallbackRequest.objects.of(caseworker_of(request).office).filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


class AlreadyDone(Exception):
    """What she wants to change or end was ended by herself before: a second click, another window."""


def opening_of(request: HttpRequest, pk: int, *, ending: bool = False) -> Available:
    """An opening of her own calendar, where she wants to end or else to change it.

    Raises AlreadyDone or Invalid where she has ended it.
    """
    rows = caseworker_of(request).schedule.openings.select_related("office", "schedule__caseworker__user")
    found: Available | None = rows.filter(pk=pk).first()
    if found is None and not ending and agenda.ended_by(user_of(request), f"available:{pk}"):
        raise Invalid(field="opening", problem="changed")
    return found or _gone(request, "available", pk)


def may_open(request: HttpRequest, pk: int) -> bool:
    """Is this opening one of hers, and still there?"""
    return caseworker_of(request).schedule.openings.filter(pk=pk).exists()


def absence_of(request: HttpRequest, pk: int) -> Absence:
    """An absence of her own. Raises AlreadyDone where she has lifted it."""
    rows = caseworker_of(request).schedule.absences.select_related("office", "schedule")
    found: Absence | None = rows.filter(pk=pk).first()
    return found or _gone(request, "absence", pk)


def _gone(request: HttpRequest, kind: str, pk: int) -> NoReturn:
    if agenda.ended_by(user_of(request), f"{kind}:{pk}"):
        raise AlreadyDone
    raise Http404


def lead_of(request: HttpRequest) -> "QuerySet[Team]":
    """The teams she leads; at least one."""
    teams = Team.objects.of(user_of(request).office).filter(leads=user_of(request))
    if not teams.exists():
        raise Http404
    return teams


def administrator_of(request: HttpRequest) -> Office:
    """The office she administers."""
    user = user_of(request)
    if not user.administers or user.office is None:
        raise Http404
    return user.office


def service_of(request: HttpRequest, pk: int) -> Service:
    """A service of the office she administers."""
    rows = Service.objects.of(administrator_of(request)).select_related("office")
    found: Service | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
