"""The way into the room, the same for clients and staff."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler import conference, links
from scheduler.clock import now as present
from scheduler.errors import RoomServerDown
from scheduler.models import Participant
from scheduler.services import attendance

WHY = {
    "bad_signature": gettext_noop("The signature is not right."),
    "expired": gettext_noop("The token has ended."),
    "key_unknown": gettext_noop("The key is not known."),
    "missing": gettext_noop("It is missing."),
    "must_be_a_number": gettext_noop("It must be a number."),
    "must_be_a_string": gettext_noop("It must be plain text."),
    "must_be_an_object": gettext_noop("It must hold something, or be left out."),
    "must_be_jwt": gettext_noop("It must be JWT."),
    "must_be_lower_case": gettext_noop("It must be in lower case."),
    "other_algorithm": gettext_noop("It is another algorithm."),
    "other_room": gettext_noop("The token is for another room."),
    "other_value": gettext_noop("It is not what was expected."),
    "room_pattern": gettext_noop("It must not name rooms by a pattern."),
    "too_early": gettext_noop("The token is not valid yet."),
}


def enter(
    request: HttpRequest, participant: Participant, *, audio_only: bool = False, here: str = ""
) -> HttpResponse:
    """Mint a pass for this click and lead into the room. Raises DoorClosed, NoRoom, RoomServerDown.

    Without a configured room server the answer is our stand-in page with the verdict on the token. It looks
    again and leaves by the page ``here``, else by her personal link.
    """
    now = present()
    entry = attendance.enter(participant=participant, now=now, audio_only=audio_only)
    if not entry.ticket.stand_in:
        return _lead_to(entry.ticket)
    context = {
        "office": participant.appointment.office,
        "name": participant.name,
        "again": here or reverse("frontend:join", args=[links.token(participant)]),
        "leave": f"{here}leave/" if here else reverse("frontend:leave", args=[links.token(participant)]),
        "others": entry.others,
    }
    return _stand_in(request, entry.ticket, now, context)


def try_out(request: HttpRequest, *, name: str, back: str) -> HttpResponse:
    """The way into a room of her own, at any time; no fact is kept. Raises RoomServerDown."""
    now = present()
    if not conference.is_there():
        raise RoomServerDown
    ticket = conference.try_out(name, translation.get_language(), now)
    if not ticket.stand_in:
        return _lead_to(ticket)
    return _stand_in(request, ticket, now, {"name": name, "trial": True, "back": back})


def _lead_to(ticket: conference.Pass) -> HttpResponse:
    answer = HttpResponse(status=302, headers={"Location": ticket.url})
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _stand_in(
    request: HttpRequest, ticket: conference.Pass, now: datetime, context: dict[str, Any]
) -> HttpResponse:
    verdict = conference.verify_like_the_room_server(ticket.token, ticket.room, now)
    claims = [(line, "" if line.ok else _(WHY[line.why])) for line in verdict.claims]
    context |= {"accepted": verdict.accepted, "claims": claims}
    return render(request, "frontend/client/stand_in.html", context)


def allow_room_server(response: HttpResponse) -> HttpResponse:
    """The page with the join button may lead to the room server, else its redirect would be dropped."""
    if settings.JITSI_HOST:
        host = f"https://{settings.JITSI_HOST}"
        response._csp_update = {"form-action": [host]}  # type: ignore[attr-defined]
    return response
