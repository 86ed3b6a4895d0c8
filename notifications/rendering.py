"""From a message to what is really said, at the last moment; nothing of it is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from notifications import news, queries, samples, wordings
from notifications.models import Message
from scheduler import ical, links
from scheduler.domain import localtime
from scheduler.models import Appointment, Participant
from scheduler.services import identity

SPOKEN = ("de", "en")
SOON = timedelta(hours=2)
INVITES = {
    **dict.fromkeys(("confirmation", "moved", "mode_changed", "handed_over", "own_link"), "REQUEST"),
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
    language = language_of(message).split("-")[0]
    spoken = language if language in SPOKEN else settings.LANGUAGE_CODE
    with translation.override(spoken):
        context = {**_context(message, now), "kind": message.kind}
        if message.kind == "test":
            return _test(message, context, spoken, now)
        own = _own_of(message, spoken)
        if message.channel == "sms":
            text = wordings.sms(message.kind, context, own, spoken=language in SPOKEN)
            return _outgoing(message, now, text=text)
        return _email(message, wordings.mail(message.kind, context, own), now)


def _own_of(message: Message, language: str) -> wordings.Own:
    """An office's own texts speak to clients: companions, interpreters and staff get the default ones."""
    if message.participant and message.participant.role != "client":
        return wordings.NONE
    return wordings.own_of(message.office, message.kind, language)


def language_of(message: Message) -> str:
    """The language she has chosen by now."""
    if message.participant is None:
        return message.language
    return message.user.language if message.user else message.participant.language


def address_of(message: Message) -> str:
    """Where it goes: as typed for a code, else the contact as it stands now; empty where there is none."""
    if message.proof:
        return message.proof.address
    if message.address:
        return message.address
    if message.user:
        return message.user.email
    if message.client:
        return (message.client.email if message.channel == "email" else message.client.mobile) or ""
    return message.participant.email if message.participant else ""


def _outgoing(message: Message, now: datetime, **said: Any) -> Outgoing:
    return Outgoing(
        to=address_of(message), reference=str(message.pk), at=now, not_after=message.not_after, **said
    )


def _email(message: Message, mail: wordings.Mail, now: datetime) -> Outgoing:
    method, calendar = INVITES.get(message.kind, ""), b""
    if method and message.participant:
        appointment = message.participant.appointment
        revision = _revision(message, appointment, _start(message, appointment))
        calendar = ical.invite(message.participant, method, address=address_of(message), revision=revision)
    return _outgoing(
        message,
        now,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        sender=message.office.mail_sender_name or message.office.name,
        message_id=message_id_of(message),
        calendar=calendar,
        method=method,
    )


def _revision(message: Message, appointment: Appointment, start: datetime) -> ical.Revision:
    at = message.event.at if message.event else appointment.updated_at
    return ical.Revision(message.sequence, at, start)


def _start(message: Message, appointment: Appointment) -> datetime:
    """What ends is called by the time that she knows."""
    return news.known_start(message) if INVITES.get(message.kind) == "CANCEL" else appointment.start


def _test(message: Message, context: dict[str, Any], language: str, now: datetime) -> Outgoing:
    """The texts of a kind (the stage names it) to who wants to see them, with an invented appointment."""
    kind = message.stage
    sample = {**context, **samples.context(message.office, kind, now), "kind": kind}
    own = wordings.own_of(message.office, kind, language)
    mail = wordings.mail(kind, sample, own)
    text = "\n".join([mail.text, f"--- SMS ---\n{wordings.sms(kind, sample, own)}", ""])
    return _email(message, wordings.Mail(f"[Test] {mail.subject}", text, ""), now)


def message_id_of(message: Message) -> str:
    """The same at each try, so that a repeated mail is recognised as one."""
    host = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip("> ")
    return f"<{message.pk}@{host}>"


def _context(message: Message, now: datetime) -> dict[str, Any]:
    office = message.office
    common = wordings.of_office(office)
    if message.kind == "code":
        return {**common, "code": identity.code_of(message.proof) if message.proof else "", "minutes": 10}
    if message.kind == "digest":
        return {**common, "phone": "", **_digest(message, now)}
    if message.kind == "staff_outcomes":
        return {**common, "phone": "", **_outcomes(message, now)}
    if message.kind == "account":
        return {**common, "phone": "", "stage": message.stage, "link": account_link(message)}
    if message.participant is None or message.appointment is None:
        return common
    return {**common, **_of_appointment(message, message.participant, now)}


def account_link(message: Message) -> str:
    """The way into her account, made now; empty where there is none."""
    make = import_string(settings.ACCOUNT_LINK)
    return str(make(message.user, message.stage, message.address))


def _takes_replies() -> bool:
    """Only a number can be answered; which sender a messaging service takes nobody knows before."""
    is_number = settings.TWILIO_FROM.startswith("+") and not settings.TWILIO_MESSAGING_SERVICE_SID
    return settings.SMS_PROVIDER == "twilio" and is_number


def _digest(message: Message, now: datetime) -> dict[str, Any]:
    number = queries.could_not_be_told(message.office, now).count()
    return {"number": number, "link": f"{settings.PUBLIC_BASE_URL}/office/messages/"}


def _outcomes(message: Message, now: datetime) -> dict[str, Any]:
    number = queries.to_record(message.user, now).count() if message.user else 0
    return {"number": number, "link": f"{settings.PUBLIC_BASE_URL}/desk/"}


def _of_appointment(message: Message, person: Participant, now: datetime) -> dict[str, Any]:
    appointment = person.appointment
    zone = localtime.zone(message.office.zone)
    start = localtime.local(_start(message, appointment), zone).replace(tzinfo=None)
    return {
        "appointment": appointment,
        "participant": person,
        "takes_replies": _takes_replies(),
        "soon": appointment.start - now <= SOON,
        "changed": news.changed(message),
        "start": start,
        "weekday": date_format(start, "D"),
        "title": ical.title(appointment, person),
        "link": links.url(person),
        "word": message.client.word if message.client else "",
        "by_client": appointment.cancelled_by == "client",
        "beside": person.role in {"interpreter", "companion"},
    }
