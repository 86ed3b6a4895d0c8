"""Facts about the room, from Prosody or our stand-in: told in any order, told twice, kept seven days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from scheduler import policies
from scheduler.domain import presence
from scheduler.errors import TooEarly
from scheduler.events import Actor, record
from scheduler.models import Appointment, Participant, RoomEvent
from scheduler.services import room_facts


@dataclass(frozen=True)
class Heard:
    """What the room server says of one connection: whose, when it began, when it ended if it has."""

    person: UUID
    joined_at: datetime | None
    left_at: datetime | None = None
    occupant: str = ""


def hear(*, room: str, heard: Sequence[Heard], now: datetime) -> bool:
    """Keep what the room server says of a room's people; False where none of them is known there.

    Locks the appointment, so that two servers that hear at once do not count past each other.
    """
    with transaction.atomic(savepoint=False):
        rows = Participant.objects.filter(appointment__room=room, public_id__in=[one.person for one in heard])
        rows = rows.select_related("appointment__office").order_by("pk")
        people = {row.public_id: row for row in rows.select_for_update(of=("appointment",), no_key=True)}
        facts = [row for one in heard if one.person in people for row in _facts(people[one.person], one, now)]
        if facts:
            _tell(facts[0].participant.appointment, facts, now)
    return bool(people)


def _facts(participant: Participant, heard: Heard, now: datetime) -> Iterable[RoomEvent]:
    """Times ahead of our clock are now; times before the door could open are no part of this talk."""
    earliest = policies.server_door(participant.appointment)[0] - policies.CLOCKS_DIFFER
    for kind, at in (("joined", heard.joined_at), ("left", heard.left_at)):
        if at is not None and at >= earliest:
            yield room_facts.fact(participant, kind, min(at, now), heard.occupant)


def arrive(*, participant: Participant, now: datetime) -> None:
    """She is in the room. Arrival is a fact of hers, not a status of the appointment."""
    come_in(participant, [room_facts.fact(participant, "joined", now)], now)


def leave(*, participant: Participant, now: datetime) -> bool:
    """She left the room; minutes together are counted anew. False, and no fact, where she was not inside."""
    appointment = participant.appointment
    if participant.pk not in presence.inside(row.told for row in room_facts.of_stays(appointment)):
        return False
    with transaction.atomic(savepoint=False):
        _tell(appointment, [room_facts.fact(participant, "left", now)], now)
    return True


def called(*, participant: Participant, by: Actor, now: datetime) -> None:
    """The caseworker tried to call her. Raises TooEarly before the door opens."""
    opens = policies.server_door(participant.appointment)[0]
    if now < opens:
        raise TooEarly(opens_at=opens, office=participant.appointment.office)
    say(participant, "called", by, now)


def come_in(participant: Participant, facts: Sequence[RoomEvent], now: datetime) -> list[Participant]:
    """Write these facts of hers and answer who else is inside."""
    with transaction.atomic(savepoint=False):
        inside = _tell(participant.appointment, facts, now)
    return _but(participant, inside)


def others_inside(participant: Participant) -> list[Participant]:
    """Who else is inside, in one statement."""
    rows = list(room_facts.of_stays(participant.appointment))
    people = {row.participant_id: row.participant for row in rows}
    return _but(participant, [people[pk] for pk in sorted(presence.inside(row.told for row in rows))])


def _but(participant: Participant, inside: Sequence[Participant]) -> list[Participant]:
    return [person for person in inside if person.pk != participant.pk and person.revoked_at is None]


def say(participant: Participant, kind: str, by: Actor, now: datetime) -> None:
    """A fact that somebody states, so it stands in the history, too."""
    appointment = participant.appointment
    with transaction.atomic():
        room_facts.note([room_facts.fact(participant, kind, now)])
        record(
            office=appointment.office,
            verb=f"participant.{kind}",
            subject=participant,
            appointment=appointment,
            by=by,
            now=now,
        )


def _tell(appointment: Appointment, facts: Sequence[RoomEvent], now: datetime) -> list[Participant]:
    """Write facts and what follows from all of them; answers who is inside."""
    room_facts.note(facts)
    return room_facts.recount(appointment, now)
