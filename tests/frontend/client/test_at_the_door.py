"""The join page in all its states, for a client who only presses buttons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from scheduler import links
from scheduler.domain.lifecycle import OUTCOMES
from scheduler.errors import RoomServerDown
from scheduler.events import SYSTEM
from scheduler.models import Event, RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MOBILE = "+4915112345678"


@pytest.fixture
def appointment(world):
    return factories.appointment(world[2], factories.client(world[0], mobile=MOBILE))


@pytest.fixture
def at(appointment, clock):
    """``at(-5)``: it is five minutes before the start."""
    return lambda minutes: clock.to(appointment.start + timedelta(minutes=minutes))


def mine(appointment, step="join/", role="client"):
    return f"/t/{links.token(appointment.one(role))}/{step}"


def look(browser, appointment, role="client", **query):
    answer = browser.get(mine(appointment, role=role), query)
    assert answer.status_code == 200
    return answer


def heading(answer):
    text = answer.content.decode()
    return text[text.index("<h1>") + 4 : text.index("</h1>")]


def test_too_early_says_when_and_what_to_prepare(browser, appointment, at):
    at(-16)
    page = look(browser, appointment)
    assert heading(page) == "Der Raum ist noch nicht offen"
    for part in ("8:45 Uhr", "300 MB", "30 MB", "ruhige"):
        assert part in page.content.decode()
    assert "Refresh" not in page.headers


def test_looking_writes_nothing_and_pressing_writes_that_she_waits(browser, appointment, at):
    at(-5)
    page = look(browser, appointment)
    assert heading(page) == "Der Raum ist offen"
    assert "Refresh" not in page.headers
    assert not RoomEvent.objects.exists()
    page = browser.post(mine(appointment, "here/"), follow=True)
    assert heading(page) == "Bitte warten Sie einen Moment"
    assert "seit 8:55 Uhr" in page.content.decode()
    assert [row.kind for row in RoomEvent.objects.all()] == ["knocked"]


def test_a_waiting_page_looks_again_until_its_reader_stops_that(browser, appointment, at):
    at(-5)
    browser.post(mine(appointment, "here/"))
    page = look(browser, appointment)
    assert page.headers["Refresh"] == "20"
    assert "?still=1" in page.content.decode()
    page = look(browser, appointment, still="1")
    assert "Refresh" not in page.headers
    assert heading(page) == "Bitte warten Sie einen Moment"


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


def own_server(settings, secret, address="none"):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40
    settings.JITSI_CALLBACK_SECRET, settings.JITSI_INTERNAL_URL = secret, address


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


def test_cancelled_and_over_have_their_own_words(browser, appointment, at):
    at(75)
    page = look(browser, appointment)
    assert heading(page) == "Das Gespräch ist vorbei"
    assert "Ich war da, es ging nicht" in page.content.decode()
    other = factories.appointment(appointment.caseworker, start=appointment.start + timedelta(days=7))
    booking.cancel(appointment=other, by=SYSTEM, now=NOW)
    assert heading(look(browser, other)) == "Dieser Termin ist abgesagt"


@pytest.mark.parametrize("status", sorted(OUTCOMES))
def test_an_outcome_pressed_too_soon_locks_nobody_out(browser, appointment, at, status):
    at(20)
    attendance.record_outcome(appointment=appointment, status=status, by=SYSTEM, now=appointment.start)
    assert mine(appointment) in browser.get(mine(appointment, "")).content.decode()
    assert heading(look(browser, appointment)) == "Der Raum ist offen"
    page = browser.post(mine(appointment, "here/"), follow=True)
    assert heading(page) == "Bitte warten Sie einen Moment"
    assert browser.post(mine(appointment)).context["accepted"]
    at(75)
    assert heading(look(browser, appointment)) == "Das Gespräch ist vorbei"


def test_a_talk_by_phone_is_over_with_its_outcome(browser, world, clock):
    appointment = factories.appointment(world[2], mode="phone")
    clock.to(appointment.start)
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=SYSTEM, now=appointment.start)
    assert "Dieser Termin ist vorbei" in browser.get(mine(appointment, "")).content.decode()


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


def test_whoever_is_not_inside_does_not_leave(browser, appointment, at):
    for minute in (-8 * 24 * 60, 1, 80):
        at(minute)
        answer = browser.post(mine(appointment, "leave/"), follow=True)
        assert "Sie haben den Raum verlassen." not in answer.content.decode()
    assert not RoomEvent.objects.exists()
    at(1)
    browser.post(mine(appointment))
    for _ in range(2):
        at(80)
        browser.post(mine(appointment, "leave/"))
    assert RoomEvent.objects.filter(kind="left").count() == 1


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


def test_others_wait_too_and_the_caseworkers_own_link_lets_her_in(browser, appointment, at):
    booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    at(1)
    page = browser.post(mine(appointment, "here/", "companion"), follow=True)
    assert heading(page) == "Bitte warten Sie einen Moment"
    assert "Es geht nicht" not in page.content.decode()
    assert heading(look(browser, appointment, "caseworker")) == "Der Raum ist offen"


@pytest.mark.parametrize("minute", [-16, 76])
def test_a_press_at_a_shut_door_is_answered_and_leaves_no_fact(browser, appointment, at, minute):
    at(minute)
    assert browser.post(mine(appointment, "here/"), follow=True).status_code == 200
    assert not RoomEvent.objects.exists()


def test_forged_revoked_and_expired_links_open_no_step(browser, appointment, clock):
    companion = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    link = links.token(companion)
    booking.revoke_person(participant=companion, by=SYSTEM, now=NOW)
    clock.to(appointment.start)
    for step in ("join/", "here/", "test/", "leave/", "not-working/"):
        for bad in (link, link[:-1] + "0", "p" * 20):
            assert browser.post(f"/t/{bad}/{step}").status_code == 404, step
    clock.to(appointment.end + timedelta(days=31))
    assert browser.post(mine(appointment, "test/")).status_code == 410


def test_leaving_is_for_the_stand_in_alone(browser, appointment, at, settings):
    at(1)
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    assert browser.post(mine(appointment, "leave/")).status_code == 404


def test_the_way_in_can_be_tried_at_any_time_and_leaves_no_trace(browser, appointment):
    events = Event.objects.count()
    assert "Testraum" in browser.get(mine(appointment, "test/")).content.decode()
    page = browser.post(mine(appointment, "test/"))
    assert page.context["accepted"]
    assert "Raum zum Ausprobieren" in page.content.decode()
    assert appointment.room not in page.content.decode()
    assert not RoomEvent.objects.exists()
    assert Event.objects.count() == events


def test_the_page_costs_the_same_for_many_people_and_facts(browser, appointment, at):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            look(Browser(), appointment)
        return len(seen)

    at(1)
    one = statements()
    for number in range(5):
        person = booking.add_companion(appointment=appointment, name=f"Alex {number}", by=SYSTEM, now=NOW)
        attendance.knock(participant=person, now=appointment.start)
    assert statements() == one
