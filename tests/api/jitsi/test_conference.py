"""The reservation API, asked as Prosody asks: form-encoded, again after a failure, too early, in capitals."""

import socket
import threading
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from scheduler import conference, policies
from scheduler.domain.lifecycle import OUTCOMES
from scheduler.events import SYSTEM
from scheduler.models import Appointment
from scheduler.services import attendance, booking, retention
from tests import factories
from tests.api.jitsi.conftest import SECRET, RoomServer
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
NINE = utc("2026-03-10 08:00")
OWNER = "8b1f0c4e@meet.jitsi"


@pytest.fixture
def appointment(clock, prosody):
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    clock.to(NINE)
    return factories.appointment(worker)


def ask(prosody, appointment, **changes):
    form = {
        "name": appointment.room,
        "start_time": "2026-03-10T08:00:00.000Z",
        "mail_owner": OWNER,
        **changes,
    }
    return prosody.ask(**{name: value for name, value in form.items() if value is not None})


def test_a_room_to_try_opens_without_a_lobby_and_may_be_opened_again(prosody, clock):
    clock.to(NOW)
    ticket = conference.try_out("Kim", "de", NOW)
    for _ in range(2):
        answer = prosody.ask(name=ticket.room, start_time="", mail_owner=OWNER)
        assert answer.status_code == 200
    body = answer.json()
    assert (body["lobby"], body["max_occupants"], body["duration"]) == (False, 2, 600)
    assert prosody.look(body["id"]).json()["name"] == ticket.room
    assert prosody.end(body["id"]).status_code == 204
    clock.to(ticket.expires_at)
    assert prosody.ask(name=ticket.room, start_time="", mail_owner=OWNER).status_code == 403
    assert prosody.look(body["id"]).status_code == 404


def test_a_room_opens_with_everything_that_jitsi_needs(prosody, appointment):
    answer = ask(prosody, appointment)
    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("id")
    assert body == {
        "name": appointment.room,
        "mail_owner": OWNER,
        "start_time": "2026-03-10T08:00:00Z",
        "duration": (45 + 120) * 60,
        "lobby": True,
        "max_occupants": 4,
    }


def test_a_room_that_is_open_is_a_conflict_and_can_be_looked_up(prosody, appointment):
    first = ask(prosody, appointment).json()
    again = ask(prosody, appointment, mail_owner="other@meet.jitsi")
    assert (again.status_code, again.json()) == (409, {"conflict_id": first["id"]})
    assert prosody.look(first["id"]).json() == first


@pytest.mark.parametrize("written", [str.upper, str.title])
def test_a_name_with_capitals_opens_nothing(prosody, appointment, written):
    """Jitsi asks in lower case; Prosody keeps what was asked, and would put no lobby before it."""
    assert ask(prosody, appointment, name=written(appointment.room)).status_code == 403
    appointment.refresh_from_db()
    assert appointment.room_opened_at is None


def test_when_the_last_one_left_nothing_is_freed_and_the_room_may_open_again(prosody, appointment):
    first = ask(prosody, appointment).json()
    for _ in range(2):
        assert prosody.end(first["id"]).status_code == 204
    appointment.refresh_from_db()
    assert (appointment.status, appointment.room_owner) == ("booked", "")
    assert appointment.allocations.exists()
    assert ask(prosody, appointment).json() == first


@pytest.mark.parametrize(
    ("minutes", "status", "text"),
    [
        (-17.02, 403, "noch nicht offen"),
        (-17, 200, ""),
        (-15, 200, ""),
        (74.98, 200, ""),
        (75, 403, "vorbei"),
        (99_999, 403, "vorbei"),
    ],
)
def test_the_door_of_the_server_opens_two_minutes_before_the_page_s(
    prosody, appointment, clock, minutes, status, text
):
    assert policies.door(appointment)[0] == NINE - timedelta(minutes=15)
    clock.to(NINE + timedelta(minutes=minutes))
    answer = ask(prosody, appointment)
    assert answer.status_code == status
    assert text in answer.json().get("message", "")


def refusal(answer):
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()) == {"message"}
    return answer.json()["message"]


def test_unknown_and_dead_rooms_are_refused_alike_and_nobody_is_named(prosody, appointment):
    unknown = refusal(ask(prosody, appointment, name="abcdefghijklmnopqrst"))
    old = appointment.room
    booking.switch_mode(appointment=appointment, mode="phone", by=SYSTEM, now=NOW)
    assert refusal(ask(prosody, appointment, name=old)) == unknown
    booking.switch_mode(appointment=appointment, mode="video", by=SYSTEM, now=NOW)
    assert refusal(ask(prosody, appointment, name=old)) == unknown
    assert ask(prosody, appointment).status_code == 200
    booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
    assert refusal(ask(prosody, appointment)) == unknown
    people = (appointment.client.name, appointment.caseworker.display_name, appointment.office.name)
    assert not [name for name in people if name in unknown]


@pytest.mark.parametrize("status", sorted(OUTCOMES))
def test_a_talk_with_an_outcome_is_opened_again_while_its_door_is_open(prosody, appointment, status, clock):
    attendance.record_outcome(appointment=appointment, status=status, by=SYSTEM, now=NINE)
    conference = ask(prosody, appointment)
    assert conference.status_code == 200
    assert prosody.look(conference.json()["id"]).status_code == 200
    prosody.end(conference.json()["id"])
    clock.to(policies.door(appointment)[1])
    refusal(ask(prosody, appointment))


