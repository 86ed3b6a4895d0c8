"""The caseworker's day: what comes next, what is still to be recorded, who asked for a call."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import evidence, room, staff
from frontend.views.desk.days import day_from
from frontend.views.desk.waiting import door_of, door_sentence
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Caseworker
from scheduler.queries import agenda, hearing, waiting
from scheduler.services import people

SHOWN = 20


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Today or the day asked for; leads and administrators without a calendar go to their own pages."""
    now, roles = clock.now(), agenda.roles(staff.user_of(request))
    if not roles.works:
        return _elsewhere(roles)
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


def _elsewhere(roles: agenda.Roles) -> HttpResponse:
    if roles.leads:
        return redirect("frontend:lead_utilisation")
    if roles.administers:
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
        "opens_told": door_sentence(appointment, now),
        "to_come": booked and appointment.end > now,
        "over": appointment.end <= now,
    }


def _to_do(caseworker: Caseworker, now: datetime) -> dict[str, Any]:
    over = list(agenda.to_record(caseworker, now)[:SHOWN])
    hints = evidence.hints(over, now)
    return {
        "to_record": [(row, hints[row.pk]) for row in over],
        "call_backs": agenda.call_backs(caseworker.office)[:SHOWN],
        "not_assigned": agenda.not_assigned(caseworker.office)[:SHOWN],
    }


@require_POST
def callback_done(request: HttpRequest, pk: int) -> HttpResponse:
    """She was called back; a second click changes nothing."""
    call = staff.callback_of(request, pk)
    if call.done_at is None:
        people.finish_callback(request=call, user=staff.user_of(request), now=clock.now())
        messages.success(request, _("Noted: the person was called."))
    return redirect("frontend:desk_today")
