"""Clients: found by name, shown on a minimal card; strangers only after a reason."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from frontend import http, staff
from frontend.forms.desk import ReasonForm
from scheduler import clock
from scheduler.errors import Invalid
from scheduler.models import Client
from scheduler.queries import agenda
from scheduler.services import people

SHOWN = 20
SHORTEST = 2


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Own, the team's and unassigned clients; others of the office by name only."""
    user, now = staff.user_of(request), clock.now()
    text = request.GET.get("q", "")[:80].replace("\x00", "").strip()
    visible = agenda.visible_clients(user, now)
    found = list(visible.filter(name__icontains=text)[:SHOWN]) if len(text) >= SHORTEST else []
    others = []
    if len(text) >= SHORTEST:
        strangers = Client.objects.of(user.office).filter(name__iexact=text, protected=False)
        others = list(strangers.exclude(pk__in=visible.values("pk"))[:SHOWN])
    context = {"office": user.office, "q": text, "found": found, "others": others}
    return render(request, "frontend/desk/clients.html", context)


@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known: a contact, a language, appointments. Nothing about the case."""
    client = staff.client_of(request, pk, clock.now())
    rows = client.appointments.with_people().order_by("-start")[:20]
    context = {"office": client.office, "client": client, "appointments": rows}
    return render(request, "frontend/desk/client.html", context)


@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Why somebody opens a client who is not hers; it is logged."""
    user = staff.user_of(request)
    client = Client.objects.of(user.office).filter(pk=pk, protected=False).first()
    if client is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.open_with_reason(
                client=client, user=user, reason=form.cleaned_data["reason"], now=clock.now()
            )
            return redirect("frontend:desk_client", pk)
        except Invalid as error:
            form.add_error("reason", http.text_of(error))
    return render(
        request, "frontend/desk/reason.html", {"office": user.office, "form": form, "client": client}
    )
