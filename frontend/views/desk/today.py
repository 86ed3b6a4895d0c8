"""The caseworker's day: what comes next, what is still to be recorded, who asked for a call."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import room, staff
from frontend.views.desk.days import day_from
from scheduler import clock, policies
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, CallbackRequest, Caseworker, Client, RoomEvent, Team
from scheduler.queries import agenda
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


def _elsewhere(request: HttpRequest) -> HttpResponse:
    user = staff.user_of(request)
    if Team.objects.filter(leads=user).exists():
        return redirect("frontend:lead_utilisation")
    if user.administers:
        return redirect("frontend:office_overview")
    raise Http404


def _day(caseworker: Caseworker, day: date, today: date, now: datetime) -> dict[str, Any]:
    facts = RoomEvent.objects.filter(kind__in=["knocked", "joined", "not_working", "left"])
    rows = agenda.day(caseworker, day).prefetch_related(Prefetch("participants__room_events", facts))
    lines = [_line(row, now) for row in rows]
    following = next((line for line in lines if line["to_come"]), None)
    return {
        "day": day,
        "today": today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "lines": lines,
        "next": following,
    }


def _line(appointment: Appointment, now: datetime) -> dict[str, Any]:
    opens, closes = policies.door(appointment)
    booked = appointment.status == Status.BOOKED
    return {
        "appointment": appointment,
        "door_open": booked and appointment.mode == "video" and opens <= now < closes,
        "opens_at": opens,
        "to_come": booked and appointment.end > now,
        "over": appointment.end <= now,
        "waits": _waits(appointment),
    }


def _waits(appointment: Appointment) -> bool:
    """Is somebody other than the caseworker at the door or in the room?"""
    for person in appointment.participants.all():
        kinds = [event.kind for event in person.room_events.all()]
        if person.role != "caseworker" and kinds and kinds[-1] in {"knocked", "joined", "not_working"}:
            return True
    return False


def _to_do(caseworker: Caseworker, now: datetime) -> dict[str, Any]:
    office = caseworker.office
    calls = CallbackRequest.objects.of(office).filter(done_at=None)
    unmatched = Client.objects.of(office).filter(matched=False, caseworker=None, protected=False)
    return {
        "to_record": agenda.to_record(caseworker, now)[:SHOWN],
        "call_backs": calls[:SHOWN],
        "not_assigned": unmatched.order_by("created_at", "pk")[:SHOWN],
        "no_shows_from": now - policies.WAIT_BEFORE_NOSHOW,
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
