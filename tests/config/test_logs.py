"""Whoever reads a log can enter nothing: no personal link, no token, no key stands in one."""

import io
import logging
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.test import Client as Browser

from config.logs import NoLinks, cleaned
from scheduler import conference, links
from scheduler.models import ApiKey, RoomEvent
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in
from tools.postgres import free_port

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoieCJ9.c2lnbmF0dXJl"
LINK = "p1Gx0123456789ABCD"
LEVELS = ("", "django", "django.request", "django.server", "django.db.backends")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"GET /t/{LINK}/join/ 500", "GET [removed]/join/ 500"),
        (f"GET /tp{LINK[1:]}/ 404", "GET /t[removed]/ 404"),
        (f"GET /x_{LINK}_x/ 404", "GET /x_[removed]_x/ 404"),
        (f"?next=%2Ft%2F{LINK}%2Fjoin", "?next=[removed]%2Fjoin"),
        (f"?next=%2ft%2f{LINK[:9]}", "?next=[removed]"),
        (f"?next=%252Ft%252F{LINK}%252F", "?next=%252Ft%252F[removed]%252F"),
        (
            "step2verificationcompleted mp4 http2_client/ipv4/",
            "step2verificationcompleted mp4 http2_client/ipv4/",
        ),
        ("GET /phone/0a1b.0.1773:Ab_c-9/ 200", "GET [removed]/ 200"),
        (f"no link {LINK}.", "no link [removed]."),
        (f'#jwt="{TOKEN}"&config', '#jwt="[removed]"&config'),
        ("?jwt=abc&room=1", "?jwt=[removed]&room=1"),
        ("Authorization: Bearer what-only-we-know", "Authorization: Bearer [removed]"),
        ("key sz_0123456789012345678901", "key [removed]"),
        ("GET /desk/appointments/ 200", "GET /desk/appointments/ 200"),
        ("550 <kim.muster+x@post.example>: unknown", "550 <[removed]>: unknown"),
        ("(mailto:kim@post.example)", "(mailto:[removed])"),
        ("to +4915112345678.", "to [removed]."),
        ("Messages.json?To=%2B4915112345678&x=1", "Messages.json?To=[removed]&x=1"),
        ("?email=kim%40post.example", "?email=[removed]"),
        ("1+1234567 a@b 2026-03-02T08:00:00+00:00", "1+1234567 a@b 2026-03-02T08:00:00+00:00"),
    ],
)
def test_what_opens_something_is_removed_and_nothing_else(text, rest):
    assert cleaned(text) == rest


@contextmanager
def everything_logged():
    """Whatever any logger says, as our handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NoLinks())
    loggers = [logging.getLogger(name) for name in LEVELS]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    handled = [logging.getLogger(), *(logger for logger in loggers if not logger.propagate)]
    for logger in handled:
        logger.addHandler(handler)
    try:
        yield stream
    finally:
        for logger in handled:
            logger.removeHandler(handler)
        for logger, level in before:
            logger.setLevel(level)


def test_our_handler_has_the_filter():
    assert configured.LOGGING["handlers"]["stderr"]["filters"] == ["no_links"]
    assert configured.LOGGING["root"]["handlers"] == ["stderr"]
    assert {name: row.get("handlers") for name, row in configured.LOGGING["loggers"].items()} == {
        "django": [],
        "django.request": None,
        "django.security.csrf": None,
        "django.security.DisallowedHost": None,
        "django.security.RequestDataTooBig": None,
        "django.security.TooManyFieldsSent": None,
        "django.server": ["stderr"],
        "notifications.fates": None,
        "django.template": None,
    }


def test_a_traceback_is_cleaned_too():
    with everything_logged() as stream:
        try:
            raise ValueError(f"odd: {LINK} and {TOKEN}")
        except ValueError:
            logging.getLogger("config").exception("at /t/%s", LINK)
    said = stream.getvalue()
    assert "Traceback" in said
    assert LINK not in said
    assert TOKEN not in said


@pytest.fixture
def appointment(clock, db):
    clock.to(NOW)
    worker = factories.caseworker(office := factories.office(slug="amt"), factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


@pytest.mark.parametrize("provider", ["", "self"])
def test_a_whole_way_into_the_room_leaves_no_way_in_behind(appointment, clock, settings, provider):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = provider, "meet.amt.example" if provider else ""
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40
    _, key = ApiKey.issue(office=appointment.office, name="x", scopes=["join", "read"], now=NOW)
    secrets = [links.token(person) for person in appointment.participants.all()] + [key]
    browser, desk = Browser(raise_request_exception=False), sign_in(appointment.caseworker.user)
    program = Browser(headers={"Authorization": f"Bearer {key}"})
    mine = f"/t/{secrets[0]}/"
    with everything_logged() as stream:
        for moment in (NOW, appointment.start, appointment.end + timedelta(days=99)):
            clock.to(moment)
            for step in ("", "join/", "termin.ics", "nothing/", "../" + secrets[0][:-1] + "x/"):
                browser.get(mine + step)
            for step in ("here/", "join/", "leave/", "not-working/", "test/"):
                browser.post(mine + step)
            desk.post(f"/desk/appointments/{appointment.uid}/join/")
            body = {"as": "client"}
            program.post(
                f"/api/v1/appointments/{appointment.uid}/join", body, content_type="application/json"
            )
        clock.to(appointment.start)
        secrets += [
            conference.mint(person, appointment.start).token for person in appointment.participants.all()
        ]
    said = stream.getvalue()
    assert RoomEvent.objects.filter(kind="token").count() == 3
    assert "Not Found" in said
    assert "[removed]" in said
    assert not [secret for secret in [*secrets, appointment.room] if secret in said]
    assert not re.search(r"eyJ[\w-]+\.|/t/p|jwt=(?!\[removed])", said)


@pytest.fixture
def gunicorn(tmp_path):
    """The real server as operations.md starts it, logging every request; its data base is empty."""
    port, output = free_port(), tmp_path / "log"
    names = {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "TEST_DATA_DIR": str(tmp_path)}
    environment = {
        **os.environ,
        **names,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "LOG_LEVEL": "DEBUG",
    }
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--worker-class", "gthread"]
    command += ["--bind", f"127.0.0.1:{port}", "--access-logfile", "-", "--log-level", "debug"]
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=configured.BASE_DIR, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    yield port, output
    process.terminate()
    process.wait(20)


@pytest.mark.processes
def test_gunicorn_logs_no_links_either(gunicorn):
    port, output = gunicorn
    for path in ("healthz", f"t/{LINK}/join/?jwt={TOKEN}"):
        _ask(f"http://127.0.0.1:{port}/{path}")
    said = _once_it_says("GET [removed]/join/?jwt=[removed]", output)
    assert "GET /healthz" in said
    assert "no such table" in said
    assert LINK not in said
    assert TOKEN not in said


def _ask(address):
    for _ in range(100):
        try:
            with suppress(urllib.error.HTTPError), urllib.request.urlopen(address, timeout=10):
                pass
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("gunicorn does not answer")


def _once_it_says(text, output):
    """Requests are logged after they were answered."""
    for _ in range(50):
        said = output.read_text()
        if text in said:
            return said
        time.sleep(0.1)
    raise AssertionError(said)
