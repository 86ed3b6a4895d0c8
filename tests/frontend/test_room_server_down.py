"""The room server is down: nobody is led there, everybody reads why and what else there is."""

import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client as Browser

from scheduler import links
from scheduler.conference import asking
from scheduler.models import RoomEvent
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in
from tests.servers import running

pytestmark = pytest.mark.django_db


@contextmanager
def room_server(status=200, delay=0.0):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            time.sleep(delay)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}", asked


@pytest.fixture
def appointment(clock, db, settings):
    asking._answers.cache_clear()
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40
    clock.to(NOW)
    worker = factories.caseworker(office := factories.office(slug="amt"), factories.service(office))
    factories.opening(worker)
    found = factories.appointment(worker, factories.client(office, mobile="+4915112345678"))
    clock.to(found.start)
    return found


def join(appointment):
    browser = Browser(headers={"accept-language": "de"})
    return browser.post(f"/t/{links.token(appointment.one('client'))}/join/")


def test_a_server_that_answers_is_asked_once_for_many_clicks(appointment, settings):
    with room_server() as (settings.JITSI_INTERNAL_URL, asked):
        assert [join(appointment).status_code for _ in range(5)] == [302] * 5
        assert len(asked) <= 2
        assert set(asked) == {"/config.js"}


def test_a_server_that_is_gone_is_said_and_plan_b_is_offered(appointment, settings):
    with room_server() as (address, _):
        settings.JITSI_INTERNAL_URL = address
    page = join(appointment)
    assert page.status_code == 200
    for part in ("Der Videoraum antwortet nicht", "Bitte rufen Sie mich an", appointment.office.phone):
        assert part in page.content.decode()
    assert [row.kind for row in RoomEvent.objects.all()] == ["knocked"]


@pytest.mark.parametrize(("status", "delay"), [(502, 0), (200, 5)])
def test_a_server_that_fails_or_hangs_is_gone_too_and_nobody_waits_long(appointment, settings, status, delay):
    with room_server(status, delay) as (settings.JITSI_INTERNAL_URL, _):
        began = time.monotonic()
        assert "antwortet nicht" in join(appointment).content.decode()
        assert time.monotonic() - began < 2


def test_the_caseworker_and_whoever_tries_read_it_too(appointment, settings):
    with room_server(500) as (settings.JITSI_INTERNAL_URL, _):
        desk = sign_in(appointment.caseworker.user)
        answers = [
            desk.post(f"/desk/appointments/{appointment.uid}/join/", follow=True),
            desk.post("/desk/test-room/"),
            Browser().post(f"/t/{links.token(appointment.one('client'))}/test/"),
        ]
    for answer in answers:
        assert "Der Videoraum antwortet" in answer.content.decode()


def test_an_office_may_choose_not_to_look(appointment, settings):
    settings.JITSI_INTERNAL_URL = "none"
    assert join(appointment).status_code == 302
