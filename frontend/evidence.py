"""The evidence behind a proposed outcome, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment
from scheduler.queries import statements
from scheduler.services import attendance
from scheduler.services.attendance import Reason

TEXTS = {
    "together": gettext_noop("Both were in the room together: %(number)s minutes."),
    "together_briefly": gettext_noop("Both were in the room together for less than a minute."),
    "never_together": gettext_noop("Both were there, but never at the same time."),
    "client_waited": gettext_noop("The client was in the room alone: %(number)s minutes."),
    "client_came": gettext_noop("The client was at the door."),
    "client_token": gettext_noop("The client pressed the button to join. Times: %(number)s."),
    "client_absent": gettext_noop("The client was not in the room, as far as we know."),
    "caseworker_waited": gettext_noop("The caseworker waited alone since the start: %(number)s minutes."),
    "caseworker_absent": gettext_noop("The caseworker was not in the room."),
    "called": gettext_noop("We tried to call the client. Times: %(number)s."),
    "not_working": gettext_noop("The client says: I was there, it did not work."),
    "not_told": gettext_noop("The room server does not tell us who was inside."),
    "record_ended": gettext_noop("Who was inside is no longer on record. That is kept for seven days."),
    "no_record": gettext_noop("Nothing is on record about this talk."),
}


FOR_HER = {
    *("together", "together_briefly", "client_waited", "client_came", "client_token"),
    *("called", "not_working"),
}
"""What counts whatever became of the talk: that she was there, and that she was called."""


def words(reason: Reason) -> str:
    """One sentence in the reader's language."""
    return _(TEXTS[reason.code]) % {"number": reason.number}


@dataclass(frozen=True)
class Hint:
    """What speaks for which outcome. ``said``: when the client said that it did not work."""

    proposed: Status | None
    sentences: list[str]
    said: list[datetime]


def hints(appointments: Sequence[Appointment], now: datetime) -> dict[int, Hint]:
    """By appointment, in three statements for a list. Rooms propose an outcome only of talks by video.

    Where plan B made a call of it, what speaks for the client stays. Once an outcome is recorded nothing is
    proposed any more; evidence and what the client said stay.
    """
    begun = [row for row in appointments if row.start <= now]
    proposals, said = attendance.proposals(begun, now), statements.not_working(appointments)
    nothing = attendance.Proposal(None, ())
    return {row.pk: _hint(row, proposals.get(row.pk, nothing), said[row.pk]) for row in appointments}


def _hint(appointment: Appointment, found: attendance.Proposal, said: list[datetime]) -> Hint:
    by_video = appointment.mode == "video"
    reasons = [reason for reason in found.reasons if by_video or reason.code in FOR_HER]
    sentences = [words(reason) for reason in reasons if reason.code != "not_working" or not said]
    proposed = found.status if by_video and appointment.status == Status.BOOKED else None
    return Hint(proposed, sentences, said)
