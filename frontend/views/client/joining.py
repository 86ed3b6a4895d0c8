"""The door: too early, open, over; and what to do when it does not work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, room
from frontend.views.client.mine import context_of, state_of
from scheduler import clock
from scheduler.errors import DoorClosed, NoRoom, TooEarly
from scheduler.services import attendance


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, link: str) -> HttpResponse:
    """GET shows when the door opens and never mints; POST leads in."""
    now = clock.now()
    participant = access.participant_of(request, link, now)
    if request.method == "POST":
        try:
            return room.enter(request, participant, audio_only=bool(request.POST.get("audio_only")))
        except (DoorClosed, NoRoom):
            messages.warning(request, _("The room is not open now."))
    context = context_of(participant, link, now)
    return room.allow_room_server(render(request, "frontend/client/join.html", context))


@require_POST
def leave(request: HttpRequest, link: str) -> HttpResponse:
    """Out of the stand-in room."""
    now = clock.now()
    attendance.leave(participant=access.participant_of(request, link, now), now=now)
    messages.info(request, _("You have left the room."))
    return redirect("frontend:my", link)


@require_POST
def not_working(request: HttpRequest, link: str) -> HttpResponse:
    """I was there, it did not work."""
    now = clock.now()
    participant = access.participant_of(request, link, now)
    if state_of(participant, now) == "upcoming":
        raise TooEarly
    attendance.not_working(participant=participant, now=now)
    messages.success(request, _("Thank you. We know now that you were there. We will contact you."))
    return redirect("frontend:join", link)
