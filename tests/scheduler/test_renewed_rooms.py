"""A talk that is moved or goes on by phone while people are inside: the old room's facts end with it."""

from datetime import timedelta

import pytest

from scheduler.events import Actor
from scheduler.models import Appointment, RoomEvent
from scheduler.queries import waiting
from scheduler.services import attendance, booking
from scheduler.services.attendance import Heard, Reason
from tests import factories
from tests.factories import utc

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")
NINE = utc("2026-03-10 08:00")
SOON, NEXT_DAY = NINE + timedelta(minutes=15), NINE + timedelta(days=1)


@pytest.fixture
def appointment():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    found = factories.appointment(worker, factories.client(office, mobile="+4915112345678"))
    for role in ("client", "caseworker"):
        tell(found, role, "phone", NINE)
        tell(found, role, "computer", NINE + timedelta(minutes=1))
    return found


def fresh(appointment):
    return Appointment.objects.with_people().get(pk=appointment.pk)


def tell(appointment, role, device, joined, left=None):
    heard = [Heard(appointment.one(role).public_id, joined, left, device)]
    return attendance.hear(room=appointment.room, heard=heard, now=left or joined)


def move(appointment, start, now=NINE + timedelta(minutes=5), **more):
    return booking.move(appointment=fresh(appointment), start=start, by=BY, now=now, special=True, **more)


@pytest.mark.parametrize("start", [SOON, NEXT_DAY])
def test_nobody_has_come_to_the_new_time(appointment, start):
    client = appointment.one("client")
    attendance.knock(participant=client, now=NINE)
    attendance.called(participant=client, by=BY, now=NINE + timedelta(minutes=4))
    move(appointment, start)
    moved = fresh(appointment)
    assert [(p.arrived_at, p.left_at) for p in moved.participants.all()] == [(None, None)] * 2
    assert moved.together_minutes is None
    assert waiting.scene_of(moved) == waiting.Scene()
    found = attendance.proposal(moved, start + timedelta(hours=2))
    assert found == attendance.Proposal(None, (Reason("no_record"),))


def test_the_caseworker_who_comes_alone_next_time_is_alone(appointment):
    old = appointment.room
    moved = move(appointment, NEXT_DAY)
    attendance.arrive(participant=moved.one("caseworker"), now=NEXT_DAY)
    attendance.called(participant=moved.one("client"), by=BY, now=NEXT_DAY + timedelta(minutes=16))
    late = [Heard(moved.one("client").public_id, NINE, NINE + timedelta(minutes=20), "phone")]
    assert not attendance.hear(room=old, heard=late, now=NINE + timedelta(minutes=20))
    found = attendance.proposal(fresh(moved), NEXT_DAY + timedelta(minutes=20))
    assert (found.status, found.reasons) == (
        "noshow",
        (Reason("client_absent"), Reason("caseworker_waited", 20), Reason("called", 1)),
    )


def test_a_talk_that_nobody_came_to_takes_nobody_longer(appointment):
    move(appointment, NEXT_DAY)
    after = factories.appointment(appointment.caseworker, start=NEXT_DAY + timedelta(hours=1), special=True)
    assert not waiting.takes_longer(after, NEXT_DAY + timedelta(minutes=70))


def test_another_way_of_talking_ends_every_stay_and_keeps_what_was(appointment):
    now = NINE + timedelta(minutes=10)
    for mode in ("phone", "video"):
        booking.switch_mode(appointment=fresh(appointment), mode=mode, by=BY, now=now)
    assert RoomEvent.objects.filter(kind="left", at=now).count() == 4
    assert waiting.scene_of(fresh(appointment)) == waiting.Scene()
    assert [person.left_at for person in fresh(appointment).participants.all()] == [now, now]
    found = attendance.proposal(fresh(appointment), NINE + timedelta(hours=2))
    assert found.reasons[0] == Reason("together", 10)


def test_whoever_knocks_before_the_start_waits_for_another_caseworker_too(appointment):
    RoomEvent.objects.all().delete()
    client, colleague = (
        appointment.one("client"),
        factories.caseworker(appointment.office, appointment.service, team=appointment.caseworker.team),
    )
    attendance.knock(participant=client, now=NINE - timedelta(minutes=10))
    move(appointment, NINE, now=NINE - timedelta(minutes=5), caseworker=colleague)
    (one,) = waiting.scene_of(fresh(appointment)).waiting
    assert (one.participant, one.since) == (client, NINE - timedelta(minutes=10))
