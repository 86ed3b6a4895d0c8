"""The outbox of an office: how it stands, and what a person has to say by phone or letter."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from frontend import staff, untold
from notifications import budget, queries, stops
from notifications.models import ChannelStop
from scheduler import clock
from scheduler.models import User

MOST_MAILS = 50


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Figures of the queue, then the list."""
    office, now = staff.administrator_of(request), clock.now()
    rows = queries.could_not_be_told(office, now)
    staff_mails = queries.staff_not_told(office, now)[:MOST_MAILS]
    context = {
        "state": queries.queue_state(now, office),
        "stops": ChannelStop.objects.order_by("channel"),
        "may_lift": _may_lift(staff.user_of(request)),
        "refused_today": budget.refused_today(office=office, now=now),
        "without_codes": sorted(budget.without_codes(now, office)),
        "staff_mails": [(row, now <= row.not_after) for row in staff_mails],
        "verb_page": "frontend:office_message_do",
        **untold.listed(request, rows, now),
    }
    return render(request, "frontend/office/messages.html", context)


@require_POST
def lift(request: HttpRequest, channel: str) -> HttpResponse:
    """The provider takes our messages again."""
    staff.administrator_of(request)
    if not _may_lift(staff.user_of(request)):
        raise Http404
    stops.lift(channel=channel)
    return redirect("frontend:office_messages")


@require_POST
def do(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """Retry, told by phone, or no longer needed."""
    office, now = staff.administrator_of(request), clock.now()
    lists = [queries.could_not_be_told(office, now), queries.staff_not_told(office, now)]
    untold.act(request, lists, queries.settled(office), pk, verb, now)
    return redirect("frontend:office_messages")


def _may_lift(user: User) -> bool:
    """A stop concerns every office of the installation: beside others only operators lift it."""
    return user.is_superuser or (user.office is not None and not stops.concerns_others(user.office))
