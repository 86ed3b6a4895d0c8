"""Who waits, what is said to them, and plan B."""

from datetime import timedelta

import pytest

from notifications.models import Message
from scheduler.errors import DoorClosed, IllegalTransition, Invalid, TooEarly
from scheduler.events import SYSTEM, Actor
from scheduler.models import Event
from scheduler.queries import waiting
from scheduler.services import attendance, booking, retention
from tests import factories
from tests.factories import NOW, utc
from tests.scheduler.door import NINE, minutes, scene, who_waits

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")


def test_waiting_ends_when_the_caseworker_lets_her_in(appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    attendance.knock(participant=client, now=minutes(-5))
    attendance.arrive(participant=caseworker, now=minutes(0))
    assert scene(appointment).counselled
    assert who_waits(appointment) == [("client", minutes(-5))]
    attendance.arrive(participant=client, now=minutes(1))
    assert who_waits(appointment) == []
    attendance.leave(participant=caseworker, now=minutes(2))
    assert not scene(appointment).counselled
    assert who_waits(appointment) == [("client", minutes(-5))]
    attendance.leave(participant=client, now=minutes(3))
    assert who_waits(appointment) == []
    attendance.knock(participant=client, now=minutes(4))
    assert who_waits(appointment) == [("client", minutes(4))]


def test_whoever_waited_at_the_old_time_does_not_wait_at_the_new_one(appointment):
    attendance.knock(participant=appointment.one("client"), now=minutes(-5))
    booking.move(appointment=appointment, start=minutes(120), by=BY, now=minutes(0), special=True)
    assert who_waits(appointment) == []


def test_a_removed_companion_does_not_wait(appointment):
    companion = booking.add_companion(appointment=appointment, name="Alex", by=BY, now=NOW)
    attendance.knock(participant=companion, now=NINE)
    assert who_waits(appointment) == [("companion", NINE)]
    booking.revoke_person(participant=companion, by=BY, now=NINE)
    assert who_waits(appointment) == []


def test_one_device_of_two_that_leaves_leaves_nobody(appointment):
    client = appointment.one("client")
    told = [("phone", 0, 5), ("computer", 1, None)]
    heard = [
        attendance.Heard(client.public_id, minutes(joined), left and minutes(left), device)
        for device, joined, left in told
    ]
    attendance.hear(room=appointment.room, heard=heard, now=minutes(6))
    (one,) = scene(appointment).waiting
    assert (one.inside, one.since) == (True, minutes(0))


@pytest.mark.parametrize(
    ("secret", "heard", "waiting_still"),
    [("", False, []), ("s" * 32, False, []), ("s" * 32, True, [("client", NINE)])],
)
def test_a_room_server_that_tells_nothing_is_not_waited_for(
    appointment, worker, settings, secret, heard, waiting_still
):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_SECRET, settings.JITSI_CALLBACK_SECRET = "s" * 40, secret
    if heard:
        factories.heard_somewhere(worker)
    attendance.enter(participant=appointment.one("client"), now=NINE)
    assert who_waits(appointment) == [("client", NINE)]
    attendance.enter(participant=appointment.one("caseworker"), now=minutes(1))
    assert who_waits(appointment) == waiting_still


class TestTheTalkBefore:
    @pytest.fixture
    def before(self, worker):
        return factories.appointment(worker)

    @pytest.fixture
    def after(self, before, worker):
        return factories.appointment(worker, start=utc("2026-03-10 09:00"))

    def enter(self, appointment):
        for role in ("client", "caseworker"):
            attendance.arrive(participant=appointment.one(role), now=minutes(0))

    def test_it_takes_longer_while_both_are_inside_past_its_end(self, before, after):
        self.enter(before)
        assert [waiting.takes_longer(after, minutes(at)) for at in (44, 45, 60, 164, 165)] == [
            *(False, True, True, True, False)
        ]
        attendance.record_outcome(appointment=before, status="fulfilled", by=BY, now=minutes(46))
        assert waiting.takes_longer(after, minutes(46))
        attendance.leave(participant=before.one("client"), now=minutes(50))
        assert not waiting.takes_longer(after, minutes(51))

    def test_it_does_not_where_one_of_them_is_alone(self, before, after):
        attendance.arrive(participant=before.one("client"), now=minutes(0))
        assert not waiting.takes_longer(after, minutes(60))

    def test_a_colleagues_talk_takes_nobody_longer(self, before, worker):
        self.enter(before)
        colleague = factories.caseworker(worker.office, before.service, team=worker.team)
        factories.opening(colleague)
        theirs = factories.appointment(colleague, start=utc("2026-03-10 09:00"))
        assert not waiting.takes_longer(theirs, minutes(60))


class TestSentences:
    def say(self, appointment, sentence, now=NINE):
        attendance.say(appointment=appointment, sentence=sentence, by=BY, now=now)
        appointment.refresh_from_db()
        return appointment.said, appointment.said_at

    def test_the_last_one_counts_until_it_is_taken_back(self, appointment):
        assert self.say(appointment, "five_minutes") == ("five_minutes", NINE)
        assert self.say(appointment, "at_once", minutes(4)) == ("at_once", minutes(4))
        assert self.say(appointment, "") == ("", None)
        verbs = Event.objects.filter(appointment=appointment).values_list("verb", flat=True)
        assert list(verbs)[-3:] == ["appointment.said", "appointment.said", "appointment.taken_back"]

    @pytest.mark.parametrize("sentence", ["hello", "Ich komme gleich.", "x" * 5_000, "\x00"])
    def test_free_text_is_refused(self, appointment, sentence):
        with pytest.raises(Invalid):
            self.say(appointment, sentence)

    def test_nothing_is_said_through_a_shut_door(self, appointment):
        with pytest.raises(DoorClosed):
            self.say(appointment, "at_once", minutes(-16))

    def test_it_ends_with_a_new_time_and_a_new_caseworker(self, appointment, worker):
        colleague = factories.caseworker(worker.office, appointment.service, team=worker.team)
        factories.opening(colleague)
        self.say(appointment, "at_once")
        booking.hand_over(appointment=appointment, caseworker=colleague, by=BY, now=NINE)
        appointment.refresh_from_db()
        assert (appointment.said, appointment.said_at) == ("", None)
        self.say(appointment, "at_once")
        booking.move(appointment=appointment, start=minutes(120), by=BY, now=NINE, special=True)
        appointment.refresh_from_db()
        assert (appointment.said, appointment.said_at) == ("", None)

    def test_it_is_forgotten_after_seven_days(self, appointment):
        self.say(appointment, "at_once")
        said = Event.objects.filter(verb="appointment.said")
        retention.nightly(NINE + timedelta(days=7))
        appointment.refresh_from_db()
        assert (appointment.said, said.count()) == ("at_once", 1)
        retention.nightly(NINE + timedelta(days=7, seconds=1))
        appointment.refresh_from_db()
        assert (appointment.said, appointment.said_at, said.count()) == ("", None, 0)


class TestPlanB:
    def call(self, appointment, now=NINE):
        return booking.call_instead(appointment=appointment, by=BY, now=now)

    def test_the_running_talk_becomes_a_call_and_everybody_is_told(self, appointment):
        Message.objects.update(state="sent")
        room, sent = appointment.room, Message.objects.filter(kind="mode_changed")
        for _ in range(2):
            self.call(appointment, minutes(10))
        appointment.refresh_from_db()
        assert (appointment.mode, appointment.room, appointment.status) == ("phone", None, "booked")
        assert Event.objects.filter(verb="appointment.mode_changed").count() == 1
        assert {message.channel for message in sent} == {"email", "sms"}
        assert room

    def test_also_where_the_service_is_by_video_only(self, appointment):
        appointment.service.modes = ["video"]
        appointment.service.save()
        assert self.call(appointment).mode == "phone"

    def test_not_before_the_door_opens_nor_after_it_closes_nor_when_cancelled(self, appointment):
        with pytest.raises(TooEarly):
            self.call(appointment, minutes(-16))
        with pytest.raises(IllegalTransition):
            self.call(appointment, minutes(75))
        booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
        with pytest.raises(IllegalTransition):
            self.call(appointment)

    def test_not_without_a_number(self, worker):
        with pytest.raises(Invalid) as refused:
            self.call(factories.appointment(worker))
        assert refused.value.problem == "no_phone"
