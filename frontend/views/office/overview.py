"""The administrator's overview: what is set up, and whether messages go out. Read only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_GET

from frontend import staff
from notifications import heartbeat, queries
from scheduler import clock
from scheduler.models import ApiKey, Booth, Caseworker, ClosingDay, Interpreter, Location, Service, Team


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Office, services, people, keys, queue."""
    office, now = staff.administrator_of(request), clock.now()
    language = translation.get_language()
    services = [(row, row.name_in(language)) for row in Service.objects.of(office)]
    context = {
        "office": office,
        "services": services,
        "teams": Team.objects.of(office).prefetch_related("leads"),
        "caseworkers": Caseworker.objects.of(office).select_related("team", "user"),
        "interpreters": Interpreter.objects.of(office),
        "booths": Booth.objects.of(office).select_related("location"),
        "locations": Location.objects.of(office),
        "closing_days": ClosingDay.objects.of(office),
        "keys": ApiKey.objects.of(office),
        "queue": queries.queue_state(now, office),
        "worker_alive": heartbeat.alive(),
        "untold": queries.could_not_be_told(office)[:20],
    }
    return render(request, "frontend/office/overview.html", context)
