"""What providers report: signed, once, never backwards."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import Message, State
from tests.api.sms.conftest import SID, state
from tests.factories import NOW

pytestmark = pytest.mark.django_db
CALLBACK_TOKEN = "t" * 40


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

    def test_large_bodies_are_not_read(self, message, client, twilio):
        answer = client.post(f"/sms/twilio/status/{message.pk}", {"Body": "x" * 1_000_000})
        assert answer.status_code == 413


class TestGatewayReports:
    @pytest.fixture
    def told(self, client, settings, gateway):
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

    @pytest.mark.parametrize("body", ["", "[]", "{}", '"x"', "{broken", "[" * 60_000])
    def test_nonsense_is_refused(self, message, told, body):
        assert told(message.pk, body).status_code == 400

    @pytest.mark.parametrize("sign", [r"\ud800", r"\u0000"])
    def test_an_id_that_no_data_base_keeps_is_refused(self, message, told, sign):
        assert told(message.pk, f'{{"status": "delivered", "id": "g{sign}"}}').status_code == 400
        assert state(message) == "sent"

    def test_a_wrong_token_is_refused(self, message, told):
        assert told(message.pk, {"status": "delivered"}, token="x").status_code == 403
        assert state(message) == "sent"
