"""My appointment: see, confirm, move, cancel, take it into the calendar. The link alone opens it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import access, http
from frontend.forms.client import CancelForm, StartForm
from frontend.views.client.when import times
from scheduler import clock, ical, policies
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.errors import Invalid, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, Participant
from scheduler.services import attendance, booking


def short(request: HttpRequest, link: str) -> HttpResponse:
    """The address as it stands in an SMS, without the last stroke."""
    return redirect("frontend:my", link)


@require_safe
def show(request: HttpRequest, link: str) -> HttpResponse:
    """The appointment in its present state, and what can be done about it."""
    now = clock.now()
    participant = access.participant_of(request, link, now)
    context = {**context_of(participant, link, now), "moved_from": _moved_from(participant.appointment)}
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
        "other_modes": _other_modes(appointment),
    }


def _other_modes(appointment: Appointment) -> list[str]:
    """What the client may switch to by herself; for a talk by phone we need her number."""
    client = appointment.client
    possible = ["video", "phone"] if client and client.mobile else ["video"]
    return [m for m in possible if m in appointment.service.offered_modes and m != appointment.mode]


def state_of(participant: Participant, now: datetime) -> str:
    """cancelled, over, open (the door is), upcoming."""
    appointment = participant.appointment
    if appointment.status == Status.CANCELLED:
        return "cancelled"
    opens, closes = policies.door(appointment)
    if now >= closes or (appointment.status != Status.BOOKED and now >= appointment.end):
        return "over"
    return "open" if now >= opens else "upcoming"


def _client_of(request: HttpRequest, link: str, now: datetime) -> Participant:
    """Only the client herself changes an appointment; other people's links show it."""
    participant = access.participant_of(request, link, now)
    if participant.role != "client":
        raise Http404
    return participant


@require_POST
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """I will come."""
    now = clock.now()
    attendance.confirm(participant=_client_of(request, link, now), now=now)
    messages.success(request, _("Thank you. We look forward to talking with you."))
    return redirect("frontend:my", link)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, link: str) -> HttpResponse:
    """Another time."""
    now = clock.now()
    participant = _client_of(request, link, now)
    appointment = participant.appointment
    if appointment.status == Status.CANCELLED:
        return redirect("frontend:my", link)
    form = StartForm(request.POST or None)
    gone = None
    if request.method == "POST" and form.is_valid():
        start = form.cleaned_data["start"]
        if start == appointment.start:
            return redirect("frontend:my", link)
        try:
            booking.move(appointment=appointment, start=start, by=Actor.of(participant), now=now)
        except (SlotTaken, NotOffered, Invalid) as error:
            gone = {"text": http.text_of(error), "nearest": error.values.get("alternatives", [])}
            appointment.refresh_from_db()
        else:
            messages.success(request, _("Your appointment has a new time."))
            return redirect("frontend:my", link)
    search = booking.search_of(appointment)
    context = {**context_of(participant, link, now), **times(request, search), "form": form, "gone": gone}
    return render(request, "frontend/client/move.html", context, status=409 if gone else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, link: str) -> HttpResponse:
    """A page with a button: mail scanners follow links."""
    now = clock.now()
    participant = _client_of(request, link, now)
    if participant.appointment.status == Status.CANCELLED:
        return redirect("frontend:my", link)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        booking.cancel(appointment=participant.appointment, by=Actor.of(participant), now=now, reason=reason)
        messages.success(request, _("Your appointment is cancelled. Thank you for telling us."))
        return redirect("frontend:my", link)
    return render(
        request, "frontend/client/cancel.html", {**context_of(participant, link, now), "form": form}
    )


@require_POST
def switch_mode(request: HttpRequest, link: str) -> HttpResponse:
    """Video or phone instead."""
    now = clock.now()
    participant = _client_of(request, link, now)
    mode = request.POST.get("mode", "")
    if mode == participant.appointment.mode:
        return redirect("frontend:my", link)
    if mode not in _other_modes(participant.appointment):
        raise Http404
    booking.switch_mode(appointment=participant.appointment, mode=mode, by=Actor.of(participant), now=now)
    messages.success(request, _("We talk in another way now. The time stays the same."))
    return redirect("frontend:my", link)


@require_safe
def calendar(request: HttpRequest, link: str) -> HttpResponse:
    """The appointment for the phone's calendar."""
    participant = access.participant_of(request, link, clock.now())
    answer = HttpResponse(ical.calendar_file(participant), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="termin.ics"'
    return answer
