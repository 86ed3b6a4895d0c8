"""Who knocks and who cries for help: told once, and again when there is something new."""

from datetime import timedelta

import pytest

from notifications.models import Message
from scheduler.conference import asking
from scheduler.errors import DoorClosed, NoRoom, RoomServerDown
from scheduler.events import Actor
from scheduler.models import Event, RoomEvent
from scheduler.services import attendance, booking
from tests.factories import NOW
from tests.scheduler.door import NINE, minutes, scene, who_waits

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")


def test_a_knock_is_kept_at_most_once_a_minute(appointment):
    client = appointment.one("client")
    for seconds in (0, 1, 59, 60, 61):
        attendance.knock(participant=client, now=NINE + timedelta(seconds=seconds))
    assert RoomEvent.objects.filter(kind="knocked").count() == 2
    assert who_waits(appointment) == [("client", NINE)]


def test_whoever_left_knocks_again_at_once(appointment):
    client = appointment.one("client")
    steps = [
        (attendance.knock, 0),
        (attendance.arrive, 20),
        (attendance.leave, 30),
        (attendance.knock, 40),
        (attendance.knock, 50),
    ]
    for step, seconds in steps:
        step(participant=client, now=NINE + timedelta(seconds=seconds))
    assert RoomEvent.objects.filter(kind="knocked").count() == 2
    assert Event.objects.filter(verb="participant.knocked").count() == 1
    assert who_waits(appointment) == [("client", NINE + timedelta(seconds=40))]


def test_nobody_knocks_at_a_door_that_is_shut(appointment):
    client = appointment.one("client")
    for moment in (minutes(-16), minutes(45 + 30)):
        with pytest.raises(DoorClosed):
            attendance.knock(participant=client, now=moment)
    booking.cancel(appointment=appointment, by=BY, now=NOW)
    client.refresh_from_db()
    with pytest.raises(NoRoom):
        attendance.knock(participant=client, now=NINE)
    assert not RoomEvent.objects.exists()


def test_whoever_finds_the_room_server_down_has_knocked_and_the_caseworker_is_told(appointment, settings):
    asking._answers.cache_clear()
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_SECRET, settings.JITSI_INTERNAL_URL = "s" * 40, "http://127.0.0.1:9"
    for role, number in (("caseworker", 0), ("client", 0), ("client", 0.5), ("client", 2)):
        with pytest.raises(RoomServerDown):
            attendance.enter(participant=appointment.one(role), now=minutes(number))
    attendance.knock(participant=appointment.one("client"), now=minutes(4))
    knocks = RoomEvent.objects.filter(kind="knocked", participant__role="client")
    assert [row.at for row in knocks] == [minutes(0), minutes(2), minutes(4)]
    assert Event.objects.filter(verb="participant.knocked").count() == 1
    assert Message.objects.filter(kind="staff_waits").count() == 1


def test_a_knock_of_before_a_move_is_told_anew_for_the_new_time(appointment):
    attendance.knock(participant=appointment.one("client"), now=minutes(0))
    booking.move(appointment=appointment, start=minutes(15), by=BY, now=minutes(5), special=True)
    attendance.knock(participant=appointment.one("client"), now=minutes(6))
    assert Event.objects.filter(verb="participant.knocked").count() == 2


def test_a_second_cry_for_help_after_a_dropped_talk_is_heard(appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    attendance.not_working(participant=client, now=minutes(0))
    for person in (client, caseworker):
        attendance.arrive(participant=person, now=minutes(2))
    assert who_waits(appointment) == []
    attendance.leave(participant=client, now=minutes(10))
    assert not attendance.has_told(participant=client)
    for number in (11, 12):
        attendance.not_working(participant=client, now=minutes(number))
    (one,) = scene(appointment).waiting
    assert (one.stuck, one.since) == (True, minutes(11))
    assert Event.objects.filter(verb="participant.not_working").count() == 2


def test_a_second_cry_after_another_click_is_heard_where_presence_is_not_told(appointment, settings):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_SECRET = "s" * 40
    client = appointment.one("client")
    attendance.enter(participant=client, now=minutes(0))
    attendance.not_working(participant=client, now=minutes(1))
    attendance.enter(participant=client, now=minutes(2))
    assert not attendance.has_told(participant=client)
    attendance.not_working(participant=client, now=minutes(3))
    (one,) = scene(appointment).waiting
    assert one.stuck
    assert Event.objects.filter(verb="participant.not_working").count() == 2


def test_a_knock_after_a_cry_does_not_silence_it(appointment):
    client = appointment.one("client")
    attendance.not_working(participant=client, now=minutes(0))
    attendance.knock(participant=client, now=minutes(1))
    (one,) = scene(appointment).waiting
    assert (one.stuck, attendance.has_told(participant=client)) == (True, True)


@pytest.mark.parametrize(("dropped", "waiting_still"), [(12, True), (13, False), (40, False)])
def test_a_cry_that_is_quicker_than_the_room_server_is_heard(appointment, dropped, waiting_still):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    for person in (client, caseworker):
        attendance.arrive(participant=person, now=minutes(2))
    attendance.not_working(participant=client, now=minutes(11))
    assert who_waits(appointment) == [("client", minutes(2))]
    attendance.leave(participant=client, now=minutes(dropped))
    assert who_waits(appointment) == ([("client", minutes(11))] if waiting_still else [])
    assert attendance.has_told(participant=client) == waiting_still


def test_the_same_complaint_is_told_once_for_a_time(appointment):
    client = appointment.one("client")
    for number in (5, 6, 20):
        attendance.not_working(participant=client, now=minutes(number))
    told = Event.objects.filter(verb="participant.not_working")
    assert (told.count(), RoomEvent.objects.filter(kind="not_working").count()) == (1, 1)
    (one,) = scene(appointment).waiting
    assert (one.stuck, one.since) == (True, minutes(5))
    booking.move(appointment=appointment, start=minutes(120), by=BY, now=minutes(30), special=True)
    client.refresh_from_db()
    assert not attendance.has_told(participant=client)
    attendance.not_working(participant=client, now=minutes(125))
    assert told.count() == 2
