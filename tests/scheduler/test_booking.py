"""Holding and booking: what is offered can be booked once, and nobody gets more than the offer."""

from datetime import timedelta

import pytest

from scheduler import policies
from scheduler.errors import HoldExpired, IdempotencyMismatch, Invalid, LimitReached, NotOffered, SlotTaken
from scheduler.events import Actor
from scheduler.models import Allocation, Appointment, Event, Hold
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db

VISITOR = Actor("visitor")
NINE = utc("2026-03-10 08:00")


@pytest.fixture
def world():
    office = factories.office()
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    return office, service, worker


def book(world, **fields):
    office, service, _ = world
    values = {"start": NINE, "mode": "video", "by": VISITOR, "now": NOW, **fields}
    values.setdefault("client", factories.client(office))
    return booking.book(office=office, service=service, **values)


def hold(world, **fields):
    office, service, _ = world
    values = {"start": NINE, "mode": "video", "session": "a", "now": NOW, **fields}
    return booking.hold(office=office, service=service, **values)


def test_a_client_books_a_free_time_and_everything_is_there(world):
    appointment = book(world)
    assert (appointment.start, appointment.end) == (NINE, NINE + timedelta(minutes=45))
    assert {p.role for p in appointment.participants.all()} == {"client", "caseworker"}
    taken = appointment.allocations.get()
    assert (taken.start, taken.end) == (NINE, NINE + timedelta(minutes=60))
    assert Event.objects.filter(appointment=appointment, verb="appointment.booked").count() == 1
    assert len(appointment.room) == 20


def test_second_client_cannot_book_a_taken_slot_and_hears_the_nearest(world):
    book(world)
    with pytest.raises(SlotTaken) as refused:
        book(world)
    assert refused.value.alternatives == [
        utc("2026-03-03 10:00"),
        utc("2026-03-10 09:00"),
        utc("2026-03-10 10:00"),
    ]
    assert Appointment.objects.count() == 1


def test_off_the_grid_is_not_offered(world):
    with pytest.raises(NotOffered):
        book(world, start=NINE + timedelta(minutes=30))


@pytest.mark.parametrize("more", [{"microseconds": 900_000}, {"microseconds": 1}, {"seconds": 30}])
def test_a_part_of_a_minute_is_off_the_grid_for_bookings_holds_and_moves(world, more):
    odd = NINE + timedelta(**more)
    standing = book(world, start=NINE + timedelta(hours=1))
    for attempt in (
        lambda: book(world, start=odd),
        lambda: hold(world, start=odd),
        lambda: booking.move(appointment=standing, start=odd, by=VISITOR, now=NOW),
    ):
        with pytest.raises(NotOffered):
            attempt()
    assert Allocation.objects.count() == 1


def test_the_past_is_refused(world):
    with pytest.raises(Invalid):
        book(world, start=utc("2026-02-24 08:00"))


def test_notice_and_horizon_hold_for_booking(world):
    with pytest.raises(NotOffered):
        book(world, start=utc("2026-03-03 08:00"), now=utc("2026-03-02 08:30"))
    with pytest.raises(NotOffered):
        book(world, start=utc("2026-04-21 07:00"))


def test_a_mode_the_service_has_not_is_refused(world):
    world[1].modes = ["phone"]
    with pytest.raises(Invalid):
        book(world)


def test_a_hold_keeps_the_time_for_its_session_only(world):
    kept = hold(world)
    with pytest.raises(SlotTaken):
        book(world)
    assert book(world, hold=kept).caseworker == world[2]
    assert not Hold.objects.exists()
    assert Allocation.objects.get().hold is None


def test_an_expired_hold_stands_in_nobodys_way(world):
    hold(world)
    assert book(world, now=NOW + timedelta(minutes=21)).start == NINE


def test_an_expired_hold_is_taken_silently_while_the_time_is_free(world):
    kept = hold(world)
    assert book(world, hold=kept, now=NOW + timedelta(minutes=21)).start == NINE


def test_a_new_hold_ends_the_sessions_former_one(world):
    hold(world)
    hold(world, start=utc("2026-03-10 09:00"))
    assert Hold.objects.get().start == utc("2026-03-10 09:00")
    assert book(world).start == NINE


def test_the_same_hold_can_be_made_again(world):
    hold(world)
    assert hold(world).start == NINE
    assert Hold.objects.count() == 1


def test_a_hold_made_for_another_wish_is_given_back(world):
    kept = hold(world, mode="phone")
    booked = book(world, hold=kept, mode="video")
    assert (booked.start, booked.mode) == (NINE, "video")
    assert not Hold.objects.exists()
    assert Allocation.objects.get().appointment == booked


def test_services_that_are_off_and_interpreters_that_are_not_possible_are_refused(world):
    _, service, _ = world
    service.interpreter_possible = False
    with pytest.raises(Invalid):
        book(world, interpreter="uk")
    service.active = False
    with pytest.raises(Invalid):
        book(world)


def test_a_hold_is_extended_ten_times_at_most(world):
    kept = hold(world)
    for minute in range(1, 11):
        kept = booking.extend(hold=kept, now=NOW + timedelta(minutes=minute))
    with pytest.raises(HoldExpired):
        booking.extend(hold=kept, now=NOW + timedelta(minutes=11))


def test_an_extension_by_less_than_a_minute_is_not_counted(world):
    kept = hold(world)
    for seconds in (0, 1, 59):
        kept = booking.extend(hold=kept, now=NOW + timedelta(seconds=seconds))
    assert kept.extensions == 0
    assert booking.extend(hold=kept, now=NOW + timedelta(seconds=60)).extensions == 1


