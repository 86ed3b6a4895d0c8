"""How the client learns that she may come in, and what she hears until then."""

from datetime import timedelta

import pytest

from scheduler.errors import RoomServerDown
from scheduler.events import SYSTEM
from scheduler.models import RoomEvent
from scheduler.services import attendance
from tests import factories
from tests.frontend.client.door import heading, look, mine, own_server

pytestmark = pytest.mark.django_db


def test_she_is_called_in_when_the_caseworker_has_come(browser, appointment, at):
    at(-5)
    browser.post(mine(appointment, "here/"))
    attendance.arrive(participant=appointment.one("caseworker"), now=appointment.start)
    at(1)
    page = look(browser, appointment)
    assert heading(page) == "Bitte treten Sie ein"
    assert "ist im Raum" in page.content.decode()
    assert "30 MB" in page.content.decode()
    assert appointment.one("caseworker").name in browser.post(mine(appointment)).content.decode()


def test_she_hears_the_caseworker_until_she_is_inside_herself(browser, appointment, at):
    attendance.arrive(participant=appointment.one("caseworker"), now=appointment.start)
    at(1)
    page = look(browser, appointment)
    assert (heading(page), page.headers["Refresh"]) == ("Bitte treten Sie ein", "20")
    assert "Refresh" not in look(browser, appointment, still="1").headers
    assert "Refresh" not in look(browser, appointment, "caseworker").headers
    attendance.say(appointment=appointment, sentence="i_call", by=SYSTEM, now=appointment.start)
    assert "Ich rufe Sie an." in look(browser, appointment).content.decode()
    attendance.arrive(participant=appointment.one("client"), now=appointment.start)
    assert "Refresh" not in look(browser, appointment).headers


def test_a_click_of_the_caseworker_is_not_her_presence_where_that_is_told(browser, appointment, at, settings):
    own_server(settings, "c" * 32)
    factories.heard_somewhere(appointment.caseworker)
    at(1)
    attendance.enter(participant=appointment.one("caseworker"), now=appointment.start)
    assert heading(look(browser, appointment)) == "Der Raum ist offen"
    attendance.arrive(participant=appointment.one("caseworker"), now=appointment.start)
    page = look(browser, appointment)
    assert heading(page) == "Bitte treten Sie ein"
    assert "ist im Raum" in page.content.decode()


@pytest.mark.parametrize("secret", ["", "c" * 32])
def test_where_presence_is_not_told_the_room_was_opened(browser, appointment, at, settings, secret):
    own_server(settings, secret)
    at(1)
    attendance.enter(participant=appointment.one("caseworker"), now=appointment.start)
    page = look(browser, appointment)
    assert heading(page) == "Bitte treten Sie ein"
    assert f"{appointment.caseworker.display_name} hat den Raum geöffnet." in page.content.decode()
    assert "ist im Raum" not in page.content.decode()


@pytest.mark.parametrize("secret", ["", "c" * 32])
def test_nobody_is_called_into_a_room_that_does_not_answer(browser, appointment, at, settings, secret):
    own_server(settings, secret, address="http://127.0.0.1:9")
    at(1)
    with pytest.raises(RoomServerDown):
        attendance.enter(participant=appointment.one("caseworker"), now=appointment.start)
    assert heading(look(browser, appointment)) == "Der Raum ist offen"
    assert heading(browser.post(mine(appointment))) == "Der Videoraum antwortet nicht"
    assert {row.kind for row in RoomEvent.objects.all()} == {"knocked"}
    assert heading(look(browser, appointment)) == "Bitte warten Sie einen Moment"


@pytest.mark.parametrize(
    ("language", "code", "sentence"),
    [
        ("de", "five_minutes", "Ich brauche noch 5 Minuten."),
        ("de", "at_once", "Ich komme gleich."),
        ("de", "longer", "Bitte warten Sie. Das Gespräch davor dauert länger."),
        ("de", "i_call", "Es gibt ein technisches Problem. Ich rufe Sie an."),
        ("en", "five_minutes", "I need 5 more minutes."),
        ("en", "longer", "Please wait. The talk before takes longer."),
    ],
)
def test_a_sentence_of_the_caseworker_appears_in_her_language(
    browser, appointment, at, language, code, sentence
):
    appointment.participants.update(language=language)
    attendance.say(appointment=appointment, sentence=code, by=SYSTEM, now=appointment.start)
    at(1)
    assert sentence in look(browser, appointment).content.decode()


def test_that_the_talk_before_takes_longer_appears_by_itself(browser, world, clock):
    before = factories.appointment(world[2])
    after = factories.appointment(world[2], start=before.start + timedelta(hours=1))
    for role in ("client", "caseworker"):
        attendance.arrive(participant=before.one(role), now=before.start)
    words = "Das Gespräch davor dauert etwas länger."
    clock.to(after.start)
    assert words in look(browser, after).content.decode()
    attendance.leave(participant=before.one("client"), now=after.start)
    assert words not in look(browser, after).content.decode()
