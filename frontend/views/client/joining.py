"""The door: too early, waiting, open, over; and what to do when it does not work."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, http, room
from frontend.views.client.mine import context_of
from scheduler import clock
from scheduler.errors import DoorClosed, IllegalTransition, NoRoom, RoomServerDown
from scheduler.models import Participant
from scheduler.queries import waiting
from scheduler.services import attendance

LOOKS_AGAIN = 20
"""Seconds after which a waiting page is loaded anew, unless its reader has stopped that."""


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, link: str) -> HttpResponse:
    """GET shows when the door opens and never mints; POST leads in."""
    now = clock.now()
    participant = access.participant_of(request, link, now)
    down = False
    if request.method == "POST":
        try:
            return room.enter(request, participant, audio_only=_audio_only(request))
        except RoomServerDown:
            down = True
        except (DoorClosed, NoRoom):
            messages.warning(request, _("The room is not open now."))
    return _door(request, participant, link, now, down)


def _audio_only(request: HttpRequest) -> bool:
    """Which of the two buttons was pressed."""
    return bool(request.POST.get("audio_only"))


def _door(
    request: HttpRequest, participant: Participant, link: str, now: datetime, down: bool
) -> HttpResponse:
    context = {**context_of(participant, link, now), "down": down, "audio_only": _audio_only(request)}
    if context["state"] in {"open", "recorded", "over"}:
        context["told"] = attendance.has_told(participant=participant)
    if context["state"] == "open" and participant.appointment.mode == "video":
        context |= _seen(request, participant, now)
    response = render(request, "frontend/client/join.html", context)
    if context.get("looks_again") and request.method != "POST":
        response.headers["Refresh"] = str(LOOKS_AGAIN)
    return room.allow_room_server(response)


def _seen(request: HttpRequest, participant: Participant, now: datetime) -> dict[str, Any]:
    scene = waiting.scene_of(participant.appointment)
    is_guest, mine = participant.role != "caseworker", scene.waits(participant)
    called_in = is_guest and scene.counselled and not scene.is_inside(participant)
    changes = mine is not None or called_in
    welcome = scene.counselled or not is_guest
    still = "still" in request.GET
    return {
        "welcome": welcome,
        "presence_told": scene.told,
        "mine": mine,
        "longer": not welcome and waiting.takes_longer(participant.appointment, now),
        "looks_again": changes and not still,
        "still": changes and still,
    }


@require_POST
def here(request: HttpRequest, link: str) -> HttpResponse:
    """I am here. A press, not the mere opening of the page: mail scanners and previews open pages, too."""
    now = clock.now()
    participant = access.guest_of(request, link, now)
    try:
        attendance.knock(participant=participant, now=now)
    except (DoorClosed, NoRoom) as error:
        messages.warning(request, http.text_of(error))
    return redirect("frontend:join", link)


@require_POST
def leave(request: HttpRequest, link: str) -> HttpResponse:
    """Out of the stand-in room; out of a real one leads only its own button."""
    if settings.JITSI_PROVIDER:
        raise Http404
    now = clock.now()
    if attendance.leave(participant=access.participant_of(request, link, now), now=now):
        messages.info(request, _("You have left the room."))
    return redirect("frontend:my", link)


@require_POST
def not_working(request: HttpRequest, link: str) -> HttpResponse:
    """I was there, it did not work: the client's own word, for it is her whom we promise to contact."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    try:
        attendance.not_working(participant=participant, now=now)
    except IllegalTransition as error:
        messages.warning(request, http.text_of(error))
    else:
        messages.success(request, _("Thank you. We know now that you were there. We will contact you."))
    return redirect("frontend:join", link)
