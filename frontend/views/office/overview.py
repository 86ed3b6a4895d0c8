"""What is set up in the office, to look at; nothing is changed here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend import staff
from frontend.templatetags.staff import message_state
from notifications import queries
from scheduler import clock
from scheduler.queries import set_up

POLICIES = (
    *("door_opens_minutes", "door_closes_minutes", "hold_minutes", "holds_per_address", "holds_in_all"),
    *("codes_per_day", "link_days", "client_kept_days", "events_kept_days"),
)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Office, policies, concerns, teams, people, keys, state of the outbox."""
    office, now = staff.administrator_of(request), clock.now()
    state = queries.queue_state(now, office)
    context = {
        **set_up.of(office),
        "policies": [(name, getattr(office, name)) for name in POLICIES],
        "queue": [(message_state(name), number) for name, number in sorted(state.by_state.items())],
        "oldest_due": state.oldest_due,
        "not_told": queries.could_not_be_told(office, now).count(),
        "now": now,
    }
    return render(request, "frontend/office/overview.html", context)
