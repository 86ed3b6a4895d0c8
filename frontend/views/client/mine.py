"""My appointment: see it, take it into the calendar. The link alone opens it; changing is beside."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_safe

from frontend import access, paper
from scheduler import clock, ical, links, policies
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Participant
from scheduler.queries import agenda


def short(request: HttpRequest, link: str) -> HttpResponse:
    """The address as it stands in an SMS, without the last stroke."""
    return redirect("frontend:my", links.bare(link) or link)


@require_safe
def show(request: HttpRequest, link: str) -> HttpResponse:
    """The appointment in its present state, and what can be done about it."""
    now = clock.now()
    participant = access.participant_of(request, link, now)
    context = {
        **context_of(participant, link, now),
        "moved_from": _moved_from(participant.appointment),
        "paper": participant.role == "client" and paper.offered(participant.appointment),
        "following": agenda.to_answer(participant, now) if participant.role == "client" else (),
    }
    return render(request, "frontend/client/mine.html", context)


def _moved_from(appointment: Appointment) -> datetime | None:
    """The time before the last move, so that nobody comes at the old one."""
    if not appointment.sequence:
        return None
    move = appointment.events.filter(verb="appointment.moved").order_by("pk").last()
    return datetime.fromisoformat(move.payload["start_before"]) if move else None


def _is_today(appointment: Appointment, now: datetime) -> bool:
    zone = localtime.zone(appointment.office.zone)
    return localtime.local_date(appointment.start, zone) == localtime.local_date(now, zone)


def context_of(participant: Participant, link: str, now: datetime) -> dict[str, Any]:
    """What pages about one appointment know."""
    appointment = participant.appointment
    opens, closes = policies.door(appointment)
    stands = appointment.status == Status.BOOKED
    is_client = participant.role == "client"
    return {
        "office": appointment.office,
        "appointment": appointment,
        "participant": participant,
        "link": link,
        "service": appointment.service.name_in(translation.get_language()),
        "state": state_of(participant, now),
        "today": _is_today(appointment, now),
        "opens": opens,
        "closes": closes,
        "may_change": stands and is_client and policies.may_change(appointment, now),
        "may_cancel": stands and is_client and policies.may_cancel(appointment, now),
        "may_confirm": stands and is_client and not participant.confirmed_at and now < appointment.start,
        "other_modes": other_modes(appointment),
    }


def other_modes(appointment: Appointment) -> list[str]:
    """What the client may switch to by herself; for a talk by phone we need her number."""
    client = appointment.client
    possible = ["video", "phone"] if client and client.mobile else ["video"]
    return [m for m in possible if m in appointment.service.offered_modes and m != appointment.mode]


def state_of(participant: Participant, now: datetime) -> str:
    """cancelled, over, recorded (what became of it, though its room is still open), open, upcoming."""
    appointment = participant.appointment
    if appointment.status == Status.CANCELLED:
        return "cancelled"
    opens, closes = policies.door(appointment)
    recorded = appointment.status != Status.BOOKED
    if now >= closes or (recorded and appointment.mode != "video"):
        return "over"
    if recorded:
        return "recorded"
    return "open" if now >= opens else "upcoming"


@require_safe
def calendar(request: HttpRequest, link: str) -> HttpResponse:
    """The appointment for the phone's calendar."""
    participant = access.participant_of(request, link, clock.now())
    answer = HttpResponse(ical.calendar_file(participant), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return answer
