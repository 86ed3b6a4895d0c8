"""The last step: everything once more, one button, and what happens now."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend import access, draft, http
from frontend.forms.client import language_name
from frontend.views.client.contact import kept
from frontend.views.client.when import remember_gone
from scheduler import clock, links
from scheduler.domain.lifecycle import Status
from scheduler.errors import Invalid, LimitReached, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, ContactProof, Office, Service
from scheduler.services import booking, identity


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, office: str) -> HttpResponse:
    """Everything once more, then one button."""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    if chosen.done:
        return redirect("frontend:done", here.slug)
    _say_if_changed(request, chosen)
    service, proof, start = chosen.service_of(here), chosen.proved(here), chosen.instant()
    if service is None:
        return redirect("frontend:topic", here.slug)
    if start is None:
        return redirect("frontend:when", here.slug)
    if proof is None or chosen.lacks_number():
        return redirect("frontend:contact", here.slug)
    seen = request.POST.get("seen", chosen.fingerprint())
    if request.method == "POST" and seen == chosen.fingerprint():
        return _book(request, here, service, chosen, proof, start)
    return _check_page(request, here, service, chosen)


def _say_if_changed(request: HttpRequest, chosen: draft.Draft) -> None:
    """Another window took the time or the topic back while this page was open."""
    if request.method == "POST" and "seen" in request.POST and not (chosen.service and chosen.start):
        messages.warning(request, _("Your choice has changed in another window."))


def _check_page(request: HttpRequest, office: Office, service: Service, chosen: draft.Draft) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, _("You have chosen something else in another window. Is this right?"))
    context = {
        "office": office,
        "draft": chosen,
        "service": service.name_in(translation.get_language()),
        "interpreter": language_name(chosen.interpreter),
        "start": chosen.instant(),
        "minutes": service.duration_minutes,
        "hold": kept(request, office, chosen),
    }
    return render(
        request, "frontend/client/check.html", context, status=409 if request.method == "POST" else 200
    )


def _book(
    request: HttpRequest,
    office: Office,
    service: Service,
    chosen: draft.Draft,
    proof: ContactProof,
    start: datetime,
) -> HttpResponse:
    try:
        appointment = _once(office, service, chosen, proof, start)
    except (SlotTaken, NotOffered, Invalid) as error:
        chosen.start, chosen.hold = "", ""
        draft.keep(request, office, chosen)
        remember_gone(request, error)
        return redirect("frontend:when", office.slug)
    except LimitReached as error:
        return http.conflict(request, http.text_of(error))
    draft.keep(request, office, draft.Draft(done=str(appointment.uid)))
    return redirect("frontend:done", office.slug)


@transaction.atomic
def _once(
    office: Office, service: Service, chosen: draft.Draft, proof: ContactProof, start: datetime
) -> Appointment:
    """A second click at the same moment waits for the first and answers the same appointment."""
    ContactProof.objects.select_for_update(no_key=True).get(pk=proof.pk)
    now, language = clock.now(), translation.get_language()
    client = identity.client_for(office=office, proof=proof, name=chosen.name, language=language, now=now)
    return booking.book(
        office=office,
        service=service,
        start=start,
        mode=chosen.mode,
        client=client,
        by=Actor("visitor"),
        now=now,
        hold=chosen.hold_of(office),
        interpreter=chosen.interpreter,
        language=language,
        note=chosen.note(),
        idempotency=booking.Idempotency("page", f"{proof.pk}/{chosen.start}", str(service.pk)),
    )


@require_safe
def done(request: HttpRequest, office: str) -> HttpResponse:
    """Booked: what happens now."""
    here = access.office_of(request, office)
    appointment = access.appointment_of(here, draft.of(request, here).done)
    if appointment is None:
        return redirect("frontend:topic", here.slug)
    link = links.token(appointment.one("client"))
    if appointment.status != Status.BOOKED:
        return redirect("frontend:my", link)
    context = {
        "office": here,
        "appointment": appointment,
        "link": link,
        "word": appointment.client.word if appointment.client else "",
    }
    return render(request, "frontend/client/done.html", context)
