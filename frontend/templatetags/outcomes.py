"""What became of a talk: the buttons, what the facts suggest, what follows."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.models import Appointment

register = template.Library()

OUTCOMES = {
    "fulfilled": (gettext_noop("Took place"), gettext_noop("Accept the proposal: the talk took place")),
    "noshow": (gettext_noop("Did not appear"), gettext_noop("Accept the proposal: did not appear")),
    "technical_failure": (
        gettext_noop("Technical failure"),
        gettext_noop("Accept the proposal: technical failure"),
    ),
    "office_failed": (
        gettext_noop("Failed because of us"),
        gettext_noop("Accept the proposal: failed because of us"),
    ),
}


@register.inclusion_tag("frontend/desk/_outcome_buttons.html", takes_context=True)
def outcome_buttons(
    context: Context, appointment: Appointment, proposed: str | None, back: str = ""
) -> dict[str, Any]:
    """The proposal first, in one click; every other outcome in one click, too."""
    others = [code for code in OUTCOMES if code not in {proposed, appointment.status}]
    return {
        "appointment": appointment,
        "proposed": proposed,
        "accept": _(OUTCOMES[proposed][1]) if proposed else "",
        "others": [(code, _(OUTCOMES[code][0])) for code in others],
        "back": back,
        "small": bool(back),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def accepted(appointment: Appointment) -> bool:
    """Has the client said that she comes?"""
    return any(person.confirmed_at for person in appointment.participants.all() if person.role == "client")
