"""Rooms, doors, tokens, and what the room server would say to a token."""

from scheduler.conference.asking import is_there
from scheduler.conference.rooms import Pass, mint, new_room
from scheduler.conference.trials import try_out
from scheduler.conference.verdict import Claim, Expectation, Verdict, verify_like_the_room_server

__all__ = [
    "Claim",
    "Expectation",
    "Pass",
    "Verdict",
    "is_there",
    "mint",
    "new_room",
    "try_out",
    "verify_like_the_room_server",
]
