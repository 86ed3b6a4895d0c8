"""Clients: found within the circle, opened outside of it only after a reason."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import http, staff
from frontend.forms.desk import ClientForm, ReasonForm
from scheduler import clock
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Client
from scheduler.queries import agenda, clients
from scheduler.services import contacts, people

FOUND = 30
SHORTEST = 2


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Within the circle by any part; outside only who is named exactly."""
    user, now = staff.desk_user_of(request), clock.now()
    text = " ".join(request.GET.get("q", "").split())[:100].replace("\0", "")
    context = {"text": text, "short": 0 < len(text) < SHORTEST, "searched": len(text) >= SHORTEST}
    if len(text) >= SHORTEST:
        context["found"] = clients.within(user, text, now)[:FOUND]
        context["outside"] = clients.outside(user, text, now)[:FOUND]
    return render(request, "frontend/desk/clients.html", context)


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known: little."""
    client = staff.client_of(request, pk, clock.now())
    if client is None:
        return redirect("frontend:desk_client_reason", pk)
    appointments = agenda.visible_appointments(staff.user_of(request), clock.now()).filter(client=client)
    context = {
        "client": client,
        "appointments": appointments.order_by("-start")[:FOUND],
        "ways": _ways(client),
    }
    return render(request, "frontend/desk/client.html", context)


def _ways(client: Client) -> list[dict[str, Any]]:
    """E-mail and SMS: where, what else was named, whether it is open to us."""
    agreed = client.open_channels
    return [
        {
            "channel": channel,
            "kind": kind,
            "label": label,
            "address": getattr(client, kind),
            "offered": getattr(client, f"offered_{kind}"),
            "agreed": channel in agreed,
        }
        for channel, kind, label in (("email", "email", _("E-mail")), ("sms", "mobile", _("Mobile number")))
    ]


@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle how she is reached: a differing contact, a consent, the safe-contact flag."""
    now = clock.now()
    client, by = staff.client_of(request, pk, now), Actor.of(staff.user_of(request))
    if client is None:
        raise Http404
    step, _colon, what = request.POST.get("step", "").partition(":")
    try:
        done = _settle(client, step, what, by, now)
    except Invalid as error:
        messages.error(request, http.text_of(error))
    else:
        messages.success(request, done)
    return redirect("frontend:desk_client", pk)


def _settle(client: Client, step: str, what: str, by: Actor, now: datetime) -> str:
    """Answers what to say; raises Invalid for a step that there is not."""
    if step in {"take", "drop"}:
        contacts.settle_contact(client=client, kind=what, take=step == "take", by=by, now=now)
        return _("The contact is settled.")
    if step in {"agree", "withdraw"}:
        change = contacts.consent if step == "agree" else contacts.withdraw_consent
        change(client=client, channel=what, by=by, now=now)
        return _("The consent is noted.")
    if step == "silence" and what in {"on", "off"}:
        contacts.set_silence(client=client, silent=what == "on", by=by, now=now)
        return _("Noted. It holds for every message from now on.")
    raise Invalid(field="step", problem="unknown")


@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Outside of the circle: why first."""
    now, user = clock.now(), staff.desk_user_of(request)
    if staff.client_of(request, pk, now) is not None:
        return redirect("frontend:desk_client", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        client = staff.client_outside(request, pk)
        try:
            why = form.cleaned_data["reason"]
            people.open_with_reason(client=client, user=user, reason=why, now=now)
        except Invalid as error:
            form.add_error("reason", http.text_of(error))
        else:
            return redirect("frontend:desk_client", pk)
    return render(
        request, "frontend/desk/client_reason.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Somebody who is not known yet; then on to the times."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    form = ClientForm(
        request.POST if request.method == "POST" else None,
        office=caseworker.office,
        initial={"language": "de"},
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        agreed, by = values.pop("consent"), Actor.of(caseworker.user)
        told = {name: values[name] for name in ("name", "email", "mobile")}
        client = clients.known(staff.user_of(request), now, **told)
        if client is None:
            client = people.make_client(
                office=caseworker.office, caseworker=caseworker, matched=True, by=by, now=now, **values
            )
        for channel, address in (("email", client.email), ("sms", client.mobile)):
            if agreed and address:
                contacts.consent(client=client, channel=channel, by=by, now=now)
        return redirect(f"{reverse('frontend:desk_book')}?client={client.pk}")
    return render(
        request, "frontend/desk/client_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Not yet assigned: she becomes mine."""
    caseworker = staff.caseworker_of(request)
    now = clock.now()
    client = staff.client_of(request, pk, now)
    if client is None:
        raise Http404
    if people.take_client(client=client, caseworker=caseworker, by=Actor.of(staff.user_of(request)), now=now):
        messages.success(request, _("This person is yours now."))
    return redirect("frontend:desk_client", pk)
