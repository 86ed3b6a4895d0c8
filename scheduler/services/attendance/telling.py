"""Facts about the room, from Prosody or our stand-in: told in any order, told twice, kept seven days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from scheduler import policies
from scheduler.domain import presence
from scheduler.domain.intervals import Span
from scheduler.errors import TooEarly
from scheduler.events import Actor, record
from scheduler.models import Appointment, Participant, RoomEvent


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
            yield fact(participant, kind, min(at, now), heard.occupant)


def arrive(*, participant: Participant, now: datetime) -> None:
    """She is in the room. Arrival is a fact of hers, not a status of the appointment."""
    come_in(participant, [fact(participant, "joined", now)], now)


def leave(*, participant: Participant, now: datetime) -> bool:
    """She left the room; minutes together are counted anew. False, and no fact, where she was not inside."""
    appointment = participant.appointment
    if participant.pk not in presence.inside(map(as_told, told_of(appointment))):
        return False
    with transaction.atomic(savepoint=False):
        _tell(appointment, [fact(participant, "left", now)], now)
    return True


def called(*, participant: Participant, by: Actor, now: datetime) -> None:
    """The caseworker tried to call her. Raises TooEarly before the door opens."""
    opens = policies.server_door(participant.appointment)[0]
    if now < opens:
        raise TooEarly(opens_at=opens)
    say(participant, "called", by, now)


def fact(participant: Participant, kind: str, at: datetime, occupant: str = "") -> RoomEvent:
    """A fact about this person, not yet written."""
    return RoomEvent(
        office_id=participant.office_id, participant=participant, kind=kind, at=at, occupant=occupant
    )


def note(rows: Sequence[RoomEvent]) -> None:
    """Write facts; the data base drops what was told before."""
    RoomEvent.objects.bulk_create(rows, ignore_conflicts=True)


def come_in(participant: Participant, facts: Sequence[RoomEvent], now: datetime) -> list[Participant]:
    """Write these facts of hers and answer who else is inside."""
    with transaction.atomic(savepoint=False):
        inside = _tell(participant.appointment, facts, now)
    return _but(participant, inside)


def others_inside(participant: Participant) -> list[Participant]:
    """Who else is inside, in one statement."""
    rows = list(told_of(participant.appointment))
    people = {row.participant_id: row.participant for row in rows}
    return _but(participant, [people[pk] for pk in sorted(presence.inside(map(as_told, rows)))])


def _but(participant: Participant, inside: Sequence[Participant]) -> list[Participant]:
    return [person for person in inside if person.pk != participant.pk and person.revoked_at is None]


def say(participant: Participant, kind: str, by: Actor, now: datetime) -> None:
    """A fact that somebody states, so it stands in the history, too."""
    appointment = participant.appointment
    with transaction.atomic():
        note([fact(participant, kind, now)])
        record(
            office=appointment.office,
            verb=f"participant.{kind}",
            subject=participant,
            appointment=appointment,
            by=by,
            now=now,
        )


def _tell(appointment: Appointment, facts: Sequence[RoomEvent], now: datetime) -> list[Participant]:
    """Write facts, then who has arrived and left and the minutes together, as all facts say by now."""
    note(facts)
    rows = list(told_of(appointment))
    told, people = [as_told(row) for row in rows], {row.participant_id: row.participant for row in rows}
    inside = presence.inside(told)
    for pk, person in people.items():
        _settle(person, [row for row in rows if row.participant_id == pk], pk in inside)
    _count(appointment, presence.together(*sides(people, presence.stays(told, until(appointment, now)))))
    return [people[pk] for pk in sorted(inside)]


def told_of(appointment: Appointment) -> Iterable[RoomEvent]:
    """Who joined and left, with the people, in one statement."""
    rows = RoomEvent.objects.filter(participant__appointment=appointment, kind__in=["joined", "left"])
    return rows.select_related("participant")


def as_told(row: RoomEvent) -> presence.Told:
    """As the pure core wants it."""
    return presence.Told(row.participant_id, row.occupant, row.kind, presence.instant(row.at))


def until(appointment: Appointment, now: datetime) -> int:
    """Whoever is not known to have left is inside until now, and no longer than the room server lets her."""
    return presence.instant(min(now, policies.room_ends(appointment)))


def sides(people: dict[int, Participant], spans: dict[int, list[Span]]) -> tuple[list[Span], list[Span]]:
    """When the client was inside, and when a caseworker was."""
    client, caseworker = (
        [span for pk, found in spans.items() if people[pk].role == role for span in found]
        for role in ("client", "caseworker")
    )
    return client, caseworker


def _settle(person: Participant, rows: Sequence[RoomEvent], inside: bool) -> None:
    joined = [row.at for row in rows if row.kind == "joined"]
    if not joined:
        return
    arrived = min(joined if person.arrived_at is None else [*joined, person.arrived_at])
    left = None if inside else max((row.at for row in rows if row.kind == "left"), default=None)
    if (person.arrived_at, person.left_at) != (arrived, left):
        person.arrived_at, person.left_at = arrived, left
        Participant.objects.filter(pk=person.pk).update(arrived_at=arrived, left_at=left)


def _count(appointment: Appointment, minutes: int) -> None:
    if minutes != (appointment.together_minutes or 0):
        appointment.together_minutes = minutes
        Appointment.objects.filter(pk=appointment.pk).update(together_minutes=minutes)
