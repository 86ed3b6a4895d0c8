"""What the facts suggest and why, for any history of events in any order. Nobody is judged by a machine."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import policies
from scheduler.domain.lifecycle import Status
from scheduler.errors import TooEarly
from scheduler.events import Actor
from scheduler.models import Appointment, Participant, RoomEvent
from scheduler.services import attendance, retention
from scheduler.services.attendance import Heard, Reason
from tests import factories
from tests.scheduler.door import minutes

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")
END = 90


@pytest.fixture
def appointment(worker):
    return factories.appointment(worker)


def was_inside(appointment, role, joined, left=None, device="a", now=END):
    person = appointment.one(role).public_id
    heard = [Heard(person, minutes(joined), None if left is None else minutes(left), device)]
    assert attendance.hear(room=appointment.room, heard=heard, now=minutes(now))


def suggested(appointment, now=END):
    found = attendance.proposal(Appointment.objects.get(), minutes(now))
    return found.status, {reason.code: reason.number for reason in found.reasons}


def test_both_inside(appointment):
    was_inside(appointment, "caseworker", -5, 30)
    was_inside(appointment, "client", 10, 40)
    assert suggested(appointment) == (
        Status.FULFILLED,
        {"together": 20, "client_waited": 10, "caseworker_waited": 10},
    )


def test_a_minute_together_is_no_talk_and_no_failure(appointment):
    was_inside(appointment, "caseworker", 0, 30)
    was_inside(appointment, "client", 29, 31)
    assert suggested(appointment)[0] is None


@pytest.mark.parametrize("at_once", [0.01, 0.5, 0.99])
def test_a_glimpse_of_each_other_is_no_failure_either(appointment, at_once):
    was_inside(appointment, "caseworker", 0, 30)
    was_inside(appointment, "client", 30 - at_once, 31)
    attendance.not_working(participant=appointment.one("client"), now=minutes(32))
    status, reasons = suggested(appointment)
    assert status is None
    assert "together_briefly" in reasons
    assert "never_together" not in reasons


def test_both_there_and_never_together(appointment):
    was_inside(appointment, "caseworker", 0, 10)
    was_inside(appointment, "client", 12, 20)
    assert suggested(appointment) == (
        Status.TECHNICAL_FAILURE,
        {"never_together": 0, "client_waited": 8, "caseworker_waited": 10},
    )


def test_a_token_is_a_try(appointment):
    RoomEvent.objects.create(
        office=appointment.office, participant=appointment.one("client"), kind="token", at=minutes(1)
    )
    was_inside(appointment, "caseworker", 0, 30)
    attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(20))
    assert suggested(appointment) == (
        Status.TECHNICAL_FAILURE,
        {"client_token": 1, "caseworker_waited": 30, "called": 1},
    )


def test_what_the_client_says_stands_beside_the_record(appointment):
    was_inside(appointment, "caseworker", 0, 30)
    attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(20))
    assert suggested(appointment)[0] == Status.NOSHOW
    attendance.not_working(participant=appointment.one("client"), now=minutes(40))
    found = attendance.proposal(appointment, minutes(END))
    assert (found.status, found.statement) == (Status.TECHNICAL_FAILURE, True)
    assert Reason("not_working") in found.reasons
    attendance.record_outcome(appointment=appointment, status="noshow", by=STAFF, now=minutes(END))
    assert attendance.proposal(appointment, minutes(END)).statement


def test_the_caseworker_never_came(appointment):
    was_inside(appointment, "client", -3, 20)
    assert suggested(appointment) == (
        Status.OFFICE_FAILED,
        {"client_waited": 23, "caseworker_absent": 0},
    )


def test_a_caseworker_who_only_got_a_token_did_try_to_come(appointment):
    RoomEvent.objects.create(
        office=appointment.office, participant=appointment.one("caseworker"), kind="token", at=minutes(1)
    )
    attendance.knock(participant=appointment.one("client"), now=minutes(2))
    assert suggested(appointment) == (Status.TECHNICAL_FAILURE, {"never_together": 0, "client_came": 0})


@pytest.mark.parametrize(
    ("since", "left", "calls", "status"),
    [(0, 15, 1, "noshow"), (0, 14.9, 1, None), (0, 15, 0, None), (-15, 14, 1, None), (-15, 15, 2, "noshow")],
)
def test_waiting_counts_from_the_start_and_a_call_is_needed(appointment, since, left, calls, status):
    was_inside(appointment, "caseworker", since, left)
    for number in range(calls):
        attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(10 + number))
    assert suggested(appointment)[0] == status


def test_a_call_of_before_the_start_is_no_attempt_to_reach_her(appointment):
    was_inside(appointment, "caseworker", -5, 20)
    attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(-1))
    assert suggested(appointment) == (None, {"client_absent": 0, "caseworker_waited": 20})
    attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(0))
    assert suggested(appointment)[0] == Status.NOSHOW


def test_a_call_is_noted_from_when_the_door_opens(appointment):
    client, opens = appointment.one("client"), policies.server_door(appointment)[0]
    with pytest.raises(TooEarly):
        attendance.called(participant=client, by=STAFF, now=opens - timedelta(seconds=1))
    assert not RoomEvent.objects.exists()
    attendance.called(participant=client, by=STAFF, now=opens)
    assert RoomEvent.objects.get().kind == "called"


@pytest.mark.parametrize("provider", ["self", "jaas"])
def test_where_nobody_tells_who_was_inside_nothing_is_proposed(appointment, settings, provider):
    settings.JITSI_PROVIDER = provider
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    for person in (client, caseworker):
        RoomEvent.objects.create(office=appointment.office, participant=person, kind="token", at=minutes(1))
    assert suggested(appointment) == (None, {"not_told": 0, "client_token": 1})
    attendance.knock(participant=client, now=minutes(2))
    attendance.called(participant=client, by=STAFF, now=minutes(20))
    attendance.not_working(participant=client, now=minutes(21))
    found = attendance.proposal(appointment, minutes(END))
    assert (found.status, found.statement) == (None, True)
    assert [reason.code for reason in found.reasons] == ["not_told", "client_came", "called", "not_working"]


def test_waiting_in_two_parts_is_waiting(appointment):
    was_inside(appointment, "caseworker", 0, 8, "a")
    was_inside(appointment, "caseworker", 10, 17, "b")
    attendance.called(participant=appointment.one("client"), by=STAFF, now=minutes(12))
    assert suggested(appointment)[0] == Status.NOSHOW


def test_whoever_is_not_known_to_have_left_does_not_stay_for_ever(appointment):
    for role in ("client", "caseworker"):
        was_inside(appointment, role, 0, now=0)
    assert suggested(appointment, now=10)[1]["together"] == 10
    assert suggested(appointment, now=99_999)[1]["together"] == 45 + 120


def test_after_seven_days_only_the_minutes_together_speak(appointment):
    was_inside(appointment, "client", 0, 30)
    retention.nightly(minutes(0) + timedelta(days=8))
    assert suggested(appointment) == (None, {"no_record": 0})
    Appointment.objects.update(together_minutes=20)
    assert suggested(appointment) == (Status.FULFILLED, {"together": 20})


def test_reading_a_proposal_decides_nothing_and_costs_one_statement(appointment, django_assert_num_queries):
    was_inside(appointment, "client", 0, 30)
    with django_assert_num_queries(1):
        attendance.proposal(appointment, minutes(END))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.one("client").attended) == ("booked", None)


stay = st.tuples(
    st.sampled_from(["client", "caseworker"]), st.integers(-14, 60), st.integers(0, 30), st.booleans()
)
said = st.tuples(
    st.sampled_from(["token", "knocked", "not_working", "called"]),
    st.sampled_from(["client", "caseworker"]),
    st.integers(-14, 60),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(stay, max_size=6), st.lists(said, max_size=4), st.randoms(), st.integers(-20, END))
def test_the_rules_hold_for_any_history_told_in_any_order(appointment, stays, sayings, chance, now):
    RoomEvent.objects.all().delete()
    Participant.objects.update(arrived_at=None, left_at=None)
    Appointment.objects.update(together_minutes=None)
    tellings = _tellings(appointment, stays, sayings)
    chance.shuffle(tellings)
    for tell in [*tellings, *tellings[:2]]:
        tell()
    found = attendance.proposal(Appointment.objects.get(), minutes(now))
    codes = {reason.code: reason.number for reason in found.reasons}
    kinds = {(role, kind) for kind, role, at in sayings if kind != "called" or at >= 0} | {
        (role, "joined") for role, *_ in stays
    }
    tried = {("client", kind) for kind in ("joined", "knocked", "not_working", "token")} & kinds
    together = _together(stays, now)
    assert codes.get("together", 0) == together
    assert found.statement == (("client", "not_working") in kinds)
    if now < 0:
        assert found.status is None
    elif together >= 2:
        assert found.status == Status.FULFILLED
    if found.status == Status.NOSHOW:
        assert not tried
        assert ("client", "called") in kinds
        assert codes["caseworker_waited"] >= 15
    _failed_for_a_reason(found.status, now, kinds, tried, together)
    assert Appointment.objects.get().status == "booked"


def _failed_for_a_reason(status, now, kinds, tried, together):
    if status in {Status.OFFICE_FAILED, Status.TECHNICAL_FAILURE}:
        assert now >= 15
    if status == Status.OFFICE_FAILED:
        assert not {("caseworker", kind) for kind in ("joined", "token", "knocked")} & kinds
        assert tried - {("client", "token")}
    if status == Status.TECHNICAL_FAILURE:
        assert tried
        assert not together


def _tellings(appointment, stays, sayings):
    """Each as a call; of a stay either both halves come, apart, or the leaving alone tells both."""
    people = {role: appointment.one(role) for role in ("client", "caseworker")}
    heard = [one for number, one_stay in enumerate(stays) for one in _heard(people, number, *one_stay)]
    found = [
        lambda h=one: attendance.hear(room=appointment.room, heard=[h], now=minutes(END)) for one in heard
    ]
    for kind, role, at in sayings:
        row = {"office": appointment.office, "participant": people[role], "kind": kind}
        found += [lambda r=row, at=at: RoomEvent.objects.get_or_create(**r, at=minutes(at))]
    return found


def _heard(people, number, role, start, length, halves):
    person, device = people[role].public_id, str(number)
    joined, left = minutes(start), minutes(start + length)
    if not halves:
        return [Heard(person, joined, left, device)]
    return [Heard(person, joined, None, device), Heard(person, None, left, device)]


def _together(stays, now):
    """Minute by minute."""

    def inside(role, minute):
        return any(who == role and start <= minute < start + length for who, start, length, _ in stays)

    return sum(inside("client", n) and inside("caseworker", n) for n in range(-20, END + 20))
