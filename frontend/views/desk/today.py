"""The caseworker's day: what comes next, what is still to be recorded, who asked for a call."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import room, staff
from frontend.views.desk.days import day_from
from frontend.views.desk.waiting import door_of
from scheduler import clock, policies
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, CallbackRequest, Caseworker, Client, Team
from scheduler.queries import agenda, hearing, waiting
from scheduler.services import people

SHOWN = 20


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Today or the day asked for; leads and administrators without a calendar go to their own pages."""
    user, now = staff.user_of(request), clock.now()
    if not Caseworker.objects.filter(user=user, active=True).exists():
        return _elsewhere(request)
    caseworker = staff.caseworker_of(request)
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    day = day_from(request, "day", today)
    context = {**_day(caseworker, day, today, now), **_to_do(caseworker, now), "caseworker": caseworker}
    return room.allow_room_server(render(request, "frontend/desk/today.html", context))


@require_safe
def now_only(request: HttpRequest) -> HttpResponse:
    """What of today's page changes by itself, for the page that looks again."""
    now, caseworker = clock.now(), staff.caseworker_of(request)
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    return render(request, "frontend/desk/_now.html", _day(caseworker, today, today, now))


def _elsewhere(request: HttpRequest) -> HttpResponse:
    user = staff.user_of(request)
    if Team.objects.filter(leads=user).exists():
        return redirect("frontend:lead_utilisation")
    if user.administers:
        return redirect("frontend:office_overview")
    raise Http404


def _day(caseworker: Caseworker, day: date, today: date, now: datetime) -> dict[str, Any]:
    rows = agenda.day(caseworker, day).prefetch_related(waiting.facts())
    told = hearing.presence_is_told()
    cries = waiting.cries([row for row in rows if row.mode == "phone"])
    lines = [_line(row, now, told, cries.get(row.pk)) for row in rows]
    following = next((line for line in lines if line["to_come"]), None)
    return {
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lines": lines,
        "next": following,
    }


def _line(appointment: Appointment, now: datetime, told: bool, cry: datetime | None) -> dict[str, Any]:
    booked = appointment.status == Status.BOOKED
    return {
        "appointment": appointment,
        "door": door_of(appointment, now, waiting.scene(appointment, told), cry),
        "opens_at": policies.door(appointment)[0],
        "to_come": booked and appointment.end > now,
        "over": appointment.end <= now,
    }


def _to_do(caseworker: Caseworker, now: datetime) -> dict[str, Any]:
    office = caseworker.office
    calls = CallbackRequest.objects.of(office).filter(done_at=None)
    unmatched = Client.objects.of(office).filter(matched=False, caseworker=None, protected=False)
    return {
        "to_record": agenda.to_record(caseworker, now)[:SHOWN],
        "call_backs": calls[:SHOWN],
        "not_assigned": unmatched.order_by("created_at", "pk")[:SHOWN],
    }


@require_POST
def callback_done(request: HttpRequest, pk: int) -> HttpResponse:
    """She was called back; a second click changes nothing."""
    caseworker = staff.caseworker_of(request)
    call = CallbackRequest.objects.of(caseworker.office).filter(pk=pk).first()
    if call is None:
        raise Http404
    if call.done_at is None:
        people.finish_callback(request=call, user=caseworker.user, now=clock.now())
        messages.success(request, _("Noted: the person was called."))
    return redirect("frontend:desk_today")
