"""What providers report and people answer: signed, once, never backwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator

from notifications.models import Message, State
from scheduler.events import Actor
from scheduler.models import CallbackRequest
from tests import factories
from tests.factories import NOW, utc
from tests.notifications.conftest import gateway, twilio, worker  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
MOBILE, SID = "+4915112345678", "SM" + "a" * 32
CALLBACK_TOKEN = "t" * 40


@pytest.fixture
def message(worker, clock):  # noqa: F811
    """An SMS that was handed over."""
    clock.to(NOW)
    return handed_over(worker)


def handed_over(worker, start="2026-03-10 08:00", **fields):  # noqa: F811
    person = factories.client(worker.office, **{"email": None, "mobile": MOBILE, **fields})
    appointment = factories.appointment(worker, person, by=Actor("user", "1"), start=utc(start))
    Message.objects.filter(appointment=appointment).exclude(kind="confirmation").delete()
    Message.objects.filter(appointment=appointment).update(state=State.SENT)
    return Message.objects.get(appointment=appointment, channel="sms")


def signed(client, settings, path, fields, token=None):
    """Post a form as Twilio does."""
    address = f"{settings.PUBLIC_BASE_URL}{path}"
    right = RequestValidator(token or settings.TWILIO_AUTH_TOKEN).compute_signature(address, fields)
    return client.post(path, fields, headers={"X-Twilio-Signature": right})


@pytest.fixture
def report(client, settings, twilio):  # noqa: F811
    def send(message, status, code="", sid=SID, **more):
        fields = {"MessageSid": sid, "MessageStatus": status, "ErrorCode": code}
        return signed(client, settings, f"/sms/twilio/status/{message}", fields, **more)

    return send


@pytest.fixture
def reply(client, settings, twilio):  # noqa: F811
    def send(body, sender=MOBILE, sid=None):
        fields = {"MessageSid": sid or f"SM{uuid4().hex}", "From": sender, "Body": body}
        return signed(client, settings, "/sms/twilio/reply", fields)

    return send


def state(message):
    message.refresh_from_db()
    return message.state


class TestReports:
    def test_delivered_is_delivered_and_stays_so(self, message, report):
        assert report(message.pk, "delivered").status_code == 204
        assert state(message) == "delivered"
        for late in ("sent", "failed", "undelivered", "queued"):
            assert report(message.pk, late, "30005").status_code == 204
        assert state(message) == "delivered"
        assert message.message_id == SID

    def test_what_nobody_knew_is_known_now(self, message, report):
        Message.objects.update(state=State.UNKNOWN)
        report(message.pk, "sent")
        assert state(message) == "sent"

    def test_a_failure_leads_to_the_next_channel(self, message, report):
        message.client.consents.create(office=message.office, channel="email", given_at=NOW)
        type(message.client).objects.update(email="kim@post.example")
        for _ in range(2):
            report(message.pk, "undelivered", "30005")
        assert state(message) == "failed"
        assert list(Message.objects.filter(state="pending").values_list("channel", flat=True)) == ["email"]

    def test_a_phone_that_is_off_is_tried_once_more_after_half_an_hour(self, message, report):
        report(message.pk, "undelivered", "30003")
        assert state(message) == "pending"
        assert message.next_try_at - NOW >= timedelta(minutes=29)
        Message.objects.update(state=State.SENT)
        report(message.pk, "undelivered", "30003")
        assert state(message) == "failed"

    def test_opting_out_at_the_provider_withdraws_consent(self, message, report):
        report(message.pk, "failed", "21610")
        assert not message.client.consents.filter(withdrawn_at=None).exists()

    def test_forged_reports_are_refused_and_noted_without_their_words(self, message, report, caplog):
        assert report(message.pk, "delivered", token="another").status_code == 403
        assert state(message) == "sent"
        assert "wrong signature" in caplog.text
        assert SID not in caplog.text

    def test_unknown_messages_and_nonsense_change_nothing(self, message, report):
        assert report(uuid4(), "delivered").status_code == 204
        assert report(message.pk, "💥", "x" * 5000).status_code == 204
        assert report("no-uuid", "delivered").status_code == 404
        assert state(message) == "sent"

    def test_without_the_provider_the_address_is_not_there(self, message, client, settings):
        settings.SMS_PROVIDER = ""
        assert client.post(f"/sms/twilio/status/{message.pk}").status_code == 404
        assert client.post("/sms/twilio/reply").status_code == 404

    def test_large_bodies_are_not_read(self, message, client, twilio):  # noqa: F811
        answer = client.post(f"/sms/twilio/status/{message.pk}", {"Body": "x" * 1_000_000})
        assert answer.status_code == 413


class TestReplies:
    @pytest.mark.parametrize("word", ["1", "JA", " ja! ", "Ja."])
    def test_yes_confirms(self, message, reply, word):
        assert b"best" in reply(word).content
        message.participant.refresh_from_db()
        assert message.participant.confirmed_at is not None

    @pytest.mark.parametrize("word", ["2", "Absagen"])
    def test_no_cancels(self, message, reply, word):
        reply(word)
        message.appointment.refresh_from_db()
        assert (message.appointment.status, message.appointment.cancelled_by) == ("cancelled", "client")

    def test_with_two_appointments_at_one_number_nothing_is_guessed(self, message, worker, reply):  # noqa: F811
        other = handed_over(worker, "2026-03-17 08:00", name="Robin Beispiel")
        text = reply("2").content.decode()
        assert text.count("/t/p") == 2
        for one in (message, other):
            one.appointment.refresh_from_db()
            assert one.appointment.status == "booked"

    def test_the_same_reply_twice_is_one(self, message, reply):
        assert reply("hello?", sid=SID).content != reply("hello?", sid=SID).content
        assert CallbackRequest.objects.count() == 1

    def test_stop_ends_sms_for_everybody_at_this_number(self, message, worker, reply):  # noqa: F811
        other = handed_over(worker, "2026-03-17 08:00", name="Robin Beispiel")
        reply("STOP")
        for one in (message, other):
            assert not one.client.consents.filter(withdrawn_at=None).exists()

    def test_anything_else_is_a_call_back(self, message, reply):
        reply("Ich komme später\n" + "x" * 900)
        row = CallbackRequest.objects.get()
        assert (row.phone, row.office) == (MOBILE, message.office)
        assert row.window == ("Ich komme später " + "x" * 900)[:40]

    def test_strangers_learn_and_change_nothing(self, message, reply):
        answer = reply("2", sender="+4915199999999")
        assert b"<Message>" not in answer.content
        message.appointment.refresh_from_db()
        assert message.appointment.status == "booked"

    def test_after_the_start_it_is_too_late_for_a_reply(self, message, reply, clock):
        clock.to(message.appointment.start + timedelta(minutes=1))
        reply("2")
        message.appointment.refresh_from_db()
        assert message.appointment.status == "booked"


class TestGatewayReports:
    @pytest.fixture
    def told(self, client, settings, gateway):  # noqa: F811
        settings.SMS_GATEWAY_CALLBACK_TOKEN = CALLBACK_TOKEN

        def send(message, body, token=CALLBACK_TOKEN):
            headers = {"Authorization": f"Bearer {token}"}
            path = f"/sms/gateway/status/{message}"
            return client.post(path, body, content_type="application/json", headers=headers)

        return send

    def test_fates(self, message, told):
        assert told(message.pk, {"status": "delivered", "id": "g1"}).status_code == 204
        assert state(message) == "delivered"
        told(message.pk, {"status": "failed"})
        assert state(message) == "delivered"

    @pytest.mark.parametrize("body", ["", "[]", "{}", '"x"', "{broken"])
    def test_nonsense_is_refused(self, message, told, body):
        assert told(message.pk, body).status_code == 400

    def test_a_wrong_token_is_refused(self, message, told):
        assert told(message.pk, {"status": "delivered"}, token="x").status_code == 403
        assert state(message) == "sent"
