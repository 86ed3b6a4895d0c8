"""Who waits before a talk, the ready-made sentences to them, and plan B: the phone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import http, moments, staff
from frontend.telling import told
from scheduler import clock, policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.queries import company, waiting
from scheduler.queries.waiting import Scene
from scheduler.services import attendance, booking


def door_of(
    appointment: Appointment, now: datetime, scene: Scene | None = None, cry: datetime | None = None
) -> dict[str, Any]:
    """What staff see of an appointment's door; nothing of it counts before it opens and after it closes.

    ``scene`` and, by phone, ``cry`` (when the client last said that nobody called) where they are at hand.
    """
    opens, closes = policies.door(appointment)
    if not opens <= now < closes or appointment.status == Status.CANCELLED:
        return {"open": False}
    if appointment.mode == "video":
        return _of_room(appointment, now, scene or waiting.scene_of(appointment))
    return _of_call(appointment, cry) if appointment.mode == "phone" else {"open": False}


def door_sentence(appointment: Appointment, now: datetime) -> str:
    """When its room opens, with the day unless that is today."""
    office, (opens, _closes) = appointment.office, policies.door(appointment)
    if moments.day(opens, office) == moments.day(now, office):
        return _("The room opens at %(time)s.") % {"time": moments.hour(opens, office)}
    return _("The room opens on %(moment)s.") % {"moment": moments.moment(opens, office)}


def _of_room(appointment: Appointment, now: datetime, scene: Scene) -> dict[str, Any]:
    booked, mobile = appointment.status == Status.BOOKED, appointment.client and appointment.client.mobile
    return {
        "open": True,
        "looks_again": True,
        "waiting": scene.waiting,
        "overtime": appointment.end <= now and _goes_on(scene, booked),
        "sayings": Appointment.SAYINGS,
        "plan_b": booked,
        "may_call": booked and bool(mobile),
    }


def _of_call(appointment: Appointment, cry: datetime | None) -> dict[str, Any]:
    wanted = appointment.status == Status.BOOKED or cry
    mobile = appointment.client and appointment.client.mobile
    return {"open": False, "looks_again": True, "cry": cry, "call": mobile if wanted else ""}


def _goes_on(scene: Scene, booked: bool) -> bool:
    """Are both still in the room, as we were told? Where nobody tells us only the clock can say so."""
    return scene.together if scene.told else booked


@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The door of one appointment alone, for a page that looks again."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    own = company.takes_part(appointment, staff.user_of(request))
    cry = waiting.cries([appointment]).get(appointment.pk)
    context = {"appointment": appointment, "door": door_of(appointment, now, cry=cry), "own": own}
    return render(request, "frontend/desk/_waiting.html", context)


@require_POST
def say(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A ready-made sentence to whoever waits for her; an empty one takes the last back."""
    participant = staff.own_participant_of(request, uid)
    appointment, sentence = participant.appointment, request.POST.get("sentence", "")
    by = Actor.of(staff.user_of(request))
    try:
        attendance.say(appointment=appointment, sentence=sentence, by=by, now=clock.now())
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    else:
        done = _("Whoever waits reads it within seconds.") if sentence else _("The sentence is taken back.")
        messages.success(request, done)
    return back_from(request, appointment)


@require_POST
def call_instead(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The running talk goes on by phone."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    try:
        by = Actor.of(staff.user_of(request))
        booking.call_instead(appointment=appointment, by=by, now=now)
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    else:
        messages.success(request, f"{_('It goes on by phone. Please call now.')} {told(appointment)}")
    return redirect("frontend:desk_appointment", appointment.uid)


def back_from(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """To where the button stood: today's page or the appointment's own."""
    if request.POST.get("back") == "today":
        return redirect("frontend:desk_today")
    return redirect("frontend:desk_appointment", appointment.uid)
