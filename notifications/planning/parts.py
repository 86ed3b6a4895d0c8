"""Somebody's part in an appointment begins, ends, or has a new link; somebody waits at the door."""

from notifications.models import NOT_OUT, Message, State
from notifications.planning.changes import goodbye, take_back_farewells, told
from notifications.planning.reach import channels_of
from notifications.planning.rows import message_of, store
from notifications.planning.wishes import Wish
from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.models import Appointment, Event, Participant


def tell_own_link(event: Event, appointment: Appointment) -> None:
    """Whoever was added, or has a new link, gets it; a second caseworker learns that she is booked."""
    person = _subject(event, appointment)
    take_back_farewells(appointment)
    added = event.verb == "participant.added" and person.role == "caseworker"
    kind = "staff_booked" if added else "own_link"
    wishes = [
        Wish(person, channel, kind, event.at, appointment.end, again=str(event.pk))
        for channel in channels_of(person, kind)
    ]
    store([message_of(event, appointment, wish) for wish in wishes])


def take_back(event: Event, appointment: Appointment) -> None:
    """Whose part has ended is told so, and nothing else any more."""
    person = _subject(event, appointment)
    Message.objects.filter(participant=person, state__in=NOT_OUT).update(state=State.VOID, lease=None)
    stands = appointment.status == Status.BOOKED and event.at < appointment.end
    wishes = goodbye(event, appointment, person) if stands else []
    store([message_of(event, appointment, wish) for wish in wishes])


def tell_that_somebody_waits(event: Event, appointment: Appointment) -> None:
    """Once for a time of the talk, to the caseworkers who are not in the room yet."""
    staff = told(appointment).filter(role="caseworker", revoked_at=None)
    wishes = [
        Wish(person, channel, "staff_waits", event.at, policies.door(appointment)[1])
        for person in staff
        if not person.inside
        for channel in channels_of(person, "staff_waits")
    ]
    store([message_of(event, appointment, wish) for wish in wishes])


def _subject(event: Event, appointment: Appointment) -> Participant:
    return told(appointment).get(pk=event.subject.partition(":")[2])
