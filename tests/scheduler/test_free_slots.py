"""What is on offer: grid, buffers, notice, holidays, absences, and how many statements it costs."""

from datetime import date, timedelta

import pytest

from scheduler.domain import localtime
from scheduler.events import SYSTEM
from scheduler.models import ClosingDay
from scheduler.queries.free_slots import Search, first_days, free_slots, next_free
from scheduler.services import booking, publishing
from tests import factories
from tests.factories import NOW, TUESDAY, utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    office = factories.office()
    service = factories.service(office)
    worker = factories.caseworker(office, service)
    factories.opening(worker)
    return office, service, worker


def starts(world, first=TUESDAY, days=1, now=NOW, **wishes):
    office, service, _ = world
    offer = free_slots(
        Search(office, service, **wishes), first=first, until=first + timedelta(days=days), now=now
    )
    zone = localtime.zone(office.zone)
    return [localtime.local(slot.start, zone).strftime("%m-%d %H:%M") for slot in offer.slots()]


def test_an_opening_yields_its_grid(world):
    assert starts(world) == ["03-10 09:00", "03-10 10:00", "03-10 11:00"]


def test_local_hours_stay_over_both_clock_changes(world):
    assert starts(world, date(2026, 3, 24), 8) == [
        f"03-{d} {h}:00" for d in (24, 31) for h in ("09", "10", "11")
    ]


def test_bank_holidays_close_and_can_be_lifted(world):
    factories.opening(world[2], weekday=4, opens=600, closes=660)
    good_friday = date(2026, 4, 3)
    assert starts(world, good_friday) == []
    ClosingDay.objects.create(office=world[0], day=good_friday, lifted=True)
    assert starts(world, good_friday) == ["04-03 10:00"]


def test_half_a_closing_day_closes_half(world):
    ClosingDay.objects.create(office=world[0], day=TUESDAY, opens=0, closes=600)
    assert starts(world) == ["03-10 10:00", "03-10 11:00"]


def test_absences_take_away_what_they_touch(world):
    start, end = utc("2026-03-10 08:44"), utc("2026-03-10 09:01")
    publishing.set_absence(schedule=world[2].schedule, start=start, end=end, kind="away", by=SYSTEM, now=NOW)
    assert starts(world) == ["03-10 11:00"]


def test_a_buffer_may_stick_out_of_the_opening_but_not_into_an_appointment(world):
    worker = world[2]
    factories.opening(worker, opens=720, closes=765, starts_on=TUESDAY, ends_on=TUESDAY)
    assert starts(world)[-1] == "03-10 12:00"
    factories.appointment(worker, start=utc("2026-03-10 10:00"))
    assert starts(world) == ["03-10 09:00", "03-10 10:00", "03-10 12:00"]


def test_one_date_of_a_series_is_cancelled_or_changed(world):
    opening = world[2].schedule.openings.get()
    publishing.change_date(opening=opening, day=TUESDAY, cancelled=True, by=SYSTEM, now=NOW)
    assert starts(world) == []
    publishing.change_date(opening=opening, day=TUESDAY, opens=840, closes=900, by=SYSTEM, now=NOW)
    assert starts(world) == ["03-10 14:00"]
    publishing.restore_date(opening=opening, day=TUESDAY, by=SYSTEM, now=NOW)
    assert len(starts(world)) == 3


def test_drafts_and_other_services_are_not_offered(world):
    office, _, worker = world
    other = factories.service(office)
    factories.opening(worker, weekday=2, services=[other])
    wish = publishing.Wish(weekday=3, opens=540, closes=600, starts_on=NOW.date())
    publishing.publish(schedule=worker.schedule, wish=wish, by=SYSTEM, now=NOW, draft=True)
    assert starts(world, TUESDAY, 5) == starts(world)


def test_modes_limit_an_opening(world):
    factories.opening(world[2], weekday=2, modes=["phone"], opens=540, closes=600)
    assert len(starts(world, TUESDAY, 2, mode="video")) == 3
    assert len(starts(world, TUESDAY, 2, mode="phone")) == 4


def test_the_offer_depends_neither_on_the_window_nor_on_what_is_booked(world):
    factories.appointment(world[2], start=utc("2026-03-10 09:00"))
    whole = starts(world, TUESDAY, 28)
    assert whole == [start for n in range(28) for start in starts(world, TUESDAY + timedelta(days=n))]
    assert "03-10 09:00" in whole
    assert "03-10 10:00" not in whole


def test_live_holds_block_and_expired_ones_do_not(world):
    office, service, _ = world
    booking.hold(
        office=office, service=service, start=utc("2026-03-10 08:00"), mode="video", session="a", now=NOW
    )
    assert len(starts(world)) == 2
    assert len(starts(world, now=NOW + timedelta(minutes=20))) == 3


def test_another_office_sees_nothing_of_it(world):
    other = factories.office()
    assert starts((other, factories.service(other), None)) == []


def test_the_page_stops_at_three_days_with_times(world):
    office, service, _ = world
    found = first_days(Search(office, service), now=NOW)
    assert [day for day, _ in found] == [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]
    later = first_days(Search(office, service), now=NOW, after=date(2026, 3, 17))
    assert later[0][0] == date(2026, 3, 24)
    assert next_free(Search(office, service), now=NOW)[0].start == utc("2026-03-03 08:00")


def test_the_number_of_statements_is_small_and_constant(world, django_assert_num_queries):
    office, service, worker = world
    with django_assert_num_queries(2):
        starts(world)
    for week in range(2):
        factories.appointment(worker, start=utc("2026-03-10 08:00") + timedelta(weeks=week))
    for _ in range(5):
        factories.opening(factories.caseworker(office, service))
    with django_assert_num_queries(2):
        starts(world, TUESDAY, 28)
    with django_assert_num_queries(2):
        starts(world, TUESDAY, 28, caseworker=worker.pk)
