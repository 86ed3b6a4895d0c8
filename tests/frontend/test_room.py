"""The way into the room: few statements, a name that nobody sees too early."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from scheduler import ical, links
from scheduler.events import SYSTEM
from scheduler.models import ApiKey, Event, User
from scheduler.services import booking
from tests import factories
from tests.factories import NOW
from tests.frontend.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def appointment(clock, db, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    clock.to(NOW)
    worker = factories.caseworker(office := factories.office(slug="amt"), factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


@pytest.fixture
def callers(appointment):
    """Everybody who can ask for a way in: by link, at the desk, by program."""
    _, key = ApiKey.issue(office=appointment.office, name="x", scopes=["join", "read", "book"], now=NOW)
    browser, desk = Browser(), sign_in(appointment.caseworker.user)
    program = Browser(headers={"Authorization": f"Bearer {key}"})
    mine = f"/t/{links.token(appointment.one('client'))}/"
    api = f"/api/v1/appointments/{appointment.uid}"
    return {
        "client": lambda: browser.post(f"{mine}join/"),
        "desk": lambda: desk.post(f"/desk/appointments/{appointment.uid}/join/"),
        "program": lambda: program.post(f"{api}/join", {"as": "client"}, content_type="application/json"),
        "pages": [
            *(lambda step=step: browser.get(mine + step) for step in ("", "join/", "move/", "termin.ics")),
            lambda: desk.get("/desk/?day=2026-03-10"),
            lambda: desk.get(f"/desk/appointments/{appointment.uid}/"),
            lambda: program.get(api),
            lambda: program.get("/api/v1/appointments"),
        ],
    }


def own_server(settings):
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_APP_SECRET = "sprechzeit", "s" * 40


def statements(call, status):
    with CaptureQueriesContext(connection) as seen:
        assert call().status_code == status
    return len(seen)


@pytest.mark.parametrize(("who", "first", "again"), [("client", 2, 2), ("desk", 5, 5), ("program", 4, 4)])
def test_into_a_room_server_costs_so_many_statements(
    appointment, callers, clock, settings, who, first, again
):
    own_server(settings)
    clock.to(appointment.start)
    status = 200 if who == "program" else 302
    assert statements(callers[who], status) == first
    assert statements(callers[who], status) == again


@pytest.mark.parametrize(("who", "first", "again"), [("client", 4, 2), ("desk", 7, 5)])
def test_into_the_stand_in_it_costs_a_look_at_who_is_there(appointment, callers, clock, who, first, again):
    clock.to(appointment.start)
    assert statements(callers[who], 200) == first
    assert statements(callers[who], 200) == again


def test_many_events_and_people_cost_no_more(appointment, callers, clock):
    clock.to(appointment.start)
    for number in range(5):
        booking.add_companion(appointment=appointment, name=f"Alex {number}", by=SYSTEM, now=NOW)
    for _ in range(5):
        callers["client"]()
        callers["desk"]()
    assert statements(callers["client"], 200) == 2


def test_nobody_sees_the_name_of_the_room_before_the_door_opens(appointment, callers, clock):
    User.objects.create_superuser("root@amt.example", "correct horse battery staple")
    operator = sign_in(User.objects.get(email="root@amt.example"))
    rooms = [appointment.room]
    for step in ("appointment", "participant", "roomevent", "event"):
        page = operator.get(f"/operators/scheduler/{step}/")
        assert page.status_code == 200
        assert rooms[0] not in page.content.decode()
    clock.to(appointment.start - timedelta(minutes=15, seconds=1))
    booking.move(appointment=appointment, start=factories.utc("2026-03-10 09:00"), by=SYSTEM, now=NOW)
    rooms.append(appointment.room)
    shown = [call() for call in (*callers["pages"], callers["client"], callers["desk"], callers["program"])]
    shown += [operator.get(f"/operators/scheduler/appointment/{appointment.pk}/change/")]
    assert {answer.status_code for answer in shown} == {200, 302, 409}
    texts = [answer.content.decode() + str(answer.headers) for answer in shown]
    texts += [repr(list(Event.objects.values())), repr(list(Message.objects.values()))]
    texts += [ical.calendar_file(person).decode() for person in appointment.participants.all()]
    assert not [room for room in rooms for text in texts if room in text]


def test_a_colleague_and_a_stranger_do_not_enter_as_the_caseworker(appointment, callers, clock):
    clock.to(appointment.start)
    colleague = factories.caseworker(
        appointment.office, appointment.service, team=appointment.caseworker.team
    )
    stranger = factories.caseworker(factories.office(), appointment.service)
    for who in (colleague, stranger):
        assert sign_in(who.user).post(f"/desk/appointments/{appointment.uid}/join/").status_code == 404
    booking.add_caseworker(appointment=appointment, caseworker=colleague, by=SYSTEM, now=NOW)
    browser = Browser()
    browser.force_login(colleague.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(f"/desk/appointments/{appointment.uid}/join/").status_code == 200
