"""Who came, what the facts suggest, what a person records: ``from scheduler.services import attendance``."""

from scheduler.services.attendance.entering import Entry, enter, hand_out
from scheduler.services.attendance.outcome import confirm, decline, note_identity, record_outcome
from scheduler.services.attendance.proposing import Proposal, Reason, proposal, proposals, proposed
from scheduler.services.attendance.telling import (
    Heard,
    arrive,
    called,
    hear,
    leave,
)
from scheduler.services.attendance.waiting import has_told, knock, not_working, say

__all__ = [
    "Entry",
    "Heard",
    "Proposal",
    "Reason",
    "arrive",
    "called",
    "confirm",
    "decline",
    "enter",
    "hand_out",
    "has_told",
    "hear",
    "knock",
    "leave",
    "not_working",
    "note_identity",
    "proposal",
    "proposals",
    "proposed",
    "record_outcome",
    "say",
]
