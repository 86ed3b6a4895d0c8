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

    Raises NoRoom (cancelled, an outcome recorded, not by video), DoorClosed, LinkInvalid (revoked).
    """
    appointment = participant.appointment
    if participant.revoked_at:
        raise LinkInvalid(revoked=True)
    if appointment.mode != "video" or appointment.status != Status.BOOKED or not appointment.room:
        raise NoRoom(mode=appointment.mode, status=appointment.status)
    opens, closes = policies.door(appointment)
    if not opens <= now < closes:
        raise DoorClosed(opens_at=opens, closes_at=closes)
    provider = current()
    token = jwt.encode(
        claims(participant, provider, now, closes), provider.key, provider.algorithm, headers=provider.headers
    )
    url = "" if provider.stand_in else _url(provider, participant, token, audio_only)
    return Pass(url, appointment.room, token, closes, provider.stand_in)


def claims(participant: Participant, provider: Provider, now: datetime, closes: datetime) -> dict[str, Any]:
    """What the token says: who, which room, until when, what she may."""
    moderates = participant.role == "caseworker"
    return {
        "iss": provider.issuer,
        "aud": provider.audience,
        "sub": provider.subject,
        "room": participant.appointment.room,
        "nbf": int((now - EARLY).timestamp()),
        "exp": int(closes.timestamp()),
        "context": {
            "user": {
                "id": str(participant.public_id),
                "name": participant.name,
                "moderator": moderates,
                "lobby_bypass": moderates,
            },
            "features": dict.fromkeys(FEATURES, False),
        },
    }


def _url(provider: Provider, participant: Participant, token: str, audio_only: bool) -> str:
    language = quote(participant.language.split("-")[0])
    fragment = "&".join(f"{key}={quote(json.dumps(value))}" for key, value in _config(audio_only).items())
    room = f"https://{provider.host}/{provider.path}{participant.appointment.room}"
    return f"{room}?lang={language}#jwt={quote(json.dumps(token))}&{fragment}"


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
