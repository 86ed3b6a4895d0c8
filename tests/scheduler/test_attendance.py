"""Outcomes are recorded by people; facts only propose."""

import pytest

from scheduler.domain.lifecycle import Status
from scheduler.errors import IllegalTransition, Invalid, TooEarly
from scheduler.events import Actor
from scheduler.models import Event
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW, utc
from tests.scheduler.door import minutes

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")


@pytest.fixture
def appointment(worker):
    return factories.appointment(worker)


def test_an_outcome_is_recorded_from_the_start_on_and_can_be_corrected(appointment):
    with pytest.raises(TooEarly):
        attendance.record_outcome(appointment=appointment, status="fulfilled", by=BY, now=minutes(-1))
    attendance.record_outcome(appointment=appointment, status="noshow", by=BY, now=minutes(0))
    attendance.record_outcome(appointment=appointment, status="fulfilled", by=BY, now=minutes(60))
    assert appointment.one("client").attended
    assert Event.objects.filter(verb="appointment.outcome").count() == 2


@pytest.mark.parametrize("status", ["booked", "cancelled", "versäumt"])
def test_what_is_no_outcome_is_refused(appointment, status):
    with pytest.raises(Invalid):
        attendance.record_outcome(appointment=appointment, status=status, by=BY, now=minutes(1))


def test_a_cancelled_appointment_gets_no_outcome(appointment):
    booking.cancel(appointment=appointment, by=BY, now=NOW)
    with pytest.raises(IllegalTransition):
        attendance.record_outcome(appointment=appointment, status="fulfilled", by=BY, now=minutes(1))


def test_confirming_twice_is_confirming_once(appointment):
    for _ in range(2):
        attendance.confirm(participant=appointment.one("client"), now=NOW)
    assert Event.objects.filter(verb="appointment.confirmed").count() == 1


class TestProposals:
    def test_two_minutes_together_propose_fulfilled(self, appointment):
        for role in ("client", "caseworker"):
            attendance.arrive(participant=appointment.one(role), now=minutes(1))
        attendance.leave(participant=appointment.one("client"), now=minutes(4))
        appointment.refresh_from_db()
        assert appointment.together_minutes == 3
        assert attendance.proposed(appointment, minutes(5)) == Status.FULFILLED

    def test_the_client_came_and_the_caseworker_did_not(self, appointment):
        attendance.knock(participant=appointment.one("client"), now=minutes(0))
        assert attendance.proposed(appointment, minutes(20)) == Status.OFFICE_FAILED

    def test_nothing_failed_while_both_may_still_come(self, appointment):
        attendance.knock(participant=appointment.one("client"), now=minutes(-2))
        assert attendance.proposed(appointment, minutes(14)) is None
        attendance.arrive(participant=appointment.one("caseworker"), now=minutes(14))
        assert attendance.proposed(appointment, minutes(14)) is None
        assert attendance.proposed(appointment, minutes(15)) == Status.TECHNICAL_FAILURE

    def test_it_did_not_work_is_a_technical_failure(self, appointment):
        attendance.arrive(participant=appointment.one("caseworker"), now=minutes(0))
        attendance.not_working(participant=appointment.one("client"), now=minutes(5))
        assert attendance.proposed(appointment, minutes(20)) == Status.TECHNICAL_FAILURE

    def test_noshow_needs_fifteen_minutes_and_a_call(self, appointment):
        attendance.arrive(participant=appointment.one("caseworker"), now=minutes(0))
        assert attendance.proposed(appointment, minutes(16)) is None
        attendance.called(participant=appointment.one("client"), by=BY, now=minutes(10))
        assert attendance.proposed(appointment, minutes(14)) is None
        assert attendance.proposed(appointment, minutes(15)) == Status.NOSHOW

    def test_nothing_is_proposed_before_the_start(self, appointment):
        attendance.knock(participant=appointment.one("client"), now=minutes(-5))
        assert attendance.proposed(appointment, minutes(-1)) is None


def test_identity_is_noted_by_kind_only(appointment):
    assert attendance.note_identity(appointment=appointment, how="known", by=BY, now=NOW).identity == "known"
    with pytest.raises(Invalid):
        attendance.note_identity(appointment=appointment, how="L01X00T47", by=BY, now=NOW)


def test_an_outcome_for_a_talk_that_was_moved_meanwhile_is_refused(appointment):
    stale = type(appointment).objects.get(pk=appointment.pk)
    booking.move(appointment=appointment, start=utc("2026-03-10 10:00"), by=BY, now=NOW)
    with pytest.raises(IllegalTransition):
        attendance.record_outcome(appointment=stale, status="fulfilled", by=BY, now=minutes(60))
