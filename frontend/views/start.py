"""Where people arrive: the list of offices, an office's start page, its texts, the language."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from frontend import access
from scheduler import clock, links
from scheduler.errors import SchedulerError
from scheduler.services import contacts


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only office's start page, or a list of them."""
    offices = access.offices()
    if len(offices) == 1:
        return office(request, offices[0].slug)
    return render(request, "frontend/start/offices.html", {"offices": offices})


@require_safe
def office(request: HttpRequest, office: str) -> HttpResponse:
    """What this is, that it is voluntary, and the way to a time."""
    return render(request, "frontend/start/office.html", {"office": access.office_of(request, office)})


@require_safe
def text(request: HttpRequest, office: str, name: str) -> HttpResponse:
    """Help, imprint, privacy, accessibility."""
    return render(request, f"frontend/start/{name}.html", {"office": access.office_of(request, office)})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on; on a personal link the choice is kept with the person."""
    wanted, here = request.POST.get("language", ""), request.POST.get("next", "/")
    if wanted not in dict(settings.LANGUAGES):
        raise Http404
    request.session["language"] = wanted
    if here.startswith("/t/"):
        _keep_with_person(here.split("/")[2], wanted)
    safe = url_has_allowed_host_and_scheme(here, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(here if safe and here.startswith("/") else "/")


def _keep_with_person(link: str, wanted: str) -> None:
    try:
        contacts.choose_language(participant=links.resolve(link, clock.now()), language=wanted)
    except SchedulerError:
        return
