"""The client's way to a time: topic, how, check, done (when and contact have files of their own)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from frontend import access, draft, http
from frontend.forms.client import HowForm
from scheduler import clock, links
from scheduler.errors import LimitReached, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, Office, Service
from scheduler.services import booking, identity


@require_http_methods(["GET", "POST"])
def topic(request: HttpRequest, office: str) -> HttpResponse:
    """What is it about?"""
    here = access.office_of(office)
    if request.method == "POST":
        service = access.public_service(here, request.POST.get("service", ""))
        if service:
            draft.keep(request, here, draft.Draft(service=str(service.pk)))
            return redirect("frontend:how", here.slug)
    services = Service.objects.of(here).filter(active=True, public=True, case_data=False)
    language = translation.get_language()
    rows = [(one, one.name_in(language), one.description_in(language)) for one in services]
    return render(request, "frontend/client/topic.html", {"office": here, "services": rows})


@require_http_methods(["GET", "POST"])
def how(request: HttpRequest, office: str) -> HttpResponse:
    """Video, phone or on site; with an interpreter?"""
    here = access.office_of(office)
    chosen = draft.of(request, here)
    service = chosen.service_of(here)
    if service is None:
        return redirect("frontend:topic", here.slug)
    first = {"mode": chosen.mode or service.offered_modes[0], "interpreter": chosen.interpreter}
    form = HowForm(request.POST or None, office=here, service=service, initial=first)
    if request.method == "POST" and form.is_valid():
        chosen.mode = form.cleaned_data["mode"]
        chosen.interpreter = form.cleaned_data.get("interpreter", "")
        draft.keep(request, here, chosen)
        return redirect("frontend:when", here.slug)
    return render(request, "frontend/client/how.html", {"office": here, "form": form})


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, office: str) -> HttpResponse:
    """Everything once more, then one button."""
    here, now = access.office_of(office), clock.now()
    chosen = draft.of(request, here)
    if chosen.done:
        return redirect("frontend:done", here.slug)
    service, proof, start = chosen.service_of(here), chosen.proof_of(here), chosen.instant()
    if service is None or start is None:
        return redirect("frontend:topic", here.slug)
    if proof is None or proof.proved_at is None:
        return redirect("frontend:contact", here.slug)
    if request.method == "POST":
        return _book(request, here, service, chosen)
    context = {
        "office": here,
        "draft": chosen,
        "service": service.name_in(translation.get_language()),
        "start": start,
        "minutes": service.duration_minutes,
        "hold": chosen.hold_of(here),
        "now": now,
    }
    return render(request, "frontend/client/check.html", context)


def _book(request: HttpRequest, office: Office, service: Service, chosen: draft.Draft) -> HttpResponse:
    now, language = clock.now(), translation.get_language()
    proof, start = chosen.proof_of(office), chosen.instant()
    assert proof is not None
    assert start is not None
    client = identity.client_for(office=office, proof=proof, name=chosen.name, language=language, now=now)
    try:
        appointment = booking.book(
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
            idempotency=booking.Idempotency(f"page:{proof.pk}", f"{chosen.start}", str(service.pk)),
        )
    except (SlotTaken, NotOffered) as error:
        chosen.start, chosen.hold = "", ""
        draft.keep(request, office, chosen)
        request.session["gone"] = {"code": error.code, "nearest": _stamps(error.values["alternatives"])}
        return redirect("frontend:when", office.slug)
    except LimitReached as error:
        return http.conflict(request, http.text_of(error))
    draft.keep(request, office, draft.Draft(done=str(appointment.uid)))
    return redirect("frontend:done", office.slug)


def _stamps(starts: list) -> list[str]:
    return [start.isoformat() for start in starts]


@require_GET
def done(request: HttpRequest, office: str) -> HttpResponse:
    """Booked: what happens now."""
    here = access.office_of(office)
    uid = draft.of(request, here).done
    rows = Appointment.objects.of(here).with_people()
    appointment = rows.filter(uid=uid).first() if uid else None
    if appointment is None:
        return redirect("frontend:topic", here.slug)
    context = {
        "office": here,
        "appointment": appointment,
        "link": links.token(appointment.one("client")),
        "word": appointment.client.word if appointment.client else "",
    }
    return render(request, "frontend/client/done.html", context)
