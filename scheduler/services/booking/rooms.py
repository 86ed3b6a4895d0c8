"""A new room for an appointment: nobody is inside it, and what was told of another time does not count."""

from datetime import datetime

from scheduler import conference, policies
from scheduler.domain import presence
from scheduler.models import Appointment, RoomEvent
from scheduler.queries import hearing
from scheduler.services import room_facts

WRITTEN = ("room", "room_opened_at", "room_owner", "said", "said_at")
"""The fields of the appointment that ``renew`` changes, for its caller to save."""


def renew(appointment: Appointment, now: datetime) -> None:
    """The old room is dead: whoever was inside is out, what was counted is kept, nothing is said any more."""
    appointment.room = conference.new_room() if appointment.mode == "video" else None
    appointment.room_opened_at, appointment.room_owner = None, ""
    appointment.said, appointment.said_at = "", None
    _put_everybody_out(appointment, now)


def is_empty(appointment: Appointment) -> bool:
    """Is nobody in the room, as far as we know?"""
    return not _inside(appointment)


def renew_for_another_time(appointment: Appointment, now: datetime) -> None:
    """Of what was told at the old time only that counts which lies inside the new door; the history stays."""
    renew(appointment, now)
    opens = policies.server_door(appointment)[0]
    facts = RoomEvent.objects.filter(participant__appointment=appointment)
    inside = presence.connected(row.told for row in facts.filter(at__lt=opens))
    facts.filter(at__lt=opens).delete()
    _note(appointment, inside, "joined", opens)
    appointment.participants.update(arrived_at=None, left_at=None)
    appointment.together_minutes = None
    Appointment.objects.filter(pk=appointment.pk).update(together_minutes=None)
    room_facts.recount(appointment, now)


def _put_everybody_out(appointment: Appointment, now: datetime) -> None:
    """What the room server will say of the old room is said of a room that we no longer know: count now."""
    if out := _inside(appointment):
        _note(appointment, out, "left", now)
        room_facts.recount(appointment, now)


def _inside(appointment: Appointment) -> set[tuple[int, str]]:
    """Whose connections last; where nobody tells us, whoever went in last is taken to be inside."""
    rows = list(RoomEvent.objects.filter(participant__appointment=appointment))
    led_in = {(pk, "") for pk in presence.led_in(row.told for row in rows)}
    inside = presence.connected(row.told for row in rows)
    return inside | led_in if led_in and not hearing.presence_is_told() else inside


def _note(appointment: Appointment, connections: set[tuple[int, str]], kind: str, at: datetime) -> None:
    common = {"office_id": appointment.office_id, "kind": kind, "at": at}
    rows = [RoomEvent(participant_id=pk, occupant=name, **common) for pk, name in sorted(connections)]
    room_facts.note(rows)
