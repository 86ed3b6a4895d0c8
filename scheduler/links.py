"""Personal links: derived, never stored; short enough for an SMS; revoked by a new generation.

``p`` (a participant), the digit of the key, the id in base 62, fourteen characters of an HMAC.
"""

import base64
import hashlib
import hmac
import re
import string
from datetime import datetime

from django.conf import settings

from scheduler import policies
from scheduler.errors import LinkExpired, LinkInvalid
from scheduler.models import Participant

KIND = "p"
SIGNATURE = 14
LONGEST = 24
FORMER = 20
AROUND = " \t\n\r\xa0.,;:!?()<>[]\"'“”„»«"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def token(participant: Participant) -> str:
    """The signed part of the link, at most 24 characters."""
    digit, key = next(iter(key_ring(settings.LINK_KEYS).items()))
    head = f"{KIND}{digit}{_base62(participant.pk)}"
    return head + _signature(key, head, participant.generation)


def url(participant: Participant) -> str:
    """The whole address."""
    return f"{settings.PUBLIC_BASE_URL}/t/{token(participant)}"


def resolve(text: str, now: datetime) -> Participant:
    """Whose link this is. Raises LinkInvalid (forged; with the office: revoked or renewed), LinkExpired."""
    text = bare(text)
    participant = _by_id(text)
    if not _is_signed(text, participant.generation if participant else 0) or participant is None:
        raise _no_link(text, participant)
    if participant.revoked_at:
        raise LinkInvalid(revoked=True, office=participant.office)
    if now > policies.link_until(participant.appointment):
        raise LinkExpired(office=participant.office)
    return participant


def bare(text: str) -> str:
    """The link without what stood around it where it was copied from."""
    return text.strip(AROUND)


def _no_link(text: str, participant: Participant | None) -> LinkInvalid:
    """Who holds a link that was ours and was renewed may learn whose it was; a forger learns nothing."""
    if participant is not None:
        former = range(max(0, participant.generation - FORMER), participant.generation)
        if any(_is_signed(text, generation) for generation in former):
            return LinkInvalid(renewed=True, office=participant.office)
    return LinkInvalid()


def _is_signed(text: str, generation: int) -> bool:
    ring = key_ring(settings.LINK_KEYS)
    head, signature = text[:-SIGNATURE], text[-SIGNATURE:]
    right = _signature(ring.get(text[1], b"\0"), head, generation)
    return hmac.compare_digest(signature.encode(), right.encode()) and text[1] in ring


def key_ring(text: str) -> dict[str, bytes]:
    """Keys by digit from ``digit:base64,…``; the first signs, all verify. Raises ValueError."""
    pairs = [part.strip().split(":", 1) for part in text.split(",") if part.strip()]
    ring = {digit: base64.b64decode(key, validate=True) for digit, key in pairs}
    well_formed = all(re.fullmatch("[0-9]", digit) and len(key) >= 32 for digit, key in ring.items())
    if not ring or len(ring) < len(pairs) or not well_formed:
        raise ValueError("LINK_KEYS needs `digit:base64`, each digit once, each key of at least 32 bytes")
    return ring


def _by_id(text: str) -> Participant | None:
    if (
        not SIGNATURE + 3 <= len(text) <= LONGEST
        or not (text.isascii() and text.isalnum())
        or text[0] != KIND
    ):
        raise LinkInvalid
    rows = Participant.objects.select_related(
        "appointment__office",
        "appointment__service",
        "appointment__caseworker",
        "appointment__client",
        "appointment__location",
    )
    found = rows.filter(pk=_number(text[2:-SIGNATURE])).first()
    if found is not None:
        _share(found)
    return found


def _share(participant: Participant) -> None:
    """Office and client are the appointment's: two joins less, which take PostgreSQL long to plan."""
    appointment = participant.appointment
    participant.office = appointment.office
    if participant.client_id and participant.client_id == appointment.client_id:
        participant.client = appointment.client


def _signature(key: bytes, head: str, generation: int) -> str:
    digest = hmac.new(key, f"{head}.{generation}".encode(), hashlib.sha256).digest()
    return _base62(int.from_bytes(digest[:16], "big")).rjust(SIGNATURE, "0")[-SIGNATURE:]


def _base62(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 62)
        text = _DIGITS[rest] + text
    return text or "0"


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number * 62 + _DIGITS.index(character)
    return min(number, 2**63 - 1)
