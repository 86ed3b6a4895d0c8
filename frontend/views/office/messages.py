"""The outbox of an office: how it stands, and what a person has to say by phone or letter."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from frontend import staff, untold
from notifications import budget, queries, stops
from notifications.models import ChannelStop
from scheduler import clock


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Figures of the queue, then the list."""
    office, now = staff.administrator_of(request), clock.now()
    rows = queries.could_not_be_told(office, now)
    context = {
        "state": queries.queue_state(now, office),
        "stops": ChannelStop.objects.order_by("channel"),
        "refused_today": budget.refused_today(office=office, now=now),
        "verb_page": "frontend:office_message_do",
        **untold.listed(request, rows, now),
    }
    return render(request, "frontend/office/messages.html", context)


@require_POST
def lift(request: HttpRequest, channel: str) -> HttpResponse:
    """The provider takes our messages again."""
    staff.administrator_of(request)
    stops.lift(channel=channel)
    return redirect("frontend:office_messages")


@require_POST
def do(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Retry, told by phone, or no longer needed."""
    office, now = staff.administrator_of(request), clock.now()
    untold.act(request, queries.could_not_be_told(office, now), pk, verb, now)
    return redirect("frontend:office_messages")
