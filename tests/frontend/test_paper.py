"""The confirmation as PDF: who gets it, what it says, how it is built, and how anybody checks it."""

import time
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from pypdf import PdfReader

from scheduler import check_codes, links
from scheduler.domain.wording import forbidden_in
from scheduler.events import SYSTEM, Actor
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")


@pytest.fixture
def appointment(clock, db):
    clock.to(NOW)
    cache.clear()
    office = factories.office(slug="amt", name="Jobcenter Beispielstadt")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    client = factories.client(office, name="Kim <b>Beispiel</b> #strong[x]")
    return factories.appointment(worker, client)


@pytest.fixture
def browser():
    return Browser(headers={"accept-language": "en"})


@pytest.fixture
def attended(appointment, clock):
    clock.to(appointment.end)
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=STAFF, now=appointment.end)
    return appointment


def mine(appointment, role="client"):
    return f"/t/{links.token(appointment.one(role))}/"


def paper(browser, appointment):
    answer = browser.get(f"{mine(appointment)}confirmation.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    return PdfReader(BytesIO(answer.content))


def text_of(reader):
    return " ".join(reader.pages[0].extract_text().split())


def test_it_says_that_she_was_there_and_nothing_about_the_case(browser, attended):
    text = text_of(paper(browser, attended))
    for part in (
        "Jobcenter Beispielstadt",
        "Bestätigung über ein Gespräch",
        "Kim <b>Beispiel</b> #strong[x] hat an einem Gespräch mit uns teilgenommen.",
        "Dienstag, 10. März 2026",
        "9:00–9:45 Uhr",
        "Video",
        "Das Gespräch war freiwillig.",
        check_codes.code(attended),
        "http://localhost:8000/amt/check-code/",
        "Ausgestellt am Dienstag, 10. März 2026",
    ):
        assert part in text
    assert attended.service.names["de"] not in text
    assert not list(forbidden_in(text))


def test_it_is_tagged_and_says_its_language_and_title(browser, attended):
    reader = paper(browser, attended)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "Bestätigung über ein Gespräch"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()


def test_a_cancellation_says_who_cancelled_when(browser, appointment):
    by = Actor.of(appointment.one("client"))
    booking.cancel(appointment=appointment, by=by, now=NOW, reason="hindered")
    text = text_of(paper(browser, appointment))
    assert "Bestätigung über eine Absage" in text
    assert "hat diesen Termin am Montag, 2. März 2026 abgesagt" in text
    assert "rank" not in text


def test_names_in_any_letters_get_a_tagged_paper(browser, attended):
    for name in ("ገብረ ሰላም", "ندى", "Ґалина Їжак", "日本", "💥"):
        attended.client.name = name
        attended.client.save()
        reader = paper(browser, attended)
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert "Bestätigung über ein Gespräch" in text_of(reader)


def test_it_is_made_within_a_second(browser, attended):
    paper(browser, attended)
    begun = time.perf_counter()
    paper(browser, attended)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("status", ["", "noshow", "technical_failure", "office_failed"])
def test_there_is_none_for_anything_else(browser, appointment, clock, status):
    clock.to(appointment.end)
    if status:
        attendance.record_outcome(appointment=appointment, status=status, by=STAFF, now=appointment.end)
    assert browser.get(f"{mine(appointment)}confirmation.pdf").status_code == 404
    assert "confirmation.pdf" not in browser.get(mine(appointment)).content.decode()


def test_the_clients_page_leads_to_it_and_others_get_none(browser, appointment, clock):
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    clock.to(appointment.end)
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=STAFF, now=appointment.end)
    assert "confirmation.pdf" in browser.get(mine(appointment)).content.decode()
    theirs = f"/t/{links.token(alex)}/"
    assert "confirmation.pdf" not in browser.get(theirs).content.decode()
    assert browser.get(f"{theirs}confirmation.pdf").status_code == 404
    clock.to(appointment.end + timedelta(days=31))
    assert browser.get(f"{mine(appointment)}confirmation.pdf").status_code == 410


def test_staff_of_her_circle_print_it_and_strangers_do_not(attended):
    page = f"/desk/appointments/{attended.uid}/"
    stranger = factories.caseworker(factories.office(), attended.service)
    desk = sign_in(attended.caseworker.user)
    assert f"{page}confirmation.pdf" in desk.get(page).content.decode()
    assert desk.get(f"{page}confirmation.pdf").status_code == 200
    assert desk.get(f"/desk/appointments/{uuid4()}/confirmation.pdf").status_code == 404
    assert sign_in(stranger.user).get(f"{page}confirmation.pdf").status_code == 404
    assert Browser().get(f"{page}confirmation.pdf").status_code == 302


def check(browser, code, office="amt"):
    return browser.post(f"/{office}/check-code/", {"code": code})


def test_anybody_can_check_it_and_learns_no_name(attended):
    browser = Browser(headers={"accept-language": "de"})
    page = check(browser, check_codes.code(attended)).content.decode()
    assert "Diese Bestätigung ist echt." in page
    assert "Dienstag, 10. März 2026, 9:00–9:45" in page
    assert "Kim" not in page
    assert attended.caseworker.display_name not in page


def test_a_cancelled_one_is_not_taken_for_attendance(browser, appointment):
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    page = check(browser, check_codes.code(appointment)).content.decode()
    assert "was cancelled" in page
    assert "took place" not in page


@pytest.mark.parametrize("code", ["A100-0000-0000-0000", "💥", "\0", "A" * 60, "<script>"])
def test_what_is_unknown_is_said_so(browser, attended, code):
    answer = check(browser, code)
    assert "genuine" not in answer.content.decode()
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize("code", ["", " ", "A" * 61, "A" * 10_000])
def test_what_is_no_code_is_an_error(browser, attended, code):
    assert check(browser, code).status_code == 422


def test_guessing_ends_after_ten_wrong_codes(browser, attended, clock):
    code = check_codes.code(attended)
    for _ in range(10):
        assert check(browser, "A100-0000-0000-0000").status_code == 200
    assert check(browser, code).status_code == 429
    clock.to(attended.end + timedelta(minutes=11))
    assert "genuine" in check(browser, code).content.decode()


def test_offices_that_are_not_there_check_nothing(browser, attended):
    assert check(browser, check_codes.code(attended), "nirgends").status_code == 404
    other = factories.office(slug="anderswo")
    assert "genuine" not in check(browser, check_codes.code(attended), other.slug).content.decode()
