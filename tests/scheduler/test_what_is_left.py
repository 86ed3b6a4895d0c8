"""What is suggested where the record is not whole: facts have ended, or nobody ever told who was inside."""

from datetime import timedelta

import pytest

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor
from scheduler.models import Appointment, RoomEvent
from scheduler.services import attendance, retention
from scheduler.services.attendance import Heard
from tests import factories
from tests.factories import utc

pytestmark = pytest.mark.django_db
NINE = utc("2026-03-10 08:00")
STAFF = Actor("user", "1")


@pytest.fixture
def appointment():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


def later(**time):
    return NINE + timedelta(**time)


def suggested(now):
    found = attendance.proposal(Appointment.objects.get(start=NINE), now)
    return found.status, {reason.code: reason.number for reason in found.reasons}


def was_inside(appointment, role, joined, left):
    heard = [Heard(appointment.one(role).public_id, later(minutes=joined), later(minutes=left), "a")]
    attendance.hear(room=appointment.room, heard=heard, now=later(minutes=left))


def says(appointment, now):
    attendance.not_working(participant=appointment.one("client"), now=now)


def is_called(appointment, now):
    attendance.called(participant=appointment.one("client"), by=STAFF, now=now)


@pytest.mark.parametrize(("late", "code"), [(says, "not_working"), (is_called, "called")])
def test_a_late_word_does_not_undo_a_talk_whose_facts_have_ended(appointment, late, code):
    for role in ("client", "caseworker"):
        was_inside(appointment, role, 0, 45)
    retention.nightly(later(days=8))
    appointment.refresh_from_db()
    late(appointment, later(days=9))
    status, reasons = suggested(later(days=10))
    assert (status, reasons["together"]) == (Status.FULFILLED, 45)
    assert set(reasons) == {"together", code}


@pytest.mark.parametrize("late", [says, is_called])
def test_nobody_was_absent_once_facts_have_ended(appointment, late):
    was_inside(appointment, "caseworker", 0, 30)
    retention.nightly(later(days=8))
    late(appointment, later(days=9))
    status, reasons = suggested(later(days=10))
    assert status is None
    assert "record_ended" in reasons
    assert not set(reasons) & {"client_absent", "caseworker_absent", "never_together", "caseworker_waited"}


def test_a_record_is_whole_until_its_first_fact_may_have_ended(appointment):
    was_inside(appointment, "client", -10, 20)
    until = policies.facts_known_until(appointment)
    assert until == policies.server_door(appointment)[0] + retention.ROOM_EVENTS
    assert suggested(until - timedelta(seconds=1))[0] == Status.OFFICE_FAILED
    assert suggested(until) == (None, {"record_ended": 0, "client_came": 0})


def test_minutes_that_were_counted_outlive_a_late_event(appointment):
    for role in ("client", "caseworker"):
        was_inside(appointment, role, 0, 45)
    RoomEvent.objects.all().delete()
    heard = [Heard(appointment.one("client").public_id, None, later(minutes=50), "b")]
    attendance.hear(room=appointment.room, heard=heard, now=later(days=8))
    assert Appointment.objects.get().together_minutes == 45


class TestUnheard:
    """A secret is set, yet nobody has told us anything: its event_sync may be missing."""

    @pytest.fixture(autouse=True)
    def _own_server(self, settings):
        settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
        settings.JITSI_APP_SECRET, settings.JITSI_CALLBACK_SECRET = "s" * 40, "c" * 32

    @pytest.fixture
    def clicked(self, appointment):
        for role in ("client", "caseworker"):
            attendance.enter(participant=appointment.one(role), now=NINE)
        return appointment

    def test_two_who_went_in_are_not_said_to_have_missed_each_other(self, clicked):
        assert suggested(later(hours=2)) == (None, {"not_told": 0, "client_token": 1})

    def test_one_event_of_any_talk_shows_that_we_are_told(self, clicked):
        factories.heard_somewhere(clicked.caseworker)
        assert suggested(later(hours=2))[0] == Status.TECHNICAL_FAILURE

    def test_what_the_stand_in_said_before_is_no_word_of_the_room_server(self, clicked):
        factories.heard_somewhere(clicked.caseworker)
        RoomEvent.objects.update(occupant="")
        assert suggested(later(hours=2))[0] is None

    def test_its_own_event_is_enough(self, clicked):
        was_inside(clicked, "caseworker", 1, 30)
        status, reasons = suggested(later(hours=2))
        assert (status, reasons["caseworker_waited"]) == (Status.TECHNICAL_FAILURE, 29)

    def test_a_list_of_proposals_costs_two_statements(self, clicked, django_assert_num_queries):
        other = factories.appointment(clicked.caseworker, start=utc("2026-03-10 09:00"))
        attendance.knock(participant=other.one("client"), now=utc("2026-03-10 09:00"))
        with django_assert_num_queries(2):
            attendance.proposals([clicked, other], later(hours=2))
