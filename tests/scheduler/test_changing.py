"""Moving, cancelling, handing over, switching the mode, the next appointment."""

from datetime import timedelta

import pytest

from scheduler.errors import IllegalTransition, Invalid, NotOffered, SlotTaken, TooLate
from scheduler.events import Actor
from scheduler.models import Allocation, Event
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db

CLIENT, STAFF = Actor("client", "1"), Actor("user", "1")
NINE, TEN = utc("2026-03-10 08:00"), utc("2026-03-10 09:00")


@pytest.fixture
def appointment():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return factories.appointment(worker)


def test_moving_frees_the_old_time_and_renews_the_room(appointment):
    room = appointment.room
    moved = booking.move(appointment=appointment, start=TEN, by=CLIENT, now=NOW)
    moved.refresh_from_db()
    assert (moved.start, moved.end, moved.sequence) == (TEN, TEN + timedelta(minutes=45), 1)
    assert moved.room != room
    assert [a.start for a in Allocation.objects.all()] == [TEN]
    assert Event.objects.filter(verb="appointment.moved").count() == 1


def test_moving_onto_its_own_old_time_overlapping_is_no_obstacle(appointment):
    service = appointment.service
    service.step_minutes = 15
    service.save()
    moved = booking.move(appointment=appointment, start=NINE + timedelta(minutes=15), by=CLIENT, now=NOW)
    assert moved.start == NINE + timedelta(minutes=15)


def test_moving_to_a_taken_time_keeps_the_old_one(appointment):
    factories.appointment(appointment.caseworker, start=TEN)
    with pytest.raises(SlotTaken):
        booking.move(appointment=appointment, start=TEN, by=CLIENT, now=NOW)
    appointment.refresh_from_db()
    assert (appointment.start, appointment.sequence) == (NINE, 0)
    assert appointment.allocations.get().start == NINE


def test_another_caseworker_takes_over_when_the_own_is_taken(appointment):
    colleague = factories.caseworker(appointment.office, appointment.service)
    factories.opening(colleague)
    factories.appointment(appointment.caseworker, start=TEN)
    moved = booking.move(appointment=appointment, start=TEN, by=CLIENT, now=NOW)
    assert moved.caseworker == colleague
    assert moved.one("caseworker").caseworker == colleague


def test_clients_move_and_switch_until_the_deadline_only(appointment):
    late = NINE - timedelta(hours=23)
    with pytest.raises(TooLate):
        booking.move(appointment=appointment, start=utc("2026-03-17 08:00"), by=CLIENT, now=late)
    with pytest.raises(TooLate):
        booking.switch_mode(appointment=appointment, mode="phone", by=CLIENT, now=late)
    assert (
        booking.move(appointment=appointment, start=utc("2026-03-17 08:00"), by=STAFF, now=late).sequence == 1
    )


def test_staff_move_off_the_offer_only_as_special(appointment):
    odd = utc("2026-03-11 15:05")
    with pytest.raises(NotOffered):
        booking.move(appointment=appointment, start=odd, by=STAFF, now=NOW)
    moved = booking.move(appointment=appointment, start=odd, by=STAFF, now=NOW, special=True)
    assert moved.special
    assert moved.warnings == ["outside_openings"]


def test_cancelling_frees_the_time_and_is_final(appointment):
    booking.cancel(appointment=appointment, by=CLIENT, now=NOW, reason="no_time")
    assert not Allocation.objects.exists()
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_by, appointment.cancelled_late) == (
        "cancelled",
        "client",
        False,
    )
    for step in (
        lambda: booking.cancel(appointment=appointment, by=STAFF, now=NOW),
        lambda: booking.move(appointment=appointment, start=TEN, by=STAFF, now=NOW),
    ):
        with pytest.raises(IllegalTransition):
            step()


def test_cancelling_late_is_possible_and_said(appointment):
    done = booking.cancel(appointment=appointment, by=CLIENT, now=NINE - timedelta(minutes=1))
    assert done.cancelled_late


def test_after_the_start_only_the_office_cancels(appointment):
    with pytest.raises(TooLate):
        booking.cancel(appointment=appointment, by=CLIENT, now=NINE)
    assert booking.cancel(appointment=appointment, by=STAFF, now=NINE).cancelled_by == "office"


def test_two_tabs_the_second_sees_that_the_first_was_faster(appointment):
    from scheduler.models import Appointment

    other_tab = Appointment.objects.get(pk=appointment.pk)
    booking.move(appointment=appointment, start=TEN, by=CLIENT, now=NOW)
    with pytest.raises(IllegalTransition):
        booking.move(appointment=other_tab, start=utc("2026-03-17 08:00"), by=CLIENT, now=NOW)


def test_switching_the_mode_keeps_the_slot_and_renews_the_room(appointment):
    switched = booking.switch_mode(appointment=appointment, mode="phone", by=CLIENT, now=NOW)
    assert (switched.start, switched.room, switched.sequence) == (NINE, None, 1)
    back = booking.switch_mode(appointment=switched, mode="video", by=CLIENT, now=NOW)
    assert len(back.room) == 20


def test_handing_over_takes_the_colleagues_time(appointment):
    colleague = factories.caseworker(appointment.office, appointment.service)
    booking.hand_over(appointment=appointment, caseworker=colleague, by=STAFF, now=NOW)
    assert appointment.allocations.get().schedule == colleague.schedule
    assert appointment.one("caseworker").caseworker == colleague
    with pytest.raises(Invalid):
        booking.hand_over(appointment=appointment, caseworker=colleague, by=STAFF, now=NOW)


def test_nobody_is_handed_a_talk_in_a_time_that_is_taken(appointment):
    colleague = factories.caseworker(appointment.office, appointment.service)
    factories.opening(colleague)
    factories.appointment(colleague)
    before = appointment.caseworker_id
    with pytest.raises(SlotTaken):
        booking.hand_over(appointment=appointment, caseworker=colleague, by=STAFF, now=NOW)
    appointment.refresh_from_db()
    assert appointment.caseworker_id == before


def test_the_next_appointment_keeps_the_local_time_over_the_clock_change(appointment):
    following = booking.follow_up(appointment=appointment, weeks=4, by=STAFF, now=NINE)
    assert following.start == utc("2026-04-07 07:00")
    assert following.follows == appointment
    assert not following.special


def test_the_same_follow_up_again_is_the_one_that_is_there(appointment):
    first, again = (booking.follow_up(appointment=appointment, weeks=2, by=STAFF, now=NINE) for _ in range(2))
    assert first == again
    booking.cancel(appointment=first, by=STAFF, now=NINE)
    assert booking.follow_up(appointment=appointment, weeks=2, by=STAFF, now=NINE) != first


def test_a_follow_up_into_somebody_elses_time_is_refused(appointment):
    factories.appointment(appointment.caseworker, start=NINE + timedelta(weeks=2))
    with pytest.raises(SlotTaken):
        booking.follow_up(appointment=appointment, weeks=2, by=STAFF, now=NINE)


def test_nothing_is_changed_of_a_cancelled_talk_not_even_to_what_it_was(appointment):
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    common = {"appointment": appointment, "by": STAFF, "now": NOW}
    for step in (
        lambda: booking.move(start=appointment.start, **common),
        lambda: booking.switch_mode(mode=appointment.mode, **common),
    ):
        with pytest.raises(IllegalTransition):
            step()
