"""What the room server says to a token, claim by claim (tried against Prosody with Jitsi's token plugins)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
from jwt.types import Options

from scheduler.conference import keys
from scheduler.conference.providers import Provider, current

_LEADING = {"owner", "moderator", "teacher"}
"""Affiliations of ``context.user`` that make a moderator as ``moderator`` does."""
_SIGNATURE_ONLY: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True)
class Expectation:
    """How the room server is configured.

    ``older``: keys by ``kid`` that are still served though another one signs now.
    """

    algorithm: str
    key: str
    issuer: str
    audience: str
    subject: str
    kid: str = ""
    older: Mapping[str, str] = field(default_factory=dict)
    features_needed: bool = False

    @classmethod
    def of(cls, provider: Provider) -> "Expectation":
        """What a server that fits this provider expects."""
        return cls(
            provider.algorithm,
            provider.verifying_key,
            provider.issuer,
            provider.audience,
            provider.subject,
            provider.kid,
            {kid: pem for kid, pem in keys.served().items() if kid != provider.kid},
            provider.name == "jaas",
        )

    def knows(self, kid: object) -> bool:
        """Does the key server have a key of this name?"""
        return isinstance(kid, str) and bool(kid) and (not self.kid or kid == self.kid or kid in self.older)

    def key_of(self, kid: object) -> str:
        """The key that verifies a token with this ``kid``."""
        return self.older.get(kid, self.key) if isinstance(kid, str) else self.key


@dataclass(frozen=True)
class Claim:
    """One line of the verdict; ``why`` is a code: what refuses the token or, where ``ok``, what is unwise."""

    name: str
    value: str
    ok: bool
    why: str = ""


@dataclass(frozen=True)
class Verdict:
    """Would the room have opened, and what was looked at."""

    accepted: bool
    claims: list[Claim]


def verify_like_the_room_server(
    token: str, room: str, now: datetime, *, expected: Expectation | None = None
) -> Verdict:
    """Apply every check of the room server to a token for this room. No leeway: a second early is early."""
    expected = expected or Expectation.of(current())
    header, body = _part(token, 0), _part(token, 1)
    lines = [
        *_header(header, expected),
        _line("signature", "", None if _signed(token, header, expected) else "bad_signature"),
        _string("iss", body, expected.issuer),
        _string("aud", body, expected.audience),
        _string("sub", body, expected.subject),
        _room(body.get("room"), room),
        _expiry(body, now),
        _not_before(body, now),
        _context(body),
        *_person(body, expected),
    ]
    return Verdict(all(line.ok for line in lines), lines)


def _part(token: str, index: int) -> dict[str, Any]:
    try:
        piece = token.split(".")[index]
        found = json.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _line(name: str, value: Any, why: str | None) -> Claim:
    return Claim(name, "" if value is None else str(value), why is None, why or "")


def _header(header: dict[str, Any], expected: Expectation) -> list[Claim]:
    typ, alg, kid = header.get("typ"), header.get("alg"), header.get("kid")
    lines = [
        _line("typ", typ, None if typ == "JWT" else "must_be_jwt"),
        _line("alg", alg, None if alg == expected.algorithm else "other_algorithm"),
    ]
    if expected.algorithm == "RS256":
        lines.append(_line("kid", kid, None if expected.knows(kid) else "key_unknown"))
    return lines


def _signed(token: str, header: dict[str, Any], expected: Expectation) -> bool:
    key = expected.key_of(header.get("kid"))
    try:
        jwt.decode(token, key, [expected.algorithm], options=_SIGNATURE_ONLY)
    except (jwt.PyJWTError, RecursionError):
        return False
    return True


def _string(name: str, body: dict[str, Any], expected: str) -> Claim:
    value = body.get(name)
    if value is None:
        return _line(name, value, "missing")
    if not isinstance(value, str):
        return _line(name, value, "must_be_a_string")
    return _line(name, value, None if value == expected else "other_value")


def _room(value: Any, room: str) -> Claim:
    if value is None:
        return _line("room", value, "missing")
    if not isinstance(value, str):
        return _line("room", value, "must_be_a_string")
    if value == "*":
        return Claim("room", value, True, "opens_every_room")
    if value != value.lower():
        return _line("room", value, "must_be_lower_case")
    return _line("room", value, None if value == room.lower() else "other_room")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _expiry(body: dict[str, Any], now: datetime) -> Claim:
    if "exp" not in body:
        return Claim("exp", "", True, "good_for_ever")
    value = body["exp"]
    if not _is_number(value):
        return _line("exp", value, "must_be_a_number")
    return _line("exp", value, None if now.timestamp() < value else "expired")


def _not_before(body: dict[str, Any], now: datetime) -> Claim:
    if "nbf" not in body:
        return _line("nbf", None, None)
    value = body["nbf"]
    if not _is_number(value):
        return _line("nbf", value, "must_be_a_number")
    return _line("nbf", value, None if value <= now.timestamp() else "too_early")


def _context(body: dict[str, Any]) -> Claim:
    """The server breaks on one that holds nothing, and gives no answer; a room in it goes before ``room``."""
    value = body.get("context", {})
    if value is None or isinstance(value, int | float):
        return _line("context", value, "must_be_an_object")
    room = _object(body, "context").get("room", {})
    if room is None or _object(_object(body, "context"), "room").get("regex") is True:
        return _line("context", "room", "room_pattern")
    return _line("context", "", None)


def _person(body: dict[str, Any], expected: Expectation) -> list[Claim]:
    """Shown only; nothing but 8x8's missing features refuses anybody."""
    context = _object(body, "context")
    lacking = expected.features_needed and "features" not in context
    user, features = _object(context, "user"), _object(context, "features")
    allowed = ", ".join(sorted(name for name, value in features.items() if value is True))
    return [
        _line("name", user.get("name"), None),
        _line("moderator", _leads(user), None),
        _line("lobby_bypass", user.get("lobby_bypass") is True, None),
        _line("features", allowed, "missing" if lacking else None),
    ]


def _leads(user: dict[str, Any]) -> bool:
    """A moderator by the module ``token_affiliation``; the others count only as a real boolean."""
    moderator, affiliation = user.get("moderator"), user.get("affiliation")
    leading = isinstance(affiliation, str) and affiliation in _LEADING
    return leading or moderator is True or moderator == "true"


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}
