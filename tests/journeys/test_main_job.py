"""The main job, end to end: publish, book, tell, remind, meet, record, report. Time is moved by the clock."""

import csv
import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from frontend.management import demo_accounts
from notifications.models import Message
from scheduler.models import Appointment, Caseworker, ContactProof
from scheduler.services import identity
from tests import factories
from tests.notifications.post import serve
from tests.workers import Workers


@pytest.fixture
def town(transactional_db, clock):
    """An office with a topic, a caseworker without openings, and a lead. It is Monday, 9:00."""
    clock.to(factories.NOW)
    office = factories.office(slug="amt", name="Jobcenter Beispielstadt", sms_sender_name="JC Beispiel")
    service = factories.service(office, names={"de": "Beratung", "en": "Counselling"})
    team = factories.team(office, name="Team Nord")
    for email in demo_accounts.EMAILS[:2]:
        demo_accounts.arrange(factories.user(office, email=email))
    users = {user.email.split("@")[0]: user for user in office.users.all()}
    factories.caseworker(office, service, team=team, user=users["caseworker"], display_name="Frau Muster")
    team.leads.add(users["lead"])
    return office


@pytest.fixture
def post(town):
    """A real SMTP server, and a real worker that sends to it."""
    with serve() as server:
        workers = Workers(1, EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        yield server
        workers.end()


@pytest.fixture
def look(axe, fits, screenshots):
    """Every page is looked at in the same way."""

    def at(page, name):
        axe(page)
        fits(page)
        screenshots(page, f"job-{name}")

    return at


def sign_in(page, base, who, look):
    page.goto(f"{base}/accounts/login/")
    look(page, "sign-in")
    email = f"{who}@demo.example"
    page.fill("[name=login]", email)
    page.fill("[name=password]", demo_accounts.password(email))
    page.locator("main .kern-btn--primary").click()
    look(page, "second-step")
    page.fill("[name=code]", demo_accounts.code(email))
    page.locator("main .kern-btn--primary").click()
    page.wait_for_url(re.compile("/(desk|lead)/"))


def publish_tuesdays(page, base, look):
    page.goto(f"{base}/desk/openings/new/")
    look(page, "opening")
    page.select_option("[name=weekday]", "1")
    page.fill("[name=opens]", "09:00")
    page.fill("[name=closes]", "12:00")
    page.fill("[name=starts_on]", "2026-03-10")
    page.locator("[name=preview]").click()
    look(page, "opening-effect")
    page.get_by_role("button", name="Sprechzeit veröffentlichen").or_(
        page.get_by_role("button", name=re.compile("^(Veröffentlichen|Speichern)$"))
    ).first.click()
    page.goto(f"{base}/desk/week/?from=2026-03-09")
    look(page, "week")


def book(page, base):
    page.goto(f"{base}/amt/")
    page.locator("main a.kern-btn--primary").click()
    page.get_by_role("button", name="Beratung").click()
    page.locator("main button.kern-btn--primary").click()
    page.locator(".sz-next button").click()
    page.fill("[name=name]", "Kim Beispiel")
    page.fill("[name=contact]", "kim@post.example")
    page.check("[name=consent]")
    page.locator("main .sz-form .kern-btn--primary").click()
    page.fill("[name=code]", identity.code_of(ContactProof.objects.latest("created_at")))
    page.locator("main .sz-form .kern-btn--primary").click()
    page.locator("main button.kern-btn--primary").click()
    expect(page.locator("h1")).to_contain_text("gebucht")
    page.locator("main a.kern-btn--primary").click()
    return page.url


def arrived(post, number, seconds=40):
    """The mails, as soon as there are so many."""
    deadline = time.monotonic() + seconds
    while len(post.mails) < number and time.monotonic() < deadline:
        time.sleep(0.2)
    return sorted((mail["To"], mail["Subject"]) for mail in post.parsed())


def test_the_main_job(live_server, visitor, town, post, look, clock):
    base = live_server.url
    caseworker, client, lead = visitor(width=1280), visitor(), visitor(width=1280)
    sign_in(caseworker, base, "caseworker", look)
    publish_tuesdays(caseworker, base, look)
    assert Caseworker.objects.get().schedule.openings.get().opens == 540

    mine = book(client, base)
    appointment = Appointment.objects.get()
    assert appointment.start == factories.utc("2026-03-10 08:00")
    told = arrived(post, 3)
    assert [to for to, _ in told] == ["caseworker@demo.example", "kim@post.example", "kim@post.example"]
    invites = [
        part for mail in post.parsed() for part in mail.walk() if part.get_content_type() == "text/calendar"
    ]
    assert len(invites) == 2

    clock.to(factories.utc("2026-03-09 09:00"))
    assert ("kim@post.example", "Erinnerung: Dienstag, 10. März, 9:00 Uhr") in arrived(post, 4, seconds=90)

    clock.to(appointment.start - timedelta(minutes=10))
    caseworker.goto(f"{base}/desk/")
    look(caseworker, "today")
    client.goto(mine + "join/")
    client.locator("main button.kern-btn--primary").click()
    client.get_by_text("Lieber im Videoraum warten").click()
    client.get_by_role("button", name="Schon in den Raum gehen").click()
    expect(client.locator("main")).to_contain_text("Kim Beispiel")
    caseworker.goto(f"{base}/desk/appointments/{appointment.uid}/")
    look(caseworker, "appointment")
    caseworker.locator(f"form[action$='{appointment.uid}/join/'] button").click()
    expect(caseworker.locator("main")).to_contain_text("Kim Beispiel")
    look(caseworker, "room")

    clock.to(appointment.end)
    caseworker.goto(f"{base}/desk/appointments/{appointment.uid}/")
    caseworker.locator("button[name=status][value=fulfilled]").click()
    appointment.refresh_from_db()
    assert appointment.status == "fulfilled"

    sign_in(lead, base, "lead", look)
    lead.goto(f"{base}/lead/utilisation/?first=2026-03-09&last=2026-03-15")
    look(lead, "utilisation")
    expect(lead.locator("svg").first).to_be_visible()
    with lead.expect_download() as download:
        lead.locator("a[href*='format=csv']").first.click()
    rows = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert "135" in rows[1]
    assert rows[1].count("45") >= 2
    assert not Message.objects.filter(state__in=["failed", "unknown"]).exists()
