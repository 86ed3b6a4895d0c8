"""What could not be told about the appointments of the teams that somebody leads."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from frontend import staff, untold
from notifications import queries
from notifications.models import Message
from scheduler import clock


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The list of her teams."""
    now = clock.now()
    context = {
        "verb_page": "frontend:lead_message_do",
        **untold.listed(request, _rows(request, now), now),
    }
    return render(request, "frontend/lead/messages.html", context)


@require_POST
def do(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Retry, told by phone, or no longer needed."""
    now = clock.now()
    untold.act(request, [_rows(request, now)], _settled(request), pk, verb, now)
    return redirect("frontend:lead_messages")


def _rows(request: HttpRequest, now: datetime) -> "QuerySet[Message]":
    teams = staff.lead_of(request)
    rows = queries.could_not_be_told(staff.user_of(request).office, now)
    return rows.filter(appointment__caseworker__team__in=teams)


def _settled(request: HttpRequest) -> "QuerySet[Message]":
    rows = queries.settled(staff.user_of(request).office)
    return rows.filter(appointment__caseworker__team__in=staff.lead_of(request))
