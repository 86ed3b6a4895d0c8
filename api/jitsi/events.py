"""Who came and went: Prosody's event_sync component tells us, in any order, perhaps twice."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.jitsi.access import Refused, body_of, for_the_room_server, room_of
from scheduler import clock
from scheduler.services import attendance
from scheduler.services.attendance import Heard

MOST_OCCUPANTS = 50
EARLIEST, LATEST = 1_500_000_000, 4_102_444_800


def _joined(request: HttpRequest) -> HttpResponse:
    told = _told(request)
    return _hear(told, [_heard(told.get("occupant"), told, "joined_at")])


def _left(request: HttpRequest) -> HttpResponse:
    """Says when she joined, too: so nothing is lost where that message was."""
    told = _told(request)
    return _hear(told, [_heard(told.get("occupant"), told, "joined_at", "left_at")])


def _created(request: HttpRequest) -> HttpResponse:
    """Nobody is inside by that alone."""
    return _hear(_told(request), [])


def _destroyed(request: HttpRequest) -> HttpResponse:
    """Everybody who ever was inside, once more; whoever had not left has now."""
    told = _told(request)
    occupants = told.get("all_occupants") or []
    if not isinstance(occupants, list):
        raise Refused(400)
    ended = {"left_at": told.get("destroyed_at")}
    whole = [{**ended, **one} if isinstance(one, dict) else one for one in occupants[:MOST_OCCUPANTS]]
    return _hear(told, [_heard(one, told, "joined_at", "left_at") for one in whole])


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(body_of(request))
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if not isinstance(found, dict) or not isinstance(found.get("room_name"), str):
        raise Refused(400)
    return found


def _hear(told: dict[str, Any], heard: Iterable[Heard | None]) -> HttpResponse:
    """202 where nobody of ours is meant: it is dropped, and Prosody need not try again."""
    known, room = [one for one in heard if one], room_of(told["room_name"].lower())
    noted = room is not None and bool(known) and attendance.hear(room=room, heard=known, now=clock.now())
    return JsonResponse({"status": "noted" if noted else "dropped"}, status=200 if noted else 202)


def _heard(occupant: Any, told: dict[str, Any], *times: str) -> Heard | None:
    """Only the id counts, which comes from the token: names, addresses and JIDs are anybody's word."""
    if not isinstance(occupant, dict):
        raise Refused(400)
    person = _uuid(occupant.get("id"))
    moments = {name: _moment(occupant.get(name)) for name in times}
    if moments[times[-1]] is None:
        raise Refused(400)
    return Heard(person, occupant=_connection(occupant, told), **moments) if person else None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    """Seconds since 1970, of this century."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not EARLIEST <= value < LATEST:
        raise Refused(400)
    return datetime.fromtimestamp(value, UTC)


def _connection(occupant: dict[str, Any], told: dict[str, Any]) -> str:
    """Which of her connections, in the room itself or in a side room of it."""
    names = f"{occupant.get('occupant_jid')}/{told.get('breakout_room_id')}"
    return hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:16]


room_created = for_the_room_server(POST=_created)
room_destroyed = for_the_room_server(POST=_destroyed)
occupant_joined = for_the_room_server(POST=_joined)
occupant_left = for_the_room_server(POST=_left)
