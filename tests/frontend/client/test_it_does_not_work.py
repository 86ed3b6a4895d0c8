"""What the client says when it does not work, and the ways out: a call, the phone, plan B."""

import pytest

from scheduler.events import SYSTEM
from scheduler.models import Event, RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW
from tests.frontend.client.door import heading, look, mine

pytestmark = pytest.mark.django_db


def test_what_does_not_work_is_told_once_and_answered_the_same(browser, appointment, at):
    for minute in (2, 3, 50, 80):
        at(minute)
        answer = browser.post(mine(appointment, "not-working/"), follow=True)
        assert "Wir wissen jetzt, dass Sie da waren" in answer.content.decode()
    assert Event.objects.filter(verb="participant.not_working").count() == 1
    assert "Wir wissen, dass Sie da waren." in look(browser, appointment).content.decode()


@pytest.mark.parametrize("role", ["companion", "interpreter", "caseworker"])
def test_only_the_client_says_that_she_was_there(browser, appointment, world, at, role):
    booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    interpreter = factories.interpreter(world[0], "uk")
    booking.add_interpreter(
        appointment=appointment, interpreter=interpreter, language="uk", by=SYSTEM, now=NOW
    )
    at(1)
    assert browser.post(mine(appointment, "not-working/", role)).status_code == 404
    assert not RoomEvent.objects.exists()


def test_nothing_is_said_of_a_talk_that_is_cancelled(browser, appointment, at):
    booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
    at(1)
    for _ in range(3):
        answer = browser.post(mine(appointment, "not-working/"), follow=True)
    assert heading(answer) == "Dieser Termin ist abgesagt"
    assert "Wir wissen jetzt" not in answer.content.decode()
    assert not Event.objects.filter(verb="participant.not_working").exists()


def test_who_talks_by_phone_since_plan_b_can_still_say_so(browser, appointment, at):
    at(5)
    booking.call_instead(appointment=appointment, by=SYSTEM, now=appointment.start)
    browser.post(mine(appointment, "not-working/"))
    assert Event.objects.filter(verb="participant.not_working").count() == 1


def test_who_is_stuck_looks_again_although_the_caseworker_is_there(browser, appointment, at):
    attendance.arrive(participant=appointment.one("caseworker"), now=appointment.start)
    at(1)
    browser.post(mine(appointment, "not-working/"))
    assert look(browser, appointment).headers["Refresh"] == "20"
    at(76)
    assert "Refresh" not in look(browser, appointment).headers


def test_the_ways_out_are_on_the_page(browser, appointment, world, at):
    at(1)
    page = look(browser, appointment).content.decode()
    for part in ("Bitte rufen Sie mich an", world[0].phone, "tess-relay-dienste.de", "Chat"):
        assert part in page
    assert "PIN" not in page
    world[0].dial_in_number, world[0].dial_in_pin = "+49 6152 111", "4711#"
    world[0].save()
    page = look(browser, appointment).content.decode()
    assert "+49 6152 111" in page
    assert "4711#" in page


def test_without_a_number_she_is_led_to_the_call_back(browser, world, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    page = look(browser, appointment).content.decode()
    assert "/amt/call-back/" in page
    assert "Bitte rufen Sie mich an" not in page


def test_after_plan_b_her_page_says_that_she_is_called(browser, appointment, at):
    at(5)
    browser.post(mine(appointment, "here/"))
    booking.call_instead(appointment=appointment, by=SYSTEM, now=appointment.start)
    page = look(browser, appointment)
    assert heading(page) == "Wir rufen Sie an"
    assert "Nummer wird vielleicht nicht angezeigt" in page.content.decode()
    assert "Chat" not in page.content.decode()
    assert "Refresh" not in page.headers
