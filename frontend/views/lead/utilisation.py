"""Utilisation: figures, bars, heat map, table; as CSV and on paper."""

import csv
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from frontend import staff
from frontend.forms.client import MODES
from frontend.forms.desk import PeriodForm
from frontend.templatetags.desk import percent
from scheduler import clock
from scheduler.domain import localtime
from scheduler.models import Service, Team
from scheduler.queries.utilisation import HOURS, Report, Row, utilisation_of

WEEKS = 4
LONGEST = timedelta(days=731)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """The lead's five minutes."""
    teams, now = staff.teams_of(request), clock.now()
    office = teams[0].office
    mine = Team.objects.of(office).filter(pk__in=[team.pk for team in teams])
    form = PeriodForm(request.GET, teams=mine, services=Service.objects.of(office))
    chosen = form.cleaned_data if form.is_valid() else {}
    first, until = _period(chosen, localtime.local_date(now, localtime.zone(office.zone)))
    report = utilisation_of(
        office=office,
        first=first,
        until=until,
        now=now,
        team=chosen.get("team") or teams[0],
        service=chosen.get("service"),
        by=chosen.get("by") or "week",
    )
    if request.GET.get("format") == "csv":
        return _csv(report)
    context = {
        "office": office,
        "form": form,
        "report": report,
        "last": until - timedelta(days=1),
        "team": chosen.get("team") or teams[0],
        "rows": [_shown(row) for row in report.rows],
        "bars": [_bar(row) for row in report.rows],
        "hours": list(HOURS),
        "heat": _heat(report),
        "query": request.GET.urlencode(),
    }
    return render(request, "frontend/lead/utilisation.html", context)


def _period(chosen: dict[str, Any], today: date) -> tuple[date, date]:
    """The chosen days, else the last four whole weeks and the running one."""
    monday = today - timedelta(days=today.weekday())
    first = chosen.get("first") or monday - timedelta(weeks=WEEKS)
    last = chosen.get("last") or max(first, monday + timedelta(days=6))
    return first, min(last + timedelta(days=1), first + LONGEST)


def _label(row: Row) -> str:
    if row.first is None:
        return str(MODES.get(row.label, row.label))
    return row.first.strftime("%d.%m.%Y")


def _shown(row: Row) -> dict[str, Any]:
    return {"label": _label(row), "figures": row.figures, "percent": percent(row.figures.utilisation)}


def _bar(row: Row) -> dict[str, Any]:
    figures = row.figures
    return {
        "label": _label(row),
        "offered": figures.offered,
        "booked": figures.booked,
        "attended": figures.attended,
        "text": percent(figures.utilisation),
    }


def _heat(report: Report) -> list[tuple[int, list[float | None]]]:
    return [(day, [report.heat.get((day, hour)) for hour in HOURS]) for day in range(7)]


def _csv(report: Report) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="terminauslastung.csv"'
    answer.write("\ufeff")
    lines = csv.writer(answer, delimiter=";")
    names = (
        "offered",
        "booked",
        "attended",
        "special",
        "off_offer",
        "lost",
        "recovered",
        "fulfilled",
        "noshow",
    )
    lines.writerow([_("Period"), _("Offered"), _("Booked"), _("Attended"), *names[3:]])
    for row in report.rows:
        lines.writerow([_safe(_label(row)), *(getattr(row.figures, name) for name in names)])
    return answer


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
