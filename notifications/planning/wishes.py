"""What one participant is to be told by one channel, and the names of the kinds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.models import Appointment, Event, Participant

KINDS = {
    "appointment.booked": ("confirmation", "staff_booked"),
    "appointment.moved": ("moved", "staff_moved"),
    "appointment.cancelled": ("cancelled", "staff_cancelled"),
    "appointment.mode_changed": ("mode_changed", "staff_moved"),
    "appointment.handed_over": ("handed_over", "staff_moved"),
}
INTRODUCTIONS = ("confirmation", "staff_booked", "own_link")
"""By these somebody first hears of an appointment."""
NOWHERE = "none"
"""In place of a channel where there is none: the message has failed before anybody tried."""


@dataclass(frozen=True)
class Wish:
    """What is told to one participant by one channel."""

    participant: Participant
    channel: str
    kind: str
    due_at: datetime
    not_after: datetime
    stage: str = ""
    urgent: bool = True
    again: str = ""
    """What tells it apart where one person is told the same thing on purpose once more."""


def until(event: Event, appointment: Appointment) -> datetime:
    """Nothing is told after the start, unless what happened came later itself."""
    if event.at < appointment.start:
        return appointment.start
    return max(appointment.end, event.at + timedelta(hours=1))
