"""The people of an appointment as staff see them: each with her link and what may be done about it."""

from dataclasses import dataclass
from datetime import datetime

from notifications import planning
from scheduler import links, policies
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Participant
from scheduler.queries import company

SHOWN = {"companion", "interpreter"}
"""Whose links staff may pass on; whoever holds a caseworker's or client's link is taken for her."""


@dataclass(frozen=True)
class Line:
    """One person. ``link`` is empty where it is not for passing on; ``channels`` say how it can be sent."""

    person: Participant
    until: datetime
    link: str
    channels: tuple[str, ...]
    removable: bool


def lines(appointment: Appointment, now: datetime) -> list[Line]:
    """Everybody who takes part."""
    people = company.standing(appointment).select_related("client", "caseworker__user", "interpreter")
    return [_line(appointment, person, now) for person in people.prefetch_related("client__consents")]


def _line(appointment: Appointment, person: Participant, now: datetime) -> Line:
    booked = appointment.status == Status.BOOKED
    own = person.role == "client" or person.caseworker_id == appointment.caseworker_id
    return Line(
        person=person,
        until=policies.link_until(appointment),
        link=links.url(person) if person.role in SHOWN else "",
        channels=tuple(planning.channels_of(person, "own_link")) if booked else (),
        removable=not own and policies.may_end_part(appointment, now),
    )
