"""One line for whatever becomes of a message; nobody's name, address or text stands in one."""

import io
import json
import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.mail.backends.base import BaseEmailBackend

from config import logs
from notifications import delivery, stops
from notifications.models import Message
from scheduler.services import identity
from tests import factories
from tests.factories import NOW
from tests.notifications import post as posts
from tests.notifications.conftest import twilio, worker  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
NAME, ADDRESS, MOBILE = "Kim Muster-Ohnesorg", "kim.muster@post.example", "+4915112345678"
FACTS = {"message", "office", "kind", "channel", "state", "attempts"}


class Quoting(BaseEmailBackend):
    """Fails as programs do that nobody knows: with everything it was given in its words."""

    def send_messages(self, email_messages):
        mail = email_messages[0]
        raise KeyError(f"{mail.to} {mail.subject} {mail.body} {NAME} {MOBILE}")


@contextmanager
def logged(formatter):
    """What any logger says at our levels, as an office keeps it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.NoLinks())
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def troubles(worker, twilio, settings):  # noqa: F811
    """Deliveries with every kind of trouble; answers the secrets that no line may hold."""

    def run():
        known = {"name": NAME, "email": ADDRESS, "mobile": MOBILE}
        appointment = factories.appointment(worker, factories.client(worker.office, **known))
        twilio.answers = [(400, {"code": 21211, "message": f"{MOBILE} is not valid", "status": 400}), 503]
        with posts.serve() as server:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            server.answers = [f"550 <{ADDRESS}>: {NAME} is not here", f"451 {ADDRESS} later"]
            tell()
        settings.EMAIL_BACKEND = f"{__name__}.Quoting"
        for start, address in ((17, ADDRESS), (24, f"mailto:{ADDRESS}\nBcc: {ADDRESS}")):
            person = factories.client(worker.office, **{**known, "email": address})
            factories.appointment(worker, person, start=factories.utc(f"2026-03-{start} 08:00"))
        tell(timedelta(minutes=1))
        twilio.findings = [500]
        tell(timedelta(minutes=4))
        settings.LINK_KEYS = "broken"
        Message.objects.filter(kind="confirmation", channel="sms").update(state="pending", next_try_at=NOW)
        tell(timedelta(minutes=5))
        stops.stop(channel="sms", code="twilio_20003", now=NOW)
        return [NAME, "Muster", ADDRESS, MOBILE, worker.user.email, appointment.client.word, "/t/p"]

    return run


def tell(after=timedelta()):
    delivery.deliver_due(lambda: NOW + after, lambda: delivery.real_now() + after)


@pytest.mark.parametrize("formatter", [logs.Json(), logs.Plain()])
def test_no_line_holds_an_address_a_number_a_name_or_a_text(troubles, formatter):
    with logged(formatter) as stream:
        secrets = troubles()
    said = stream.getvalue()
    assert [secret for secret in secrets if secret in said] == []
    assert "Traceback" not in said
    for state in ("sent", "failed", "pending", "unknown"):
        assert f"message {state}" in said


def test_each_fate_is_a_line_that_programs_read(troubles):
    with logged(logs.Json()) as stream:
        troubles()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    fates = [line for line in lines if line["logger"] == "notifications.fates"]
    assert all(set(line) >= FACTS | {"at", "level", "text"} for line in fates)
    found = {(line["channel"], line["state"], line.get("code")) for line in fates}
    assert found >= {
        ("email", "failed", "smtp_550"),
        ("email", "failed", "bad_address"),
        ("email", "pending", "smtp_451"),
        ("email", "unknown", "unforeseen"),
        ("sms", "failed", "twilio_21211"),
        ("sms", "pending", "rendering"),
    }
    by_code = {line.get("code"): line for line in fates}
    assert by_code["unforeseen"]["error"] == "KeyError"
    assert by_code["unforeseen"]["where"].startswith("test_message_logs.py:")
    assert by_code["rendering"]["error"] == "ValueError"


def test_codes_are_not_logged_either(worker):  # noqa: F811
    with logged(logs.Plain()) as stream:
        proof = identity.ask_code(
            office=worker.office, channel="email", address=ADDRESS, session="s", language="de", now=NOW
        )
        tell()
    assert "message sent" in stream.getvalue()
    assert identity.code_of(proof) not in stream.getvalue()
    assert ADDRESS not in stream.getvalue()


def test_a_traceback_of_others_stays_one_line_of_json():
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "odd %s", (1,), None)
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    (line,) = logs.Json().format(record).splitlines()
    assert "second" in json.loads(line)["traceback"]


def test_production_writes_json():
    assert configured.LOGGING["handlers"]["stderr"]["formatter"] == "json"
    assert logging.getLogger("notifications.fates").isEnabledFor(logging.INFO)
