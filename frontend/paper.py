"""A confirmation as a tagged PDF: in German, since others read it, and with a code to check it."""

import json
from datetime import datetime
from pathlib import Path

import typst
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from frontend import moments
from scheduler import check_codes
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment

TEMPLATE = Path(__file__).with_name("papers") / "confirmation.typ"
LANGUAGE = "de"


def offered(appointment: Appointment) -> bool:
    """Is there anything to confirm, and somebody to confirm it for?"""
    return appointment.status in check_codes.KINDS and appointment.client is not None


def answer(appointment: Appointment, now: datetime) -> HttpResponse:
    """The paper for this appointment, which ``offered`` allows."""
    response = HttpResponse(_pdf(appointment, now), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="bestaetigung.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _pdf(appointment: Appointment, now: datetime) -> bytes:
    with translation.override(LANGUAGE):
        inputs = {"said": json.dumps(_said(appointment, now))}
    page, made_at = TEMPLATE.read_bytes(), int(now.timestamp())
    try:
        return typst.compile(
            page, sys_inputs=inputs, timestamp=made_at, ignore_system_fonts=True, pdf_standards="ua-1"
        )
    except typst.TypstError:  # letters that its own fonts lack, as in some names: then with the machine's
        return typst.compile(page, sys_inputs=inputs, timestamp=made_at)


def _said(appointment: Appointment, now: datetime) -> dict[str, object]:
    office = appointment.office
    cancelled = appointment.status == Status.CANCELLED
    return {
        "language": LANGUAGE,
        "office": office.name,
        "title": _("Confirmation of a cancellation") if cancelled else _("Confirmation of a talk"),
        "text": _cancelled(appointment) if cancelled else _attended(appointment),
        "facts": _facts(appointment),
        "voluntary": _("The talk was voluntary."),
        "code_label": _("Check code:"),
        "code": check_codes.code(appointment),
        "check": _("Is this paper genuine? Anybody can check it here:"),
        "address": settings.PUBLIC_BASE_URL + reverse("frontend:check_code", args=[office.slug]),
        "issued": _("Issued on %(day)s. Valid without a signature.") % {"day": moments.day(now, office)},
    }


def _attended(appointment: Appointment) -> str:
    return _("%(name)s took part in a talk with us.") % {"name": _name(appointment)}


def _cancelled(appointment: Appointment) -> str:
    values = {"name": _name(appointment), "day": moments.day(appointment.cancelled_at, appointment.office)}
    if appointment.cancelled_by == "client":
        return _("%(name)s cancelled this appointment on %(day)s.") % values
    return _("We cancelled this appointment of %(name)s on %(day)s.") % values


def _facts(appointment: Appointment) -> list[tuple[str, str]]:
    office = appointment.office
    times = f"{moments.clock(appointment.start, office)}–{moments.hour(appointment.end, office)}"
    return [
        (_("Date"), moments.day(appointment.start, office)),
        (_("Planned time"), times),
        (_("How"), appointment.get_mode_display()),
    ]


def _name(appointment: Appointment) -> str:
    return appointment.client.name if appointment.client else ""
