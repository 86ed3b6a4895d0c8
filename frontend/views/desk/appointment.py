"""One appointment: outcome in one click, and everything else that can be done about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontend import http, room, staff
from frontend.forms.client import StartForm
from frontend.views.client.when import times
from notifications import queries
from scheduler import clock, policies
from scheduler.domain import lifecycle
from scheduler.errors import NotOffered, SchedulerError, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, Caseworker
from scheduler.services import attendance, booking

OUTCOMES = ("fulfilled", "noshow", "technical_failure", "office_failed")
WEEKS = (2, 4, 6)


@require_GET
def show(request: HttpRequest, uid: object) -> HttpResponse:
    """Facts, steps, messages and their fate, history."""
    now = clock.now()
    row = staff.appointment_of(request, uid, now)
    return render(request, "frontend/desk/appointment.html", _context(row, now))


def _context(row: Appointment, now: datetime) -> dict[str, Any]:
    opens, closes = policies.door(row)
    colleagues = Caseworker.objects.of(row.office).filter(active=True, services=row.service)
    started = now >= row.start
    return {
        "office": row.office,
        "appointment": row,
        "people": row.participants.filter(revoked_at=None),
        "opens": opens,
        "door_open": row.mode == "video" and row.status == "booked" and opens <= now < closes,
        "outcomes": [one for one in OUTCOMES if started and lifecycle.allowed(row.status, one)],
        "proposed": attendance.proposed(row, now) if row.status == "booked" and now >= row.end else None,
        "stands": row.status == "booked",
        "started": started,
        "weeks": WEEKS,
        "modes": [mode for mode in row.service.offered_modes if mode != row.mode],
        "colleagues": colleagues.exclude(pk=row.caseworker_id),
        "identities": Appointment.IDENTITIES,
        "reasons": Appointment.REASONS,
        "messages_sent": queries.history(row)[:30],
        "history": row.events.order_by("-pk")[:30],
    }


@require_POST
def step(request: HttpRequest, uid: object, name: str) -> HttpResponse:
    """One click, one step."""
    now = clock.now()
    row = staff.appointment_of(request, uid, now)
    if name not in STEPS:
        raise Http404
    try:
        told = STEPS[name](request, row, Actor.of(staff.user_of(request)), now)
        messages.success(request, told)
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    return redirect("frontend:desk_appointment", uid)


def _outcome(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    attendance.record_outcome(appointment=row, status=request.POST.get("status", ""), by=by, now=now)
    return _("Recorded.")


def _cancel(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    behalf = "client" if request.POST.get("by") == "client" else "office"
    booking.cancel(
        appointment=row, by=by, now=now, reason=request.POST.get("reason", ""), on_behalf_of=behalf
    )
    return _("The appointment is cancelled. Everybody is told.")


def _mode(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    booking.switch_mode(appointment=row, mode=request.POST.get("mode", ""), by=by, now=now)
    return _("The way is changed. Everybody is told.")


def _hand_over(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    colleague = staff.colleague_of(request, request.POST.get("caseworker", ""))
    booking.hand_over(appointment=row, caseworker=colleague, by=by, now=now)
    return _("The appointment is handed over. Everybody is told.")


def _follow_up(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    weeks = request.POST.get("weeks", "")
    if weeks not in {str(one) for one in WEEKS}:
        raise Http404
    booking.follow_up(appointment=row, weeks=int(weeks), by=by, now=now)
    return _("The next appointment is booked. Everybody is told.")


def _identity(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    attendance.note_identity(appointment=row, how=request.POST.get("how", ""), by=by, now=now)
    return _("Noted.")


def _called(request: HttpRequest, row: Appointment, by: Actor, now: datetime) -> str:
    attendance.called(participant=row.one("client"), by=by, now=now)
    return _("The call is noted.")


STEPS: dict[str, Callable[[HttpRequest, Appointment, Actor, datetime], str]] = {
    "outcome": _outcome,
    "cancel": _cancel,
    "mode": _mode,
    "hand-over": _hand_over,
    "follow-up": _follow_up,
    "identity": _identity,
    "called": _called,
}


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: object) -> HttpResponse:
    """Another time, from the free times of everybody who offers this."""
    now = clock.now()
    row = staff.appointment_of(request, uid, now)
    form, gone = StartForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        by = Actor.of(staff.user_of(request))
        try:
            booking.move(appointment=row, start=form.cleaned_data["start"], by=by, now=now)
            messages.success(request, _("The appointment is moved. Everybody is told."))
            return redirect("frontend:desk_appointment", uid)
        except (SlotTaken, NotOffered) as error:
            gone = {"text": http.text_of(error), "nearest": error.values["alternatives"]}
            row.refresh_from_db()
    context = {"office": row.office, "appointment": row, "form": form, "gone": gone}
    page = {**context, **times(request, booking.search_of(row))}
    return render(request, "frontend/desk/move.html", page, status=409 if gone else 200)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, uid: object) -> HttpResponse:
    """The caseworker's way in."""
    row = staff.appointment_of(request, uid, clock.now())
    if request.method == "POST":
        person = row.participants.select_related("appointment__office").filter(
            role="caseworker", revoked_at=None
        )
        return room.enter(request, person.get())
    context = _context(row, clock.now())
    return room.allow_room_server(render(request, "frontend/desk/join.html", context))
