"""Who of the staff may open what; whatever is not hers is not there (404)."""

from datetime import datetime

from django.http import Http404, HttpRequest

from scheduler.models import Appointment, Caseworker, Client, Office, Team, User
from scheduler.queries import agenda


def user_of(request: HttpRequest) -> User:
    """The signed-in user, who has an office."""
    user = request.user
    if not isinstance(user, User) or user.office is None:
        raise Http404
    return user


def caseworker_of(request: HttpRequest) -> Caseworker:
    """The signed-in caseworker with her calendar, else 404."""
    rows = Caseworker.objects.select_related("office", "team", "schedule__office", "schedule__caseworker")
    found = rows.filter(user=user_of(request), active=True).first()
    if found is None:
        raise Http404
    return found


def appointment_of(request: HttpRequest, uid: object, now: datetime) -> Appointment:
    """An appointment that she may see, else 404."""
    found = agenda.visible_appointments(user_of(request), now).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def client_of(request: HttpRequest, pk: int, now: datetime) -> Client:
    """A client whom she may open, else 404."""
    found = agenda.visible_clients(user_of(request), now).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def colleague_of(request: HttpRequest, pk: object) -> Caseworker:
    """A caseworker of the same office, else 404."""
    rows = Caseworker.objects.of(user_of(request).office).filter(active=True)
    found = rows.filter(pk=pk).first() if str(pk).isdigit() and len(str(pk)) < 18 else None
    if found is None:
        raise Http404
    return found


def teams_of(request: HttpRequest) -> list[Team]:
    """The teams she leads; 404 where there is none."""
    user = user_of(request)
    teams = list(Team.objects.of(user.office).filter(leads=user))
    if not teams:
        raise Http404
    return teams


def administrator_of(request: HttpRequest) -> Office:
    """The office that she administers, else 404."""
    user = user_of(request)
    if not user.administers or user.office is None:
        raise Http404
    return user.office
