"""Facts about a room, written and counted: who was inside when, and how long both sides at once."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from scheduler import policies
from scheduler.domain import presence
from scheduler.domain.intervals import Span
from scheduler.models import Appointment, Participant, RoomEvent


def fact(participant: Participant, kind: str, at: datetime, occupant: str = "") -> RoomEvent:
    """A fact about this person, not yet written."""
    return RoomEvent(
        office_id=participant.office_id, participant=participant, kind=kind, at=at, occupant=occupant
    )


def note(rows: Sequence[RoomEvent]) -> None:
    """Write facts; the data base drops what was told before."""
    RoomEvent.objects.bulk_create(rows, ignore_conflicts=True)


def of_stays(appointment: Appointment) -> "QuerySet[RoomEvent]":
    """Who joined and left, with the people, in one statement."""
    rows = RoomEvent.objects.filter(participant__appointment=appointment, kind__in=["joined", "left"])
    return rows.select_related("participant")


def recount(appointment: Appointment, now: datetime) -> list[Participant]:
    """Write who has arrived and left and the minutes together, as all facts say by now; who is inside.

    Minutes that were counted stay once facts have had their time.
    """
    rows = list(of_stays(appointment))
    told, people = [row.told for row in rows], {row.participant_id: row.participant for row in rows}
    inside = presence.inside(told)
    for pk, person in people.items():
        _settle(person, [row for row in rows if row.participant_id == pk], pk in inside)
    if now < policies.facts_known_until(appointment):
        _count(appointment, presence.together(*sides(people, presence.stays(told, until(appointment, now)))))
    return [people[pk] for pk in sorted(inside)]


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
