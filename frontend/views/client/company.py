"""Somebody comes along: the client adds a companion by name and passes the own link on."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, http
from frontend.forms.company import CompanionForm
from frontend.views.client.mine import context_of
from scheduler import clock, links, policies
from scheduler.errors import Invalid, LimitReached
from scheduler.events import Actor
from scheduler.models import Participant
from scheduler.queries import company
from scheduler.services import booking


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, link: str) -> HttpResponse:
    """Whom she brings along, each with a link to pass on; one more by name."""
    now = clock.now()
    client = access.client_of(request, link, now)
    form = CompanionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _add(request, client, form, now):
        return redirect("frontend:my_company", link)
    known = [(person, links.url(person)) for person in company.companions_of(client)]
    may = {
        "may_add": policies.may_join_in(client.appointment, now),
        "may_remove": policies.may_end_part(client.appointment, now),
    }
    context = {**context_of(client, link, now), **may, "form": form, "companions": known}
    return render(request, "frontend/client/company.html", context, status=422 if form.errors else 200)


def _add(request: HttpRequest, client: Participant, form: CompanionForm, now: datetime) -> bool:
    values = {"name": form.cleaned_data["name"], "language": client.language}
    try:
        booking.add_companion(appointment=client.appointment, by=Actor.of(client), now=now, **values)
    except (Invalid, LimitReached) as error:
        form.add_error("name", http.text_of(error))
        return False
    messages.success(request, _("Added. Please pass the link on."))
    return True


@require_POST
def remove(request: HttpRequest, link: str, person: UUID) -> HttpResponse:
    """Her companion's link ends."""
    now = clock.now()
    client = access.client_of(request, link, now)
    companion = access.companion_of(client, person)
    if companion.revoked_at:
        messages.info(request, _("This was done already."))
        return redirect("frontend:my_company", link)
    booking.revoke_person(participant=companion, by=Actor.of(client), now=now)
    messages.success(request, _("Removed. That link no longer works."))
    return redirect("frontend:my_company", link)
