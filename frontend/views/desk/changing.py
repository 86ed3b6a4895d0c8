"""An appointment changed by staff: another time, another person, another way, none at all, the next one."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import http, staff
from frontend.forms.client import StartForm
from frontend.forms.desk import CancelForm, HandOverForm, SpecialForm
from frontend.telling import told
from frontend.views.client.when import times
from frontend.views.desk.appointment import WEEKS
from frontend.views.desk.special import is_stale, tell_warnings, to_confirm
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.queries import agenda
from scheduler.services import booking

page = require_http_methods(["GET", "HEAD", "POST"])


def _open(request: HttpRequest, uid: UUID) -> tuple[Appointment, Actor, datetime]:
    now = clock.now()
    return staff.appointment_of(request, uid, now), Actor.of(staff.user_of(request)), now


def _to(appointment: Appointment) -> HttpResponse:
    return redirect("frontend:desk_appointment", appointment.uid)


def _changed(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """To the appointment as it stands now; what was sent from an older page is said to be lost."""
    if request.method == "POST":
        _say_changed(request, appointment)
    return _to(appointment)


def _say_changed(request: HttpRequest, appointment: Appointment) -> None:
    cancelled = _("This appointment was cancelled in the meantime. Nothing was changed.")
    otherwise = _("This appointment has changed in the meantime. Nothing was changed.")
    messages.warning(request, cancelled if appointment.status == Status.CANCELLED else otherwise)


def _try(request: HttpRequest, step: Callable[[], Appointment], done: str) -> Appointment | None:
    """The step with a word about it; None where the rules refuse."""
    try:
        appointment = step()
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
        return None
    messages.success(request, f"{done} {told(appointment)}")
    tell_warnings(request, appointment)
    return appointment


@page
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A free time, or any time as a special appointment."""
    appointment, by, now = _open(request, uid)
    if appointment.status != Status.BOOKED:
        return _changed(request, appointment)
    special = "special" in request.POST
    form = StartForm(request.POST if request.method == "POST" and not special else None)
    special_form = SpecialForm(request.POST if special else None, office=appointment.office)
    chosen: Any = special_form if special else form
    context = {"appointment": appointment, "form": form, "special_form": special_form}
    context["errors"] = chosen.errors
    if chosen.is_bound and chosen.is_valid():
        start = chosen.cleaned_data["start"]
        if start == appointment.start:
            return _to(appointment)
        ahead = _move(request, appointment, start, by, now, special)
        if ahead is None:
            return _to(appointment)
        context |= ahead
    context |= times(request, booking.search_of(appointment, appointment.caseworker), now)
    return render(request, "frontend/desk/move.html", context, status=422 if chosen.errors else 200)


def _move(
    request: HttpRequest, appointment: Appointment, start: datetime, by: Actor, now: datetime, special: bool
) -> dict[str, Any] | None:
    """None where it has moved; else what its page shows."""

    def step(of: Appointment) -> Appointment:
        return booking.move(appointment=of, start=start, by=by, now=now, special=special)

    ahead = _to_look_at(request, appointment, start, step) if special else None
    if ahead is not None:
        return ahead
    if _try(request, lambda: step(appointment), _("The appointment has a new time.")):
        return None
    appointment.refresh_from_db()
    return {}


def _to_look_at(
    request: HttpRequest,
    appointment: Appointment,
    start: datetime,
    step: Callable[[Appointment], Appointment],
) -> dict[str, Any] | None:
    """What comes before the step; None where it was looked at. It is tried on a copy: the step itself then
    refuses what was decided on an older state."""
    stale = is_stale(request, appointment)
    if stale:
        _say_changed(request, appointment)
    ahead = to_confirm(request, start, lambda: step(copy(appointment)), appointment.sequence)
    return ahead if ahead or stale else None


@page
def hand_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The same talk with a colleague who is free then."""
    appointment, by, now = _open(request, uid)
    if appointment.status != Status.BOOKED:
        return _changed(request, appointment)
    form = HandOverForm(request.POST if request.method == "POST" else None, appointment=appointment)
    if form.is_valid():
        colleague = form.cleaned_data["caseworker"]
        done = _("Handed over to %(name)s.") % {"name": colleague.display_name}
        if _try(
            request,
            lambda: booking.hand_over(appointment=appointment, caseworker=colleague, by=by, now=now),
            done,
        ):
            return redirect("frontend:desk_today")
        appointment.refresh_from_db()
    return _form(request, "frontend/desk/hand_over.html", form, appointment)


@page
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """With whose wish and why; twice is once."""
    appointment, by, now = _open(request, uid)
    if appointment.status != Status.BOOKED:
        return _changed(request, appointment)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _try(
            request,
            lambda: booking.cancel(appointment=appointment, by=by, now=now, **form.cleaned_data),
            _("The appointment is cancelled."),
        )
        return _to(appointment)
    return _form(request, "frontend/desk/cancel.html", form, appointment)


def _form(request: HttpRequest, template: str, form: Any, appointment: Appointment) -> HttpResponse:
    context = {"form": form, "appointment": appointment}
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def switch_mode(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Video, phone or on site instead."""
    appointment, by, now = _open(request, uid)
    if appointment.status != Status.BOOKED:
        return _changed(request, appointment)
    mode = request.POST.get("mode", "")
    if mode != appointment.mode:
        _try(
            request,
            lambda: booking.switch_mode(appointment=appointment, mode=mode, by=by, now=now),
            _("Switched. The time stays."),
        )
    return _to(appointment)


@require_POST
def follow_up(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The next appointment at the same time some weeks later."""
    appointment, by, now = _open(request, uid)
    if appointment.status == Status.CANCELLED:
        return _changed(request, appointment)
    weeks = request.POST.get("weeks", "")
    if weeks not in map(str, WEEKS):
        return _to(appointment)
    following = _try(
        request,
        lambda: booking.follow_up(appointment=appointment, weeks=int(weeks), by=by, now=now),
        _("The follow-up appointment is booked."),
    )
    return _to(following) if following else _to_other_times(request, appointment, int(weeks))


def _to_other_times(request: HttpRequest, appointment: Appointment, weeks: int) -> HttpResponse:
    """Free times around the day of the follow-up; whoever has no calendar stays at the appointment."""
    user = staff.user_of(request)
    if appointment.client_id is None or not agenda.roles(user).works:
        return _to(appointment)
    wish = {"client": str(appointment.client_id), "follows": str(appointment.uid)}
    if appointment.caseworker.user_id == user.pk:
        before = appointment.start + timedelta(weeks=weeks, days=-1)
        day = localtime.local_date(before, localtime.zone(appointment.office.zone))
        mode = booking.meant_mode(appointment)
        wish |= {"service": str(appointment.service_id), "mode": mode, "who": "me", "after": day.isoformat()}
    return redirect(reverse("frontend:desk_book", query=wish))
