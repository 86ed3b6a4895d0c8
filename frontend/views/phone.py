"""The caseworker's phone: no sign-in, one button, one room."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST

from frontend import http, room
from scheduler import clock, phone_links
from scheduler.errors import LinkExpired, SchedulerError
from scheduler.services import attendance


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET never mints; the press does, for this click."""
    try:
        participant, until = phone_links.resolve(token, clock.now())
    except LinkExpired:
        return _ended(request)
    office = participant.appointment.office
    translation.activate(participant.language.split("-")[0])
    if request.method == "POST":
        try:
            return room.enter(request, participant, here=request.path)
        except SchedulerError as error:
            messages.warning(request, http.text_of(error))
            return redirect("frontend:phone", token)
    context = {"office": office, "participant": participant, "until": until}
    response = room.allow_room_server(render(request, "frontend/phone.html", context))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Out of the stand-in room; out of a real one leads only its own button."""
    if settings.JITSI_PROVIDER:
        raise Http404
    now = clock.now()
    try:
        participant, _ = phone_links.resolve(token, now)
    except LinkExpired:
        return _ended(request)
    attendance.leave(participant=participant, now=now)
    return redirect("frontend:phone", token)


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "frontend/phone_ended.html", status=410)
