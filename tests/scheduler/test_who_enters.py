"""Only people of an appointment, only its present room, only inside the door: for any history."""

from contextlib import suppress
from datetime import timedelta

import jwt
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import conference, links, policies
from scheduler.conference import verify_like_the_room_server
from scheduler.domain.lifecycle import OUTCOMES
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Appointment, Caseworker, Participant
from scheduler.services import attendance, booking, reserving
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")
NINE = utc("2026-03-10 08:00")
STARTS = [NINE + timedelta(minutes=minutes) for minutes in (-30, 0, 15, 60, 120)]
MOMENTS = [NINE + timedelta(seconds=seconds) for seconds in range(-4_500, 14_000, 450)]
SECOND = timedelta(seconds=1)
PEOPLE = st.integers(0, 9)


@pytest.fixture
def world():
    office = factories.office()
    service = factories.service(office)
    workers = [factories.caseworker(office, service) for _ in range(3)]
    for worker in workers:
        factories.opening(worker)
    neighbour = factories.appointment(workers[2], start=utc("2026-03-10 10:00"))
    client = factories.client(office, mobile="+4915112345678")
    return factories.appointment(workers[0], client), workers, neighbour


step = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(STARTS), st.integers(0, 2)),
    st.tuples(st.just("mode"), st.sampled_from(["video", "phone", "on_site"])),
    st.tuples(st.just("plan_b")),
    st.tuples(st.just("hand_over"), st.integers(0, 2)),
    st.tuples(st.just("second"), st.integers(0, 2)),
    st.tuples(st.just("companion")),
    st.tuples(st.just("revoke"), PEOPLE),
    st.tuples(st.just("renew"), PEOPLE),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("outcome"), st.sampled_from(sorted(OUTCOMES))),
    st.tuples(st.just("clock"), st.sampled_from(MOMENTS)),
)


class History:
    """Does what is drawn and remembers every link, room and door that there ever was."""

    def __init__(self, world):
        self.pk, self.workers = world[0].pk, world[1]
        self.now, self.sent, self.rooms = NOW, set(), set()
        self.doors = {*policies.door(world[2])}
        self.remember()

    @property
    def appointment(self):
        return Appointment.objects.with_people().get(pk=self.pk)

    def remember(self):
        self.sent |= {links.token(person) for person in Participant.objects.all()}
        appointment = self.appointment
        self.rooms |= {appointment.room} - {None}
        self.doors |= {*policies.door(appointment), *policies.server_door(appointment)}

    def edges(self):
        """The last moment before each door opened or closed, and the first one after it."""
        return sorted(moment - before for moment in self.doors for before in (SECOND, 0 * SECOND))

    def do(self, what, *values):
        with suppress(SchedulerError), transaction.atomic():
            getattr(self, what)({"appointment": self.appointment, "by": STAFF, "now": self.now}, *values)
        self.remember()

    def move(self, common, start, worker):
        booking.move(**common, start=start, caseworker=self.workers[worker], special=True)

    def mode(self, common, mode):
        booking.switch_mode(**common, mode=mode)

    def plan_b(self, common):
        booking.call_instead(**common)

    def hand_over(self, common, worker):
        booking.hand_over(**common, caseworker=Caseworker.objects.get(pk=self.workers[worker].pk))

    def second(self, common, worker):
        booking.add_caseworker(**common, caseworker=self.workers[worker])

    def companion(self, common):
        booking.add_companion(**common, name="Alex")

    def revoke(self, common, number):
        booking.revoke_person(participant=self._one(number), by=STAFF, now=self.now)

    def renew(self, common, number):
        booking.renew_link(participant=self._one(number), by=STAFF, now=self.now)

    def cancel(self, common):
        booking.cancel(**common)

    def outcome(self, common, status):
        attendance.record_outcome(**common, status=status)

    def clock(self, common, moment):
        self.now = moment

    def _one(self, number):
        people = list(Participant.objects.filter(appointment=self.pk).select_related("appointment__office"))
        return people[number % len(people)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(step, max_size=12))
def test_a_token_is_only_for_people_of_this_appointment_in_its_present_room_inside_its_door(world, steps):
    with transaction.atomic():
        history = History(world)
        for one in steps:
            history.do(*one)
            _look(history, [history.now])
        _look(history, history.edges())
        transaction.set_rollback(True)


def _look(history, moments):
    appointment = history.appointment
    for moment in moments:
        for link in history.sent:
            with suppress(SchedulerError):
                person = links.resolve(link, moment)
                _hold(history, link, person, conference.mint(person, moment), moment)
        _only_the_present_room_opens(history, appointment, moment)


def _hold(history, link, person, ticket, moment):
    appointment = Appointment.objects.get(pk=person.appointment_id)
    known = appointment.participants.get(pk=person.pk)
    opens, closes = policies.door(appointment)
    body = jwt.decode(ticket.token, options={"verify_signature": False})
    assert appointment.status != "cancelled"
    assert appointment.mode == "video"
    assert known.revoked_at is None
    assert links.token(known) == link
    assert body["context"]["user"]["id"] == str(known.public_id)
    assert body["room"] == ticket.room == appointment.room
    assert opens <= moment < closes
    assert body["exp"] == closes.timestamp()
    assert verify_like_the_room_server(ticket.token, appointment.room, moment).accepted
    for other in history.rooms - {appointment.room}:
        assert not verify_like_the_room_server(ticket.token, other, moment).accepted
    for late in (closes, closes + timedelta(days=1), opens - timedelta(seconds=61)):
        assert not verify_like_the_room_server(ticket.token, appointment.room, late).accepted


def _only_the_present_room_opens(history, appointment, moment):
    """The room server refuses what we would not lead anybody into."""
    opens, closes = policies.server_door(appointment)
    stands = appointment.status != "cancelled" and appointment.mode == "video" and opens <= moment < closes
    for room in history.rooms:
        with transaction.atomic():
            try:
                opened = bool(reserving.open_room(room=room, owner="x", now=moment))
            except SchedulerError:
                opened = False
            transaction.set_rollback(True)
        assert opened == (stands and room == appointment.room)
