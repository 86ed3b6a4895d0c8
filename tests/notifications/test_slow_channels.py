"""A channel that hangs keeps back nothing but itself, and what it does not take costs nothing."""

from datetime import timedelta

import pytest

from notifications import delivery
from notifications.models import Message, SmsDay
from tests import factories
from tests.factories import NOW, utc
from tests.notifications import rude
from tests.notifications.test_sms import MOBILE, booked

pytestmark = pytest.mark.django_db(transaction=True)


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


@pytest.fixture
def hanging(settings, monkeypatch):
    """A mail server that says nothing; five seconds are a fifth here."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.SEND_WITHIN = "127.0.0.1", timedelta(seconds=0.4)
    monkeypatch.setattr(delivery, "SLOW", timedelta(seconds=0.2))
    with rude.serve("connect", "hang") as server:
        settings.EMAIL_PORT = server.port
        yield


def test_sms_do_not_wait_for_mails_that_hang(worker, hanging, sms):
    for day in (10, 17, 24):
        factories.appointment(worker, start=utc(f"2026-03-{day} 08:00"))
    person = factories.client(worker.office, email=None, mobile=MOBILE)
    factories.appointment(worker, person, start=utc("2026-03-10 10:00"))
    Message.objects.exclude(kind="confirmation").delete()
    Message.objects.filter(channel="email").update(next_try_at=NOW - timedelta(seconds=1))
    tell()
    assert len(sms()) == 1
    mails = Message.objects.filter(channel="email", state="pending")
    assert sorted(mails.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_server_that_takes_its_time_but_takes_them_is_gone_on_with(worker, post, monkeypatch):
    monkeypatch.setattr(delivery, "SLOW", timedelta())
    for day in (10, 17, 24):
        factories.appointment(worker, start=utc(f"2026-03-{day} 08:00"))
    Message.objects.exclude(kind="confirmation").delete()
    tell()
    assert len(post.mails) == 3


class TestTheBudgetOfTheDay:
    def number(self):
        return SmsDay.objects.get().number

    def test_what_the_provider_does_not_take_costs_nothing(self, worker, twilio):
        booked(worker)
        twilio.answers = [(429, {"code": 20429, "message": "slow down", "status": 429})]
        tell()
        assert self.number() == 0
        tell(NOW + timedelta(minutes=5))
        assert (self.number(), len(twilio.taken)) == (1, 1)

    def test_what_may_be_out_is_counted(self, worker, twilio):
        booked(worker)
        twilio.answers = ["close_after"]
        tell()
        assert self.number() == 1

    def test_what_the_fence_stops_costs_nothing_and_is_not_left_lying(self, worker, twilio):
        message = booked(worker)
        looks = []

        def clock():
            looks.append(NOW)
            if len(looks) == 4:
                message.client.__class__.objects.update(no_messages=True)
            return NOW

        (claimed,) = delivery.claim(NOW, delivery.real_now())
        delivery.deliver(claimed, clock)
        message.refresh_from_db()
        assert (self.number(), message.state, message.attempts) == (0, "pending", 0)
        tell(NOW + delivery.OVERTAKEN_FOR)
        message.refresh_from_db()
        assert (message.state, twilio.taken) == ("void", [])
