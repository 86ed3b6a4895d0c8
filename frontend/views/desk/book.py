"""Book for a client, while she is on the phone: who, what, then the next free times."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import http, staff
from frontend.forms.client import StartForm
from frontend.forms.desk import NoteForm, SpecialForm, WishForm
from frontend.telling import told
from frontend.views.client.when import times
from frontend.views.desk.special import tell_warnings, to_confirm
from scheduler import clock
from scheduler.errors import IdempotencyMismatch, SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment, Caseworker, Client
from scheduler.queries import free_slots, load
from scheduler.queries.free_slots import Search
from scheduler.services import booking


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Without a client: on to the search. With one: what, and the times."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    if not request.GET.get("client"):
        return redirect("frontend:desk_clients")
    client = _client(request, now)
    follows = _followed(request, client, now)
    first = {"service": caseworker.services.filter(active=True).first(), "mode": "video", "who": "me"}
    chosen = WishForm(request.GET if "service" in request.GET else None, initial=first, caseworker=caseworker)
    context: dict[str, Any] = {"client": client, "follows": follows, "wish": chosen}
    if not chosen.is_valid():
        status = 422 if chosen.errors else 200
        return render(request, "frontend/desk/book.html", context, status=status)
    search, forms = _search(caseworker, chosen.cleaned_data, follows), _forms(request, caseworker)
    form, special, note = forms
    picked: Any = special if special.is_bound else form
    ahead: dict[str, Any] = {}
    if picked.is_bound and picked.is_valid() and note.is_valid():
        wish = _Wish(caseworker, client, search, note.cleaned_data["note"], special.is_bound, follows)
        start = picked.cleaned_data["start"]
        ahead = to_confirm(request, start, lambda: _booked(wish, start, now)) if wish.special else {}
        booked = None if ahead else _book(request, wish, start, now)
        if booked:
            return redirect("frontend:desk_appointment", booked.uid)
    context |= {"interpreter": search.interpreter, "errors": picked.errors or note.errors, **ahead}
    context |= {**_shown(request, forms), **times(request, search, now)}
    return render(request, "frontend/desk/book.html", context, status=422 if context["errors"] else 200)


def _shown(request: HttpRequest, forms: tuple[StartForm, SpecialForm, NoteForm]) -> dict[str, Any]:
    return {
        **dict(zip(("form", "special_form", "note_form"), forms, strict=True)),
        "nonce": request.POST.get("nonce", "")[:64] or str(uuid.uuid4()),
        "query": _query(request),
    }


def _client(request: HttpRequest, now: datetime) -> Client:
    pk = request.GET["client"]
    if not pk.isdecimal() or len(pk) > 17:
        raise Http404
    client = staff.client_of(request, int(pk), now)
    if client is None:
        raise Http404
    return client


def _followed(request: HttpRequest, client: Client, now: datetime) -> Appointment | None:
    """The talk of this client from which the next one is booked; 404 where she may not open it."""
    if "follows" not in request.GET:
        return None
    try:
        followed = staff.appointment_of(request, uuid.UUID(request.GET["follows"]), now)
    except ValueError:
        raise Http404 from None
    if followed.client_id != client.pk:
        raise Http404
    return followed


def _search(caseworker: Caseworker, values: dict[str, Any], follows: Appointment | None) -> Search:
    mine, service = values["who"] == "me", values["service"]
    return Search(
        caseworker.office,
        service,
        values["mode"],
        caseworker=caseworker.pk if mine else None,
        team=None if mine else caseworker.team_id,
        interpreter=follows.interpreter_language if follows and service.interpreter_possible else "",
    )


def _forms(request: HttpRequest, caseworker: Caseworker) -> tuple[StartForm, SpecialForm, NoteForm]:
    posted = request.POST if request.method == "POST" else None
    special = posted is not None and "special" in posted
    return (
        StartForm(None if special else posted),
        SpecialForm(posted if special else None, office=caseworker.office),
        NoteForm(posted),
    )


def _query(request: HttpRequest) -> str:
    """The choice without the day from which on times are shown."""
    values = request.GET.copy()
    values.pop("after", None)
    return values.urlencode()


@dataclass(frozen=True)
class _Wish:
    """Everything about the booking but its start."""

    caseworker: Caseworker
    client: Client
    search: Search
    note: str
    special: bool
    follows: Appointment | None


def _book(request: HttpRequest, wish: _Wish, start: datetime, now: datetime) -> Appointment | None:
    try:
        appointment = _booked(wish, start, now, _once(request, wish, start))
    except IdempotencyMismatch:
        messages.error(request, _("This was sent before. Please look at the person's appointments."))
    except SchedulerError as error:
        messages.error(request, http.text_of(error))
    else:
        messages.success(request, f"{_('The appointment is booked.')} {told(appointment)}")
        tell_warnings(request, appointment)
        return appointment
    return None


def _booked(
    wish: _Wish, start: datetime, now: datetime, once: booking.Idempotency | None = None
) -> Appointment:
    search = wish.search
    mine = wish.special or search.caseworker is not None
    return booking.book(
        office=search.office,
        service=search.service,
        start=start,
        mode=search.mode,
        client=wish.client,
        caseworker=wish.caseworker if mine else _teammate(search, wish.client, start, now),
        by=Actor.of(wish.caseworker.user),
        now=now,
        interpreter=search.interpreter,
        note=wish.note,
        language=wish.follows.language if wish.follows else "",
        special=wish.special,
        follows=wish.follows,
        idempotency=once,
    )


def _teammate(search: Search, client: Client, start: datetime, now: datetime) -> Caseworker | None:
    able = free_slots.candidates(search, start=start, now=now)
    for pk in load.in_turn(office=search.office, able=able, start=start, client=client):
        return Caseworker.objects.of(search.office).get(pk=pk)
    return None


def _once(request: HttpRequest, wish: _Wish, start: datetime) -> booking.Idempotency | None:
    """A second click of the same page answers the appointment of the first."""
    nonce = request.POST.get("nonce", "")[:64]
    if not nonce:
        return None
    body = f"{wish.client.pk}|{wish.search.service.pk}|{wish.search.mode}|{start.isoformat()}|{wish.special}"
    digest = hashlib.sha256(body.encode()).hexdigest()
    return booking.Idempotency(source=f"user:{request.user.pk}", key=nonce, fingerprint=digest)
