"""Figures as they may leave the team, and busy times without names."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from icalendar import Calendar, FreeBusy
from rest_framework.request import Request
from rest_framework.response import Response

from api import answers
from api.views.base import OfficeView, day_of, language_of
from scheduler.domain import localtime, utilisation
from scheduler.domain.intervals import merge
from scheduler.errors import Forbidden, Invalid
from scheduler.models import Caseworker, Schedule, Service, Team
from scheduler.queries.calendars import Window, calendars
from scheduler.queries.utilisation import counselling, utilisation_of

LONGEST_REPORT = timedelta(days=5 * 366)
LONGEST_BUSY = timedelta(days=366)
PERIODS = ("week", "month")
CUTS = ("week", "month", "mode", "service")
PARAMETERS = [
    OpenApiParameter("from", str, required=True, description="A Monday or the first of a month."),
    OpenApiParameter("to", str, required=True, description="Exclusive."),
    OpenApiParameter("team", str),
    OpenApiParameter("service", str),
    OpenApiParameter(
        "by", str, enum=CUTS, description="How the rows are cut: by whole weeks or months, as the period is."
    ),
]


class UtilisationView(OfficeView):
    """Whole weeks or months only; counts rounded, rates on twenty cases, no team under three."""

    scopes = {"GET": "report"}

    @extend_schema(parameters=PARAMETERS, responses={200: answers.UtilisationOut})
    def get(self, request: Request) -> Response:
        first, until = day_of(request, "from"), day_of(request, "to")
        fitting = utilisation.made_of(first, until)
        if not fitting:
            raise Invalid(field="from", problem="whole_weeks_or_months")
        if until - first > LONGEST_REPORT:
            raise Invalid(field="to", problem="out_of_range")
        wishes = request.query_params
        by = wishes.get("by", fitting[0])
        if by not in CUTS or (by in PERIODS and by not in fitting):
            raise Invalid(field="by", problem="unknown")
        team = self.by_id(Team, wishes["team"]) if "team" in wishes else None
        service = self.by_id(Service, wishes["service"]) if "service" in wishes else None
        which = {"team": team, "service": service, "by": by, "language": language_of(request)}
        report = utilisation_of(office=self.office, first=first, until=until, now=self.now, **which)
        sizes, asked = counselling(office=self.office, team=team), service and service.pk
        whole = _shape(report.figures, sizes.get(asked, 0))
        if whole is None:
            raise Forbidden(reason="team_too_small")
        rows = [
            {"label": row.label or str(row.first), **figures}
            for row in report.rows
            if (figures := _shape(row.figures, sizes.get(row.service or asked, 0)))
        ]
        return Response({"from": str(first), "to": str(until), "figures": whole, "rows": rows})


def _shape(figures: utilisation.Figures, size: int) -> dict[str, Any] | None:
    safe = utilisation.protected(figures, size)
    if safe is None:
        return None
    minutes = {"offered_minutes": safe.offered, "booked_minutes": safe.booked}
    return {**minutes, "people": dict(safe.people), "rates": dict(safe.rates)}


class FreeBusyView(OfficeView):
    """When a caseworker is taken (RFC 5545 VFREEBUSY), without saying what for."""

    @extend_schema(responses={(200, "text/calendar"): str})
    def get(self, request: Request, pk: object) -> HttpResponse:
        caseworker = self.by_id(Caseworker, pk)
        first, until = day_of(request, "from"), day_of(request, "to")
        if not timedelta(0) < until - first <= LONGEST_BUSY:
            raise Invalid(field="to", problem="out_of_range")
        window = Window(self.office, first, until)
        schedules = list(Schedule.objects.filter(caseworker=caseworker).values_list("pk", flat=True))
        found = calendars(window, [], now=self.now, always=schedules) if schedules else {}
        spans = [span for calendar in found.values() for span in (*calendar.taken, *calendar.blocked)]
        body = _busy(window, merge(spans), self.now)
        return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _busy(window: Window, spans: list[tuple[int, int]], now: datetime) -> bytes:
    """RFC 5545, 3.6.4: UID and DTSTAMP are required, instants are in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sprechzeit//Sprechzeit 1//DE")
    calendar.add("version", "2.0")
    busy = FreeBusy()
    busy.add("uid", uuid.uuid4().hex)
    busy.add("dtstamp", now)
    busy.add("dtstart", localtime.from_epoch(window.span[0]))
    busy.add("dtend", localtime.from_epoch(window.span[1]))
    for start, end in spans:
        busy.add("freebusy", (localtime.from_epoch(start), localtime.from_epoch(end)))
    calendar.add_component(busy)
    return bytes(calendar.to_ical())