def test_nobody_can_hold_a_whole_day(world):
    office = world[0]
    office.holds_per_address = 2
    office.save()
    hold(world, session="a", address="x")
    hold(world, session="b", address="x", start=utc("2026-03-10 09:00"))
    with pytest.raises(LimitReached):
        hold(world, session="c", address="x", start=utc("2026-03-10 10:00"))


def test_a_client_has_only_so_many_future_appointments(world):
    client = factories.client(world[0])
    for day in ("10", "17"):
        book(world, client=client, start=utc(f"2026-03-{day} 08:00"))
    with pytest.raises(LimitReached):
        book(world, client=client, start=utc("2026-03-24 08:00"))
    assert book(world, client=client, start=utc("2026-03-24 08:00"), by=Actor("user", "1"))


def test_the_same_key_answers_the_same_appointment(world):
    office = world[0]
    client = factories.client(office)
    key = booking.Idempotency("key:1", "abc", "f1")
    first = book(world, client=client, idempotency=key)
    again = book(world, client=client, idempotency=key)
    assert again.pk == first.pk
    assert again.repeated
    with pytest.raises(IdempotencyMismatch):
        book(world, client=client, idempotency=booking.Idempotency("key:1", "abc", "f2"))


def test_strangers_go_to_the_lightest_week_and_known_clients_to_their_own(world):
    office, service, worker = world
    second = factories.caseworker(office, service)
    factories.opening(second)
    assert book(world).caseworker == worker
    assert book(world, start=utc("2026-03-10 09:00")).caseworker == second
    own = factories.client(office, caseworker=second)
    assert book(world, client=own, start=utc("2026-03-10 10:00"), by=Actor("user", "1")).caseworker == second
    other = factories.client(office, caseworker=worker)
    assert (
        book(world, client=other, start=utc("2026-03-17 08:00"), by=Actor("user", "1")).caseworker == worker
    )


def test_with_interpreter_both_must_be_free(world):
    office, _, _ = world
    interpreter = factories.interpreter(office, "uk")
    with pytest.raises(NotOffered):
        book(world, interpreter="uk")
    factories.opening(interpreter, opens=8 * 60, closes=10 * 60)
    appointment = book(world, interpreter="uk")
    assert appointment.participants.get(role="interpreter").interpreter == interpreter
    assert interpreter.schedule.allocations.get().end == appointment.end
    with pytest.raises(SlotTaken):
        book(world, interpreter="uk")


class TestSpecialAppointments:
    def test_staff_book_off_the_offer_with_warnings(self, world):
        appointment = book(
            world, by=Actor("user", "1"), caseworker=world[2], special=True, start=utc("2026-03-02 17:10")
        )
        assert appointment.special
        assert appointment.warnings == ["in_notice", "outside_openings"]

    @pytest.mark.parametrize("more", [{"microseconds": 900_000}, {"seconds": 30}])
    def test_it_begins_on_a_full_minute(self, world, more):
        odd, standing = NINE + timedelta(minutes=5, **more), factories.appointment(world[2])
        with pytest.raises(Invalid) as refused:
            book(world, by=Actor("user", "1"), caseworker=world[2], special=True, start=odd)
        assert (refused.value.field, refused.value.problem) == ("start", "whole_minutes")
        with pytest.raises(Invalid):
            booking.move(appointment=standing, start=odd, special=True, by=Actor("user", "1"), now=NOW)
        assert Appointment.objects.count() == 1

    @pytest.mark.parametrize("start", [NOW + policies.SPECIAL_AHEAD, utc("2099-03-10 08:00")])
    def test_it_lies_within_a_year(self, world, start):
        standing, by = factories.appointment(world[2]), Actor("user", "1")
        with pytest.raises(Invalid) as refused:
            book(world, by=by, caseworker=world[2], special=True, start=start)
        assert (refused.value.field, refused.value.problem) == ("start", "too_far")
        with pytest.raises(Invalid) as refused:
            booking.move(appointment=standing, start=start, special=True, by=by, now=NOW)
        assert refused.value.problem == "too_far"
        assert Appointment.objects.get().start == NINE

    def test_it_may_lie_within_a_horizon_of_more_than_a_year(self, world):
        world[1].horizon_days = 800
        far = NOW + timedelta(days=700)
        appointment = book(world, by=Actor("user", "1"), caseworker=world[2], special=True, start=far)
        assert appointment.warnings == ["outside_openings"]

    def test_what_it_would_override_is_foreseen_and_nothing_is_written(self, world):
        standing, by = book(world), Actor("user", "1")
        found = booking.foreseen(
            lambda: book(world, by=by, caseworker=world[2], special=True, start=utc("2026-03-10 08:45"))
        )
        assert found == ["off_grid", "buffer_cut"]
        assert Appointment.objects.get() == standing
        assert standing.allocations.get().end > standing.end
        assert Event.objects.filter(verb="appointment.booked").count() == 1

    def test_a_buffer_is_cut_and_the_own_buffer_ends_at_the_next(self, world):
        first = book(world)
        book(world, start=utc("2026-03-10 10:00"))
        between = book(
            world, by=Actor("user", "1"), caseworker=world[2], special=True, start=utc("2026-03-10 08:45")
        )
        assert first.allocations.get().end == first.end
        assert between.allocations.get().end == utc("2026-03-10 09:45")
        assert "buffer_cut" in between.warnings

    def test_a_real_overlap_is_refused_to_everybody(self, world):
        book(world)
        with pytest.raises(SlotTaken):
            book(
                world,
                by=Actor("user", "1"),
                caseworker=world[2],
                special=True,
                start=NINE + timedelta(minutes=30),
            )
