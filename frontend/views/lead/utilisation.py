"""How the offered time was used: key figures, lines, heat map; to see, to print, to download."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from frontend import spreadsheet, staff
from frontend.forms.lead import PeriodForm
from frontend.moments import short_day
from frontend.templatetags.staff import percent
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.utilisation import Figures
from scheduler.models import Office, Service, Team
from scheduler.models.appointment import MODES
from scheduler.queries.free_slots import Search, waiting_days
from scheduler.queries.utilisation import HOURS, Report, Row, utilisation_of


@dataclass(frozen=True)
class Line:
    """One line of table and chart; minutes and the share."""

    label: str
    figures: Figures

    @property
    def offered(self) -> int:
        return self.figures.offered

    @property
    def booked(self) -> int:
        return self.figures.booked

    @property
    def attended(self) -> int:
        return self.figures.attended

    @property
    def share(self) -> str:
        return percent(self.figures.utilisation)

    @property
    def text(self) -> str:
        """What stands behind the bar: the share, and how many did not appear."""
        missed = self.figures.noshow
        words = ngettext("%(number)s did not appear", "%(number)s did not appear", missed)
        return f"{self.share} · {words % {'number': missed}}" if missed else self.share


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The figures of one own team, exact; `?format=csv` is the same to take along."""
    teams, now = staff.lead_of(request), clock.now()
    office, team = staff.user_of(request).office, teams[0]
    today = localtime.local_date(now, localtime.zone(office.zone))
    asked = request.GET.dict() if "first" in request.GET else PeriodForm.usual(today, team)
    form = PeriodForm({**PeriodForm.usual(today, team), **asked}, teams=teams)
    if not form.is_valid():
        return render(request, "frontend/lead/utilisation.html", {"form": form}, status=422)
    values = form.cleaned_data
    report = utilisation_of(
        office=office,
        first=values["first"],
        until=values["last"] + timedelta(days=1),
        now=now,
        team=values["team"],
        service=values["service"],
        by=values["by"],
        language=translation.get_language(),
    )
    lines = [Line(_label(row, office), row.figures) for row in report.rows]
    if request.GET.get("format") == "csv":
        named = [(line.label, line.figures) for line in [*lines, Line(_("Total"), report.figures)]]
        return spreadsheet.utilisation(named, report.first, report.until, form.heading)
    return render(request, "frontend/lead/utilisation.html", _context(request, form, report, lines, now))


def _label(row: Row, office: Office) -> str:
    if row.first:
        return short_day(row.first, office)
    return str(dict(MODES).get(row.label, row.label))


def _context(
    request: HttpRequest, form: PeriodForm, report: Report, lines: list[Line], now: datetime
) -> dict[str, Any]:
    download = request.GET.copy()
    download["format"] = "csv"
    return {
        "form": form,
        "report": report,
        "figures": report.figures,
        "lines": lines,
        "heading": form.heading,
        "hours": HOURS,
        "heat": _heat(report),
        "download": download.urlencode(),
        "team": form.cleaned_data["team"],
        "waiting": _waiting(form.cleaned_data["team"], now),
    }


def _waiting(team: Team, now: datetime) -> list[tuple[Service, int | None]]:
    services = team.services.filter(active=True)
    searches = [Search(team.office, service, team=team.pk) for service in services]
    return [(search.service, waiting_days(search, now=now)) for search in searches]


def _heat(report: Report) -> list[tuple[str, list[tuple[int, float | None]]]]:
    weekdays = [
        day for day in range(7) if day < 5 or any(report.heat.get((day, h)) is not None for h in HOURS)
    ]
    return [
        (str(WEEKDAYS_ABBR[day]), [(hour, report.heat.get((day, hour))) for hour in HOURS])
        for day in weekdays
    ]
