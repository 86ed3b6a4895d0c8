"""The click on "join": a pass, and the fact that she got one."""

from dataclasses import dataclass, field
from datetime import datetime

from scheduler import conference, policies
from scheduler.errors import RoomServerDown
from scheduler.models import Participant
from scheduler.services import room_facts
from scheduler.services.attendance import telling, waiting


@dataclass(frozen=True)
class Entry:
    """Her pass and, in the stand-in, who else is inside."""

    ticket: conference.Pass
    others: list[Participant] = field(default_factory=list)


def enter(*, participant: Participant, now: datetime, audio_only: bool = False) -> Entry:
    """Mint a pass for this click; in the stand-in she is inside at once, elsewhere the room server says so.

    Raises DoorClosed, NoRoom, LinkInvalid; RoomServerDown, though she was at the door then, too.
    """
    ticket = conference.mint(participant, now, audio_only=audio_only)
    if not ticket.stand_in:
        if not _click(participant, now):
            raise RoomServerDown
        return Entry(ticket)
    if _is_inside(participant):
        return Entry(ticket, telling.others_inside(participant))
    facts = [room_facts.fact(participant, kind, now) for kind in ("token", "joined")]
    return Entry(ticket, telling.come_in(participant, facts, now))


def _click(participant: Participant, now: datetime) -> bool:
    """Does the room server answer? Only then is the click a way in; else she has come to its door."""
    there = conference.is_there()
    if there or participant.role == "caseworker":
        room_facts.note([room_facts.fact(participant, "token" if there else "knocked", now)])
    else:
        waiting.knock(participant=participant, now=now)
    return there


def _is_inside(participant: Participant) -> bool:
    """Since this door opened: who came before the talk was moved has to come again."""
    opened = policies.server_door(participant.appointment)[0]
    return (
        participant.left_at is None
        and participant.arrived_at is not None
        and participant.arrived_at >= opened
    )


def hand_out(*, participant: Participant, now: datetime) -> conference.Pass:
    """Mint a pass for a program to hand on. Raises DoorClosed, NoRoom, LinkInvalid."""
    ticket = conference.mint(participant, now)
    _click(participant, now)
    return ticket
