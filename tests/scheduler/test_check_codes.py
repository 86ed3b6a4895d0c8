"""Codes on papers: genuine ones are known to their office alone, and only while what they say is true."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import check_codes
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import Appointment
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")


@pytest.fixture
def appointment(worker):
    return factories.appointment(worker)


def record(appointment, status):
    attendance.record_outcome(appointment=appointment, status=status, by=STAFF, now=appointment.end)


def test_there_is_a_code_only_for_what_is_confirmed(appointment):
    assert check_codes.code(appointment) == ""
    record(appointment, "noshow")
    assert check_codes.code(appointment) == ""
    record(appointment, "fulfilled")
    code = check_codes.code(appointment)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]


def test_it_is_found_however_it_is_typed(appointment):
    record(appointment, "fulfilled")
    code = check_codes.code(appointment)
    misread = code.replace("0", "O").replace("1", "l")
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), misread):
        assert check_codes.find(appointment.office, typed) == appointment


def test_another_office_does_not_know_it(appointment):
    record(appointment, "fulfilled")
    assert check_codes.find(factories.office(), check_codes.code(appointment)) is None


def test_it_ends_when_the_outcome_is_corrected(appointment):
    record(appointment, "fulfilled")
    code = check_codes.code(appointment)
    record(appointment, "technical_failure")
    assert check_codes.find(appointment.office, code) is None
    record(appointment, "fulfilled")
    assert check_codes.find(appointment.office, code) == appointment


def test_every_single_other_character_is_unknown(appointment):
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    code = check_codes.code(appointment).replace("-", "")
    for place, right in enumerate(code):
        for wrong in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {right}:
            forged = code[:place] + wrong + code[place + 1 :]
            assert check_codes.find(appointment.office, forged) is None, forged


def test_an_old_key_still_verifies(appointment, settings):
    record(appointment, "fulfilled")
    code, old = check_codes.code(appointment), settings.LINK_KEYS
    settings.LINK_KEYS = "2:" + "bmV3IG5ldyBuZXcgbmV3IG5ldyBuZXcgbmV3IG5ldyBuZXc=," + old
    assert check_codes.find(appointment.office, code) == appointment
    assert check_codes.code(appointment) != code
    settings.LINK_KEYS = settings.LINK_KEYS.partition(",")[0]
    assert check_codes.find(appointment.office, code) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_is_answered(db, text):
    office = factories.office()
    assert check_codes.find(office, text) is None


def test_large_ids_make_longer_codes(worker):
    appointment = factories.appointment(worker)
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.FULFILLED)
    big = Appointment(pk=2**40, uid=appointment.uid, status=Status.FULFILLED)
    assert len(check_codes.code(big).replace("-", "")) == 21
    assert check_codes.find(appointment.office, check_codes.code(big)) is None
