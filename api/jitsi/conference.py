"""The reservation API: Prosody asks whether a room may open (mod_reservations)."""

from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.jitsi import texts
from api.jitsi.access import Refused, body_of, for_the_room_server, room_of
from api.times import stamp
from scheduler import clock
from scheduler.errors import DoorClosed, NoRoom, RoomOpen
from scheduler.models import Office
from scheduler.services import reserving

LONGEST_OWNER = 200
MOST_FIELDS = 20


def _open(request: HttpRequest) -> HttpResponse:
    """200 with the conference, 403 with a text for people, 409 where it is open already."""
    now = clock.now()
    form = _form(body_of(request))
    name, owner = form.get("name", ""), form.get("mail_owner", "")
    if not name or len(owner) > LONGEST_OWNER or not owner.isprintable():
        raise Refused(400)
    room = room_of(name)
    if room is None:  # in capitals, too: Prosody would open it without its lobby and never say that it ended
        raise Refused(403, texts.NO_ROOM)
    try:
        found = reserving.open_room(room=room, owner=owner, now=now)
    except RoomOpen as error:
        return JsonResponse({"conflict_id": error.conference}, status=409)
    except (NoRoom, DoorClosed) as error:
        _refuse(error, now, 403)
    return JsonResponse(_shape(found))


def _look(request: HttpRequest, conference: str) -> HttpResponse:
    now = clock.now()
    try:
        return JsonResponse(_shape(reserving.look_up(conference=conference, now=now)))
    except (NoRoom, DoorClosed) as error:
        _refuse(error, now, 404)


def _close(request: HttpRequest, conference: str) -> HttpResponse:
    """The last person has left; asking twice is asking once."""
    if not reserving.close_room(conference=conference):
        raise Refused(404, texts.NO_ROOM)
    return HttpResponse(status=204)


def _form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Refused(400) from None
    return {name: values[0] for name, values in found.items()}


def _refuse(error: NoRoom | DoorClosed, now: datetime, status: int) -> NoReturn:
    text = texts.NO_ROOM
    if isinstance(error, DoorClosed):
        text = texts.TOO_EARLY if now < error.opens_at else texts.OVER
    office: Office | None = error.values.get("office")
    raise Refused(status, text, office.offered_languages if office else None)


def _shape(found: reserving.Conference) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.room,
        "mail_owner": found.owner,
        "start_time": stamp(found.start),
        "duration": int((found.ends - found.start).total_seconds()),
        "lobby": found.lobby,
        "max_occupants": found.most,
    }


conferences = for_the_room_server(POST=_open)
conference = for_the_room_server(GET=_look, DELETE=_close)
