"""Who she is and how she is reached: six digits prove it. The time stays reserved meanwhile."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, draft, http
from frontend.forms.client import CodeForm, ContactForm
from scheduler import clock
from scheduler.errors import CodeWrong, HoldExpired, LimitReached, SchedulerError
from scheduler.models import Hold, Office
from scheduler.services import booking, identity

STEPS = {"contact": ("name", "contact", "phone", "consent"), "code": ("code",), "check": ()}
"""What is typed at each step while a time is reserved."""


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, office: str) -> HttpResponse:
    """Name, and e-mail or mobile."""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    if not chosen.start:
        return redirect("frontend:when", here.slug)
    typed = {"name": chosen.name, "contact": chosen.contact, "phone": chosen.phone}
    first = {**typed, "consent": bool(chosen.contact), **draft.remembered(request)}
    form = ContactForm(request.POST or None, initial=first, by_phone=chosen.mode == "phone")
    if request.method == "POST" and form.is_valid():
        _take(chosen, form.cleaned_data)
        refusal = "" if chosen.proved(here) else _send(request, here, chosen)
        draft.keep(request, here, chosen)
        if not refusal:
            return redirect("frontend:check" if chosen.proved(here) else "frontend:code", here.slug)
        form.add_error("contact", refusal)
    context = {"office": here, "form": form, "hold": kept(request, here, chosen), "step": "contact"}
    return render(request, "frontend/client/contact.html", context, status=422 if form.errors else 200)


def _take(chosen: draft.Draft, typed: dict[str, str]) -> None:
    """A proof is worth something only for the address that it was made for."""
    if typed["contact"] != chosen.contact:
        chosen.proof = ""
    chosen.name, chosen.contact, chosen.phone = typed["name"], typed["contact"], typed.get("phone", "")


def _send(request: HttpRequest, office: Office, chosen: draft.Draft) -> str:
    """Send a code; answers why not, or nothing."""
    try:
        proof = identity.ask_code(
            office=office,
            channel="email" if "@" in chosen.contact else "sms",
            address=chosen.contact,
            session=draft.visitor(request),
            origin=draft.address(request),
            language=translation.get_language(),
            now=clock.now(),
        )
    except LimitReached as error:
        return http.text_of(error)
    chosen.proof = str(proof.pk)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, office: str) -> HttpResponse:
    """The six digits, or a new code."""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    if chosen.proof_of(here) is None:
        return redirect("frontend:contact", here.slug)
    if "again" in request.POST:
        return _again(request, here, chosen)
    form = CodeForm(request.POST or None, initial=draft.remembered(request))
    if request.method == "POST" and form.is_valid():
        refusal = _prove(request, here, chosen, form.cleaned_data["code"])
        if not refusal:
            return redirect("frontend:check", here.slug)
        form.add_error("code", refusal)
    context = {
        "office": here,
        "form": form,
        "draft": chosen,
        "hold": kept(request, here, chosen),
        "step": "code",
    }
    return render(request, "frontend/client/code.html", context, status=422 if form.errors else 200)


def _again(request: HttpRequest, office: Office, chosen: draft.Draft) -> HttpResponse:
    refusal = _send(request, office, chosen)
    draft.keep(request, office, chosen)
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, _("We have sent you a new code."))
    return redirect("frontend:code", office.slug)


def _prove(request: HttpRequest, office: Office, chosen: draft.Draft, typed: str) -> str:
    """Check the code; answers why it is refused, or nothing."""
    session, now = draft.visitor(request), clock.now()
    try:
        identity.prove(office=office, proof_id=chosen.proof, code=typed, session=session, now=now)
    except CodeWrong as error:
        left = error.values["tries_left"]
        if not left:
            return _("This code no longer works. Please ask for a new one.")
        tries = ngettext("You have %(left)s try left.", "You have %(left)s tries left.", left) % {
            "left": left
        }
        return f"{http.text_of(error)} {tries}"
    return ""


@require_POST
def extend(request: HttpRequest, office: str) -> HttpResponse:
    """More time to fill in the form; what was typed so far stays."""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    hold = kept(request, here, chosen)
    try:
        if hold:
            booking.extend(hold=hold, now=clock.now())
            messages.success(request, _("You have more time now."))
    except HoldExpired:
        messages.warning(request, _("You cannot get more time. Please go on now, or call us."))
    step = request.POST.get("step", "")
    step = step if step in STEPS else "contact"
    draft.remember(request, STEPS[step])
    return redirect(f"frontend:{step}", here.slug)


def kept(request: HttpRequest, office: Office, chosen: draft.Draft) -> Hold | None:
    """The hold; one that has ended is made again silently while the time is free."""
    now, hold = clock.now(), chosen.hold_of(office)
    if hold and hold.expires_at > now:
        return hold
    service, start = chosen.service_of(office), chosen.instant()
    if service is None or start is None:
        return None
    try:
        hold = booking.hold(
            office=office,
            service=service,
            start=start,
            mode=chosen.mode,
            session=draft.visitor(request),
            address=draft.address(request),
            interpreter=chosen.interpreter,
            now=now,
        )
    except SchedulerError:
        return None
    chosen.hold = str(hold.pk)
    draft.keep(request, office, chosen)
    return hold
