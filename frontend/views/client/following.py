"""The next appointment, booked from the talk: the client accepts it or not, on the page of this one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import access
from scheduler import clock
from scheduler.events import Actor
from scheduler.services import attendance, booking


@require_POST
def accept(request: HttpRequest, link: str, uid: UUID) -> HttpResponse:
    """The proposed time is all right."""
    now = clock.now()
    attendance.confirm(
        participant=access.following_of(access.client_of(request, link, now), uid, now), now=now
    )
    messages.success(request, _("Thank you. We look forward to talking with you."))
    return redirect("frontend:my", link)


@require_POST
def decline(request: HttpRequest, link: str, uid: UUID) -> HttpResponse:
    """It is not: the time is free again."""
    now = clock.now()
    following = access.following_of(access.client_of(request, link, now), uid, now)
    booking.cancel(appointment=following.appointment, by=Actor.of(following), now=now)
    messages.success(request, _("That is all right. You can book another time at any time."))
    return redirect("frontend:my", link)
