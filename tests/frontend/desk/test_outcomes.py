"""The outcome: proposed with its evidence, accepted or not in one click; what the client said stays."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW, utc

SAID = "Die Kundin oder der Kunde sagte am Di, 10.03.2026 um 9:40 Uhr: Ich war da, es ging nicht."


@pytest.fixture
def appointment(world):
    return factories.appointment(world[2])


def page(appointment):
    return f"/desk/appointments/{appointment.uid}/"


def meet(appointment, minutes=30):
    people = [appointment.one(role) for role in ("client", "caseworker")]
    for person in people:
        attendance.arrive(participant=person, now=appointment.start)
    for person in people:
        attendance.leave(participant=person, now=appointment.start + timedelta(minutes=minutes))


def test_a_proposal_is_accepted_in_one_click(desk, appointment, clock):
    meet(appointment)
    clock.to(appointment.end)
    shown = desk.get(page(appointment))
    assert "Vorschlag übernehmen: Gespräch hat stattgefunden" in shown.content.decode()
    assert shown.context["hint"].proposed == "fulfilled"
    appointment.refresh_from_db()
    assert appointment.status == "booked"
    desk.post(f"{page(appointment)}outcome/", {"status": "fulfilled"})
    appointment.refresh_from_db()
    assert appointment.status == "fulfilled"
    assert "Vorschlag übernehmen" not in desk.get(page(appointment)).content.decode()


def test_another_outcome_takes_one_click_too(desk, appointment, clock):
    meet(appointment)
    clock.to(appointment.end)
    desk.post(f"{page(appointment)}outcome/", {"status": "technical_failure", "back": "today"})
    appointment.refresh_from_db()
    assert appointment.status == "technical_failure"


def test_what_the_client_said_stays_beside_the_record(desk, appointment, clock):
    clock.to(utc("2026-03-10 08:40"))
    link = links.token(appointment.one("client"))
    Browser().post(f"/t/{link}/not-working/")
    clock.to(appointment.end)
    assert SAID in desk.get("/desk/").content.decode()
    desk.post(f"{page(appointment)}outcome/", {"status": "noshow"})
    for days in (0, 20):
        clock.to(appointment.end + timedelta(days=days))
        assert SAID in desk.get(page(appointment)).content.decode()


def test_what_a_companion_says_is_not_the_clients_word(desk, appointment, clock):
    alex = booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
    attendance.not_working(participant=alex, now=appointment.start)
    clock.to(appointment.end)
    assert "es ging nicht." not in desk.get(page(appointment)).content.decode()


def test_a_talk_by_phone_has_no_evidence_of_a_room(desk, world, clock):
    appointment = factories.appointment(world[2], mode="phone")
    clock.to(appointment.end)
    shown = desk.get(page(appointment))
    assert (shown.context["hint"].proposed, shown.context["hint"].sentences) == (None, [])


def test_the_list_of_outcomes_shows_proposals_at_the_price_of_one(desk, world, clock):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            content = desk.get("/desk/").content.decode()
        return len(seen), content.count("Vorschlag übernehmen")

    hours = [utc(f"2026-03-10 {hour}:00") for hour in ("08", "09", "10")]
    first, *others = [factories.appointment(world[2], start=start) for start in hours]
    meet(first)
    clock.to(first.end)
    statements()
    one = statements()
    for appointment in others:
        meet(appointment)
    clock.to(others[-1].end)
    assert statements() == (one[0], 3)
    assert one[1] == 1
