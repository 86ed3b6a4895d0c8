"""Who takes part in an appointment: add people, send, show, renew and end their own links."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from frontend import http, people_lines, staff
from frontend.forms.company import CompanionByStaffForm, InterpreterForm, SecondCaseworkerForm
from notifications import planning
from scheduler import clock, policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment, Participant
from scheduler.queries import company
from scheduler.services import booking

VERBS: dict[str, tuple[Callable[..., Participant], str]] = {
    "send": (booking.send_link, gettext_noop("The link is sent once more.")),
    "renew": (booking.renew_link, gettext_noop("The old link has ended. The new one works.")),
    "remove": (
        booking.revoke_person,
        gettext_noop("Removed. The link has ended. Whoever is in the room already can stay."),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everybody who takes part, and three ways to add somebody."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    adding = request.POST.get("role", "") if request.method == "POST" else ""
    found = _forms(appointment, now, adding, request.POST)
    if (
        adding in found
        and found[adding].is_valid()
        and _add(request, appointment, adding, found[adding], now)
    ):
        return redirect("frontend:desk_people", appointment.uid)
    return _page(request, appointment, found, now)


def _page(
    request: HttpRequest, appointment: Appointment, found: dict[str, forms.Form], now: datetime
) -> HttpResponse:
    wrong = any(form.errors for form in found.values())
    context = {
        "appointment": appointment,
        "lines": people_lines.lines(appointment, now),
        "removed": company.removed(appointment),
        "booked": appointment.status == Status.BOOKED,
        "may_join_in": policies.may_join_in(appointment, now),
        "forms": found,
        "errors": wrong,
    }
    return render(request, "frontend/desk/people.html", context, status=422 if wrong else 200)


def _forms(appointment: Appointment, now: datetime, adding: str, typed: Any) -> dict[str, forms.Form]:
    known: dict[str, Any] = {"appointment": appointment, "now": now}
    data = {role: typed if role == adding else None for role in ("companion", "caseworker", "interpreter")}
    return {
        "companion": CompanionByStaffForm(data["companion"], prefix="companion"),
        "caseworker": SecondCaseworkerForm(data["caseworker"], prefix="second", **known),
        "interpreter": InterpreterForm(data["interpreter"], prefix="interpreter", **known),
    }


def _add(request: HttpRequest, appointment: Appointment, role: str, form: forms.Form, now: datetime) -> bool:
    """Whether it worked; where the rules refuse, the form says why."""
    try:
        person = _ADD[role](appointment, form.cleaned_data, Actor.of(staff.user_of(request)), now)
    except SchedulerError as error:
        form.add_error(None, http.text_of(error))
        return False
    messages.success(request, _("%(name)s was added.") % {"name": person.name})
    return True


def _companion(on: Appointment, values: dict[str, Any], by: Actor, now: datetime) -> Participant:
    return booking.add_companion(appointment=on, by=by, now=now, **values)


def _caseworker(on: Appointment, values: dict[str, Any], by: Actor, now: datetime) -> Participant:
    return booking.add_caseworker(appointment=on, by=by, now=now, **values)


def _interpreter(on: Appointment, values: dict[str, Any], by: Actor, now: datetime) -> Participant:
    interpreter, language = values["choice"]
    return booking.add_interpreter(appointment=on, interpreter=interpreter, language=language, by=by, now=now)


_ADD = {"companion": _companion, "caseworker": _caseworker, "interpreter": _interpreter}


@require_POST
def change(request: HttpRequest, uid: UUID, person: UUID, verb: str) -> HttpResponse:
    """Send one person's link, renew it, or end it."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    participant = staff.person_of(appointment, person)
    do, said = VERBS[verb]
    try:
        do(participant=participant, by=Actor.of(staff.user_of(request)), now=now)
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    else:
        messages.success(request, _(said))
        if verb == "renew" and not planning.channels_of(participant, "own_link"):
            messages.warning(
                request, _("The new link was not sent: there is no way to write to this person.")
            )
    return redirect("frontend:desk_people", appointment.uid)
