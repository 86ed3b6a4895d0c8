"""Who is at the door or in the room, since when, and whether the talk before still goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, prefetch_related_objects

from scheduler import policies
from scheduler.domain import presence
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Event, Participant, RoomEvent
from scheduler.queries import hearing

CALLS = ("knocked", "not_working")


@dataclass(frozen=True)
class Present:
    """Somebody who is there since then; ``stuck``: it does not work, as she said since she last went in."""

    participant: Participant
    since: datetime
    inside: bool
    stuck: bool


@dataclass(frozen=True)
class Scene:
    """What is to be seen before the door and behind it: everybody who is there.

    ``told``: the room server says who is inside; else whoever went there last is taken to be.
    """

    present: tuple[Present, ...] = ()
    told: bool = True

    @property
    def counselled(self) -> bool:
        """Is a caseworker in the room?"""
        return self._inside("caseworker")

    @property
    def together(self) -> bool:
        """Are client and caseworker both in the room?"""
        return self.counselled and self._inside("client")

    @property
    def waiting(self) -> tuple[Present, ...]:
        """Whoever is not with the caseworker, or is and says that it does not work."""
        guests = (one for one in self.present if one.participant.role != "caseworker")
        return tuple(one for one in guests if one.stuck or not (one.inside and self.counselled))

    def is_inside(self, participant: Participant) -> bool:
        """Is this person in the room?"""
        return any(one.inside for one in self.present if one.participant.pk == participant.pk)

    def _inside(self, role: str) -> bool:
        return any(one.inside for one in self.present if one.participant.role == role)

    def waits(self, participant: Participant) -> Present | None:
        """This person, if she waits."""
        return next((one for one in self.waiting if one.participant.pk == participant.pk), None)


def facts() -> "Prefetch[str]":
    """What ``scene`` reads, to be fetched with the participants of many appointments at once."""
    return Prefetch("participants__room_events", RoomEvent.objects.filter(kind__in=presence.SIGNS))


def scene_of(appointment: Appointment) -> Scene:
    """The scene of one appointment, from two statements, and one more with a room server of one's own."""
    prefetch_related_objects([appointment], "participants", facts())
    return scene(appointment, hearing.presence_is_told())


def scene(appointment: Appointment, told: bool) -> Scene:
    """The scene of an appointment whose participants and ``facts`` are at hand."""
    earliest = policies.server_door(appointment)[0]
    people = [person for person in appointment.participants.all() if person.revoked_at is None]
    return Scene(tuple(found for person in people if (found := _present(person, earliest, told))), told)


def _present(person: Participant, earliest: datetime, told: bool) -> Present | None:
    """Since her first sign after she was last seen leaving; signs of an earlier time do not count."""
    rows = [row for row in person.room_events.all() if row.at >= earliest]
    inside = _is_inside(rows, told)
    signs = rows if inside else _since_she_left(rows)
    if not signs:
        return None
    last = next((row.kind for row in reversed(signs) if row.kind != "knocked"), "")
    return Present(person, signs[0].at, inside, last == "not_working")


def _since_she_left(rows: Sequence[RoomEvent]) -> Sequence[RoomEvent]:
    """A dropped connection is noticed late: what she says meanwhile, she says outside."""
    left = max((number for number, row in enumerate(rows) if row.kind == "left"), default=-1)
    before = rows[: max(left, 0)]
    joined = max((number for number, row in enumerate(before) if row.kind == "joined"), default=-1)
    meanwhile = [row for row in before[joined + 1 :] if row.at > rows[left].at - policies.NOTICED_LATE]
    return [*(row for row in meanwhile if row.kind in CALLS), *rows[left + 1 :]]


def _is_inside(rows: Sequence[RoomEvent], told: bool) -> bool:
    if not told:
        return bool(presence.led_in(row.told for row in rows))
    return bool(presence.inside(row.told for row in rows))


def cries(appointments: Sequence[Appointment]) -> dict[int, datetime]:
    """When clients said that it does not work, or that nobody called, and nobody has tried to call since.

    Of the talk as it is now: what was said before plan B is answered by it. One statement for a list.
    """
    told = Event.objects.filter(appointment__in=appointments, sequence=F("appointment__sequence"))
    told = told.filter(verb__in=["participant.not_working", "participant.called"]).order_by("at", "pk")
    found: dict[int, datetime] = {}
    for pk, verb, at in told.values_list("appointment", "verb", "at"):
        if verb == "participant.called":
            found.pop(pk, None)
        else:
            found[pk] = at
    return found


def takes_longer(appointment: Appointment, now: datetime) -> bool:
    """Is her caseworker still with the client before, past that talk's end?"""
    before = Appointment.objects.of(appointment.office).filter(
        caseworker=appointment.caseworker_id,
        mode="video",
        start__lt=appointment.start,
        end__lte=now,
        end__gt=now - policies.OVERRUN,
    )
    inside = Participant.objects.filter(
        appointment=OuterRef("pk"), arrived_at__isnull=False, left_at=None, revoked_at=None
    )
    both = [Exists(inside.filter(role=role)) for role in ("client", "caseworker")]
    return before.exclude(status=Status.CANCELLED).filter(*both).exists()
