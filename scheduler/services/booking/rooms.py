"""A new room for an appointment: nobody is inside it, and what was told of another time does not count."""

from datetime import datetime

from scheduler import conference
from scheduler.domain import presence
from scheduler.models import Appointment, RoomEvent


def renew(appointment: Appointment, now: datetime, *, at_another_time: bool = False) -> None:
    """The old room is dead: whoever was inside is out, and what was said before its door is forgotten."""
    appointment.room = conference.new_room() if appointment.mode == "video" else None
    appointment.room_opened_at, appointment.room_owner = None, ""
    appointment.said, appointment.said_at = "", None
    if at_another_time:
        _forget_who_came(appointment)
    else:
        _put_everybody_out(appointment, now)


def _forget_who_came(appointment: Appointment) -> None:
    """Who came, knocked or was called at the old time is no fact of the new one; the history stays."""
    RoomEvent.objects.filter(participant__appointment=appointment).delete()
    appointment.participants.update(arrived_at=None, left_at=None)
    appointment.together_minutes = None
    Appointment.objects.filter(pk=appointment.pk).update(together_minutes=None)


def _put_everybody_out(appointment: Appointment, now: datetime) -> None:
    """What the room server will say of the old room is said of a room that we no longer know."""
    inside = presence.connected(
        row.told for row in RoomEvent.objects.filter(participant__appointment=appointment)
    )
    left = {"office_id": appointment.office_id, "kind": "left", "at": now}
    rows = [RoomEvent(participant_id=pk, occupant=occupant, **left) for pk, occupant in sorted(inside)]
    RoomEvent.objects.bulk_create(rows, ignore_conflicts=True)
    appointment.participants.filter(arrived_at__isnull=False, left_at=None).update(left_at=now)
