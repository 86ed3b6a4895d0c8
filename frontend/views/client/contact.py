"""Who she is and how she is reached: six digits prove it. The time stays reserved meanwhile."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import access, draft, http
from frontend.forms.client import CodeForm, ContactForm
from scheduler import clock
from scheduler.errors import CodeWrong, HoldExpired, LimitReached, SchedulerError
from scheduler.models import Hold, Office
from scheduler.services import booking, identity


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, office: str) -> HttpResponse:
    """Name, and e-mail or mobile."""
    here = access.office_of(office)
    chosen = draft.of(request, here)
    if not chosen.start:
        return redirect("frontend:when", here.slug)
    typed = {"name": chosen.name, "contact": chosen.contact}
    form = ContactForm(request.POST or None, initial=typed)
    if request.method == "POST" and form.is_valid():
        chosen.name, chosen.contact = form.cleaned_data["name"], form.cleaned_data["contact"]
        draft.keep(request, here, chosen)
        return _send(request, here, chosen, form)
    return _contact_page(request, here, chosen, form)


def _contact_page(
    request: HttpRequest, office: Office, chosen: draft.Draft, form: ContactForm
) -> HttpResponse:
    context = {"office": office, "form": form, "hold": _kept(request, office, chosen), "draft": chosen}
    return render(request, "frontend/client/contact.html", context)


def _send(request: HttpRequest, office: Office, chosen: draft.Draft, form: ContactForm) -> HttpResponse:
    try:
        proof = identity.ask_code(
            office=office,
            channel="email" if "@" in chosen.contact else "sms",
            address=chosen.contact,
            session=draft.visitor(request),
            language=translation.get_language(),
            now=clock.now(),
        )
    except LimitReached as error:
        form.add_error("contact", http.text_of(error))
        return _contact_page(request, office, chosen, form)
    chosen.proof = str(proof.pk)
    draft.keep(request, office, chosen)
    return redirect("frontend:code", office.slug)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, office: str) -> HttpResponse:
    """The six digits."""
    here = access.office_of(office)
    chosen = draft.of(request, here)
    proof = chosen.proof_of(here)
    if proof is None:
        return redirect("frontend:contact", here.slug)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            identity.prove(
                office=here,
                proof_id=chosen.proof,
                code=form.cleaned_data["code"],
                session=draft.visitor(request),
                now=clock.now(),
            )
            return redirect("frontend:check", here.slug)
        except CodeWrong as error:
            form.add_error("code", _wrong(error))
    context = {"office": here, "form": form, "draft": chosen, "hold": _kept(request, here, chosen)}
    return render(request, "frontend/client/code.html", context)


def _wrong(error: CodeWrong) -> str:
    if error.values["tries_left"]:
        return http.text_of(error)
    return _("This code no longer works. Please ask for a new one.")


@require_POST
def extend(request: HttpRequest, office: str) -> HttpResponse:
    """More time to fill in the form."""
    here = access.office_of(office)
    chosen = draft.of(request, here)
    kept = chosen.hold_of(here)
    try:
        if kept:
            booking.extend(hold=kept, now=clock.now())
            messages.success(request, _("You have more time now."))
    except HoldExpired as error:
        messages.warning(request, http.text_of(error))
    return redirect("frontend:contact", here.slug)


def _kept(request: HttpRequest, office: Office, chosen: draft.Draft) -> Hold | None:
    """The hold; one that has ended is made again silently while the time is free."""
    now, kept = clock.now(), chosen.hold_of(office)
    if kept and kept.expires_at > now:
        return kept
    service, start = chosen.service_of(office), chosen.instant()
    if service is None or start is None:
        return None
    try:
        kept = booking.hold(
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
    chosen.hold = str(kept.pk)
    draft.keep(request, office, chosen)
    return kept
