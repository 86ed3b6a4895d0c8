"""The talk itself, in real windows side by side: the client's phone and the caseworker's desk."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import Appointment, RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.frontend.signing_in import sign_in

BY_ITSELF = 28_000
"""Milliseconds in which a page that looks again every twenty seconds has done so."""


@pytest.fixture
def worker(transactional_db, clock):
    clock.to(factories.NOW)
    office = factories.office(slug="amt", name="Jobcenter Beispielstadt")
    who = factories.caseworker(office, factories.service(office), display_name="Frau Muster")
    factories.opening(who)
    return who


@pytest.fixture
def appointment(worker):
    client = factories.client(worker.office, name="Kim Beispiel", mobile="+4915112345678")
    return factories.appointment(worker, client)


@pytest.fixture
def at(appointment, clock):
    """``at(-5)``: it is five minutes before the start."""
    return lambda minutes: clock.to(appointment.start + timedelta(minutes=minutes))


@pytest.fixture
def desk(visitor, worker, live_server):
    """The caseworker's window, signed in."""
    page = visitor(width=1280)
    session = sign_in(worker.user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


@pytest.fixture
def look(axe, fits, screenshots):
    """Every state of a page is looked at in the same way."""

    def at(page, name):
        axe(page)
        fits(page)
        screenshots(page, f"room-{name}")

    return at


@pytest.fixture
def door(live_server):
    """The address of somebody's own door."""
    return lambda person: f"{live_server.url}/t/{links.token(person)}/join/"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def heading(page, text, **options):
    expect(page.locator("h1")).to_have_text(text, **options)


def leave(*pages):
    for page in pages:
        press(page, "Raum verlassen")
        expect(page.locator("main")).to_contain_text("Sie haben den Raum verlassen.")


def test_waiting_coming_in_leaving_and_the_outcome(live_server, visitor, appointment, at, desk, door):
    """Both windows learn of each other by themselves; the client's without JavaScript."""
    client = visitor(java_script_enabled=False)
    at(-5)
    desk.goto(f"{live_server.url}/desk/")
    expect(desk.locator("#now")).to_contain_text("Niemand wartet")
    client.goto(door(appointment.one("client")))
    press(client, "Ich bin da")
    heading(client, "Bitte warten Sie einen Moment")
    beside = desk.context.new_page()
    beside.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    press(beside, "Ich brauche noch 5 Minuten.")
    expect(desk.locator("#now")).to_contain_text("Wartet seit 8:55 Uhr", timeout=BY_ITSELF)
    expect(client.locator("main")).to_contain_text("Ich brauche noch 5 Minuten.", timeout=BY_ITSELF)
    at(0)
    press(desk, "Videoraum betreten")
    expect(desk.locator("main")).to_contain_text("Sonst ist noch niemand da.")
    client.reload()
    heading(client, "Bitte treten Sie ein")
    press(client, "Jetzt beitreten")
    expect(client.locator("main")).to_contain_text("Frau Muster (Ansprechperson)")
    press(desk, "Noch einmal nachsehen")
    expect(desk.locator("main")).to_contain_text("Kim Beispiel (Kundin / Kunde)")
    at(41)
    leave(client, desk)
    at(46)
    desk.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    expect(desk.locator("main")).to_contain_text("Beide waren zusammen im Raum: 40 Minuten.")
    desk.locator("button[name=status][value=fulfilled]").first.click()
    appointment.refresh_from_db()
    assert (appointment.status, appointment.together_minutes) == ("fulfilled", 40)


def test_every_state_of_the_door_can_be_read_by_everybody(
    live_server, visitor, appointment, at, desk, door, look
):
    client, booked = visitor(), f"{live_server.url}/desk/appointments/{appointment.uid}/"
    address = door(appointment.one("client"))
    for minute, name in ((-60, "too-early"), (-5, "open"), (80, "over")):
        at(minute)
        client.goto(address)
        look(client, name)
    at(-5)
    client.goto(address)
    press(client, "Ich bin da")
    desk.goto(booked)
    press(desk, "Ich komme gleich.")
    look(desk, "desk-waiting")
    desk.goto(f"{live_server.url}/desk/")
    look(desk, "today-waiting")
    client.reload()
    look(client, "waiting")
    press(desk, "Videoraum betreten")
    look(desk, "stand-in")
    client.reload()
    look(client, "come-in")
    press(client, "Es geht nicht. Bitte rufen Sie mich an.")
    look(client, "told")
    desk.goto(booked)
    look(desk, "desk-stuck")


def test_the_test_room_can_be_read_by_everybody(visitor, appointment, door, look):
    client = visitor()
    client.goto(door(appointment.one("client")).replace("/join/", "/test/"))
    look(client, "try")
    press(client, "In den Testraum gehen")
    look(client, "tried")


def test_an_early_outcome_can_be_read_by_everybody(visitor, appointment, at, door, look):
    attendance.record_outcome(
        appointment=appointment, status="office_failed", by=SYSTEM, now=appointment.start
    )
    at(5)
    client, address = visitor(), door(appointment.one("client"))
    for page, name in ((address, "early-outcome"), (address.replace("join/", ""), "early-outcome-mine")):
        client.goto(page)
        heading(client, "Dieser Termin ist vorbei")
        look(client, name)


def test_plan_b_turns_the_running_talk_into_a_call(live_server, visitor, appointment, at, desk, door, look):
    client = visitor()
    at(3)
    client.goto(door(appointment.one("client")))
    press(client, "Es geht nicht. Bitte rufen Sie mich an.")
    expect(client.locator("main")).to_contain_text("Wir wissen jetzt, dass Sie da waren.")
    desk.goto(f"{live_server.url}/desk/")
    expect(desk.locator("#now")).to_contain_text("bittet um einen Anruf")
    press(desk, "Plan B: anrufen statt Video")
    expect(desk.get_by_role("link", name="+4915112345678").first).to_be_visible()
    expect(desk.locator("main")).to_contain_text("#31#")
    look(desk, "desk-plan-b")
    client.reload()
    heading(client, "Wir rufen Sie an")
    look(client, "plan-b")
    assert appointment.events.filter(verb="appointment.mode_changed").exists()


def test_an_interpreter_comes_by_her_own_link_until_it_is_revoked(visitor, worker, appointment, at, door):
    interpreter = factories.interpreter(worker.office, "uk")
    factories.opening(interpreter)
    person = booking.add_interpreter(
        appointment=appointment, interpreter=interpreter, language="uk", by=SYSTEM, now=factories.NOW
    )
    at(-5)
    page, address = visitor(), door(person)
    page.goto(address)
    press(page, "Ich bin da")
    heading(page, "Bitte warten Sie einen Moment")
    page.get_by_text("Lieber im Videoraum warten").click()
    press(page, "Schon in den Raum gehen")
    expect(page.locator("main")).to_contain_text(interpreter.name)
    booking.revoke_person(participant=person, by=SYSTEM, now=appointment.start)
    assert page.goto(address).status == 404
    other = visitor()
    assert other.goto(door(appointment.one("client"))).status == 200


def test_after_a_move_nobody_comes_in_at_the_old_time(visitor, appointment, at, door):
    client, address = visitor(), door(appointment.one("client"))
    at(-10)
    client.goto(address)
    press(client, "Ich bin da")
    room = appointment.room
    booking.move(
        appointment=appointment,
        start=appointment.start + timedelta(hours=1),
        by=SYSTEM,
        now=appointment.start - timedelta(minutes=9),
        special=True,
    )
    client.goto(address)
    heading(client, "Der Raum ist noch nicht offen")
    expect(client.locator("main")).to_contain_text("9:45 Uhr")
    assert Appointment.objects.get().room != room


def test_who_waited_in_vain_stays_on_record(live_server, visitor, appointment, at, desk, door):
    client = visitor()
    at(-2)
    client.goto(door(appointment.one("client")))
    press(client, "Ich bin da")
    at(80)
    client.reload()
    heading(client, "Das Gespräch ist vorbei")
    press(client, "Ich war da, es ging nicht")
    press_again = client.get_by_role("button", name="Ich war da, es ging nicht")
    expect(press_again).to_have_count(0)
    desk.goto(f"{live_server.url}/desk/appointments/{appointment.uid}/")
    expect(desk.locator("main")).to_contain_text("durch uns ausgefallen")
    expect(desk.locator("main")).to_contain_text("Ich war da, es ging nicht.")
    assert RoomEvent.objects.filter(kind="not_working").count() == 1


def test_a_talk_runs_over_while_the_next_client_waits(
    live_server, visitor, worker, appointment, at, desk, door, look
):
    following = factories.appointment(
        worker,
        factories.client(worker.office, name="Sam Muster"),
        start=appointment.start + timedelta(hours=1),
    )
    first, second = visitor(), visitor()
    at(0)
    desk.goto(f"{live_server.url}/desk/")
    press(desk, "Videoraum betreten")
    first.goto(door(appointment.one("client")))
    press(first, "Jetzt beitreten")
    at(58)
    second.goto(door(following.one("client")))
    press(second, "Ich bin da")
    expect(second.locator("main")).to_contain_text("Das Gespräch davor dauert etwas länger.")
    look(second, "takes-longer")
    desk.goto(f"{live_server.url}/desk/")
    expect(desk.locator("#now")).to_contain_text("Sam Muster")
    press(first, "Raum verlassen")
    second.reload()
    expect(second.locator("main")).not_to_contain_text("Das Gespräch davor")
