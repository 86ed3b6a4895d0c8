"""A room belongs to one appointment; a token is minted late, for one person, and dies with the door."""

import json
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import jwt

from scheduler import policies
from scheduler.conference.providers import Provider, current
from scheduler.domain.lifecycle import Status
from scheduler.errors import DoorClosed, LinkInvalid, NoRoom
from scheduler.models import Participant

ROOM_LENGTH = 20
EARLY = timedelta(seconds=60)
FEATURES = ("recording", "livestreaming", "transcription", "outbound-call", "sip-outbound-call")


@dataclass(frozen=True)
class Pass:
    """One person's way in: ``url`` leads to the room server (empty for the stand-in)."""

    url: str
    room: str
    token: str
    expires_at: datetime
    stand_in: bool


def new_room() -> str:
    """20 random lower-case characters, unrelated to person or topic."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(ROOM_LENGTH))


def mint(participant: Participant, now: datetime, *, audio_only: bool = False) -> Pass:
    """A fresh pass for this person and click, as the appointment stands in the data base now.

    An outcome shuts nobody out: talks go on, and connections drop. Raises NoRoom (cancelled, not by video),
    DoorClosed, LinkInvalid (revoked).
    """
    appointment = participant.appointment
    if participant.revoked_at:
        raise LinkInvalid(revoked=True)
    if appointment.mode != "video" or appointment.status == Status.CANCELLED or not appointment.room:
        raise NoRoom(mode=appointment.mode, status=appointment.status)
    opens, closes = policies.door(appointment)
    if not opens <= now < closes:
        raise DoorClosed(opens_at=opens, closes_at=closes)
    person = Person(
        str(participant.public_id), participant.name, participant.language, participant.role == "caseworker"
    )
    return sign(person, appointment.room, now, closes, audio_only=audio_only)


@dataclass(frozen=True)
class Person:
    """What the room server is told of somebody."""

    id: str
    name: str
    language: str
    moderates: bool


def sign(person: Person, room: str, now: datetime, until: datetime, *, audio_only: bool = False) -> Pass:
    """A pass for this person and room alone, whoever may ask for it."""
    provider = current()
    said = claims(person, room, provider, now, until)
    token = jwt.encode(said, provider.key, provider.algorithm, headers=provider.headers)
    url = "" if provider.stand_in else _url(provider, person, room, token, audio_only)
    return Pass(url, room, token, until, provider.stand_in)


def claims(person: Person, room: str, provider: Provider, now: datetime, closes: datetime) -> dict[str, Any]:
    """What the token says: who, which room, until when, what she may."""
    return {
        "iss": provider.issuer,
        "aud": provider.audience,
        "sub": provider.subject,
        "room": room,
        "nbf": int((now - EARLY).timestamp()),
        "exp": int(closes.timestamp()),
        "context": {
            "user": {
                "id": person.id,
                "name": person.name,
                "moderator": person.moderates,
                "lobby_bypass": person.moderates,
            },
            "features": dict.fromkeys(FEATURES, False),
        },
    }


def _url(provider: Provider, person: Person, room: str, token: str, audio_only: bool) -> str:
    language = quote(person.language.split("-")[0])
    fragment = "&".join(f"{key}={quote(json.dumps(value))}" for key, value in _config(audio_only).items())
    address = f"https://{provider.host}/{provider.path}{room}"
    return f"{address}?lang={language}#jwt={quote(json.dumps(token))}&{fragment}"


def _config(audio_only: bool) -> dict[str, Any]:
    """Cosmetic only: users can edit it, nothing depends on it."""
    return {
        "config.prejoinConfig.enabled": False,
        "config.startWithVideoMuted": audio_only,
        "config.startAudioOnly": audio_only,
        "config.resolution": 360,
        "config.disableInviteFunctions": True,
        "config.deeplinking.disabled": True,
        "config.doNotStoreRoom": True,
        "config.p2p.enabled": False,
    }
