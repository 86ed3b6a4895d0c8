"""Offices whose clients are told by SMS, and what carries mails and SMS."""

import json

import pytest
from django.core.cache import cache

from tests import factories
from tests.notifications import imap_server, providers
from tests.notifications.post import receive


@pytest.fixture
def worker():
    office = factories.office(sms_sender_name="Kreis GG")
    caseworker = factories.caseworker(office, factories.service(office))
    factories.opening(caseworker)
    return caseworker


@pytest.fixture
def mate(worker):
    """Somebody of her team who can take over."""
    mate = factories.caseworker(worker.office, worker.services.get(), team=worker.team)
    factories.opening(mate)
    return mate


@pytest.fixture
def post(settings):
    """The mail server of the office."""
    with receive(settings) as server:
        yield server


@pytest.fixture
def sms(settings, tmp_path):
    """What went out by SMS, as the console channel keeps it."""
    settings.SMS_CONSOLE_PATH = tmp_path / "sms"
    return lambda: [json.loads(path.read_text()) for path in sorted((tmp_path / "sms").glob("*.json"))]


@pytest.fixture
def twilio(settings):
    """Twilio's place."""
    with providers.serve("twilio") as provider:
        settings.SMS_PROVIDER = "twilio"
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = providers.ACCOUNT, providers.TOKEN
        settings.TWILIO_FROM, settings.TWILIO_MESSAGING_SERVICE_SID = "+4915100000000", ""
        settings.TWILIO_BASE_URL = provider.address
        yield provider
        assert provider.faults == []


@pytest.fixture
def gateway(settings):
    """A generic provider with names of its own."""
    with providers.serve("gateway") as provider:
        settings.SMS_PROVIDER, settings.SMS_GATEWAY_TOKEN = "gateway", "gateway token"
        settings.SMS_GATEWAY_URL = f"{provider.address}/messages"
        settings.SMS_GATEWAY_LOOKUP_URL = f"{provider.address}/messages/{{reference}}"
        settings.SMS_GATEWAY_FIELDS = {
            "to": "recipient",
            "text": "body",
            "reference": "reference",
            "id": "messageId",
        }
        yield provider


@pytest.fixture(scope="module")
def imap_port():
    """An IMAP server."""
    with imap_server.serve() as port:
        yield port


@pytest.fixture
def box(imap_port, settings, db):
    """The office's mailbox, empty and read."""
    folder = imap_server.folder(imap_port)
    settings.MAILBOX = folder.setting
    cache.clear()
    return folder
