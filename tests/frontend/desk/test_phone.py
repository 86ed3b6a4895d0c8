"""The second device: a QR code at the desk, the room on the phone, no sign-in and nothing else."""

import re
from datetime import timedelta

import jwt
import pytest
from django.test import Client as Browser

from scheduler import links
from scheduler.events import SYSTEM
from scheduler.models import RoomEvent
from scheduler.services import attendance, booking
from tests import factories
from tests.frontend.signing_in import sign_in


@pytest.fixture
def appointment(world, clock, settings):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40
    found = factories.appointment(world[2])
    clock.to(found.start)
    return found


@pytest.fixture
def phone():
    return Browser(headers={"accept-language": "de"})


def ask(desk, appointment):
    return desk.post(f"/desk/appointments/{appointment.uid}/phone/")


def address_on(answer):
    return re.search(r"http://localhost:8000(/phone/[^\"]+)", answer.content.decode())[1]


def test_the_press_on_the_phone_mints_the_caseworkers_token(desk, phone, appointment):
    shown = ask(desk, appointment)
    assert shown.status_code == 200
    assert "data:image/svg+xml" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "private, no-store"
    page = phone.get(address_on(shown))
    assert page.status_code == 200
    assert "form-action 'self' https://meet.amt.example" in page.headers["Content-Security-Policy"]
    assert not RoomEvent.objects.exists()
    answer = phone.post(address_on(shown))
    assert answer.status_code == 302
    token = re.search(r"jwt=%22([^%]+)%22", answer.headers["Location"])[1]
    said = jwt.decode(
        token,
        "s" * 40,
        algorithms=["HS256"],
        audience="jitsi",
        options={"verify_nbf": False, "verify_exp": False},
    )
    caseworker = appointment.one("caseworker")
    assert said["context"]["user"]["id"] == str(caseworker.public_id)
    assert said["room"] == appointment.room
    assert RoomEvent.objects.get().participant == caseworker


def test_the_phone_gets_neither_sign_in_nor_link(desk, phone, appointment):
    place = address_on(ask(desk, appointment))
    phone.get(place)
    answer = phone.post(place)
    assert "_auth_user_id" not in phone.session
    assert phone.get("/desk/").status_code == 302
    said = phone.get(place).content.decode() + str(answer.headers)
    assert links.token(appointment.one("caseworker")) not in said
    assert appointment.client.name not in said


def test_after_five_minutes_it_says_so(desk, phone, appointment, clock, settings):
    place = address_on(ask(desk, appointment))
    settings.JITSI_PROVIDER = settings.JITSI_HOST = ""
    clock.to(appointment.start + timedelta(minutes=6))
    for answer in (phone.get(place), phone.post(place), phone.post(f"{place}leave/")):
        assert answer.status_code == 410
        assert "fünf Minuten" in answer.content.decode()


def test_leaving_by_the_phone_is_for_the_stand_in_alone(desk, phone, appointment, settings):
    place = address_on(ask(desk, appointment))
    attendance.arrive(participant=appointment.one("caseworker"), now=appointment.start)
    assert phone.post(f"{place}leave/").status_code == 404
    assert not RoomEvent.objects.filter(kind="left").exists()
    settings.JITSI_PROVIDER = ""
    assert phone.post(f"{place}leave/").status_code == 302
    assert RoomEvent.objects.filter(kind="left").count() == 1


def test_a_talk_that_no_longer_has_a_room_opens_no_more(desk, phone, appointment):
    place = address_on(ask(desk, appointment))
    appointment.refresh_from_db()
    booking.switch_mode(appointment=appointment, mode="phone", by=SYSTEM, now=appointment.start)
    assert phone.post(place).status_code == 302
    assert not RoomEvent.objects.exists()
    assert "Videoraum" in phone.get(place).content.decode()


def test_before_the_door_opens_there_is_no_code(desk, appointment, clock):
    clock.to(appointment.start - timedelta(minutes=16))
    answer = ask(desk, appointment)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/desk/appointments/{appointment.uid}/",
    )
    page = desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()
    assert "/phone/" not in page


@pytest.mark.parametrize("token", ["x", "💥", "a.b.c:d", "x" * 5000, "..%2F"])
def test_forged_codes_are_not_there(phone, world, token):
    assert phone.get(f"/phone/{token}/").status_code == 404
    assert phone.post(f"/phone/{token}/").status_code == 404


def test_colleagues_and_strangers_get_no_code(world, appointment):
    office, service, worker = world
    mate = factories.caseworker(office, service, team=worker.team)
    stranger = factories.caseworker(factories.office(), service)
    for who in (mate, stranger):
        assert ask(sign_in(who.user), appointment).status_code == 404
    assert ask(Browser(), appointment).status_code == 302


def test_a_second_caseworker_gets_her_own(world, phone, appointment):
    office, service, worker = world
    mate = factories.caseworker(office, service, team=worker.team)
    booking.add_caseworker(appointment=appointment, caseworker=mate, by=SYSTEM, now=appointment.start)
    desk = sign_in(mate.user)
    assert "Auf dem Handy öffnen" in desk.get(f"/desk/appointments/{appointment.uid}/").content.decode()
    phone.post(address_on(ask(desk, appointment)))
    assert RoomEvent.objects.get().participant.caseworker == mate


def test_the_stand_in_on_the_phone_knows_no_personal_link(desk, phone, appointment, settings):
    settings.JITSI_PROVIDER = settings.JITSI_HOST = ""
    place = address_on(ask(desk, appointment))
    page = phone.post(place).content.decode()
    assert f'action="{place}leave/"' in page
    assert links.token(appointment.one("caseworker")) not in page
    assert phone.post(f"{place}leave/").status_code == 302
    assert (
        appointment.one("caseworker").left_at == appointment.one("caseworker").room_events.get(kind="left").at
    )
    assert phone.post("/phone/forged/leave/").status_code == 404
