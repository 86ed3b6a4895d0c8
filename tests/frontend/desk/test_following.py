"""A follow-up at another time than the usual one: booked at the desk, still a follow-up."""

import uuid
from datetime import timedelta

import pytest

from scheduler.models import Appointment
from tests import factories
from tests.factories import utc
from tests.frontend.desk.test_desk import address


@pytest.fixture
def talk(world):
    """One with an interpreter; two weeks later its time is taken."""
    office, service, worker = world
    service.interpreter_possible = True
    service.save()
    factories.opening(factories.interpreter(office, "ar"))
    talk = factories.appointment(worker, interpreter="ar", language="ar")
    factories.appointment(worker, start=talk.start + timedelta(weeks=2))
    return talk


@pytest.fixture
def page(desk, talk):
    return desk.post(address(talk, "follow-up/"), {"weeks": "2"}).headers["Location"]


def text(answer):
    return answer.content.decode()


def test_another_time_is_a_follow_up_with_an_interpreter_too(desk, talk, page):
    desk.post(page, {"start": "2026-03-24T09:00:00Z"})
    following = Appointment.objects.get(follows=talk)
    assert following.start == utc("2026-03-24 09:00")
    assert (following.interpreter_language, following.language) == ("ar", "ar")
    assert following.one("interpreter")


def test_a_special_one_is_a_follow_up_too(desk, talk, page):
    evening = {"special": "1", "special-day": "2026-03-24", "special-clock": "20:00"}
    shown = desk.post(page, evening)
    desk.post(page, {**evening, "seen": shown.context["seen"]})
    assert Appointment.objects.get(follows=talk).special


def test_the_page_says_what_it_follows_and_keeps_it_when_something_else_is_chosen(desk, talk, page):
    said = text(desk.get(page))
    assert "ein Folgetermin zum Termin am Dienstag, 10. März 2026, 9:00" in said
    assert "Sprachmittlung: Arabisch." in said
    assert f'<input type="hidden" name="follows" value="{talk.uid}">' in said


def test_a_concern_without_interpreters_is_booked_without_one(desk, world, talk, page):
    world[1].interpreter_possible = False
    world[1].save()
    assert "Sprachmittlung: Arabisch." not in text(desk.get(page))
    desk.post(page, {"start": "2026-03-24T09:00:00Z"})
    assert Appointment.objects.get(follows=talk).interpreter_language == ""


def test_what_it_would_follow_is_open_to_her_and_of_the_same_client(desk, talk):
    next_door = factories.office(slug="nebenan")
    stranger = factories.caseworker(next_door, factories.service(next_door))
    factories.opening(stranger)
    strange = factories.appointment(stranger)
    another = factories.appointment(talk.caseworker, start=utc("2026-03-17 08:00"))
    book = f"/desk/book/?client={talk.client_id}&follows="
    for uid in (strange.uid, another.uid, uuid.uuid4(), "", "x"):
        assert desk.get(f"{book}{uid}").status_code == 404
    assert desk.get(f"{book}{talk.uid}").status_code == 200
