"""The way into the room, the same for clients and staff."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from scheduler import conference, links
from scheduler.clock import now as present
from scheduler.models import Participant
from scheduler.services import attendance

WHY = {
    "bad_signature": lambda: _("The signature is not right."),
    "expired": lambda: _("The token has ended."),
    "too_early": lambda: _("The token is not valid yet."),
    "other_room": lambda: _("The token is for another room."),
}


def enter(request: HttpRequest, participant: Participant, *, audio_only: bool = False) -> HttpResponse:
    """Mint a pass for this click and lead into the room. Raises DoorClosed, NoRoom.

    Without a configured room server the answer is our stand-in page with the verdict on the token.
    """
    now = present()
    ticket = conference.mint(participant, now, audio_only=audio_only)
    attendance.pass_issued(participant=participant, now=now)
    if ticket.stand_in:
        attendance.arrive(participant=participant, now=now)
        return _stand_in(request, participant, ticket)
    answer = HttpResponse(status=302, headers={"Location": ticket.url})
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stand_in(request: HttpRequest, participant: Participant, ticket: conference.Pass) -> HttpResponse:
    verdict = conference.verify_like_the_room_server(ticket.token, ticket.room, present())
    others = participant.appointment.participants.exclude(arrived_at=None).filter(
        left_at=None, revoked_at=None
    )
    context = {
        "office": participant.appointment.office,
        "appointment": participant.appointment,
        "participant": participant,
        "link": links.token(participant),
        "verdict": verdict,
        "others": others.exclude(pk=participant.pk),
    }
    return render(request, "frontend/client/stand_in.html", context)


def allow_room_server(response: HttpResponse) -> HttpResponse:
    """The page with the join button may lead to the room server: a redirect after a form is dropped otherwise."""
    if settings.JITSI_HOST:
        host = f"https://{settings.JITSI_HOST}"
        response._csp_update = {"form-action": [host]}  # type: ignore[attr-defined]
    return response
