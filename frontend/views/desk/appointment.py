"""One appointment: its facts, its outcome in one click, what was told, what happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import case_note, evidence, http, moments, paper, room, staff
from frontend.views.desk.waiting import back_from, door_of, door_sentence
from notifications import queries
from scheduler import clock, policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import DoorClosed, NoRoom, RoomServerDown, SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.queries import agenda, company, waiting
from scheduler.services import attendance

WEEKS = (2, 4, 6)


@require_safe
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Everything about it."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    response = render(request, "frontend/desk/appointment.html", _context(request, appointment, now))
    return room.allow_room_server(response)


def _context(request: HttpRequest, appointment: Appointment, now: datetime) -> dict[str, Any]:
    booked, begun = appointment.status == Status.BOOKED, now >= appointment.start
    own, cry = company.takes_part(appointment, staff.user_of(request)), waiting.cries([appointment])
    door = door_of(appointment, now, cry=cry.get(appointment.pk))
    return {
        "appointment": appointment,
        "participants": company.standing(appointment),
        "declined": company.declined(appointment),
        "booked": booked,
        "cancelled": appointment.status == Status.CANCELLED,
        "begun": begun,
        "may_note_call": booked and now >= policies.server_door(appointment)[0],
        "changeable": booked and not begun,
        "own": own,
        "door_open": own and door["open"],
        "opens_told": door_sentence(appointment, now),
        "talk_may_go_on": now < policies.room_ends(appointment),
        "door": door,
        "hint": evidence.hints([appointment], now)[appointment.pk],
        "identities": Appointment.IDENTITIES,
        "modes": [mode for mode in appointment.service.offered_modes if mode != appointment.mode],
        "weeks": WEEKS if appointment.client_id and appointment.status != Status.CANCELLED else (),
        "paper": paper.offered(appointment),
        "case_note": case_note.text(appointment),
        "following": agenda.follow_ups(appointment),
        "messages_sent": queries.history(appointment),
        "events": agenda.history(appointment),
    }


@require_POST
def outcome(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Record or correct what became of it; the same again changes nothing."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    status = request.POST.get("status", "")
    if status != appointment.status:
        try:
            by = Actor.of(staff.user_of(request))
            attendance.record_outcome(appointment=appointment, status=status, by=by, now=now)
        except SchedulerError as error:
            messages.error(request, http.text_of(error))
        else:
            messages.success(request, _("The outcome is recorded. You can correct it later."))
    return back_from(request, appointment)


@require_POST
def identity(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How she was recognised."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    how, by = request.POST.get("how", ""), Actor.of(staff.user_of(request))
    if how != appointment.identity:
        attendance.note_identity(appointment=appointment, how=how, by=by, now=now)
        messages.success(request, _("Noted."))
    return back_from(request, appointment)


@require_POST
def called(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The caseworker tried to call the client."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    person = staff.client_in(appointment)
    try:
        attendance.called(participant=person, by=Actor.of(staff.user_of(request)), now=now)
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    else:
        messages.success(request, _("Noted: you tried to call."))
        if now < appointment.start:
            time = moments.hour(appointment.start, appointment.office)
            words = _("Only calls from the start on (%(time)s) count as an attempt to reach the client.")
            messages.warning(request, words % {"time": time})
    return back_from(request, appointment)


@require_POST
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Into the room, as oneself: a colleague takes it over first."""
    participant = staff.own_participant_of(request, uid)
    try:
        return room.enter(request, participant)
    except (DoorClosed, NoRoom, RoomServerDown) as error:
        messages.warning(request, http.text_of(error))
    return back_from(request, participant.appointment)
