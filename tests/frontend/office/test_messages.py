"""The list "could not be told": who sees whom to call, and what she does about it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from notifications.models import Message, State
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in

PAGES = {"administrator": "/office/messages/", "lead": "/lead/messages/"}
VERBS = {"retry": State.PENDING, "told": State.VOID, "void": State.VOID}


@pytest.fixture
def failed(cast):
    client = factories.client(cast.office, name="Kim Muster", mobile="+491712345678")
    factories.appointment(cast.worker, client)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED, last_error="smtp_550")
    return Message.objects.filter(kind="confirmation", channel="sms").get()


@pytest.mark.parametrize("role", PAGES)
def test_administrator_and_lead_see_whom_to_call(cast, failed, role):
    text = sign_in(getattr(cast, role)).get(PAGES[role]).content.decode()
    assert "Kim Muster" in text
    assert 'href="tel:+491712345678"' in text
    assert "der Mailserver hat die Adresse abgelehnt" in text


def test_only_who_may_open_the_appointment_gets_its_address(cast, failed, administrator):
    address = f"/desk/appointments/{failed.appointment.uid}/"
    assert address in sign_in(cast.lead).get("/lead/messages/").content.decode()
    assert address not in administrator.get("/office/messages/").content.decode()


def test_a_protected_person_is_not_named(cast, failed, administrator):
    failed.client.protected = True
    failed.client.save()
    text = administrator.get("/office/messages/").content.decode()
    assert "Kim Muster" not in text
    assert "+491712345678" not in text
    assert f"Bitte fragen Sie {cast.worker.display_name}." in text


@pytest.mark.parametrize("role", PAGES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_does_what_it_says(cast, failed, role, verb):
    answer = sign_in(getattr(cast, role)).post(f"{PAGES[role]}{failed.pk}/{verb}/")
    assert answer.headers["Location"] == PAGES[role]
    assert Message.objects.get(pk=failed.pk).state == VERBS[verb]


def test_the_second_click_changes_nothing(cast, failed, administrator):
    address = f"/office/messages/{failed.pk}/told/"
    administrator.post(address)
    assert administrator.post(address).status_code == 404


def test_others_learn_nothing_and_change_nothing(cast, failed):
    stranger, worker = sign_in(cast.stranger), sign_in(cast.worker.user)
    for page in PAGES.values():
        for verb in VERBS:
            assert stranger.post(f"{page}{failed.pk}/{verb}/").status_code == 404
            assert worker.post(f"{page}{failed.pk}/{verb}/").status_code == 404
            assert Browser().post(f"{page}{failed.pk}/{verb}/").status_code == 302
        assert "Kim Muster" not in stranger.get(page).content.decode()
        assert worker.get(page).status_code == 404
        assert Browser().get(page).status_code == 302
    assert Message.objects.get(pk=failed.pk).state == State.FAILED


def test_a_lead_sees_her_own_teams_only(cast, failed):
    other = factories.user(cast.office)
    factories.team(cast.office).leads.add(other)
    browser = sign_in(other)
    assert "Kim Muster" not in browser.get("/lead/messages/").content.decode()
    assert browser.post(f"/lead/messages/{failed.pk}/told/").status_code == 404


def test_an_unknown_verb_is_not_there(failed, administrator):
    assert administrator.post(f"/office/messages/{failed.pk}/erase/").status_code == 404


def test_an_empty_list_says_so(cast, administrator):
    text = administrator.get("/office/messages/").content.decode()
    assert "Alle Nachrichten sind angekommen." in text
    assert "nie gemeldet" in text


@pytest.mark.parametrize("role", PAGES)
def test_the_list_costs_the_same_for_one_and_for_many(cast, failed, role):
    browser = sign_in(getattr(cast, role))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGES[role]).status_code == 200
        return len(seen)

    statements()
    one = statements()
    for week in range(1, 6):
        client = factories.client(cast.office, protected=True)
        start = failed.appointment.start + timedelta(weeks=week)
        factories.appointment(cast.worker, client, start=start, special=True, now=NOW)
    Message.objects.filter(kind="confirmation").update(state=State.FAILED)
    assert statements() == one


def test_the_appointment_page_tells_the_fate_of_each_message(cast, failed):
    Message.objects.filter(kind="staff_booked").update(state=State.SENT, sent_at=NOW)
    page = sign_in(cast.worker.user).get(f"/desk/appointments/{failed.appointment.uid}/").content.decode()
    assert "der Mailserver hat die Adresse abgelehnt" in page
    assert "Erinnerung (1 Arbeitstag vorher)" in page
    assert "gesendet · Mo, 02.03.2026, 9:00 Uhr" in page
