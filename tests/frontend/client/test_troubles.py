"""Two windows, changed minds, late clicks, odd requests: nothing is lost, nothing breaks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from frontend import http
from scheduler import errors, links
from scheduler.events import SYSTEM
from scheduler.models import Appointment, ContactProof, Hold
from scheduler.services import booking, identity
from tests import factories
from tests.factories import NOW
from tests.frontend.client.walking import book, choose, give, prove

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


def kinds(error=errors.SchedulerError):
    return [error, *(kind for child in error.__subclasses__() for kind in kinds(child))]


def test_every_refusal_has_a_text():
    assert {kind.code for kind in kinds()} == set(http.TEXTS)


def test_another_window_does_not_change_what_is_booked(world, browser):
    choose(browser, world[1])
    prove(browser)
    seen = browser.get("/amt/check/").context["draft"].fingerprint()
    browser.post("/amt/when/", {"start": "2026-03-10T09:00:00Z"})
    answer = browser.post("/amt/check/", {"seen": seen})
    assert answer.status_code == 409
    assert "anderen Fenster" in text(answer)
    assert not Appointment.objects.exists()
    seen = answer.context["draft"].fingerprint()
    assert browser.post("/amt/check/", {"seen": seen}).headers["Location"] == "/amt/done/"


def test_a_topic_changed_in_another_window_is_said(world, browser):
    choose(browser, world[1])
    prove(browser)
    seen = browser.get("/amt/check/").context["draft"].fingerprint()
    browser.post("/amt/topic/", {"service": world[1].pk})
    answer = browser.post("/amt/check/", {"seen": seen}, follow=True)
    assert answer.redirect_chain == [("/amt/when/", 302)]
    assert "Ihre Wahl hat sich in einem anderen Fenster geändert." in text(answer)


@pytest.mark.parametrize("start", ["2026-03-10T08:00:00.900Z", "2026-03-10T08:00:30Z"])
def test_a_time_that_no_page_shows_is_not_taken(world, browser, start):
    answer = choose(browser, world[1], start=start)
    assert answer.context["form"].errors["start"]
    assert not Hold.objects.exists()


def test_another_topic_keeps_what_was_typed(world, browser):
    office, service, worker = world
    other = factories.service(office)
    worker.services.add(other)
    choose(browser, service)
    prove(browser)
    assert choose(browser, other).headers["Location"] == "/amt/check/"
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"
    assert Appointment.objects.get().service == other


def test_a_time_is_chosen_anew_for_another_way_to_talk(world, browser):
    choose(browser, world[1])
    prove(browser)
    browser.post("/amt/how/", {"mode": "phone"})
    assert not Hold.objects.exists()
    assert browser.get("/amt/check/").headers["Location"] == "/amt/when/"


def test_a_proven_contact_is_not_asked_for_twice(world, browser):
    choose(browser, world[1])
    prove(browser)
    assert give(browser, name="Kim Anders").headers["Location"] == "/amt/check/"
    assert ContactProof.objects.count() == 1
    assert give(browser, contact="other@post.example").headers["Location"] == "/amt/code/"
    assert browser.get("/amt/check/").headers["Location"] == "/amt/contact/"


def test_a_refused_code_does_not_pass_an_old_proof_off_as_new(world, browser):
    choose(browser, world[1])
    prove(browser)
    for _ in range(5):
        assert browser.get("/amt/code/").status_code == 200
        browser.post("/amt/code/", {"again": "1"})
    assert give(browser, contact="kim2@post.example").status_code == 302
    assert browser.get("/amt/check/").headers["Location"] == "/amt/contact/"


def test_a_new_code_replaces_the_old_one_and_has_its_limit(world, browser):
    choose(browser, world[1])
    give(browser)
    for _ in range(4):
        assert "neuen Code" in text(browser.post("/amt/code/", {"again": "1"}, follow=True))
    assert ContactProof.objects.count() == 5
    assert "Mehr geht hier" in text(browser.post("/amt/code/", {"again": "1"}, follow=True))
    assert ContactProof.objects.count() == 5


def test_wrong_codes_say_how_many_tries_are_left(world, browser):
    choose(browser, world[1])
    give(browser)
    for slip in ("abc", "12345", "1234567"):
        assert "Bitte geben Sie die sechs Ziffern ein." in text(browser.post("/amt/code/", {"code": slip}))
    proof = ContactProof.objects.get()
    wrong = "000000" if identity.code_of(proof) != "000000" else "111111"
    assert "noch 4 Versuche" in text(browser.post("/amt/code/", {"code": wrong}))


def test_a_talk_by_phone_needs_a_number(world, browser):
    choose(browser, world[1], mode="phone")
    assert "Nummer" in text(give(browser, phone=""))
    assert not ContactProof.objects.exists()
    prove(browser, phone="06152 12345")
    assert "+49615212345" in text(browser.get("/amt/check/"))
    browser.post("/amt/check/")
    assert Appointment.objects.get().note == "Tel. +49615212345"


def test_a_mobile_is_number_enough(world, browser):
    choose(browser, world[1], mode="phone")
    prove(browser, contact="0171 2345678", phone="")
    assert browser.post("/amt/check/").headers["Location"] == "/amt/done/"
    assert Appointment.objects.get().note == ""


def test_a_page_left_open_over_night_asks_for_another_time(world, browser, clock):
    choose(browser, world[1])
    prove(browser)
    clock.to(NOW + timedelta(days=8, hours=1))
    assert browser.post("/amt/check/").headers["Location"] == "/amt/when/"
    page = text(browser.get("/amt/when/"))
    assert "vorbei" in page
    assert "Ihre Angaben sind noch da" in page
    assert browser.post("/amt/when/", {"start": "2026-03-10T08:00:00Z"}).status_code == 409


def test_a_cancelled_booking_is_no_longer_called_booked(world, browser):
    book(browser, world[1])
    address = browser.get("/amt/done/").context["link"]
    for _ in range(2):
        assert browser.post(f"/t/{address}/cancel/", {"reason": ""}).headers["Location"] == f"/t/{address}/"
    assert browser.get("/amt/done/").headers["Location"] == f"/t/{address}/"
    assert browser.get(f"/t/{address}/move/").headers["Location"] == f"/t/{address}/"


def test_moving_twice_to_one_time_moves_once(world, browser):
    appointment = factories.appointment(world[2])
    address = f"/t/{links.token(appointment.one('client'))}/"
    for _ in range(2):
        assert browser.post(address + "move/", {"start": "2026-03-10T09:00:00Z"}).status_code == 302
    appointment.refresh_from_db()
    assert appointment.sequence == 1


def test_a_move_by_the_office_is_said(world, browser, clock):
    appointment = factories.appointment(world[2])
    address = f"/t/{links.token(appointment.one('client'))}/"
    assert "Vorher" not in text(browser.get(address))
    later = factories.utc("2026-03-10 09:00")
    booking.move(appointment=appointment, start=later, by=SYSTEM, now=NOW)
    assert "Vorher: Dienstag, 10. März 2026, 9:00 Uhr." in text(browser.get(address))
    clock.to(later - timedelta(hours=4))
    assert "Ihr Termin ist heute" in text(browser.get(address))


def test_one_address_cannot_hold_a_day(world, browser):
    office, service, _ = world
    office.holds_per_address = 1
    office.save()
    choose(browser, service)
    answer = choose(Browser(), service, start="2026-03-10T09:00:00Z")
    assert answer.status_code == 409
    assert office.phone in text(answer)
    assert Hold.objects.count() == 1


def test_it_cannot_have_failed_before_it_began(world, browser):
    appointment = factories.appointment(world[2])
    address = f"/t/{links.token(appointment.one('client'))}/"
    answer = browser.post(address + "not-working/")
    assert answer.status_code == 409
    assert world[0].phone in text(answer)
    assert "<h1>Das geht noch nicht</h1>" in text(answer)
    assert f'href="{address}"' in text(answer)
    assert not appointment.events.filter(verb="participant.not_working").exists()


def test_who_comes_back_is_in_the_room_again(world, browser, clock):
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    mine, theirs = (f"/t/{links.token(appointment.one(role))}/" for role in ("client", "caseworker"))
    browser.post(mine + "join/")
    browser.post(mine + "leave/")
    assert "niemand" in text(browser.post(theirs + "join/"))
    browser.post(mine + "join/")
    assert appointment.client.name in text(browser.post(theirs + "join/"))


def test_the_redirect_into_the_room_leaks_nothing(world, browser, clock, settings):
    settings.JITSI_PROVIDER, settings.JITSI_HOST, settings.JITSI_APP_ID = "self", "meet.example", "us"
    settings.JITSI_APP_SECRET, settings.JITSI_SUBJECT = "s" * 40, "meet.jitsi"
    appointment = factories.appointment(world[2])
    clock.to(appointment.start)
    address = f"/t/{links.token(appointment.one('client'))}/join/"
    page = browser.get(address)
    assert "form-action 'self' https://meet.example" in page.headers["Content-Security-Policy"]
    answer = browser.post(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"https://meet.example/{appointment.room}?")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_office_speaks_only_its_languages(world, browser):
    office = world[0]
    office.languages = ["de"]
    office.save()
    assert 'lang="de"' in text(browser.get("/amt/", headers={"accept-language": "en"}))
    office.languages = ["de", "en"]
    office.save()
    assert 'lang="en"' in text(browser.get("/amt/", headers={"accept-language": "en"}))


@pytest.mark.parametrize("target", ["home", "//evil.example/", "https://evil.example/", "", "javascript:1"])
def test_choosing_a_language_never_leads_away(world, browser, target):
    assert browser.post("/language/", {"language": "en", "next": target}).headers["Location"] == "/"


def test_the_address_of_a_button_leads_to_its_page(world, browser):
    assert browser.get("/amt/extend/").headers["Location"] == "/amt/"
    assert browser.head("/amt/").status_code == 200


@pytest.mark.parametrize("number", ["²", "٣", "9" * 30, "-1", "\x00", "💥", ""])
def test_odd_topics_are_no_topics(world, browser, number):
    assert browser.post("/amt/topic/", {"service": number}).status_code == 200


@pytest.mark.parametrize("after", ["2001-01-01", "2099-12-31", "9999-12-31", "heute", "💥", "x" * 10_000])
def test_odd_days_show_a_page(world, browser, after):
    choose(browser, world[1])
    assert browser.get("/amt/when/", {"after": after}).status_code == 200


def test_a_refused_form_key_is_explained(world):
    strict = Browser(enforce_csrf_checks=True)
    assert "Cookies" in text(strict.post("/amt/topic/"))
    strict.cookies["csrftoken"] = "x" * 32
    assert strict.post("/amt/topic/").status_code == 403


def test_the_page_of_times_costs_the_same_for_many_caseworkers(world, browser):
    office, service, _ = world
    choose(browser, service)
    one = statements(browser)
    for _ in range(5):
        factories.opening(factories.caseworker(office, service))
    assert statements(browser) == one


def statements(browser):
    with CaptureQueriesContext(connection) as seen:
        assert browser.get("/amt/when/").status_code == 200
    return len(seen)


def test_links_of_a_former_caseworker_end_with_the_handing_over(world, browser):
    office, service, worker = world
    colleague = factories.caseworker(office, service)
    appointment = factories.appointment(worker)
    old = f"/t/{links.token(appointment.one('caseworker'))}/"
    booking.hand_over(appointment=appointment, caseworker=colleague, by=SYSTEM, now=NOW)
    assert browser.get(old).status_code == 404
    assert colleague.display_name in text(browser.get(f"/t/{links.token(appointment.one('client'))}/"))
