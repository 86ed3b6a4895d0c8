"""When a talk is by phone, and what others than the client read."""

import pytest

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Event
from scheduler.services import attendance, booking
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in

NINE = utc("2026-03-10 08:00")


def page(person, step=""):
    return f"/t/{links.token(person)}/{step}"


@pytest.fixture
def alex(appointment):
    return booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)


def test_only_the_client_is_told_that_we_call(browser, clock, appointment, alex):
    clock.to(NINE)
    booking.call_instead(appointment=appointment, by=SYSTEM, now=NINE)
    assert "Wir rufen Sie an" in browser.get(page(appointment.one("client"), "join/")).content.decode()
    shown = browser.get(page(alex, "join/")).content.decode()
    assert "Wir rufen Sie an" not in shown
    assert "damit Sie dabei sein können" in shown
    assert appointment.office.phone in shown
    assert "Wir rufen Sie" not in browser.get(page(alex)).content.decode()


def test_she_was_there_and_nobody_called(browser, clock, appointment, world):
    client = appointment.one("client")
    clock.to(NINE)
    attendance.knock(participant=client, now=NINE)
    booking.call_instead(appointment=appointment, by=SYSTEM, now=utc("2026-03-10 08:05"))
    clock.to(utc("2026-03-10 08:40"))
    assert "niemand hat angerufen" in browser.get(page(client, "join/")).content.decode()
    browser.post(page(client, "not-working/"))
    assert Event.objects.filter(verb="participant.not_working").count() == 1
    clock.to(utc("2026-03-10 08:50"))
    desk = sign_in(world[2].user).get(f"/desk/appointments/{appointment.uid}/").content.decode()
    assert "war an der Tür" in desk
    assert "Ich war da" in desk


def test_after_plan_b_a_cry_is_heard_anew_answered_and_seen_at_the_desk(browser, clock, appointment, world):
    client, desk, clicks = appointment.one("client"), sign_in(world[2].user), "niemand hat angerufen"
    pages = [f"/desk/appointments/{appointment.uid}/{step}" for step in ("", "waiting/")]
    pages += ["/desk/", "/desk/now/"]

    def seen():
        return ["Niemand hat angerufen" in desk.get(page).content.decode() for page in pages]

    clock.to(NINE)
    browser.post(page(client, "not-working/"))
    booking.call_instead(appointment=appointment, by=SYSTEM, now=NINE)
    assert (clicks in browser.get(page(client, "join/")).content.decode(), seen()) == (True, [False] * 4)
    clock.to(utc("2026-03-10 08:10"))
    for _ in range(2):
        shown = browser.post(page(client, "not-working/"), follow=True).content.decode()
    assert "Wir wissen, dass Sie da waren." in shown
    assert clicks not in shown
    assert Event.objects.filter(verb="participant.not_working").count() == 2
    assert seen() == [True] * 4
    desk.post(f"/desk/appointments/{appointment.uid}/called/")
    assert seen() == [False] * 4


def test_what_became_of_it_is_told_to_the_client_alone(browser, clock, appointment, alex):
    booking.cancel(appointment=appointment, by=SYSTEM, now=NOW, on_behalf_of="client")
    shown = browser.get(page(alex)).content.decode()
    assert "Sie müssen nicht kommen." in shown
    assert "Sie haben" not in shown
    assert "Neuen Termin buchen" not in shown
    assert "Neuen Termin buchen" in browser.get(page(appointment.one("client"))).content.decode()
