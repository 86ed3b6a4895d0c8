"""Links for the second device: one room, five minutes, nothing else."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import phone_links
from scheduler.errors import DoorClosed, LinkExpired, LinkInvalid, NoRoom
from scheduler.events import SYSTEM
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
NINE = utc("2026-03-10 08:00")


@pytest.fixture
def appointment(db):
    worker = factories.caseworker(office := factories.office(), factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


def test_it_lasts_five_minutes(appointment):
    token = phone_links.token(appointment.one("caseworker"), NINE)
    for moment in (NINE, NINE + timedelta(seconds=299)):
        participant, until = phone_links.resolve(token, moment)
        assert participant == appointment.one("caseworker")
        assert until == NINE + timedelta(minutes=5)
    with pytest.raises(LinkExpired):
        phone_links.resolve(token, NINE + timedelta(minutes=5))


def test_none_is_made_while_the_door_is_shut(appointment):
    caseworker = appointment.one("caseworker")
    with pytest.raises(DoorClosed):
        phone_links.token(caseworker, NINE - timedelta(minutes=16))
    booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
    caseworker.refresh_from_db()
    with pytest.raises(NoRoom):
        phone_links.token(appointment.one("caseworker"), NINE)


def test_it_ends_with_her_part_and_with_a_renewed_link(appointment):
    caseworker = appointment.one("caseworker")
    token = phone_links.token(caseworker, NINE)
    booking.renew_link(participant=caseworker, by=SYSTEM, now=NINE)
    with pytest.raises(LinkInvalid):
        phone_links.resolve(token, NINE)
    token = phone_links.token(caseworker, NINE)
    colleague = factories.caseworker(appointment.office, appointment.service)
    booking.hand_over(appointment=appointment, caseworker=colleague, by=SYSTEM, now=NINE)
    with pytest.raises(LinkInvalid):
        phone_links.resolve(token, NINE)


def test_no_other_character_passes(appointment):
    token = phone_links.token(appointment.one("caseworker"), NINE)
    for place in range(len(token)):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkInvalid):
            phone_links.resolve(forged, NINE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_text_is_refused(db, text):
    with pytest.raises(LinkInvalid):
        phone_links.resolve(text, NINE)
