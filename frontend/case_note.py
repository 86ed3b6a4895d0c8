"""What staff copy into the case file: facts alone, no judgement and no diagnosis, never blame."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend import moments
from frontend.forms.client import language_in_words
from scheduler.models import Appointment

OUTCOMES = {
    "fulfilled": gettext_noop("The talk took place."),
    "noshow": gettext_noop("The talk did not come about."),
    "technical_failure": gettext_noop("The talk did not come about because of a technical failure."),
    "office_failed": gettext_noop("The talk did not come about because of us."),
}
CANCELLED = {
    "client": gettext_noop("The client cancelled the talk."),
    "office": gettext_noop("We cancelled the talk."),
}


def text(appointment: Appointment) -> str:
    """Date, from–to as planned, way, person, interpreter, outcome; empty while nothing is recorded."""
    outcome = OUTCOMES.get(appointment.status) or CANCELLED.get(appointment.cancelled_by)
    if outcome is None:
        return ""
    office = appointment.office
    times = f"{moments.clock(appointment.start, office)}–{moments.hour(appointment.end, office)}"
    lines = [
        (_("Talk (voluntary)"), ""),
        (_("Date"), moments.day(appointment.start, office)),
        (_("Planned time"), times),
        (_("How"), appointment.get_mode_display()),
        (_("Caseworker"), appointment.caseworker.display_name),
        (_("Interpreter"), _interpreted(appointment.interpreter_language)),
        (_("Outcome"), _(outcome)),
    ]
    return "\n".join(f"{name}: {value}" if value else name for name, value in lines)


def _interpreted(tag: str) -> str:
    return language_in_words(tag) if tag else _("none")
