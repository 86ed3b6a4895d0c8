"""What somebody has chosen so far, kept in the browser session until it is booked."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from frontend import access
from scheduler.models import ContactProof, Hold, Office, Service
from scheduler.queries.free_slots import Search

LONGEST = 300


@dataclass
class Draft:
    """One booking in the making, for one office; every field may still be missing."""

    service: str = ""
    mode: str = ""
    interpreter: str = ""
    start: str = ""
    hold: str = ""
    name: str = ""
    contact: str = ""
    phone: str = ""
    proof: str = ""
    done: str = ""

    def service_of(self, office: Office) -> Service | None:
        """The chosen service, if it is still to be had."""
        return access.public_service(office, self.service)

    def hold_of(self, office: Office) -> Hold | None:
        """The hold, if it is still there."""
        return Hold.objects.of(office).filter(pk=self.hold).first() if self.hold else None

    def proof_of(self, office: Office) -> ContactProof | None:
        """The proof of the contact as it was typed, whether the code came or not."""
        rows = ContactProof.objects.of(office).filter(pk=self.proof) if self.proof else None
        return rows.first() if rows is not None else None

    def proved(self, office: Office) -> ContactProof | None:
        """The proof of the contact, once the right code was typed."""
        proof = self.proof_of(office)
        return proof if proof and proof.proved_at and proof.address == self.contact else None

    def lacks_number(self) -> bool:
        """A talk by phone needs a number to call."""
        return self.mode == "phone" and not self.phone and "@" in self.contact

    def note(self) -> str:
        """For the caseworker: the number to call, where it is not the proven one."""
        return f"Tel. {self.phone}" if self.mode == "phone" and self.phone else ""

    def fingerprint(self) -> str:
        """The same for the same wishes: two windows may show different ones."""
        return hashlib.sha256(repr(asdict(self) | {"hold": ""}).encode()).hexdigest()[:16]

    def instant(self) -> datetime | None:
        """The chosen start."""
        return datetime.fromisoformat(self.start) if self.start else None

    def search(self, office: Office, service: Service) -> Search:
        """The search for what was chosen."""
        return Search(office, service, self.mode, interpreter=self.interpreter)


def of(request: HttpRequest, office: Office) -> Draft:
    """The draft of this session, empty at first."""
    stored: dict[str, Any] = request.session.get(_name(office), {})
    return Draft(**{key: value for key, value in stored.items() if key in Draft.__dataclass_fields__})


def keep(request: HttpRequest, office: Office, draft: Draft) -> None:
    """Store it."""
    request.session[_name(office)] = asdict(draft)


def remember(request: HttpRequest, names: Iterable[str]) -> None:
    """Keep what stands in a form that was left by another button than its own, for the next page."""
    request.session["typed"] = {name: request.POST[name][:LONGEST] for name in names if name in request.POST}


def remembered(request: HttpRequest) -> dict[str, Any]:
    """What was kept, once."""
    typed: dict[str, Any] = request.session.pop("typed", {})
    return typed


def visitor(request: HttpRequest) -> str:
    """A random name of this browser session."""
    return str(request.session.setdefault("visitor", secrets.token_urlsafe(16)))


def address(request: HttpRequest) -> str:
    """A keyed hash of the network address: enough to count, nothing to read."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, request.META["REMOTE_ADDR"].encode(), hashlib.sha256).hexdigest()[:32]


def _name(office: Office) -> str:
    return f"draft-{office.pk}"
