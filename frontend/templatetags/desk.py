"""What the caseworkers' pages say about openings and messages."""

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()

KINDS = {
    "confirmation": gettext_noop("Confirmation"),
    "moved": gettext_noop("Moved"),
    "cancelled": gettext_noop("Cancellation"),
    "mode_changed": gettext_noop("Way changed"),
    "handed_over": gettext_noop("Handed over"),
    "reminder": gettext_noop("Reminder"),
    "staff_booked": gettext_noop("To the caseworker: booked"),
    "staff_moved": gettext_noop("To the caseworker: changed"),
    "staff_cancelled": gettext_noop("To the caseworker: cancelled"),
}
STATES = {
    "pending": gettext_noop("planned"),
    "claimed": gettext_noop("on its way"),
    "sending": gettext_noop("on its way"),
    "sent": gettext_noop("sent"),
    "delivered": gettext_noop("delivered"),
    "failed": gettext_noop("could not be sent"),
    "expired": gettext_noop("was too late"),
    "void": gettext_noop("no longer needed"),
    "unknown": gettext_noop("unclear"),
}
VERBS = {
    "appointment.booked": gettext_noop("booked"),
    "appointment.moved": gettext_noop("moved"),
    "appointment.cancelled": gettext_noop("cancelled"),
    "appointment.mode_changed": gettext_noop("way changed"),
    "appointment.handed_over": gettext_noop("handed over"),
    "appointment.outcome": gettext_noop("outcome recorded"),
    "appointment.confirmed": gettext_noop("confirmed by the client"),
    "appointment.identity_noted": gettext_noop("identity noted"),
    "participant.knocked": gettext_noop("waited at the door"),
    "participant.joined": gettext_noop("came into the room"),
    "participant.left": gettext_noop("left the room"),
    "participant.not_working": gettext_noop("said that it does not work"),
    "participant.called": gettext_noop("was called"),
}


@register.filter
def weekday(number: int) -> str:
    """Monday is 0."""
    return str(WEEKDAYS[number])


@register.filter
def minutes(number: int) -> str:
    """``9:00`` for 540 minutes of the local day."""
    return f"{number // 60}:{number % 60:02d}"


@register.filter
def message_kind(kind: str) -> str:
    """What a message is about."""
    return _(KINDS[kind]) if kind in KINDS else kind


@register.filter
def message_state(state: str) -> str:
    """What became of a message."""
    return _(STATES[state]) if state in STATES else state


@register.filter
def verb(name: str) -> str:
    """What an event says."""
    return _(VERBS[name]) if name in VERBS else name


@register.filter
def percent(share: float | None) -> str:
    """A share as people read it."""
    return "–" if share is None else f"{share * 100:.0f} %"
