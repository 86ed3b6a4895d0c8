"""She ends the messages of a channel by a code to that very contact; the link alone ends nothing."""

import pytest
from django.test import Client as Browser

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Client, ContactProof, Event
from scheduler.services import booking, contacts, identity
from tests import factories
from tests.factories import NOW


@pytest.fixture
def appointment(world):
    person = factories.client(world[0], email="kim@post.example", mobile="+4915112345678")
    return factories.appointment(world[2], person)


@pytest.fixture
def page(appointment):
    return f"/t/{links.token(appointment.one('client'))}/messages/"


def code():
    return identity.code_of(ContactProof.objects.latest("created_at"))


def agreed(appointment):
    return contacts.agreed(Client.objects.get(pk=appointment.client_id))


def test_a_code_to_the_contact_ends_its_channel(browser, appointment, page):
    assert agreed(appointment) == ["email", "sms"]
    shown = browser.get(page).content.decode()
    assert "k…@…" in shown
    assert "…78" in shown
    assert "kim@post.example" not in shown
    assert browser.post(page, {"channel": "sms"}).headers["Location"] == f"{page}sms/"
    assert ContactProof.objects.get().address == "+4915112345678"
    assert browser.post(f"{page}sms/", {"code": code()}).status_code == 302
    assert agreed(appointment) == ["email"]
    assert Event.objects.get(verb="consent.withdrawn").payload["channel"] == "sms"
    assert browser.get(f"{page}sms/").status_code == 302


def test_the_link_alone_ends_nothing(browser, appointment, page):
    for typed in ("", "123", "0" * 10_000, "💥"):
        browser.post(page, {"channel": "email"})
        assert browser.post(f"{page}email/", {"code": typed}).status_code == 422
    assert browser.post(f"{page}sms/", {"code": code()}).status_code == 302
    thief = Browser()
    assert thief.post(f"{page}email/", {"code": code()}).status_code == 302
    assert contacts.agreed(appointment.client) == ["email", "sms"]


def test_a_code_for_one_contact_does_not_end_another(browser, appointment, page):
    browser.post(page, {"channel": "email"})
    session = browser.session
    session["stop-sms"] = session["stop-email"]
    session.save()
    assert browser.post(f"{page}sms/", {"code": code()}).status_code == 422
    assert "sms" in contacts.agreed(appointment.client)


def test_there_is_nothing_to_end_for_others_or_for_a_channel_that_is_none(browser, appointment, page):
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    for person in (alex, appointment.one("caseworker")):
        assert browser.get(f"/t/{links.token(person)}/messages/").status_code == 404
    assert browser.post(page, {"channel": "fax"}).status_code == 200
    assert browser.get(f"{page}fax/").status_code == 302
    assert not ContactProof.objects.exists()


def test_too_many_codes_are_refused_in_words(browser, page):
    for _ in range(5):
        browser.post(page, {"channel": "email"})
    assert "rufen Sie uns an" in browser.post(page, {"channel": "email"}).content.decode()
