"""The way into the room, tried alone and at any time: by personal link and at the desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from frontend import access, room, staff
from scheduler import clock
from scheduler.errors import RoomServerDown

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def by_link(request: HttpRequest, link: str) -> HttpResponse:
    """Whoever has a personal link."""
    participant = access.participant_of(request, link, clock.now())
    return _try(request, participant.name, reverse("frontend:join", args=[link]))


@page
def at_the_desk(request: HttpRequest) -> HttpResponse:
    """Whoever works here."""
    user = staff.desk_user_of(request)
    return _try(request, user.name or user.email, reverse("frontend:desk_today"))


def _try(request: HttpRequest, name: str, back: str) -> HttpResponse:
    down = False
    if request.method == "POST":
        try:
            return room.try_out(request, name=name, back=back)
        except RoomServerDown:
            down = True
    response = render(request, "frontend/client/trial.html", {"back": back, "down": down})
    return room.allow_room_server(response)
