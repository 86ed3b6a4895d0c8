"""A talk that is moved or goes on by phone while people are inside: the old room's facts end with it."""

from datetime import timedelta

import pytest

from scheduler import policies
from scheduler.errors import NoRoom
from scheduler.events import Actor
from scheduler.models import Appointment, RoomEvent
from scheduler.queries import waiting
from scheduler.services import attendance, booking, reserving, retention
from scheduler.services.attendance import Heard, Reason
from tests import factories
from tests.factories import utc

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")
NINE = utc("2026-03-10 08:00")
SOON, NEXT_DAY = NINE + timedelta(minutes=15), NINE + timedelta(days=1)


def at(minutes):
    return NINE + timedelta(minutes=minutes)


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


def times(appointment):
    return [(person.arrived_at, person.left_at) for person in fresh(appointment).participants.all()]


def test_nobody_has_come_to_another_time(appointment):
    client = appointment.one("client")
    attendance.knock(participant=client, now=NINE)
    attendance.called(participant=client, by=BY, now=at(4))
    move(appointment, NEXT_DAY)
    moved = fresh(appointment)
    assert times(moved) == [(None, None)] * 2
    assert moved.together_minutes is None
    assert waiting.scene_of(moved) == waiting.Scene()
    found = attendance.proposal(moved, NEXT_DAY + timedelta(hours=2))
    assert found == attendance.Proposal(None, (Reason("no_record"),))


def test_whoever_was_inside_is_out_and_what_lies_inside_the_new_door_counts(appointment):
    move(appointment, SOON)
    moved = fresh(appointment)
    assert times(moved) == [(NINE, at(5))] * 2
    assert moved.together_minutes == 5
    assert waiting.scene_of(moved) == waiting.Scene()
    assert attendance.proposal(moved, at(90)).reasons[0] == Reason("together", 5)


def test_she_who_came_to_the_old_time_is_not_absent_at_a_new_one_a_little_later(appointment):
    RoomEvent.objects.all().delete()
    client = appointment.one("client")
    attendance.knock(participant=client, now=NINE)
    attendance.not_working(participant=client, now=at(4))
    moved = move(appointment, SOON)
    attendance.arrive(participant=moved.one("caseworker"), now=SOON)
    attendance.called(participant=moved.one("client"), by=BY, now=at(31))
    found = attendance.proposal(fresh(moved), at(60))
    assert (found.status, found.statement) == ("technical_failure", True)
    assert Reason("client_came") in found.reasons


def test_a_stay_that_began_before_the_new_door_counts_from_its_opening(appointment):
    for role in ("client", "caseworker"):
        tell(appointment, role, "tablet", at(-10))
    moved = move(appointment, at(20), now=at(8))
    opens = policies.server_door(moved)[0]
    assert opens == at(3)
    assert times(moved) == [(opens, at(8))] * 2
    assert fresh(moved).together_minutes == 5
    assert not RoomEvent.objects.filter(at__lt=opens).exists()


def test_facts_of_before_the_new_door_are_gone(appointment):
    client = appointment.one("client")
    attendance.knock(participant=client, now=at(-10))
    attendance.called(participant=client, by=BY, now=at(6))
    moved = move(appointment, at(20), now=at(8))
    assert not RoomEvent.objects.filter(at__lt=at(3)).exists()
    assert RoomEvent.objects.get(kind="called").at == at(6)
    assert Reason("called", 1) not in attendance.proposal(moved, at(90)).reasons


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


@pytest.mark.parametrize("end", [booking.call_instead, booking.cancel])
def test_minutes_together_are_counted_when_the_room_ends_and_outlive_its_facts(appointment, end):
    room = appointment.room
    end(appointment=fresh(appointment), by=BY, now=at(20))
    late = [Heard(appointment.one("client").public_id, NINE, at(20), "phone")]
    assert not attendance.hear(room=room, heard=late, now=at(21))
    assert fresh(appointment).together_minutes == 20
    retention.end_room_facts(NINE + timedelta(days=8))
    assert not RoomEvent.objects.exists()
    assert fresh(appointment).together_minutes == 20


def test_a_cancelled_talk_has_a_new_room_and_nobody_is_inside(appointment):
    room = appointment.room
    attendance.say(appointment=fresh(appointment), sentence="at_once", by=BY, now=at(1))
    cancelled = booking.cancel(appointment=fresh(appointment), by=BY, now=at(5))
    stored = fresh(cancelled)
    assert stored.room not in (room, None)
    assert (stored.room_opened_at, stored.room_owner, stored.said) == (None, "", "")
    assert [person.inside for person in stored.participants.all()] == [False, False]
    with pytest.raises(NoRoom):
        reserving.open_room(room=room, owner="x", now=at(6))


@pytest.mark.parametrize("change", ["soon", "phone and back"])
def test_where_nobody_tells_who_is_inside_the_new_room_is_empty_too(appointment, settings, change):
    RoomEvent.objects.all().delete()
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_SECRET = "s" * 40
    for role in ("client", "caseworker"):
        attendance.enter(participant=appointment.one(role), now=NINE)
    assert waiting.scene_of(fresh(appointment)).together
    if change == "soon":
        move(appointment, SOON)
    else:
        for mode in ("phone", "video"):
            booking.switch_mode(appointment=fresh(appointment), mode=mode, by=BY, now=at(5))
    assert waiting.scene_of(fresh(appointment)).present == ()


@pytest.mark.parametrize("secret", ["", "c" * 32])
def test_nobody_is_left_behind_by_a_hand_over_where_presence_is_not_told(appointment, settings, secret):
    RoomEvent.objects.all().delete()
    appointment.participants.update(arrived_at=None, left_at=None)
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_SECRET, settings.JITSI_CALLBACK_SECRET = "s" * 40, secret
    colleague = factories.caseworker(appointment.office, appointment.service)
    attendance.enter(participant=appointment.one("client"), now=NINE)
    attendance.called(participant=appointment.one("client"), by=BY, now=at(4))
    handed = booking.hand_over(appointment=fresh(appointment), caseworker=colleague, by=BY, now=at(5))
    assert handed.room == appointment.room


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
