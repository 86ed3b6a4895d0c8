"""SMS by real requests: handed over once, looked up where unclear, stopped where nothing is taken."""

from datetime import timedelta

import pytest

from notifications import delivery, stops
from notifications.channels import Refused, TryLater, Unclear, takes, waiting
from notifications.models import ChannelStop, Message, SmsDay, State
from scheduler.events import Actor
from scheduler.models import Event
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
MOBILE = "+4915112345678"
OPTED_OUT = {"code": 21610, "message": "Attempt to send to unsubscribed recipient", "status": 400}


@pytest.fixture
def message(worker):
    """An SMS that is due: the client has a mobile number only."""
    return booked(worker)


def booked(worker, **fields):
    person = factories.client(worker.office, **{"email": None, "mobile": MOBILE, **fields})
    appointment = factories.appointment(worker, person, by=Actor("user", "1"))
    Message.objects.exclude(kind="confirmation", channel="sms").delete()
    return Message.objects.get(appointment=appointment)


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


def fate(message):
    message.refresh_from_db()
    return message.state, message.last_error


class TestTwilio:
    def test_a_message_is_taken_with_its_end_and_the_way_back(self, message, twilio, settings):
        tell()
        (taken,) = twilio.taken
        assert (taken["To"], taken["From"]) == (MOBILE, settings.TWILIO_FROM)
        assert taken["StatusCallback"] == f"http://localhost:8000/sms/twilio/status/{message.pk}"
        assert int(taken["ValidityPeriod"]) == 14_400
        assert fate(message) == ("sent", "")
        assert message.message_id == f"SM{1:032x}"

    def test_a_messaging_service_is_the_sender_where_there_is_one(self, message, twilio, settings):
        settings.TWILIO_MESSAGING_SERVICE_SID = "MG" + "0" * 32
        tell()
        assert "From" not in twilio.taken[0]

    def test_a_number_that_is_none_fails_for_good(self, message, twilio):
        twilio.answers = [(400, {"code": 21211, "message": "invalid", "status": 400})]
        tell()
        assert fate(message) == ("failed", "twilio_21211")

    def test_a_text_that_is_too_long_for_the_provider_is_not_tried_again(self, message, twilio):
        twilio.answers = [(400, {"code": 21617, "message": "exceeds 1600 characters", "status": 400})]
        tell()
        assert fate(message) == ("failed", "twilio_21617")

    def test_who_opted_out_at_the_provider_has_withdrawn_here(self, message, twilio):
        twilio.answers = [(400, OPTED_OUT)]
        tell()
        assert fate(message) == ("failed", "twilio_21610")
        assert not message.client.consents.filter(withdrawn_at=None).exists()
        assert Event.objects.filter(verb="consent.withdrawn").count() == 1

    def test_too_many_waits_as_long_as_the_provider_says(self, message, twilio):
        twilio.answers = [
            (429, {"code": 20429, "message": "slow down", "status": 429}, {"Retry-After": "600"})
        ]
        tell()
        assert fate(message) == ("pending", "twilio_20429")
        assert message.next_try_at >= NOW + timedelta(seconds=480)
        tell(NOW + timedelta(seconds=721))
        assert fate(message)[0] == "sent"

    @pytest.mark.parametrize("code", [20003, 21408, 21606])
    def test_a_wrong_account_stops_the_channel_and_loses_nothing(self, message, twilio, code):
        twilio.answers = [(401 if code == 20003 else 400, {"code": code, "message": "no", "status": 400})]
        tell()
        assert fate(message)[0] == "pending"
        assert ChannelStop.objects.get().code == f"twilio_{code}"
        tell(NOW + timedelta(hours=1))
        assert (twilio.taken, fate(message)[0]) == ([], "pending")
        stops.lift(channel="sms")
        tell(NOW + timedelta(hours=2))
        assert fate(message)[0] == "sent"
        assert message.attempts == 1


class TestGateway:
    def test_names_of_fields_are_the_providers(self, message, gateway):
        tell()
        (taken,) = gateway.taken
        assert (taken["recipient"], taken["reference"]) == (MOBILE, str(message.pk))
        assert taken["body"].startswith("Kreis GG")
        assert fate(message) == ("sent", "")
        assert message.message_id == f"SM{1:032x}"

    @pytest.mark.parametrize(("status", "state"), [(400, "failed"), (422, "failed"), (429, "pending")])
    def test_refusals(self, message, gateway, status, state):
        gateway.answers = [status]
        tell()
        assert fate(message) == (state, f"gateway_{status}")

    @pytest.mark.parametrize("status", [401, 403, 302])
    def test_a_wrong_token_or_a_way_elsewhere_stops_the_channel(self, message, gateway, status):
        gateway.answers = [(status, {}, {"Location": "http://elsewhere.example/"})]
        tell()
        assert fate(message)[0] == "pending"
        assert stops.stopped() == ["sms"]

    def test_nobody_there_is_worth_another_try(self, message, gateway, settings):
        settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/"
        tell()
        assert fate(message) == ("pending", "connection")


class TestBudget:
    def test_what_is_beyond_the_budget_goes_by_mail_or_on_the_list(self, worker, gateway, settings):
        settings.SMS_PER_OFFICE_AND_DAY = 1
        first = booked(worker)
        Message.objects.filter(pk=first.pk).update(dedup_key="another")
        second = Message.objects.get(pk=first.pk)
        second.pk, second.dedup_key = "00000000-0000-4000-8000-000000000001", "appointment:1/0/x/sms/y"
        second.save(force_insert=True)
        tell()
        assert len(gateway.taken) == 1
        assert sorted(Message.objects.values_list("state", flat=True)) == ["failed", "sent"]
        assert SmsDay.objects.values_list("number", "refused").get() == (1, 1)
        assert Message.objects.get(state=State.FAILED).last_error == "sms_budget"

    def test_the_next_day_has_a_budget_of_its_own(self, worker, gateway, settings):
        settings.SMS_PER_OFFICE_AND_DAY = 0
        message = booked(worker)
        tell()
        assert fate(message) == ("failed", "sms_budget")
        settings.SMS_PER_OFFICE_AND_DAY = 1
        Message.objects.update(state=State.PENDING, lease=None)
        tell(NOW + timedelta(days=1))
        assert SmsDay.objects.count() == 2


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, None), ("", None), ("soon", None), ("30", 30), ("999999", 3600)]
)
def test_retry_after_is_read_with_care(header, seconds):
    found = waiting(header)
    assert (found and found.total_seconds()) == seconds


def test_errors_carry_a_code_of_ours():
    assert [error("x").code for error in (Refused, TryLater, Unclear)] == ["x", "x", "x"]


@pytest.mark.parametrize(
    ("channel", "address", "taken"),
    [
        ("email", "kim@post.example", True),
        ("email", "a@b.example\nBcc: x@y.example", False),
        ("email", "mailto:kim", False),
        ("sms", MOBILE, True),
        ("sms", "0151 12345678", False),
        ("sms", f"{MOBILE}\n", False),
    ],
)
def test_only_what_can_be_an_address_is_one(channel, address, taken):
    assert takes(channel, address) is taken
