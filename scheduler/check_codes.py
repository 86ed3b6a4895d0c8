"""Codes on papers: derived, never stored; whoever holds the paper can have it checked.

``A`` (attendance) or ``C`` (cancellation), the digit of the key, the id, ten characters of an HMAC: in
Crockford's base 32, so that nobody mistakes a letter for a digit.
"""

import hashlib
import hmac

from django.conf import settings

from scheduler.domain.lifecycle import Status
from scheduler.links import key_ring
from scheduler.models import Appointment, Office

KINDS = {Status.FULFILLED: "A", Status.CANCELLED: "C"}
SIGNATURE, SHORTEST, LONGEST = 10, 16, 24
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


def code(appointment: Appointment) -> str:
    """The code in groups of four; empty where there is nothing to confirm."""
    kind = KINDS.get(Status(appointment.status))
    if kind is None:
        return ""
    digit, key = next(iter(key_ring(settings.LINK_KEYS).items()))
    head = f"{kind}{digit}{_base32(appointment.pk).rjust(4, '0')}"
    whole = head + _signature(key, head, appointment)
    return "-".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def find(office: Office, text: str) -> Appointment | None:
    """What a paper of this office with this code confirms; None where no such paper holds (any more)."""
    whole = text.upper().translate(_MISREAD)
    if not SHORTEST <= len(whole) <= LONGEST or set(whole) - set(_DIGITS):
        return None
    head, signature = whole[:-SIGNATURE], whole[-SIGNATURE:]
    key = key_ring(settings.LINK_KEYS).get(head[1])
    rows = Appointment.objects.of(office).select_related("office")
    found: Appointment | None = rows.filter(pk=_number(head[2:])).first()
    if key is None or found is None or KINDS.get(Status(found.status)) != head[0]:
        return None
    return found if hmac.compare_digest(signature, _signature(key, head, found)) else None


def _signature(key: bytes, head: str, appointment: Appointment) -> str:
    said = f"paper.{head}.{appointment.uid}.{appointment.sequence}"
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()
    return _base32(int.from_bytes(digest[:8], "big")).rjust(SIGNATURE, "0")[-SIGNATURE:]


def _base32(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, 32)
        text = _DIGITS[rest] + text
    return text or "0"


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number * 32 + _DIGITS.index(character)
    return min(number, 2**63 - 1)
