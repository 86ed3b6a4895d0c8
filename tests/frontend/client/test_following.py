"""The next appointment: booked in two clicks at the desk, accepted or not by the client on her page."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import Message
from scheduler import links
from scheduler.events import SYSTEM, Actor
from scheduler.models import Appointment
from scheduler.services import attendance, booking
from tests import factories
from tests.frontend.signing_in import sign_in

STAFF = Actor("user", "1")


@pytest.fixture
def appointment(world, clock):
    found = factories.appointment(world[2])
    clock.to(found.end)
    attendance.record_outcome(appointment=found, status="fulfilled", by=STAFF, now=found.end)
    return found


@pytest.fixture
def desk(world):
    return sign_in(world[2].user)


@pytest.fixture
def following(desk, appointment):
    desk.post(f"/desk/appointments/{appointment.uid}/follow-up/", {"weeks": "2"})
    return Appointment.objects.get(follows=appointment)


def mine(appointment, step=""):
    return f"/t/{links.token(appointment.one('client'))}/{step}"


def answer(browser, appointment, following, word):
    return browser.post(mine(appointment, f"next/{following.uid}/{word}/"))


def desk_page(desk, appointment):
    return desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()


def test_the_client_accepts_on_the_page_of_the_talk(browser, desk, appointment, following):
    page = browser.get(mine(appointment)).content.decode()
    assert "Vorgeschlagen: Dienstag, 24. März 2026, 9:00" in page
    assert "freiwillig" in page
    for _ in range(2):
        assert answer(browser, appointment, following, "accept").status_code == 302
    assert following.one("client").confirmed_at
    assert following.events.filter(verb="appointment.confirmed").count() == 1
    assert "Termin annehmen" not in browser.get(mine(appointment)).content.decode()
    assert "angenommen" in desk_page(desk, appointment)


def test_whoever_does_not_accept_frees_the_time(browser, world, desk, appointment, following):
    assert "noch keine Antwort" in desk_page(desk, appointment)
    assert answer(browser, appointment, following, "decline").status_code == 302
    following.refresh_from_db()
    assert (following.status, following.cancelled_by) == ("cancelled", "client")
    assert not world[2].schedule.allocations.filter(appointment=following).exists()
    assert answer(browser, appointment, following, "decline").status_code == 404
    assert answer(browser, appointment, following, "accept").status_code == 404
    assert Message.objects.filter(appointment=following, kind="staff_cancelled").exists()


def test_it_is_shown_during_the_talk(browser, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    booking.follow_up(appointment=appointment, weeks=2, by=STAFF, now=appointment.start)
    assert "Vorgeschlagen:" in browser.get(mine(appointment)).content.decode()


def test_a_companion_sees_and_answers_nothing(browser, world, clock):
    appointment = factories.appointment(world[2])
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=factories.NOW)
    clock.to(appointment.start)
    following = booking.follow_up(appointment=appointment, weeks=2, by=STAFF, now=appointment.start)
    theirs = f"/t/{links.token(alex)}/"
    assert "Vorgeschlagen" not in browser.get(theirs).content.decode()
    assert browser.post(f"{theirs}next/{following.uid}/accept/").status_code == 404


def test_other_peoples_appointments_are_not_there(browser, world, appointment, following):
    other = factories.appointment(world[2], start=factories.utc("2026-03-17 08:00"))
    for uid in (other.uid, appointment.uid, uuid4()):
        for word in ("accept", "decline"):
            assert browser.post(mine(appointment, f"next/{uid}/{word}/")).status_code == 404
    assert answer(browser, other, following, "decline").status_code == 404


def test_what_has_begun_is_answered_no_more(browser, appointment, following, clock):
    clock.to(following.start + timedelta(minutes=1))
    assert answer(browser, appointment, following, "accept").status_code == 404
    assert "Vorgeschlagen" not in browser.get(mine(appointment)).content.decode()
