"""SMS of which nobody knows whether they are out: looked up later, and only then sent again."""

import threading
from datetime import timedelta
from itertools import count
from time import monotonic, sleep

import pytest
from django.db import connection

from notifications import delivery, queries, retries
from notifications.channels import sms_gateway
from notifications.models import Message, State
from scheduler.services import contacts
from tests.factories import NOW
from tests.notifications.test_much_due import DUE, many_due
from tests.notifications.test_sms import booked, fate

pytestmark = pytest.mark.django_db(transaction=True)
SOON, SETTLED = timedelta(seconds=60), timedelta(seconds=91)
LATER = timedelta(minutes=5)


@pytest.fixture
def message(worker):
    """An SMS that is due: the client has a mobile number only."""
    return booked(worker)


@pytest.fixture(params=["twilio", "gateway"])
def provider(request):
    return request.getfixturevalue(request.param)


def tell(after=timedelta()):
    """The workers look at the outbox so long after the start, by the clock and in real time."""
    delivery.deliver_due(lambda: NOW + after, lambda: delivery.real_now() + after)


def listed(message):
    return message in queries.could_not_be_told(message.office, NOW)


@pytest.mark.parametrize("fault", [500, 503, "close_after"])
def test_it_is_not_looked_up_before_it_had_time_to_appear(message, provider, fault):
    provider.answers, provider.findings = [fault], [404] * 9
    tell()
    tell(SOON)
    assert fate(message)[0] == "unknown"
    assert len(provider.findings) == 9
    assert not listed(message)


@pytest.mark.parametrize("fault", ["close_after", "hang"])
def test_what_is_there_is_sent(message, provider, fault, settings):
    settings.SEND_WITHIN, provider.pause = timedelta(seconds=0.5), 1.0
    provider.answers = [fault]
    tell()
    tell(SETTLED)
    assert (len(provider.taken), fate(message)[0]) == (1, "sent")
    assert message.message_id == f"SM{1:032x}"


def test_a_rush_does_not_put_the_look_up_off(message, provider):
    """It has a task of its own each minute."""
    provider.answers = ["close_after"]
    tell()
    many_due(message.office)
    delivery.look_up_due(lambda: NOW, lambda: delivery.real_now() + SETTLED)
    assert Message.objects.filter(kind="code", state=State.PENDING).count() == DUE
    assert fate(message)[0] == "sent"


def test_no_look_up_is_begun_when_the_time_is_over(message, provider):
    provider.answers = ["close_after"]
    tell()
    begun, looks = delivery.real_now() + SETTLED, count()
    delivery.look_up_due(lambda: NOW, lambda: begun + timedelta(seconds=26 * next(looks)))
    assert fate(message)[0] == "unknown"


@pytest.mark.parametrize("fault", [500, "close"])
def test_what_is_certainly_not_there_goes_again_after_a_while(message, provider, fault):
    provider.answers = [fault]
    tell()
    tell(SETTLED)
    assert fate(message)[0] == "pending"
    assert timedelta(seconds=24) <= message.next_try_at - (NOW + SETTLED) <= timedelta(seconds=36)
    assert provider.taken == []
    tell(LATER)
    assert (len(provider.taken), fate(message)[0], message.attempts) == (1, "sent", 2)


def test_what_is_taken_after_we_have_stopped_listening_is_not_sent_again(message, provider, settings):
    settings.SEND_WITHIN, provider.late = timedelta(seconds=0.3), 1.0
    provider.answers = ["late"]
    tell()
    assert provider.taken == []
    for after in (0, 1, 30, 60, 89):
        tell(timedelta(seconds=after))
    sleep(1.0)
    assert len(provider.taken) == 1
    for after in (SETTLED, LATER, 2 * LATER):
        tell(after)
    assert (len(provider.taken), fate(message)[0]) == (1, "sent")


def test_two_workers_never_tell_twice_what_is_taken_late(message, provider, settings):
    settings.SEND_WITHIN, provider.late = timedelta(seconds=0.3), 1.0
    provider.answers = ["late"]

    def work():
        try:
            for step in range(16):
                tell(timedelta(seconds=step))
                sleep(0.1)
            for after in (SETTLED, LATER, 2 * LATER):
                tell(after)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert (len(provider.taken), fate(message)[0]) == (1, "sent")


def test_attempts_that_are_used_up_and_never_arrived_have_failed(message, provider):
    provider.answers = [503] * retries.ATTEMPTS
    for hours in range(2 * retries.ATTEMPTS):
        tell(timedelta(hours=hours))
    state, code = fate(message)
    assert (state, code.endswith("_503"), message.attempts) == ("failed", True, retries.ATTEMPTS)
    assert (provider.taken, provider.answers, listed(message)) == ([], [], True)


