"""Words for what became of a message: which reminder it was, why it did not arrive, how long ago that was."""

from datetime import UTC, datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

register = template.Library()

STAGES = {
    "week_before": gettext_noop("7 days before"),
    "three_days": gettext_noop("3 working days before"),
    "day_before": gettext_noop("1 working day before"),
    "hour_before": gettext_noop("shortly before"),
}
ERRORS = {
    "no_address": gettext_noop("no address"),
    "bad_address": gettext_noop("the address cannot be right"),
    "sms_budget": gettext_noop("the SMS of the day were used up"),
    "no_channel": gettext_noop("no consent or no contact"),
    "no_messages": gettext_noop("wants no messages: please tell in person"),
    "worker_died": gettext_noop("broken off while it was sent"),
    "rendering": gettext_noop("the text could not be made"),
    "smtp_4": gettext_noop("the mail server was busy"),
    "smtp_5": gettext_noop("the mail server refused the address"),
    "smtp_login": gettext_noop("the mail server refused our sign-in"),
    "smtp_sender": gettext_noop("the mail server refused our sender"),
    "smtpserverdisconnected": gettext_noop("broken off while it was sent"),
    "bounce_": gettext_noop("the mail came back"),
    "tls_": gettext_noop("no safe connection to the mail server"),
    "unforeseen": gettext_noop("broken off while it was sent"),
    "bad_header": gettext_noop("the text could not be made"),
    "quiet_hours": gettext_noop("only quiet hours were left"),
    "deadline": gettext_noop("no answer in time"),
    "twilio_": gettext_noop("the SMS provider refused it"),
    "gateway_": gettext_noop("the SMS provider refused it"),
    "timeout": gettext_noop("no answer in time"),
    "connect": gettext_noop("no connection"),
}


@register.filter
def stage_word(stage: str) -> str:
    """Which reminder."""
    return _(STAGES[stage]) if stage in STAGES else stage


@register.filter
def error_word(code: str) -> str:
    """Why it could not be told; a code that nobody has put into words is shown as it is."""
    return next((_(text) for start, text in ERRORS.items() if code.startswith(start)), code)


@register.filter
def age(since: datetime | None) -> str:
    """``12 s`` or ``3 min``: how long ago this was in real time, as heartbeats are measured."""
    if since is None:
        return "–"
    seconds = max(0, int((datetime.now(UTC) - since).total_seconds()))
    if seconds < 120:
        return ngettext("%(number)s second ago", "%(number)s seconds ago", seconds) % {"number": seconds}
    return ngettext("%(number)s minute ago", "%(number)s minutes ago", seconds // 60) % {
        "number": seconds // 60
    }
