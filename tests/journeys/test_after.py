"""People and what follows the talk, in a real browser: company, phone, outcome, next time, note, paper."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Appointment, Participant
from scheduler.services import attendance
from tests import factories
from tests.frontend.signing_in import sign_in


@pytest.fixture
def appointment(transactional_db, clock, settings, live_server):
    """A talk by video with a caseworker who has a colleague; an interpreter is free then."""
    clock.to(factories.NOW)
    settings.PUBLIC_BASE_URL = live_server.url
    office = factories.office(slug="amt", name="Jobcenter Beispielstadt")
    service = factories.service(office, names={"de": "Beratung", "en": "Counselling"})
    team = factories.team(office)
    worker = factories.caseworker(office, service, team=team, display_name="Frau Muster")
    factories.caseworker(office, service, team=team, display_name="Herr Kollege")
    factories.interpreter(office, "uk", "gsg", email="dolmetschen@post.example")
    factories.opening(worker)
    return factories.appointment(worker, factories.client(office, name="Kim Beispiel"))


@pytest.fixture
def look(axe, fits, screenshots):
    """Every page is looked at in the same way."""

    def at(page, name):
        expect(page.locator("h1")).to_have_count(1)
        axe(page)
        fits(page)
        screenshots(page, f"after-{name}")

    return at


@pytest.fixture
def desk(visitor, appointment, live_server):
    """The caseworker's browser, signed in."""
    page = visitor(width=1280)
    session = sign_in(appointment.caseworker.user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    return page


def mine(appointment):
    return links.url(appointment.one("client")) + "/"


def meet(appointment):
    for role in ("client", "caseworker"):
        attendance.arrive(participant=appointment.one(role), now=appointment.start)


def test_how_a_client_is_reached_is_settled_on_her_card(desk, appointment, look):
    client = appointment.client
    client.offered_email = "kim@neu.example"
    client.save()
    desk.get_by_role("link", name="Kim Beispiel").click()
    look(desk, "00-card")
    desk.get_by_role("button", name="Ab jetzt kim@neu.example verwenden").click()
    desk.get_by_role("button", name="Gar keine Nachrichten senden").click()
    look(desk, "00-card-silent")
    client.refresh_from_db()
    assert (client.email, client.no_messages) == ("kim@neu.example", True)


def test_a_special_appointment_is_looked_at_before_it_is_booked(desk, appointment, look):
    desk.get_by_role("link", name="Verschieben").click()
    desk.locator("summary", has_text="Sondertermin").click()
    desk.get_by_label("Datum").fill("2026-03-07")
    desk.get_by_label("Uhrzeit").fill("20:00")
    desk.get_by_role("button", name="Auf diese Zeit verschieben").click()
    expect(desk.get_by_role("alert")).to_contain_text("Er liegt außerhalb der Sprechzeiten.")
    expect(desk.get_by_role("alert")).to_be_in_viewport()
    look(desk, "00-special")
    desk.get_by_role("button", name="Trotzdem verschieben").click()
    expect(desk.locator("h1")).to_contain_text("Samstag, 7. März 2026, 20:00 Uhr")


def test_mails_are_switched_off(desk, appointment, look):
    desk.get_by_role("link", name="Meine E-Mails").click()
    desk.get_by_label("jemand vor dem Videoraum wartet").uncheck()
    look(desk, "00-mails")
    desk.get_by_role("button", name="Speichern").click()
    appointment.caseworker.user.refresh_from_db()
    assert appointment.caseworker.user.muted_kinds == ["staff_waits"]


def test_people_are_added_and_removed(desk, page, appointment, look):
    desk.get_by_role("link", name="Personen hinzufügen").click()
    look(desk, "01-people")
    desk.get_by_role("button", name="Begleitperson hinzufügen").click()
    assert desk.title().startswith("Fehler:")
    look(desk, "02-people-errors")
    desk.fill("[name=companion-name]", "Alex Beistand")
    desk.fill("[name=companion-email]", "alex@post.example")
    desk.get_by_role("button", name="Begleitperson hinzufügen").click()
    desk.select_option("[name=second-caseworker]", label="Herr Kollege")
    desk.get_by_role("button", name="Ansprechperson hinzufügen").click()
    desk.select_option("[name=interpreter-choice]", index=1)
    desk.get_by_role("button", name="Sprachmittlung hinzufügen").click()
    look(desk, "03-people-added")
    alex = Participant.objects.get(role="companion")
    page.goto(links.url(alex))
    expect(page.locator("main")).to_contain_text("Frau Muster")
    look(page, "04-companions-page")
    desk.get_by_role("button", name="Entfernen: Alex Beistand").click()
    assert page.goto(links.url(alex)).status == 404

    page.goto(mine(appointment))
    page.get_by_role("link", name="Kommt jemand mit?").click()
    page.get_by_role("button", name="Person hinzufügen").click()
    look(page, "05-client-company-errors")
    page.fill("[name=name]", "Toni Freund")
    page.get_by_role("button", name="Person hinzufügen").click()
    look(page, "06-client-company")
    page.get_by_role("button", name="Toni Freund entfernen").click()
    expect(page.get_by_role("button", name="Toni Freund entfernen")).to_have_count(0)


def test_into_the_room_by_phone(desk, page, appointment, look, clock):
    clock.to(appointment.start - timedelta(minutes=5))
    desk.reload()
    look(desk, "10-door-open")
    desk.get_by_role("button", name="Auf dem Handy öffnen").click()
    look(desk, "11-qr")
    address = desk.locator("#address").input_value()
    page.goto(address)
    look(page, "12-phone")
    page.locator("main button.kern-btn--primary").click()
    expect(page.locator("main")).to_contain_text("Frau Muster")
    clock.to(appointment.start + timedelta(minutes=1))
    assert page.goto(address).status == 410
    look(page, "13-phone-ended")


def test_what_follows_the_talk(desk, page, appointment, look, clock, live_server, tmp_path):
    meet(appointment)
    clock.to(appointment.end)
    page.goto(mine(appointment) + "join/")
    page.get_by_role("button", name="Ich war da, es ging nicht").click()
    desk.goto(f"{live_server.url}/desk/")
    look(desk, "20-today")
    desk.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    look(desk, "21-proposal")
    desk.locator("button[name=status].kern-btn--primary").click()
    appointment.refresh_from_db()
    assert appointment.status == "fulfilled"
    desk.locator("button[name=weeks][value='2']").click()
    following = Appointment.objects.get(follows=appointment)

    page.goto(mine(appointment))
    look(page, "22-next-proposed")
    page.get_by_role("button", name="Termin annehmen", exact=True).click()
    look(page, "23-next-accepted")
    assert following.one("client").confirmed_at

    desk.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    expect(desk.locator("#case-note")).to_have_value(
        "Gespräch (freiwillig)\nDatum: Dienstag, 10. März 2026\nGeplante Zeit: 9:00–9:45 Uhr\nWie: Video\n"
        "Ansprechperson: Frau Muster\nSprachmittlung: keine\nErgebnis: Das Gespräch hat stattgefunden."
    )
    expect(desk.get_by_text("von der Kundin oder dem Kunden angenommen")).to_be_visible()
    look(desk, "24-recorded")

    with page.expect_download() as download:
        page.get_by_role("link", name="Bestätigung als PDF").click()
    download.value.save_as(tmp_path / "paper.pdf")
    text = PdfReader(tmp_path / "paper.pdf").pages[0].extract_text()
    code = text.partition("Prüf-Code:")[2].split()[0]
    page.goto(f"{live_server.url}/amt/check-code/")
    page.get_by_role("button", name="Schreiben prüfen").click()
    look(page, "25-check-error")
    page.fill("[name=code]", "A100-0000-0000-0000")
    page.get_by_role("button", name="Schreiben prüfen").click()
    look(page, "26-check-unknown")
    page.fill("[name=code]", code)
    page.get_by_role("button", name="Schreiben prüfen").click()
    expect(page.get_by_role("status")).to_contain_text("Dienstag, 10. März 2026, 9:00–9:45 Uhr")
    look(page, "27-check-genuine")


def test_without_javascript_the_note_is_there_and_no_button(visitor, appointment, live_server, clock):
    clock.to(appointment.end)
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=SYSTEM, now=appointment.end)
    page = visitor(java_script_enabled=False)
    session = sign_in(appointment.caseworker.user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    expect(page.locator("#case-note")).to_be_visible()
    expect(page.locator("[data-copy]")).to_be_hidden()
