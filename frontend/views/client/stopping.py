"""No more messages by a channel: her link shows the channels, a fresh code to that contact ends one."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import access, draft, http
from frontend.forms.client import CodeForm
from frontend.views.client.mine import context_of
from scheduler import clock
from scheduler.errors import CodeWrong, LimitReached
from scheduler.events import Actor
from scheduler.models import Client, Participant
from scheduler.services import contacts, identity


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, link: str) -> HttpResponse:
    """Which messages she gets, and where; POST sends the code that ending one needs."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    client = _told(participant)
    channel = request.POST.get("channel", "")
    if channel in contacts.agreed(client):
        if not (refusal := _send(request, client, channel, now)):
            return redirect("frontend:my_messages_code", link, channel)
        messages.warning(request, refusal)
    ways = [(channel, masked(contacts.address(client, channel))) for channel in contacts.agreed(client)]
    context = {**context_of(participant, link, now), "ways": ways, "client": client}
    return render(request, "frontend/client/messages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, link: str, channel: str) -> HttpResponse:
    """The six digits; the right ones end the channel at once."""
    now = clock.now()
    participant = access.client_of(request, link, now)
    client, proof = _told(participant), request.session.get(_key(channel), "")
    if channel not in contacts.agreed(client) or not proof:
        return redirect("frontend:my_messages", link)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _prove(request, client, channel, form.cleaned_data["code"], now)
        except CodeWrong as error:
            form.add_error("code", http.text_of(error))
        else:
            contacts.withdraw_consent(client=client, channel=channel, by=Actor.of(participant), now=now)
            messages.success(request, _("Done. You get no more messages this way."))
            return redirect("frontend:my", link)
    context = {**context_of(participant, link, now), "form": form, "channel": channel}
    context["contact"] = masked(contacts.address(client, channel))
    return render(request, "frontend/client/messages_code.html", context, status=422 if form.errors else 200)


def masked(address: str) -> str:
    """Enough to know one's own contact again, nothing for whoever found the link: k…@…, …45."""
    return f"{address[0]}…@…" if "@" in address else f"…{address[-2:]}"


def _told(participant: Participant) -> Client:
    if participant.client is None:
        raise Http404
    return participant.client


def _send(request: HttpRequest, client: Client, channel: str, now: datetime) -> str:
    """Send a code to the contact that is to be ended; answers why not, or nothing."""
    try:
        proof = identity.ask_code(
            office=client.office,
            channel=channel,
            address=contacts.address(client, channel),
            session=draft.visitor(request),
            origin=draft.address(request),
            language=translation.get_language(),
            now=now,
        )
    except LimitReached as error:
        return http.text_of(error)
    request.session[_key(channel)] = str(proof.pk)
    return ""


def _prove(request: HttpRequest, client: Client, channel: str, typed: str, now: datetime) -> None:
    """Raises CodeWrong, for a code to another contact too."""
    proof = identity.prove(
        office=client.office,
        proof_id=request.session[_key(channel)],
        code=typed,
        session=draft.visitor(request),
        now=now,
    )
    if proof.address != contacts.address(client, channel):
        raise CodeWrong(tries_left=0)


def _key(channel: str) -> str:
    return f"stop-{channel}"
