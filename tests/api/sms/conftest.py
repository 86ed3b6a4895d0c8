"""An SMS that was handed over, and Twilio's words about it."""

from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator

from notifications.models import Message, State
from scheduler.events import Actor
from tests import factories
from tests.factories import NOW, utc
from tests.notifications.conftest import gateway, twilio, worker  # noqa: F401 - fixtures

MOBILE, SID = "+4915112345678", "SM" + "a" * 32


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


def state(message):
    message.refresh_from_db()
    return message.state


@pytest.fixture
def reply(client, settings, twilio):  # noqa: F811
    def send(body, sender=MOBILE, sid=None):
        fields = {"MessageSid": sid or f"SM{uuid4().hex}", "From": sender, "Body": body}
        return signed(client, settings, "/sms/twilio/reply", fields)

    return send
