"""The first steps: what it is about, and how to talk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from frontend import access, draft
from frontend.forms.client import HowForm
from scheduler.models import Office, Service
from scheduler.services import booking


@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: HttpRequest, office: str) -> HttpResponse:
    """What is it about?"""
    here = access.office_of(request, office)
    if request.method == "POST":
        service = access.public_service(here, request.POST.get("service", ""))
        if service:
            draft.keep(request, here, _with_topic(draft.of(request, here), here, service))
            return redirect("frontend:how", here.slug)
    services = Service.objects.of(here).filter(active=True, public=True, case_data=False)
    language = translation.get_language()
    rows = [(one, one.name_in(language), one.description_in(language)) for one in services]
    return render(request, "frontend/client/topic.html", {"office": here, "services": rows})


def _with_topic(chosen: draft.Draft, office: Office, service: Service) -> draft.Draft:
    """Another topic has other times; what was typed stays."""
    _give_back(chosen, office)
    typed = {"name": chosen.name, "contact": chosen.contact, "phone": chosen.phone, "proof": chosen.proof}
    return draft.Draft(service=str(service.pk), mode=chosen.mode, interpreter=chosen.interpreter, **typed)


def _give_back(chosen: draft.Draft, office: Office) -> None:
    """The reserved time was for other wishes."""
    hold = chosen.hold_of(office)
    if hold:
        booking.release(hold=hold)
    chosen.start, chosen.hold = "", ""


@require_http_methods(["GET", "HEAD", "POST"])
def how(request: HttpRequest, office: str) -> HttpResponse:
    """Video, phone or on site; with an interpreter?"""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    service = chosen.service_of(here)
    if service is None:
        return redirect("frontend:topic", here.slug)
    mode = chosen.mode if chosen.mode in service.offered_modes else service.offered_modes[0]
    first = {"mode": mode, "interpreter": chosen.interpreter}
    form = HowForm(request.POST or None, office=here, service=service, initial=first)
    if request.method == "POST" and form.is_valid():
        wanted = (form.cleaned_data["mode"], form.cleaned_data.get("interpreter", ""))
        if wanted != (chosen.mode, chosen.interpreter):
            _give_back(chosen, here)
        chosen.mode, chosen.interpreter = wanted
        draft.keep(request, here, chosen)
        return redirect("frontend:when", here.slug)
    context = {"office": here, "form": form}
    return render(request, "frontend/client/how.html", context, status=422 if form.errors else 200)