def test_what_never_arrived_goes_by_the_next_channel(worker, gateway, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    message = booked(worker, email="kim@post.example")
    Message.objects.filter(pk=message.pk).update(attempts=retries.ATTEMPTS - 1)
    gateway.answers = [503]
    for after in (timedelta(), SETTLED, LATER):
        tell(after)
    assert fate(message) == ("failed", "gateway_503")
    assert Message.objects.get(channel="email").state == State.SENT


class TestNobodyKnows:
    @pytest.fixture
    def asked(self, message, gateway):
        """Unclear, and the provider does not answer what became of it."""
        gateway.answers, gateway.findings = [503], [500]
        tell()
        tell(SETTLED)
        return message

    def test_it_is_listed_and_asked_about_again(self, asked, gateway):
        assert fate(asked) == ("unknown", "gateway_503")
        assert listed(asked)
        tell(SETTLED + SOON)
        assert fate(asked)[0] == "unknown", "not at once"
        tell(SETTLED + LATER)
        assert fate(asked)[0] == "pending"
        tell(SETTLED + 2 * LATER)
        assert (fate(asked)[0], len(gateway.taken)) == ("sent", 1)

    def test_when_its_time_is_over_it_stays_unknown_and_listed(self, asked, gateway):
        gateway.findings = [500] * 9
        Message.objects.filter(pk=asked.pk).update(not_after=NOW + timedelta(minutes=7))
        for minutes in range(4, 60):
            tell(timedelta(minutes=minutes))
        assert fate(asked)[0] == "unknown"
        assert (len(gateway.findings), gateway.taken, listed(asked)) == (8, [], True)

    @pytest.mark.parametrize("body", [{}, [], "odd", {"messageId": None}, {"messages": []}])
    def test_an_answer_that_nobody_understands_is_no_answer(self, message, gateway, body):
        gateway.answers, gateway.findings = ["close_after"], [(200, body)]
        tell()
        tell(SETTLED)
        assert fate(message)[0] == "unknown"
        tell(SETTLED + LATER)
        assert (fate(message)[0], len(gateway.taken)) == ("sent", 1)

    def test_without_a_look_up_it_is_for_people(self, message, gateway, settings):
        settings.SMS_GATEWAY_LOOKUP_URL = ""
        gateway.answers = [503]
        tell()
        tell(SETTLED)
        assert (gateway.taken, fate(message)) == ([], ("unknown", "gateway_503"))
        assert (message.lease_until, listed(message)) == (None, True)


class TestAfterADeath:
    @pytest.fixture
    def dead(self, message, provider):
        """A worker died while it sent this SMS, which the provider has taken."""
        tell()
        ended = delivery.real_now() - timedelta(seconds=1)
        Message.objects.update(state=State.SENDING, lease_until=ended, message_id="")
        return message

    def test_it_is_looked_up_later_too(self, dead, provider):
        tell()
        assert fate(dead) == ("unknown", "worker_died")
        tell(SETTLED)
        assert (len(provider.taken), fate(dead)[0]) == (1, "sent")

    def test_what_has_been_out_for_half_an_hour_is_found_by_when_it_was_made(self, dead, provider):
        tell(timedelta(minutes=30))
        tell(timedelta(minutes=32))
        assert (len(provider.taken), fate(dead)[0]) == (1, "sent")


def test_a_lost_try_is_not_taken_for_the_present_one(message, twilio):
    tell()
    twilio.taken[0]["status"] = "undelivered"
    Message.objects.update(state=State.PENDING, next_try_at=NOW, lease=None)
    twilio.answers = [503]
    tell(SOON)
    tell(SOON + SETTLED)
    assert (fate(message)[0], len(twilio.taken)) == ("pending", 1)


def test_a_provider_that_hangs_is_left_after_a_while(message, gateway, monkeypatch):
    monkeypatch.setattr(sms_gateway, "READ", 0.3)
    gateway.answers = ["hang"]
    tell()
    assert (len(gateway.taken), fate(message)) == (1, ("unknown", "timeout"))


def test_an_answer_that_drips_is_cut_after_all_of_the_time(message, provider, settings):
    provider.pause, settings.SEND_WITHIN = 20.0, timedelta(seconds=1)
    provider.answers = ["drip"]
    began = monotonic()
    tell()
    assert monotonic() - began < 5
    assert (len(provider.taken), fate(message)[0]) == (1, "unknown")


def test_what_would_be_said_otherwise_by_now_is_not_sent_again(message, twilio):
    twilio.answers = ["close_after"]
    tell()
    contacts.choose_language(participant=message.participant, language="en")
    tell(SETTLED)
    assert (len(twilio.taken), fate(message)[0]) == (1, "unknown")
    tell(LATER)
    assert (len(twilio.taken), fate(message)[0]) == (1, "unknown")
    assert listed(message)
