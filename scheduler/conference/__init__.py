"""Rooms, doors, tokens, and what the room server would say to a token."""

from scheduler.conference.rooms import Pass, mint, new_room
from scheduler.conference.verdict import Claim, Expectation, Verdict, verify_like_the_room_server

__all__ = [
    "Claim",
    "Expectation",
    "Pass",
    "Verdict",
    "mint",
    "new_room",
    "verify_like_the_room_server",
]
