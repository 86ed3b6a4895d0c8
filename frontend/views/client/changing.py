"""My appointment changed by its client: confirm, move, cancel, talk in another way."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, http
from frontend.forms.client import CancelForm, StartForm
from frontend.views.client.mine import context_of, other_modes
from frontend.views.client.when import times
from scheduler import clock
from scheduler.domain.lifecycle import Status
from scheduler.errors import Invalid, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.services import attendance, booking


@require_POST
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """I will come."""
    now = clock.now()
    attendance.confirm(participant=access.client_of(request, link, now), now=now)
    messages.success(request, _("Thank you. We look forward to talking with you."))
    return redirect("frontend:my", link)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, link: str) -> HttpResponse:
    """Another time."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    appointment = participant.appointment
    if appointment.status == Status.CANCELLED:
        return redirect("frontend:my", link)
    form = StartForm(request.POST if request.method == "POST" else None)
    gone = None
    if form.is_valid():
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
    context = {
        **context_of(participant, link, now),
        **times(request, search, now),
        "form": form,
        "gone": gone,
    }
    status = 409 if gone else 422 if form.errors else 200
    return render(request, "frontend/client/move.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, link: str) -> HttpResponse:
    """A page with a button: mail scanners follow links."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    if participant.appointment.status == Status.CANCELLED:
        return redirect("frontend:my", link)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        booking.cancel(appointment=participant.appointment, by=Actor.of(participant), now=now, reason=reason)
        messages.success(request, _("Your appointment is cancelled. Thank you for telling us."))
        return redirect("frontend:my", link)
    context, status = {**context_of(participant, link, now), "form": form}, 422 if form.errors else 200
    return render(request, "frontend/client/cancel.html", context, status=status)


@require_POST
def switch_mode(request: HttpRequest, link: str) -> HttpResponse:
    """Video or phone instead."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    mode = request.POST.get("mode", "")
    if mode == participant.appointment.mode:
        return redirect("frontend:my", link)
    if mode not in other_modes(participant.appointment):
        raise Http404
    booking.switch_mode(appointment=participant.appointment, mode=mode, by=Actor.of(participant), now=now)
    messages.success(request, _("We talk in another way now. The time stays the same."))
    return redirect("frontend:my", link)
