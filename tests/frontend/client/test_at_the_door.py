"""The join page in all its states, for a client who only presses buttons."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from scheduler import links
from scheduler.domain.lifecycle import OUTCOMES
from scheduler.events import SYSTEM
from scheduler.models import Event, RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW
from tests.frontend.client.door import heading, look, mine, own_server

pytestmark = pytest.mark.django_db


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
    browser.post(mine(appointment, "here/"))
    attendance.record_outcome(appointment=appointment, status=status, by=SYSTEM, now=appointment.start)
    assert mine(appointment) in browser.get(mine(appointment, "")).content.decode()
    page = look(browser, appointment)
    assert heading(page) == "Dieser Termin ist vorbei"
    assert "offen bis 10:15 Uhr" in page.content.decode()
    assert "Refresh" not in page.headers
    assert browser.post(mine(appointment)).context["accepted"]
    at(75)
    assert heading(look(browser, appointment)) == "Das Gespräch ist vorbei"


def test_while_the_room_is_open_she_reads_what_became_of_it_and_books_anew(browser, appointment, at):
    at(20)
    words = ["Dieser Termin ist vorbei", "Das lag an uns.", "Neuen Termin buchen"]
    booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    now = appointment.start
    attendance.record_outcome(appointment=appointment, status="office_failed", by=SYSTEM, now=now)
    for step in ("", "join/"):
        page = browser.get(mine(appointment, step)).content.decode()
        assert [word for word in words if word not in page] == []
        beside = browser.get(mine(appointment, step, "companion")).content.decode()
        assert [word for word in words if word in beside] == words[:1]
        assert "Zum Raum" in beside or "In den Raum gehen" in beside
    assert "Ich war da, es ging nicht" in look(browser, appointment).content.decode()


def test_with_or_without_video_is_a_button_that_a_reload_does_not_change(browser, appointment, at, settings):
    own_server(settings, "")
    at(1)
    attendance.enter(participant=appointment.one("caseworker"), now=appointment.start)
    page = look(browser, appointment)
    assert page.headers["Refresh"] == "20"
    assert "checkbox" not in page.content.decode()
    assert "Ohne Video beitreten (spart Daten)" in page.content.decode()
    for chosen, said in (({}, "false"), ({"audio_only": "1"}, "true")):
        answer = browser.post(mine(appointment), chosen)
        assert f"config.startAudioOnly={said}" in answer.headers["Location"]


def test_who_tries_again_still_comes_without_video(browser, appointment, at, settings):
    own_server(settings, "", address="http://127.0.0.1:9")
    at(1)
    again = '<button class="kern-btn kern-btn--secondary" name="audio_only" value="1">'
    assert again in browser.post(mine(appointment), {"audio_only": "1"}).content.decode()
    assert again not in browser.post(mine(appointment)).content.decode()


def test_a_talk_by_phone_is_over_with_its_outcome(browser, world, clock):
    appointment = factories.appointment(world[2], mode="phone")
    clock.to(appointment.start)
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=SYSTEM, now=appointment.start)
    assert "Dieser Termin ist vorbei" in browser.get(mine(appointment, "")).content.decode()


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


def test_others_wait_too_and_the_caseworkers_own_link_lets_her_in(browser, appointment, at):
    booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    at(1)
    page = browser.post(mine(appointment, "here/", "companion"), follow=True)
    assert heading(page) == "Bitte warten Sie einen Moment"
    assert "Es geht nicht" not in page.content.decode()
    assert heading(look(browser, appointment, "caseworker")) == "Der Raum ist offen"


def test_caseworkers_do_not_knock(browser, appointment, world, at):
    mate = factories.caseworker(world[0], world[1], team=world[2].team)
    second = booking.add_caseworker(appointment=appointment, caseworker=mate, by=SYSTEM, now=NOW)
    at(1)
    for person in (appointment.one("caseworker"), second):
        assert browser.post(f"/t/{links.token(person)}/here/").status_code == 404
    assert not RoomEvent.objects.exists()
    assert not Event.objects.filter(verb="participant.knocked").exists()


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
