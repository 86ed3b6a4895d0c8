"""The week as a list: appointments, openings, absences."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from frontend import staff
from frontend.views.desk.today import day_bounds, day_of
from scheduler import clock
from scheduler.domain import localtime, recurrence
from scheduler.models import Caseworker
from scheduler.queries import agenda


@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """Monday to Sunday."""
    caseworker = staff.caseworker_of(request)
    zone = localtime.zone(caseworker.office.zone)
    day = day_of(request.GET.get("day", ""), localtime.local_date(clock.now(), zone))
    monday = day - timedelta(days=day.weekday())
    context = {
        "office": caseworker.office,
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": localtime.local_date(clock.now(), zone),
        "days": _days(caseworker, monday, zone),
        "openings": caseworker.schedule.openings.prefetch_related("services").select_related("location"),
    }
    return render(request, "frontend/desk/week.html", context)


def _days(caseworker: Caseworker, monday: date, zone: Any) -> list[dict[str, Any]]:
    until = monday + timedelta(days=7)
    appointments = list(agenda.between(caseworker.office, monday, until, caseworker=caseworker))
    begins, ends = day_bounds(monday, zone)[0], day_bounds(until, zone)[0]
    absences = list(caseworker.schedule.absences.overlapping(begins, ends))
    openings = _openings(caseworker, monday, until, zone)
    return [
        {
            "date": day,
            "appointments": [row for row in appointments if localtime.local_date(row.start, zone) == day],
            "absences": [row for row in absences if _touches(row, day, zone)],
            "openings": [span for span in openings if localtime.local_date(span[0], zone) == day],
        }
        for day in (monday + timedelta(days=n) for n in range(7))
    ]


def _openings(caseworker: Caseworker, first: date, until: date, zone: Any) -> list[tuple]:
    found = []
    for row in caseworker.schedule.openings.filter(status="published").prefetch_related("exceptions"):
        changes = [change.as_change() for change in row.exceptions.all()]
        spans = recurrence.spans(row.as_opening(), changes, first, until, zone)
        found += [(localtime.from_epoch(start), localtime.from_epoch(end), row.pk) for start, end in spans]
    return sorted(found)


def _touches(row: Any, day: date, zone: Any) -> bool:
    begins, ends = day_bounds(day, zone)
    return row.start < ends and begins < row.end
