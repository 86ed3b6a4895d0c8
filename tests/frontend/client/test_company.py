"""Somebody comes along: the client adds a name and gets a link to pass on."""

from datetime import timedelta

import pytest

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Participant
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW


@pytest.fixture
def appointment(world):
    return factories.appointment(world[2])


def mine(appointment, role="client"):
    return f"/t/{links.token(appointment.one(role))}/company/"


def test_the_link_to_pass_on_is_the_companions_own(browser, appointment):
    assert browser.post(mine(appointment), {"name": "Alex Beistand"}).status_code == 302
    alex = Participant.objects.get(role="companion")
    page = browser.get(mine(appointment)).content.decode()
    assert links.url(alex) in page
    shown = browser.get(f"/t/{links.token(alex)}/")
    assert shown.status_code == 200
    assert appointment.service.names["de"] not in shown.content.decode()


def test_who_is_removed_is_out(browser, appointment):
    browser.post(mine(appointment), {"name": "Alex"})
    alex = Participant.objects.get(role="companion")
    for said in ("Entfernt", "Das ist schon erledigt."):
        answer = browser.post(f"{mine(appointment)}{alex.public_id}/remove/", follow=True)
        assert said in answer.content.decode()
    assert browser.get(f"/t/{links.token(alex)}/").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\x07b", "x" * 10_000])
def test_a_name_that_is_none_is_refused_and_kept(browser, appointment, name):
    assert browser.post(mine(appointment), {"name": name}).status_code == 422
    assert not Participant.objects.filter(role="companion").exists()


def test_three_and_each_once(browser, appointment):
    for name, status in (("A", 302), ("B", 302), ("b", 422), ("C", 302), ("D", 422)):
        assert browser.post(mine(appointment), {"name": name}).status_code == status, name
    assert Participant.objects.filter(role="companion").count() == 3


def test_whom_the_office_added_is_not_hers_to_show_or_remove(browser, appointment):
    guardian = booking.add_companion(appointment=appointment, name="Betreuung", by=SYSTEM, now=NOW)
    assert links.token(guardian) not in browser.get(mine(appointment)).content.decode()
    assert browser.post(f"{mine(appointment)}{guardian.public_id}/remove/").status_code == 404


def test_only_the_client_brings_people_along(browser, appointment, clock):
    browser.post(mine(appointment), {"name": "Alex"})
    assert browser.get(mine(appointment, "companion")).status_code == 404
    assert browser.post(mine(appointment, "companion"), {"name": "Toni"}).status_code == 404
    other = factories.appointment(appointment.caseworker, start=factories.utc("2026-03-10 09:00"))
    alex = Participant.objects.get(role="companion")
    assert browser.post(f"{mine(other)}{alex.public_id}/remove/").status_code == 404


def test_nobody_comes_along_to_what_is_over(browser, appointment, clock):
    clock.to(factories.utc("2026-03-11 08:00"))
    assert browser.get(mine(appointment)).status_code == 200
    assert browser.post(mine(appointment), {"name": "Alex"}).status_code == 409
    assert not Participant.objects.filter(role="companion").exists()


def test_what_is_shown_is_what_is_allowed(browser, appointment, clock):
    browser.post(mine(appointment), {"name": "Alex"})
    steps = [
        (appointment.start, "", (True, True)),
        (appointment.start, "fulfilled", (False, True)),
        (appointment.end + timedelta(minutes=30), "", (False, False)),
    ]
    for moment, outcome, allowed in steps:
        clock.to(moment)
        if outcome:
            attendance.record_outcome(appointment=appointment, status=outcome, by=SYSTEM, now=moment)
        page = browser.get(mine(appointment)).content.decode()
        assert ("Person hinzufügen" in page, "Alex entfernen" in page) == allowed
