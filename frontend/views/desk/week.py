"""The week as a list: appointments, openings and absences of each day."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend import staff
from frontend.views.desk.days import day_from
from scheduler import clock
from scheduler.domain import localtime
from scheduler.queries.week import DAYS, week


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The week of ``?from=``, from Monday to Sunday."""
    caseworker = staff.caseworker_of(request)
    today = localtime.local_date(clock.now(), localtime.zone(caseworker.office.zone))
    monday = day_from(request, "from", today)
    monday -= timedelta(days=monday.weekday())
    found = week(caseworker, monday, today)
    context = {
        "days": found.days,
        "series": found.series,
        "drafts": found.drafts,
        "today": today,
        "monday": monday,
        "before": monday - timedelta(days=DAYS),
        "after": monday + timedelta(days=DAYS),
        "caseworker": caseworker,
    }
    return render(request, "frontend/desk/week.html", context)
