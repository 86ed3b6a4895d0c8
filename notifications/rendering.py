"""From a message to what is really said, at the last moment; nothing of it is stored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format

from notifications import gsm7, queries
from notifications.models import Message
from scheduler import ical, links
from scheduler.domain import localtime
from scheduler.models import ContactProof, Participant
from scheduler.services import identity

SPOKEN = ("de", "en")
OFFICE_LENGTH = 24
INVITES = {
    **dict.fromkeys(("confirmation", "moved", "mode_changed", "handed_over"), "REQUEST"),
    **dict.fromkeys(("staff_booked", "staff_moved"), "REQUEST"),
    **dict.fromkeys(("cancelled", "staff_cancelled"), "CANCEL"),
}


@dataclass(frozen=True)
class Outgoing:
    """What a channel gets. ``reference`` is ours and the same at each try."""

    to: str
    text: str
    reference: str
    at: datetime
    not_after: datetime
    subject: str = ""
    html: str = ""
    sender: str = ""
    message_id: str = ""
    calendar: bytes = b""
    method: str = ""


def render(message: Message, now: datetime) -> Outgoing:
    """Say it: in the recipient's language, in the office's time."""
    context = _context(message, now)
    language = message.language.split("-")[0]
    with translation.override(language if language in SPOKEN else settings.LANGUAGE_CODE):
        if message.channel == "sms":
            return _sms(message, context, now, spoken=language in SPOKEN)
        return _email(message, context, now)


def address_of(message: Message) -> str:
    """Where it goes: as typed for a code, else the contact as it stands now; empty where there is none."""
    if message.address:
        return message.address
    if message.user:
        return message.user.email
    if message.client:
        return (message.client.email if message.channel == "email" else message.client.mobile) or ""
    return message.participant.email if message.participant else ""


def _email(message: Message, context: dict[str, Any], now: datetime) -> Outgoing:
    method, calendar, to = INVITES.get(message.kind, ""), b"", address_of(message)
    if method and message.participant:
        calendar = ical.invite(message.participant, method, address=to)
    return Outgoing(
        to=to,
        subject=_one_line(_template(message.kind, "subject.txt", context)),
        text=_template(message.kind, "email.txt", context).strip() + "\n",
        html=_template(message.kind, "email.html", context),
        sender=message.office.mail_sender_name or message.office.name,
        message_id=message_id_of(message),
        calendar=calendar,
        method=method,
        reference=str(message.pk),
        at=now,
        not_after=message.not_after,
    )


def _sms(message: Message, context: dict[str, Any], now: datetime, *, spoken: bool) -> Outgoing:
    name = "sms.txt" if spoken or message.kind == "code" else "plain.txt"
    text = _template(message.kind if name == "sms.txt" else "shared", name, context)
    return Outgoing(
        to=address_of(message),
        text=gsm7.normalised(text),
        reference=str(message.pk),
        at=now,
        not_after=message.not_after,
    )


def message_id_of(message: Message) -> str:
    """The same at each try, so that a repeated mail is recognised as one."""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip("> ")
    return f"<{message.pk}@{host}>"


def _template(kind: str, part: str, context: dict[str, Any]) -> str:
    return render_to_string(f"notifications/{kind}/{part}", context)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _context(message: Message, now: datetime) -> dict[str, Any]:
    office = message.office
    common = {
        "office": office,
        "office_short": (office.sms_sender_name or office.name)[:OFFICE_LENGTH],
        "phone": office.phone,
    }
    if message.kind == "code":
        proof = ContactProof.objects.filter(pk=message.dedup_key.split("/")[0].partition(":")[2]).first()
        return {**common, "code": identity.code_of(proof) if proof else "", "minutes": 10}
    if message.kind == "digest":
        return {**common, "phone": "", **_digest(message, now)}
    if message.participant is None or message.appointment is None:
        return common
    return {**common, **_of_appointment(message, message.participant)}


def _digest(message: Message, now: datetime) -> dict[str, Any]:
    number = queries.could_not_be_told(message.office, now).count()
    return {"number": number, "link": f"{settings.PUBLIC_BASE_URL}/office/messages/"}


def _of_appointment(message: Message, person: Participant) -> dict[str, Any]:
    appointment = person.appointment
    zone = localtime.zone(message.office.zone)
    start = localtime.local(appointment.start, zone).replace(tzinfo=None)
    return {
        "appointment": appointment,
        "participant": person,
        "stage": message.stage,
        "start": start,
        "weekday": date_format(start, "D"),
        "title": ical.title(appointment),
        "link": links.url(person),
        "word": message.client.word if message.client else "",
        "by_client": appointment.cancelled_by == "client",
    }
