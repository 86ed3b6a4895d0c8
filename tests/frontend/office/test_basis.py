"""Consent or task: the administrator decides for each channel, and whoever refuses is not told."""

import pytest

from notifications.models import Message
from scheduler.events import Actor
from scheduler.models import Client, Event, Office
from scheduler.services import contacts
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADDRESS = "/office/messages/basis/"
BY = Actor("user", "1")


@pytest.fixture
def worker():
    office = factories.office()
    caseworker = factories.caseworker(office, factories.service(office))
    factories.opening(caseworker)
    return caseworker


@pytest.fixture
def browser(worker):
    return sign_in(factories.user(worker.office, administers=True))


def asked(worker):
    """A client whom nobody has asked for her consent."""
    client = factories.client(worker.office, mobile="+491712345678")
    client.consents.all().delete()
    return Client.objects.get(pk=client.pk)


def planned(worker, client, hour):
    made = factories.appointment(worker, client, start=utc(f"2026-03-10 {hour}:00"), special=True)
    rows = Message.objects.filter(appointment=made, kind="confirmation", state="pending")
    return sorted(rows.values_list("channel", flat=True))


def test_without_a_decision_only_consent_counts(worker):
    assert planned(worker, asked(worker), "08") == []


def test_as_a_task_a_channel_needs_no_consent(worker, browser):
    response = browser.post(ADDRESS, {"email": "task", "sms": "consent"})
    assert response.status_code == 302
    assert Office.objects.get(pk=worker.office_id).told_by_task == ["email"]
    assert Event.objects.filter(verb="office.changed").count() == 1
    assert planned(worker, asked(worker), "08") == ["email"]


def test_the_same_decision_again_is_no_event(browser):
    for _ in range(2):
        browser.post(ADDRESS, {"email": "task", "sms": "task"})
    assert Event.objects.filter(verb="office.changed").count() == 1


def test_whoever_refuses_is_not_told_even_as_a_task_until_she_agrees(worker, browser):
    browser.post(ADDRESS, {"email": "task", "sms": "consent"})
    client = asked(worker)
    for _ in range(2):
        contacts.withdraw_consent(client=client, channel="email", by=BY, now=NOW)
    assert Event.objects.filter(verb="consent.withdrawn").count() == 1
    assert planned(worker, Client.objects.get(pk=client.pk), "08") == []
    contacts.consent(client=client, channel="email", by=BY, now=NOW)
    assert planned(worker, Client.objects.get(pk=client.pk), "10") == ["email"]


def test_a_consent_to_something_else_opens_nothing(worker):
    client = factories.client(worker.office)
    client.consents.update(purpose="newsletter")
    assert planned(worker, Client.objects.get(pk=client.pk), "08") == []


def test_an_unknown_basis_is_refused_and_nobody_else_may_decide(worker, browser):
    response = browser.post(ADDRESS, {"email": "whim", "sms": "task"})
    assert response.status_code == 422
    assert Office.objects.get(pk=worker.office_id).told_by_task == []
    assert sign_in(worker.user).post(ADDRESS, {"email": "task", "sms": "task"}).status_code == 404
