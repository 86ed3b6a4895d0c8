"""What staff pages share: the menu, and words for what is stored as a code."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend.forms.client import language_in_words
from notifications.models import Message
from scheduler.queries.agenda import Roles

register = template.Library()

STATUS = {
    "booked": (gettext_noop("booked"), "booked"),
    "fulfilled": (gettext_noop("took place"), "done"),
    "noshow": (gettext_noop("did not appear"), "failed"),
    "technical_failure": (gettext_noop("technical failure"), "failed"),
    "office_failed": (gettext_noop("failed because of us"), "failed"),
    "cancelled": (gettext_noop("cancelled"), "cancelled"),
}
EVENTS = {
    "appointment.booked": gettext_noop("Booked"),
    "appointment.moved": gettext_noop("Moved"),
    "appointment.cancelled": gettext_noop("Cancelled"),
    "appointment.mode_changed": gettext_noop("Mode switched"),
    "appointment.handed_over": gettext_noop("Handed over"),
    "appointment.outcome": gettext_noop("Outcome recorded"),
    "appointment.confirmed": gettext_noop("Confirmed"),
    "appointment.identity_noted": gettext_noop("Identity noted"),
    "appointment.said": gettext_noop("Sentence to whoever waits"),
    "appointment.taken_back": gettext_noop("Sentence taken back"),
    "participant.knocked": gettext_noop("Waits at the door"),
    "participant.joined": gettext_noop("In the room"),
    "participant.left": gettext_noop("Left the room"),
    "participant.not_working": gettext_noop("Says: It does not work"),
    "participant.called": gettext_noop("Was called"),
    "participant.declined": gettext_noop("Declined in the calendar"),
    "message.retried": gettext_noop("Message sent again by hand"),
    "message.told_by_hand": gettext_noop("Told by phone or letter"),
    "message.voided": gettext_noop("Message no longer needed"),
    "participant.added": gettext_noop("Person added"),
    "participant.revoked": gettext_noop("Person removed"),
    "participant.link_renewed": gettext_noop("Link renewed"),
    "participant.link_sent": gettext_noop("Link sent again"),
}
ACTORS = {
    "user": gettext_noop("staff"),
    "client": gettext_noop("client"),
    "participant": gettext_noop("personal link"),
    "visitor": gettext_noop("client"),
    "key": gettext_noop("case system"),
    "system": gettext_noop("automatic"),
}
MESSAGE_STATES = {
    "pending": gettext_noop("waits"),
    "claimed": gettext_noop("is being sent"),
    "sending": gettext_noop("is being sent"),
    "sent": gettext_noop("sent"),
    "delivered": gettext_noop("delivered"),
    "failed": gettext_noop("failed"),
    "expired": gettext_noop("not sent: too late"),
    "void": gettext_noop("no longer needed"),
    "unknown": gettext_noop("fate unknown"),
}
MESSAGE_KINDS = {
    "confirmation": gettext_noop("Confirmation"),
    "reminder": gettext_noop("Reminder"),
    "moved": gettext_noop("Appointment moved"),
    "cancelled": gettext_noop("Cancellation"),
    "mode_changed": gettext_noop("Mode switched"),
    "handed_over": gettext_noop("New caseworker"),
    "own_link": gettext_noop("Own link"),
    "code": gettext_noop("Code"),
    "staff_booked": gettext_noop("To staff: booked"),
    "staff_moved": gettext_noop("To staff: moved"),
    "staff_cancelled": gettext_noop("To staff: cancelled"),
    "staff_waits": gettext_noop("To staff: somebody waits"),
    "staff_outcomes": gettext_noop("To staff: outcomes to record"),
    "test": gettext_noop("Test of a text"),
    "account": gettext_noop("To staff: account"),
    "digest": gettext_noop("To the office: could not be told"),
}

POLICIES = {
    "door_opens_minutes": gettext_noop("Room opens before the start (minutes)"),
    "door_closes_minutes": gettext_noop("Room closes after the end (minutes)"),
    "hold_minutes": gettext_noop("A time is reserved for (minutes)"),
    "holds_per_address": gettext_noop("Reserved times per address"),
    "holds_in_all": gettext_noop("Reserved times in all"),
    "codes_per_day": gettext_noop("Codes per day and channel"),
    "link_days": gettext_noop("Personal links work after the end (days)"),
    "client_kept_days": gettext_noop("Clients are kept after the last appointment (days)"),
    "events_kept_days": gettext_noop("History is kept (days)"),
}


@register.filter
def status_word(status: str) -> str:
    """The status as staff read it: never a word of blame."""
    return _(STATUS[status][0]) if status in STATUS else status


@register.filter
def status_kind(status: str) -> str:
    """The look of a status."""
    return STATUS.get(status, ("", "booked"))[1]


@register.filter
def event_word(verb: str) -> str:
    """What happened."""
    return _(EVENTS[verb]) if verb in EVENTS else verb


@register.filter
def actor_word(actor: str) -> str:
    """Who did it, as a kind of person."""
    kind = actor.partition(":")[0]
    return _(ACTORS[kind]) if kind in ACTORS else kind


@register.filter
def message_state(state: str) -> str:
    """The fate of a message."""
    return _(MESSAGE_STATES[state]) if state in MESSAGE_STATES else state


@register.filter
def message_kind(kind: str) -> str:
    """What a message is about."""
    return _(MESSAGE_KINDS[kind]) if kind in MESSAGE_KINDS else kind


@register.filter
def channel_word(channel: str) -> str:
    """By which way it goes."""
    return _(dict(Message.CHANNELS).get(channel, channel))


@register.filter
def in_language(service: Any, language: str) -> str:
    """The name of a service."""
    return service.name_in(language)


@register.filter
def minutes_as_clock(minutes: int | None) -> str:
    """``9:05`` from minutes of the local day."""
    return "" if minutes is None else f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def percent(share: float | None) -> str:
    """``78 %``; a dash where there is nothing to divide by."""
    return "–" if share is None else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


@register.filter
def whole_percent(share: float | None) -> str:
    """``78`` for cells of a table in per cent; nothing where nothing was offered."""
    return "" if share is None else f"{share * 100:.0f}"


@register.filter
def weekday_word(weekday: int) -> str:
    """``Montag`` for 0."""
    return str(WEEKDAYS[weekday])


@register.filter
def policy_word(name: str) -> str:
    """What a policy of the office is called."""
    return _(POLICIES[name]) if name in POLICIES else name


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    label: str
    address: str
    here: bool


@register.simple_tag(takes_context=True)
def staff_menu(context: Context) -> list[Entry]:
    """The pages that this user may open."""
    request = context.get("request")
    roles: Roles | None = context.get("roles")
    if request is None or not roles:
        return []
    names: list[tuple[str, str]] = []
    if roles.works:
        names += [(_("Today"), "desk_today"), (_("Week"), "desk_week"), (_("Book"), "desk_book")]
    if roles.works or roles.leads:
        names.append((_("Clients"), "desk_clients"))
    if roles.leads:
        names += [(_("Utilisation"), "lead_utilisation"), (_("Could not be told"), "lead_messages")]
    if roles.administers:
        names.append((_("Office"), "office_overview"))
    names.append((_("My mails"), "desk_mails"))
    return [_entry(label, reverse(f"frontend:{name}"), request.path) for label, name in names]


def _entry(label: str, address: str, path: str) -> Entry:
    return Entry(label, address, path == address or (address != "/desk/" and path.startswith(address)))


@register.filter
def language_word(tag: str) -> str:
    """A language (BCP 47 tag) as the reader calls it."""
    return language_in_words(tag)
