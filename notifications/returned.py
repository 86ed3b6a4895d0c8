"""What a mail to us says for programs: that one of ours did not arrive, or an answer to an invitation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses
from uuid import UUID

from icalendar import Calendar, Component

STATUS = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})\b")
NO_STATUS = "5.0.0"
CALENDAR_BYTES = 64 * 1024


@dataclass(frozen=True)
class Failure:
    """This mail was given up for good; ``status`` as in RFC 3463."""

    message_ids: tuple[str, ...]
    status: str


@dataclass(frozen=True)
class Decline:
    """Whoever has this address will not come to what had this UID and SEQUENCE."""

    uid: UUID
    sequence: int
    address: str


def failure(mail: Mail) -> Failure | None:
    """What a report (RFC 3464) says; None for a delay, which changes nothing, and for any other mail."""
    if mail.get_content_type() != "multipart/report" or _kind_of_report(mail) != "delivery-status":
        return None
    parts = _children(mail)
    status = next((found for part in parts if (found := _given_up(part))), "")
    return Failure(_about(mail, parts), status) if status else None


def decline(mail: Mail) -> Decline | None:
    """Who says no in a REPLY (RFC 5546, 3.2.3): only for herself, by a mail from her own address."""
    senders = getaddresses([str(sender) for sender in mail.get_all("From", [])])
    if len(senders) != 1:
        return None
    found = (_decline(event, senders[0][1].lower()) for event in _answered(mail))
    return next(filter(None, found), None)


def _kind_of_report(mail: Mail) -> str:
    return str(mail.get_param("report-type", "")).lower()


def _children(part: Mail) -> list[Mail]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Mail)] if isinstance(payload, list) else []


def _given_up(part: Mail) -> str:
    """``Action: failed`` is for good (2.3.3), also with the 4.x.x at which a server's patience has ended."""
    if part.get_content_type() != "message/delivery-status":
        return ""
    for block in _children(part):
        if str(block.get("Action", "")).strip().lower() == "failed":
            status = STATUS.match(str(block.get("Status", NO_STATUS)))
            return status[1] if status else ""
    return ""


def _about(mail: Mail, parts: list[Mail]) -> tuple[str, ...]:
    """The Message-ID of the mail that came back; what the report answers to, where it has no copy."""
    for part in parts:
        original = _original(part)
        if original is not None and original["Message-ID"]:
            return (str(original["Message-ID"]).strip(),)
    named = [str(mail.get(name, "")) for name in ("In-Reply-To", "References")]
    return tuple(" ".join(named).split())


def _original(part: Mail) -> Mail | None:
    if part.get_content_type() == "message/rfc822":
        return next(iter(_children(part)), None)
    if part.get_content_type() == "text/rfc822-headers":
        return message_from_bytes(_content(part))
    return None


def _answered(mail: Mail) -> Iterator[Component]:
    for part in mail.walk():
        content = _content(part) if part.get_content_type() == "text/calendar" else b""
        if 0 < len(content) <= CALENDAR_BYTES:
            yield from _events_of_reply(content)


def _events_of_reply(content: bytes) -> list[Component]:
    try:
        calendar = Calendar.from_ical(content)
    except ValueError:
        return []
    return list(calendar.walk("VEVENT")) if str(calendar.get("METHOD", "")).upper() == "REPLY" else []


def _decline(event: Component, sender: str) -> Decline | None:
    attendee = event.get("ATTENDEE")
    if isinstance(attendee, list) or attendee is None:
        return None
    address = str(attendee).lower().removeprefix("mailto:")
    if address != sender or str(attendee.params.get("PARTSTAT", "")).upper() != "DECLINED":
        return None
    try:
        return Decline(UUID(str(event.get("UID"))), int(event.get("SEQUENCE", 0)), address)
    except ValueError:
        return None


def _content(part: Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
