"""The caseworker's day: who comes, what is still to be recorded, who waits for a call."""

from datetime import date, datetime, timedelta, tzinfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontend import staff
from scheduler import clock, policies
from scheduler.domain import localtime
from scheduler.models import CallbackRequest, Client
from scheduler.queries import agenda


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """One day as a timeline; today at first."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    zone = localtime.zone(caseworker.office.zone)
    present = localtime.local_date(now, zone)
    day = day_of(request.GET.get("day", ""), present)
    rows = list(agenda.day(caseworker, day))
    coming = next((row for row in rows if row.status == "booked" and row.end > now), None)
    context = {
        "office": caseworker.office,
        "day": day,
        "is_today": day == present,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "rows": rows,
        "next": coming,
        "next_opens": policies.door(coming)[0] if coming else None,
        "now": now,
        "to_record": list(agenda.to_record(caseworker, now)[:20]),
        "callbacks": list(CallbackRequest.objects.of(caseworker.office).filter(done_at=None)[:20]),
        "unassigned": list(
            Client.objects.of(caseworker.office).filter(caseworker=None, protected=False)[:10]
        ),
        "absent": caseworker.schedule.absences.overlapping(*day_bounds(day, zone)).exists(),
    }
    return render(request, "frontend/desk/today.html", context)


def day_of(text: str, default: date) -> date:
    """A date of the address, or the default for anything odd."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return default
    return found if 2000 < found.year < 2099 else default


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and ends."""
    return localtime.at(day, 0, zone), localtime.at(day, 1440, zone)
