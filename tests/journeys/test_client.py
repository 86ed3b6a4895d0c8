"""The client's whole way in a real browser, each page looked at by axe, on a phone and on a desk."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from scheduler.models import Appointment, ContactProof
from scheduler.services import identity
from tests import factories


@pytest.fixture
def town(transactional_db, clock):
    """An office with two topics, two caseworkers and one closed topic."""
    clock.to(factories.NOW)
    office = factories.office(slug="amt", name="Jobcenter Beispielstadt")
    service = factories.service(
        office,
        names={"de": "Beratung zum Berufseinstieg", "en": "Starting work"},
        descriptions={"de": "Ausbildung, Bewerbung, erste Stelle"},
        interpreter_possible=True,
    )
    empty = factories.service(office, names={"de": "Beratung für Selbstständige", "en": "Own business"})
    worker = factories.caseworker(office, service, display_name="Frau Muster")
    factories.opening(worker)
    factories.opening(worker, weekday=3, opens=13 * 60, closes=17 * 60)
    factories.interpreter(office, "uk", "gsg")
    return office, service, empty, worker


@pytest.fixture
def look(axe, fits, screenshots):
    """Every page is looked at in the same way."""

    def at(page, name):
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        fits(page)
        screenshots(page, f"client-{name}")

    return at


def test_from_the_start_to_the_room(live_server, page, town, look, clock):
    page.goto(f"{live_server.url}/")
    look(page, "01-start")
    page.locator("main a.kern-btn--primary").click()
    look(page, "02-topic")
    page.get_by_role("button", name=re.compile("Berufseinstieg")).click()
    look(page, "03-how")
    page.locator("main button.kern-btn--primary").click()
    look(page, "04-when")
    page.locator(".sz-next button").click()
    look(page, "05-contact")
    page.locator("main .sz-form .kern-btn--primary").click()
    assert page.title().startswith("Fehler:")
    look(page, "05-contact-errors")
    page.fill("[name=name]", "Kim Beispiel")
    page.fill("[name=contact]", "kim@post.example")
    page.check("[name=consent]")
    page.locator("main .sz-form .kern-btn--primary").click()
    look(page, "06-code")
    page.fill("[name=code]", "12")
    page.locator("main .sz-form .kern-btn--primary").click()
    look(page, "06-code-wrong")
    page.fill("[name=code]", identity.code_of(ContactProof.objects.latest("created_at")))
    page.locator("main .sz-form .kern-btn--primary").click()
    look(page, "07-check")
    page.locator("main button.kern-btn--primary").click()
    look(page, "08-done")
    page.locator("main a.kern-btn--primary").click()
    mine = page.url
    look(page, "09-mine")
    page.locator("main button.kern-btn--primary").click()
    look(page, "10-confirmed")
    page.goto(mine + "move/")
    look(page, "11-move")
    page.locator(".sz-slot__time").last.click()
    look(page, "12-moved")
    page.get_by_role("link", name="Keine Nachrichten mehr?").click()
    look(page, "12-messages")
    page.get_by_role("button", name="E-Mails beenden").click()
    look(page, "12-messages-code")
    page.get_by_role("button", name="E-Mails beenden").click()
    look(page, "12-messages-code-empty")
    page.get_by_role("link", name="Zurück", exact=True).click()
    page.get_by_role("link", name="Zurück zu meinem Termin").click()
    page.goto(mine + "join/")
    look(page, "13-too-early")
    clock.to(Appointment.objects.get().start - timedelta(minutes=10))
    page.goto(mine)
    look(page, "14-now")
    page.goto(mine + "join/")
    look(page, "15-join")
    page.locator("main button.kern-btn--primary").click()
    look(page, "15-waiting")
    page.locator("main details summary").click()
    page.locator("main details button").first.click()
    expect(page.locator("table")).to_be_visible()
    look(page, "16-room")
    page.locator("main button.kern-btn--primary").click()
    page.goto(mine + "cancel/")
    look(page, "17-cancel")
    page.locator("main .sz-form .kern-btn--primary").click()
    look(page, "18-cancelled")
    clock.to(Appointment.objects.get().end + timedelta(days=31))
    assert page.goto(mine).status == 410
    look(page, "19-ended")


def test_nothing_free_just_taken_and_texts(live_server, page, town, look):
    _, _, _, worker = town
    page.goto(f"{live_server.url}/amt/topic/")
    page.get_by_role("button", name=re.compile("Selbstständige")).click()
    page.locator("main button.kern-btn--primary").click()
    look(page, "20-nothing-free")
    page.goto(f"{live_server.url}/amt/call-back/")
    page.locator("main .sz-form .kern-btn--primary").click()
    look(page, "21-call-back-errors")
    page.goto(f"{live_server.url}/amt/topic/")
    page.get_by_role("button", name=re.compile("Berufseinstieg")).click()
    page.locator("main button.kern-btn--primary").click()
    start = datetime.fromisoformat(page.locator(".sz-next button").get_attribute("value"))
    factories.appointment(worker, start=start.astimezone(UTC))
    page.locator(".sz-next button").click()
    look(page, "22-just-taken")
    for text in ("help", "imprint", "privacy", "accessibility"):
        page.goto(f"{live_server.url}/amt/{text}/")
        look(page, f"30-{text}")


def test_without_javascript_in_english(live_server, visitor, town):
    page = visitor(locale="en-GB", java_script_enabled=False)
    page.goto(f"{live_server.url}/")
    page.get_by_role("link", name="Find a time").click()
    page.get_by_role("button", name=re.compile("Starting work")).click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Take this time").click()
    page.get_by_label("Your name").fill("Kim Beispiel")
    page.get_by_label("Your e-mail address").fill("kim@post.example")
    page.get_by_label("You may write to me").check()
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Your code").fill(identity.code_of(ContactProof.objects.latest("created_at")))
    page.get_by_role("button", name="Check the code").click()
    page.get_by_role("button", name="Book the appointment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointment is booked")
    assert Appointment.objects.get().client.language == "en"