@pytest.mark.parametrize(
    ("languages", "first", "second"),
    [
        ([], "In diesem Raum", "There is no"),
        (["en", "de"], "There is no", "In diesem Raum"),
        (["uk"], "In", "There"),
    ],
)
def test_the_refusal_speaks_german_and_english_the_office_s_own_first(
    prosody, appointment, languages, first, second
):
    appointment.office.languages = languages
    appointment.office.save()
    booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
    german_or_english = refusal(ask(prosody, appointment)).split(" · ")
    assert german_or_english[0].startswith(first)
    assert german_or_english[1].startswith(second)
    assert len(german_or_english) == 2


def test_an_answer_of_before_is_dead_once_the_room_was_renewed(prosody, appointment):
    before = ask(prosody, appointment).json()["id"]
    for mode in ("phone", "video"):
        booking.switch_mode(appointment=appointment, mode=mode, by=SYSTEM, now=NOW)
    after = ask(prosody, appointment)
    assert after.status_code == 200
    assert prosody.look(before).status_code == 404
    assert prosody.end(before).status_code == 204
    assert ask(prosody, appointment).json() == {"conflict_id": after.json()["id"]}


@pytest.mark.parametrize(
    "conference", ["nonsense", "0", "1-", "-1", "9" * 40, "1-0123456789abcdef", "💥", "%00"]
)
def test_what_never_was_is_not_found(prosody, conference):
    assert prosody.look(conference).status_code == 404
    assert prosody.end(conference).status_code == 404


def test_whoever_is_revoked_takes_no_place(prosody, appointment):
    appointment.participants.filter(role="client").update(revoked_at=NOW)
    assert ask(prosody, appointment).json()["max_occupants"] == 2


@pytest.mark.parametrize("wrong", ["", "wrong", f"{SECRET} ever", "ü"])
def test_a_wrong_secret_is_told_nothing(appointment, wrong):
    stranger = RoomServer(wrong)
    for answer in (ask(stranger, appointment), stranger.look("1-0"), stranger.end("1-0")):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    appointment.refresh_from_db()
    assert appointment.room_opened_at is None


def test_the_secret_must_come_as_a_bearer_s(prosody, secret):
    for headers in ({}, {"Authorization": secret}, {"Authorization": f"Basic {secret}"}):
        assert Client(headers=headers).post("/jitsi/conference").status_code == 401


def test_without_a_secret_the_routes_are_not_there(settings):
    settings.JITSI_CALLBACK_SECRET = ""
    nobody = RoomServer("")
    for answer in (
        nobody.ask(name="x"),
        nobody.look("1-0"),
        nobody.end("1-0"),
        nobody.tell("room/created", {}),
    ):
        assert answer.status_code == 404


def test_other_methods_are_named(prosody):
    answer = prosody.client.get("/jitsi/conference")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert prosody.client.post("/jitsi/conference/1-0").headers["Allow"] == "GET, DELETE"


@pytest.mark.parametrize(
    "body", ["", "name=", "start_time=x", "&&&", "name", "%ff=%ff", "&".join(["a=1"] * 99)]
)
def test_a_call_without_a_name_is_refused(prosody, body):
    answer = prosody.client.post("/jitsi/conference", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "message" in answer.json()


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "%00", "ünïcödé", "[tenant]abc", "a b", "💥", "..", "%E2%84%AA" * 20]
)
def test_names_that_are_none_of_ours_are_refused_like_unknown_ones(prosody, name):
    assert prosody.ask(name=name, mail_owner=OWNER).status_code == 403


def test_what_is_not_needed_may_be_missing(prosody, appointment):
    body = ask(prosody, appointment, start_time=None, mail_owner=None).json()
    assert (body["start_time"], body["mail_owner"]) == ("2026-03-10T08:00:00Z", "")


@pytest.mark.parametrize("owner", ["x" * 201, "%00", "a%0Ab"])
def test_an_owner_that_is_none_is_refused(prosody, appointment, owner):
    assert ask(prosody, appointment, mail_owner=owner).status_code == 400


class Silent(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def test_a_megabyte_is_refused_before_it_is_sent(secret, db):
    """The answer comes after the head of the request alone."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Silent) as server:
        worker = threading.Thread(target=server.handle_request)
        worker.start()
        with socket.create_connection(server.server_address, timeout=10) as line:
            head = f"POST /jitsi/conference HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n"
            line.sendall(f"{head}Content-Length: 1000000\r\n\r\n".encode())
            assert b" 413 " in line.recv(100)
        worker.join(10)


def test_what_the_server_said_of_the_owner_ends_after_a_day(prosody, appointment):
    ask(prosody, appointment)
    retention.nightly(appointment.end + timedelta(hours=23))
    assert Appointment.objects.get().room_owner == OWNER
    retention.nightly(appointment.end + timedelta(hours=25))
    assert (Appointment.objects.get().room_owner, Appointment.objects.get().room_opened_at) == ("", None)


def test_each_call_costs_one_or_two_statements(prosody, appointment):
    def statements(call, status):
        with CaptureQueriesContext(connection) as seen:
            assert call().status_code == status
        return len(seen)

    assert statements(lambda: ask(prosody, appointment), 200) == 2
    known = Appointment.objects.get()
    conference = ask(prosody, known).json()["conflict_id"]
    assert statements(lambda: ask(prosody, appointment), 409) == 2
    assert statements(lambda: prosody.look(conference), 200) == 1
    assert statements(lambda: prosody.end(conference), 204) == 2
    assert statements(lambda: prosody.end(conference), 204) == 1
    assert statements(lambda: ask(prosody, appointment, name="abc"), 403) == 1
    assert statements(lambda: RoomServer("wrong").ask(name="abc"), 401) == 0
