"""Who is not meant to see something learns nothing: not even that it exists."""

import uuid

import pytest
from django.test import Client as Browser

from scheduler.events import SYSTEM
from scheduler.models import Available, CallbackRequest
from scheduler.services import publishing
from tests import factories
from tests.factories import NOW, utc
from tests.frontend.signing_in import sign_in

STEPS = ["", "move/", "hand-over/", "cancel/", "waiting/"]
POSTS = [
    *("outcome/", "identity/", "called/", "join/", "follow-up/", "mode/", "cancel/", "move/", "hand-over/"),
    *("say/", "call-instead/"),
]


@pytest.fixture
def neighbours(world):
    """Everything that another office has."""
    office = factories.office(slug="nebenan")
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    client = factories.client(office, caseworker=worker)
    appointment = factories.appointment(worker, client)
    span = {"start": utc("2026-03-11 08:00"), "end": utc("2026-03-11 12:00")}
    absence, _ = publishing.set_absence(schedule=worker.schedule, kind="away", by=SYSTEM, now=NOW, **span)
    call = CallbackRequest.objects.create(office=office, name="Kim", phone="+491761", created_at=NOW)
    opening = Available.objects.get(office=office)
    return {
        "appointments": appointment.uid,
        "clients": client.pk,
        "absences": absence.pk,
        "openings": opening.pk,
        "call-backs": call.pk,
    }


def addresses(ids):
    one = f"/desk/appointments/{ids['appointments']}/"
    yield from (("get", one + step) for step in STEPS)
    yield from (("post", one + step) for step in POSTS)
    yield from (("get", f"/desk/clients/{ids['clients']}/{step}") for step in ("", "reason/"))
    yield from (("post", f"/desk/clients/{ids['clients']}/{step}") for step in ("reason/", "take/"))
    yield "get", f"/desk/book/?client={ids['clients']}"
    yield "get", f"/desk/absences/{ids['absences']}/"
    yield "post", f"/desk/absences/{ids['absences']}/lift/"
    for step in ("date/", "withdraw/"):
        yield "get", f"/desk/openings/{ids['openings']}/{step}"
        yield "post", f"/desk/openings/{ids['openings']}/{step}"
    yield "post", f"/desk/call-backs/{ids['call-backs']}/done/"


def test_another_offices_things_are_not_there(desk, neighbours):
    for method, address in addresses(neighbours):
        assert getattr(desk, method)(address).status_code == 404, address


def test_what_never_existed_is_not_there_either(desk, world):
    nothing = dict.fromkeys(("clients", "absences", "openings", "call-backs"), 999_999)
    for method, address in addresses({**nothing, "appointments": uuid.uuid4()}):
        assert getattr(desk, method)(address).status_code == 404, address


def test_a_colleague_of_another_team_sees_no_appointment(desk, world):
    other = factories.caseworker(world[0], world[1])
    client = factories.client(world[0], caseworker=other)
    appointment = factories.appointment(factories_opened(other), client)
    assert desk.get(f"/desk/appointments/{appointment.uid}/").status_code == 404


def factories_opened(worker):
    factories.opening(worker)
    return worker


def test_a_colleagues_opening_and_absence_are_not_hers(desk, world):
    mate = factories_opened(factories.caseworker(world[0], world[1], team=world[2].team))
    opening = mate.schedule.openings.get()
    for step in ("date/", "withdraw/"):
        assert desk.get(f"/desk/openings/{opening.pk}/{step}").status_code == 404


def test_nobody_enters_a_room_in_a_colleagues_name(desk, world, clock):
    mate = factories_opened(factories.caseworker(world[0], world[1], team=world[2].team))
    appointment = factories.appointment(mate)
    clock.to(appointment.start)
    assert desk.get(f"/desk/appointments/{appointment.uid}/").status_code == 200
    assert desk.post(f"/desk/appointments/{appointment.uid}/join/").status_code == 404


@pytest.mark.parametrize("page", ["/desk/", "/desk/week/", "/lead/utilisation/", "/office/", "/operators/"])
def test_who_is_not_signed_in_is_led_to_the_sign_in(world, page):
    answer = Browser().get(page)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("page", ["/desk/", "/lead/utilisation/", "/office/", "/operators/"])
def test_nothing_opens_without_a_second_factor(world, page):
    answer = sign_in(world[2].user, second_factor=False).get(page)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")


def test_a_caseworker_is_neither_lead_nor_administrator(desk):
    assert desk.get("/lead/utilisation/").status_code == 404
    assert desk.get("/office/").status_code == 404


def test_an_administrator_opens_no_client_and_no_appointment(world):
    appointment = factories.appointment(world[2])
    browser = sign_in(factories.user(world[0], administers=True))
    assert browser.get("/desk/").headers["Location"] == "/office/"
    assert browser.get(f"/desk/appointments/{appointment.uid}/").status_code == 404
    assert browser.get(f"/desk/clients/{appointment.client.pk}/").status_code == 404
    assert browser.get("/desk/clients/").status_code == 404


def test_somebody_who_left_opens_nothing(world):
    world[2].active = False
    world[2].save()
    browser = sign_in(world[2].user)
    for page in ("/desk/", "/desk/week/", "/desk/clients/new/"):
        assert browser.get(page).status_code == 404
