"""The client's pages without JavaScript: booking, moving, cancelling, joining; and unlucky users."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser

from notifications.models import Message
from scheduler import links
from scheduler.models import Appointment, ContactProof, Hold
from scheduler.services import booking, identity
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.client.walking import book, choose, prove

pytestmark = pytest.mark.django_db


def test_the_whole_way(world, browser):
    _, service, worker = world
    assert browser.get("/").status_code == 200
    for page in ("", "topic/", "help/", "imprint/", "privacy/", "accessibility/", "call-back/"):
        assert browser.get(f"/amt/{page}").status_code == 200
    assert choose(browser, service).headers["Location"] == "/amt/contact/"
    assert "reserviert" in browser.get("/amt/contact/").content.decode()
    assert prove(browser).headers["Location"] == "/amt/check/"
    assert "Kim Beispiel" in browser.get("/amt/check/").content.decode()
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"
    appointment = Appointment.objects.get()
    assert (appointment.caseworker, appointment.client.email) == (worker, "kim@post.example")
    assert links.token(appointment.one("client")) in browser.get("/amt/done/").content.decode()
    assert Message.objects.filter(appointment=appointment, kind="confirmation").count() == 1


def test_a_double_submit_books_once(world, browser):
    book(browser, world[1])
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"
    assert Appointment.objects.count() == 1


def test_a_time_just_taken_keeps_what_was_typed_and_shows_the_nearest(world, browser, clock):
    _, service, worker = world
    choose(browser, service)
    prove(browser)
    Hold.objects.all().delete()
    factories.appointment(worker)
    assert browser.post("/amt/check/").headers["Location"] == "/amt/when/"
    page = browser.get("/amt/when/").content.decode()
    assert "gerade vergeben" in page
    assert page.count("2026-03-10T09:00:00Z") >= 1
    assert browser.post("/amt/when/", {"start": "2026-03-10T09:00:00Z"}).headers["Location"] == "/amt/check/"
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"


def test_an_ended_hold_is_made_again_silently(world, browser, clock):
    choose(browser, world[1])
    clock.to(NOW + timedelta(minutes=30))
    prove(browser)
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"


def test_two_visitors_cannot_hold_one_time(world, browser):
    choose(browser, world[1])
    other = Browser()
    answer = choose(other, world[1])
    assert answer.status_code == 409


@pytest.mark.parametrize("start", ["", "heute", "9999-01-01T08:00:00Z", "2026-03-10T08:00:00", "💥" * 40])
def test_odd_times_are_refused_kindly(world, browser, start):
    answer = choose(browser, world[1], start)
    assert answer.status_code == 422
    assert not Hold.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "contact": "kim@post.example", "consent": "on"},
        {"name": "x" * 10_000, "contact": "kim@post.example", "consent": "on"},
        {"name": "Kim", "contact": "06152 12345", "consent": "on"},
        {"name": "Kim", "contact": "kim@", "consent": "on"},
        {"name": "Kim", "contact": "kim@post.example"},
    ],
)
def test_wrong_entries_are_named_and_kept(world, browser, typed):
    choose(browser, world[1])
    answer = browser.post("/amt/contact/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Fehler:" in page
    assert typed["contact"] in page
    assert not ContactProof.objects.exists()


def test_emoji_are_a_name_too(world, browser):
    assert book(browser, world[1], name="Kim 🌻").headers["Location"] == "/amt/done/"


@pytest.mark.parametrize("address", ["kim@localhost", "kim@", "kim@amt"])
def test_an_address_that_nobody_can_write_to_is_refused(world, browser, address):
    choose(browser, world[1])
    answer = browser.post("/amt/contact/", {"name": "Kim", "contact": address, "consent": "on"})
    assert answer.status_code == 422
    assert "Diese Angabe verstehen wir nicht." in answer.content.decode()


def test_five_wrong_codes_end_the_code(world, browser):
    choose(browser, world[1])
    browser.post("/amt/contact/", {"name": "Kim", "contact": "kim@post.example", "consent": "on"})
    proof = ContactProof.objects.get()
    wrong = f"{(int(identity.code_of(proof)) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert browser.post("/amt/code/", {"code": wrong}).status_code == 422
    assert browser.post("/amt/code/", {"code": identity.code_of(proof)}).status_code == 422
    assert browser.get("/amt/check/").headers["Location"] == "/amt/contact/"


class TestMyAppointment:
    @pytest.fixture
    def mine(self, world):
        person = factories.client(world[0], mobile="+491712345678")
        appointment = factories.appointment(world[2], person)
        return appointment, f"/t/{links.token(appointment.one('client'))}/"

    def test_it_can_be_confirmed_moved_and_cancelled(self, mine, browser):
        appointment, address = mine
        assert browser.get(address).status_code == 200
        assert browser.post(address + "confirm/").status_code == 302
        assert browser.get(address + "move/").status_code == 200
        assert browser.post(address + "move/", {"start": "2026-03-10T09:00:00Z"}).status_code == 302
        appointment.refresh_from_db()
        assert appointment.start == utc("2026-03-10 09:00")
        assert browser.get(address + "cancel/").status_code == 200
        assert appointment.status == "booked"
        assert browser.post(address + "cancel/", {"reason": "hindered"}).status_code == 302
        appointment.refresh_from_db()
        assert (appointment.status, appointment.cancel_reason) == ("cancelled", "hindered")
        assert "abgesagt" in browser.get(address).content.decode()

    @pytest.mark.parametrize(
        ("step", "typed", "text"),
        [
            ("move/", {"start": "nonsense"}, "Bitte wählen Sie eine Zeit."),
            ("move/", {}, "Bitte wählen Sie eine Zeit."),
            ("cancel/", {"reason": "nonsense"}, "Bitte wählen Sie einen der Gründe oder keinen."),
        ],
    )
    def test_nonsense_changes_nothing_and_is_said(self, mine, browser, step, typed, text):
        appointment, address = mine
        answer = browser.post(address + step, typed)
        assert (answer.status_code, text in answer.content.decode()) == (422, True)
        appointment.refresh_from_db()
        assert (appointment.status, appointment.sequence) == ("booked", 0)

    def test_moving_to_a_taken_time_says_so(self, mine, browser, world):
        _, address = mine
        factories.appointment(world[2], start=utc("2026-03-10 09:00"))
        assert browser.post(address + "move/", {"start": "2026-03-10T09:00:00Z"}).status_code == 409

    def test_too_late_is_said_and_changes_nothing(self, mine, browser, clock):
        appointment, address = mine
        clock.to(appointment.start - timedelta(hours=2))
        assert browser.post(address + "move/", {"start": "2026-03-17T08:00:00Z"}).status_code == 409
        assert browser.post(address + "mode/", {"mode": "phone"}).status_code == 409
        appointment.refresh_from_db()
        assert appointment.sequence == 0

    def test_the_calendar_file_is_a_calendar(self, mine, browser):
        answer = browser.get(mine[1] + "termin.ics")
        assert answer.content.startswith(b"BEGIN:VCALENDAR")
        assert b"meet" not in answer.content

    def test_the_door_opens_fifteen_minutes_before(self, mine, browser, clock):
        appointment, address = mine
        clock.to(appointment.start - timedelta(minutes=16))
        assert "Token" not in browser.post(address + "join/").content.decode()
        clock.to(appointment.start - timedelta(minutes=14))
        assert "eyJ" not in browser.get(address + "join/").content.decode()
        page = browser.post(address + "join/").content.decode()
        assert appointment.room in page
        assert appointment.one("client").arrived_at is not None
        assert browser.post(address + "leave/").status_code == 302

    def test_forged_revoked_and_old_links(self, mine, browser, clock):
        appointment, address = mine
        forged = re.sub(r".(?=/$)", lambda match: "a" if match.group() != "a" else "b", address)
        assert browser.get(forged).status_code == 404
        assert browser.get("/t/💥/").status_code == 404
        assert browser.get("/t/" + "p" * 10_000 + "/").status_code == 404
        clock.to(appointment.end + timedelta(days=31))
        assert browser.get(address).status_code == 410
        appointment.participants.update(revoked_at=NOW)
        assert browser.get(address).status_code == 404

    def test_the_caseworkers_link_changes_nothing(self, mine, browser):
        address = f"/t/{links.token(mine[0].one('caseworker'))}/"
        assert browser.get(address).status_code == 200
        for step in ("cancel/", "move/"):
            assert browser.get(address + step).status_code == 404
        assert browser.post(address + "confirm/").status_code == 404

    def test_the_language_is_kept_with_the_person(self, mine, browser):
        appointment, address = mine
        browser.post("/language/", {"language": "en", "next": address})
        appointment.client.refresh_from_db()
        assert appointment.client.language == "en"
        assert 'lang="en"' in browser.get(address).content.decode()

    def test_it_did_not_work_stands_beside_the_record(self, mine, browser, clock):
        appointment, address = mine
        clock.to(appointment.start + timedelta(minutes=5))
        assert browser.post(address + "not-working/").status_code == 302
        assert appointment.events.filter(verb="participant.not_working").exists()


def test_a_stranger_may_ask_to_be_called(world, browser):
    typed = {"name": "Kim", "phone": "0171 2345678", "window": "any"}
    assert "rufen" in browser.post("/amt/call-back/", typed).content.decode()
    abroad = {**typed, "phone": "+43 660 1234567"}
    assert "rufen" in browser.post("/amt/call-back/", abroad).content.decode()


@pytest.mark.parametrize("phone", ["abc", "0660 1234567", "110", "+43 1"])
def test_who_gives_a_number_that_cannot_be_is_told_which_can(world, browser, phone):
    refused = browser.post("/amt/call-back/", {"name": "Kim", "phone": phone, "window": "any"})
    said = "Nummern aus dem Ausland beginnen mit + und der Landesvorwahl, zum Beispiel +43."
    assert (refused.status_code, said in refused.content.decode()) == (422, True)


def test_unknown_offices_and_services_are_404_or_the_start(world, browser):
    assert browser.get("/nowhere/").status_code == 404
    other = factories.service(factories.office())
    assert browser.post("/amt/topic/", {"service": other.pk}).status_code == 200
    assert browser.get("/amt/how/").headers["Location"] == "/amt/topic/"


def test_headers_are_strict(world, browser):
    headers = browser.get("/amt/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_search_of_an_appointment_keeps_its_interpreter(world):
    appointment = factories.appointment(world[2])
    assert booking.search_of(appointment).interpreter == ""
