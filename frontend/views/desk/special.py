"""Special appointments: the first press shows what would be overridden, the second books it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend import moments
from scheduler.errors import SchedulerError
from scheduler.models import Appointment
from scheduler.services import booking

WARNINGS = {
    "in_notice": gettext_noop("It is sooner than the notice allows."),
    "beyond_horizon": gettext_noop("It is further ahead than is usually booked."),
    "outside_openings": gettext_noop("It is outside the openings."),
    "off_grid": gettext_noop("It is off the usual grid of times."),
    "absent_or_closed": gettext_noop("The caseworker is absent or the office is closed."),
    "second_caseworker_busy": gettext_noop("The second caseworker is not free then and does not come along."),
    "interpreter_not_free": gettext_noop("No interpreter is free then. Please arrange for one."),
    "mode_not_offered": gettext_noop("The opening is not meant for this way of talking."),
    "buffer_cut": gettext_noop("The break before it gets shorter."),
}


def tell_warnings(request: HttpRequest, appointment: Appointment) -> None:
    """What was overridden."""
    for code in appointment.warnings:
        messages.warning(request, _("Special appointment:") + " " + _(WARNINGS.get(code, code)))


def is_stale(request: HttpRequest, appointment: Appointment) -> bool:
    """Was what she has looked at an older state of this appointment?"""
    seen = request.POST.get("seen", "").split(" ")[0]
    return seen not in {"", str(appointment.sequence)}


def to_confirm(
    request: HttpRequest, start: datetime, step: Callable[[], Appointment], sequence: int = 0
) -> dict[str, Any]:
    """For the page: what this step would override, unless just that was shown for this very time.

    ``sequence`` is the state that it would change. Nothing where it overrides nothing or is refused
    anyway: the step itself says why.
    """
    try:
        found = booking.foreseen(step)
    except SchedulerError:
        return {}
    seen = " ".join([str(sequence), moments.stamp(start), *found])
    if not found or request.POST.get("seen") == seen:
        return {}
    return {"seen": seen, "foreseen": [_(WARNINGS.get(code, code)) for code in found]}
