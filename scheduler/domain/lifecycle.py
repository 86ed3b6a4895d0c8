"""What an appointment can become, and the outcome that the facts suggest."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """``cancelled`` is final; outcomes can be corrected into each other."""

    BOOKED = "booked"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    TECHNICAL_FAILURE = "technical_failure"
    OFFICE_FAILED = "office_failed"
    CANCELLED = "cancelled"


OUTCOMES = frozenset({Status.FULFILLED, Status.NOSHOW, Status.TECHNICAL_FAILURE, Status.OFFICE_FAILED})
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.BOOKED: OUTCOMES | {Status.CANCELLED},
    Status.CANCELLED: frozenset(),
    **{outcome: OUTCOMES - {outcome} for outcome in OUTCOMES},
}
TOGETHER_MINUTES = 2
WAIT_MINUTES = 15


def allowed(old: str, new: str) -> bool:
    """Is there such a step?"""
    return Status(new) in TRANSITIONS[Status(old)]


@dataclass(frozen=True)
class Facts:
    """What is known about a talk; instants in seconds. ``came``: arrived or knocked; ``met``: at all."""

    start: int
    end: int
    now: int
    client_came: bool = False
    client_token: bool = False
    caseworker_came: bool = False
    met: bool = False
    together_minutes: int = 0
    not_working: bool = False
    call_attempted: bool = False
    waited_minutes: int = 0


def proposed_outcome(facts: Facts) -> Status | None:
    """The outcome to propose, or None; a person decides.

    Nobody who came is ever proposed as no-show, and nobody before 15 minutes' wait and a call on record.
    Nothing failed while there is still time to come together, nor where both were inside at once.
    """
    if facts.now < facts.start:
        return None
    if facts.met or facts.together_minutes:
        return Status.FULFILLED if facts.together_minutes >= TOGETHER_MINUTES else None
    if facts.now < min(facts.start + WAIT_MINUTES * 60, facts.end):
        return None
    came = facts.client_came or facts.not_working
    if not facts.caseworker_came:
        return Status.OFFICE_FAILED if came else None
    if came or facts.client_token:
        return Status.TECHNICAL_FAILURE
    return Status.NOSHOW if facts.waited_minutes >= WAIT_MINUTES and facts.call_attempted else None
