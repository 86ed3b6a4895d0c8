"""Fetch and authorise in one call; a stranger never learns that something exists."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import translation

from scheduler import links
from scheduler.errors import LinkInvalid
from scheduler.models import Appointment, Office, Participant, Service
from scheduler.queries import agenda, company


def offices() -> list[Office]:
    """All that this installation serves."""
    return list(Office.objects.all())


def office_of(request: HttpRequest, slug: str) -> Office:
    """The office with this address, else 404. The page then speaks a language that the office offers."""
    office = Office.objects.filter(slug=slug).first()
    if office is None:
        raise Http404
    return _enter(request, office)


def _enter(request: HttpRequest, office: Office) -> Office:
    """From now on pages for this request, refusals too, name this office."""
    request.office = office  # type: ignore[attr-defined]
    offered = [tag for tag in office.offered_languages if tag in dict(settings.LANGUAGES)]
    if offered and translation.get_language() not in offered:
        translation.activate(offered[0])
    return office


def appointment_of(office: Office, uid: str) -> Appointment | None:
    """What this browser has just booked."""
    return Appointment.objects.of(office).with_people().filter(uid=uid).first() if uid else None


def participant_of(request: HttpRequest, link: str, now: datetime) -> Participant:
    """Whose personal link this is; the page then speaks her language unless another was chosen.

    Raises LinkInvalid, LinkExpired.
    """
    try:
        participant = links.resolve(link, now)
    except LinkInvalid as error:
        if office := error.values.get("office"):
            _enter(request, office)
        raise
    if "language" not in request.session:
        translation.activate(participant.language.split("-")[0])
    _enter(request, participant.appointment.office)
    return participant


def client_of(request: HttpRequest, link: str, now: datetime) -> Participant:
    """The client herself: other people's links show an appointment and change nothing."""
    participant = participant_of(request, link, now)
    if participant.role != "client":
        raise Http404
    return participant


def guest_of(request: HttpRequest, link: str, now: datetime) -> Participant:
    """Whoever waits to be let in: caseworkers open the door, they do not knock."""
    participant = participant_of(request, link, now)
    if participant.role == "caseworker":
        raise Http404
    return participant


def companion_of(client: Participant, public_id: UUID) -> Participant:
    """Somebody whom she brings along, or brought along before."""
    found: Participant | None = company.brought_by(client).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.appointment = client.appointment
    return found


def following_of(client: Participant, uid: UUID, now: datetime) -> Participant:
    """Herself in a follow-up of her appointment."""
    found: Participant | None = agenda.to_answer(client, now).filter(appointment__uid=uid).first()
    if found is None:
        raise Http404
    return found


def public_service(office: Office, pk: object) -> Service | None:
    """A service that everybody may book, or None."""
    rows = Service.objects.of(office).filter(active=True, public=True, case_data=False)
    return rows.filter(pk=pk).first() if str(pk).isdecimal() and len(str(pk)) < 18 else None
