"""A confirmation that is out, and mails as servers and calendars write them."""

from notifications import delivery
from notifications.models import Message, State
from scheduler.events import Actor
from scheduler.models import Appointment, Caseworker
from tests import factories
from tests.factories import NOW, utc


def confirmed(worker: Caseworker, start: str = "2026-03-10 08:00", **fields: str) -> Message:
    """A client has booked and was told so by mail alone."""
    client = factories.client(worker.office, **fields)
    appointment = factories.appointment(worker, client, start=utc(start), by=Actor.of(client))
    Message.objects.exclude(kind="confirmation").delete()
    delivery.deliver_due(lambda: NOW)
    message = Message.objects.get(appointment=appointment)
    assert message.state == State.SENT
    return message


def fate(message: Message) -> tuple[str, str]:
    """What became of it, and why."""
    message.refresh_from_db()
    return message.state, message.last_error


def report(
    about: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "message/rfc822",
    head: str = "",
    padding: bytes = b"",
) -> bytes:
    """A bounce as Postfix writes it; ``original`` says how it names the mail it is about."""
    copy = f"--b\r\nContent-Type: {original}\r\n\r\nMessage-ID: {about}\r\nSubject: Termin\r\n\r\n"
    text = (
        f"From: MAILER-DAEMON@mail.example\r\nTo: termine@amt.example\r\n{head}"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; kim@post.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"{copy if original else ''}"
    )
    return text.encode() + padding + b"\r\n--b--\r\n"


def answer(
    appointment: Appointment,
    *,
    says: str = "DECLINED",
    sender: str = "",
    method: str = "REPLY",
    **changed: object,
) -> bytes:
    """A REPLY as a calendar writes it."""
    address = appointment.caseworker.user.email
    words = {"uid": appointment.uid, "sequence": appointment.sequence, "attendee": address, **changed}
    lines = (
        f"From: Muster <{sender or address}>\r\nTo: termine@amt.example\r\nSubject: Abgelehnt: Termin\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/calendar; method={method}; charset=utf-8\r\n\r\n"
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//DE\r\n"
        f"METHOD:{method}\r\n"
        f"BEGIN:VEVENT\r\nUID:{words['uid']}\r\nSEQUENCE:{words['sequence']}\r\nDTSTAMP:20260302T080000Z\r\n"
        f"DTSTART:20260310T080000Z\r\nATTENDEE;PARTSTAT={says}:mailto:{words['attendee']}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    return lines.encode()
