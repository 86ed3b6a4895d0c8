"""May this room open? The room server asks before it opens one, and says when the last person has left."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from scheduler import policies
from scheduler.conference import trials
from scheduler.domain.lifecycle import Status
from scheduler.errors import DoorClosed, NoRoom, RoomOpen
from scheduler.models import Appointment


@dataclass(frozen=True)
class Conference:
    """One opening of a room, as the room server knows it; ``id`` is dead once the room is renewed."""

    id: str
    room: str
    owner: str
    start: datetime
    ends: datetime
    most: int
    lobby: bool = True


def open_room(*, room: str, owner: str, now: datetime) -> Conference:
    """Let the room server open this room. Raises NoRoom, DoorClosed, RoomOpen."""
    if trials.ends(room):
        return _trial(room, owner, now)
    appointment = _standing({"room": room})
    opens, closes = policies.server_door(appointment)
    if not opens <= now < closes:
        raise DoorClosed(opens_at=opens, closes_at=closes, office=appointment.office)
    same = Appointment.objects.filter(pk=appointment.pk, room=room, room_opened_at=None)
    if not same.exclude(status=Status.CANCELLED).update(room_opened_at=now, room_owner=owner):
        raise RoomOpen(conference=_id(appointment))
    appointment.room_owner = owner
    return _conference(appointment)


def look_up(*, conference: str, now: datetime) -> Conference:
    """What was answered when it was opened. Raises NoRoom; for a room to try DoorClosed."""
    if trials.ends(conference):
        return _trial(conference, "", now)
    pk, digest = _parts(conference)
    appointment = _standing({"pk": pk})
    if digest != _digest(appointment.room):
        raise NoRoom(office=appointment.office)
    return _conference(appointment)


def close_room(*, conference: str) -> bool:
    """The last person has left; the appointment stands. False where there never was such an appointment."""
    if trials.ends(conference):
        return True
    pk, digest = _parts(conference)
    rows = Appointment.objects.filter(pk=pk)
    found = rows.values_list("room", "room_opened_at").first()
    if found is None:
        return False
    room, opened_at = found
    if opened_at and digest == _digest(room):
        rows.filter(room=room).update(room_opened_at=None, room_owner="")
    return True


def _trial(room: str, owner: str, now: datetime) -> Conference:
    """A room to try the way in is its own id; nothing of it is stored, so it may be opened again."""
    ends = trials.ends(room)
    if ends is None or now >= ends:
        raise DoorClosed(opens_at=now, closes_at=ends or now)
    return Conference(room, room, owner, ends - trials.LASTS, ends, policies.DEVICES, lobby=False)


def _standing(wanted: dict[str, Any]) -> Appointment:
    people = Count("participants", filter=Q(participants__revoked_at=None))
    rows = Appointment.objects.select_related("office").filter(**wanted).order_by()
    found: Appointment | None = rows.annotate(people=people).first()
    if found is None or found.status == Status.CANCELLED or not found.room:
        raise NoRoom(office=found.office if found else None)
    return found


def _conference(appointment: Any) -> Conference:
    return Conference(
        id=_id(appointment),
        room=appointment.room,
        owner=appointment.room_owner,
        start=appointment.start,
        ends=policies.room_ends(appointment),
        most=policies.DEVICES * appointment.people,
    )


def _id(appointment: Appointment) -> str:
    return f"{appointment.pk}-{_digest(appointment.room)}"


def _parts(conference: str) -> tuple[int, str]:
    known = re.fullmatch(r"([0-9]{1,18})-([0-9a-f]{16})", conference, re.ASCII)
    return (int(known[1]), known[2]) if known else (0, "")


def _digest(room: str | None) -> str:
    return hashlib.sha256((room or "").encode()).hexdigest()[:16]
