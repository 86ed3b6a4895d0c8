"""Openings are published, withdrawn and changed; nothing that was booked is dropped."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain import recurrence
from scheduler.domain.recurrence import NEW
from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor
from scheduler.models import Available, Event, Location
from scheduler.queries import effect
from scheduler.services import publishing
from scheduler.services.publishing import Wish
from tests import factories
from tests.factories import NOW, TUESDAY, utc

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")
JANUARY = utc("2026-01-02 08:00")
TUESDAYS = Wish(weekday=1, opens=540, closes=720, starts_on=date(2026, 1, 6))


@pytest.fixture
def worker():
    office = factories.office()
    return factories.caseworker(office, factories.service(office))


def publish(worker, **fields):
    wish = Wish(**{**TUESDAYS.__dict__, **fields})
    return publishing.publish(schedule=worker.schedule, wish=wish, by=BY, now=JANUARY)


def test_publishing_leaves_an_event(worker):
    opening = publish(worker)
    assert opening.status == "published"
    assert Event.objects.get().subject == f"available:{opening.pk}"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"closes": 540},
        {"opens": 25 * 60 + 61, "closes": 1440},
        {"closes": 1441},
        {"opens": -1},
        {"weekday": 7},
        {"ends_on": date(2025, 1, 1)},
        {"every_weeks": 0},
        {"starts_on": date(9999, 1, 1)},
    ],
)
def test_nonsense_is_refused_and_changes_nothing(worker, nonsense):
    with pytest.raises(Invalid):
        publish(worker, **nonsense)
    assert not Available.objects.exists()


def test_two_openings_do_not_overlap_unless_modes_or_services_differ(worker):
    publish(worker)
    with pytest.raises(OpeningsCollide):
        publish(worker, opens=700, closes=800)
    publish(worker, opens=720, closes=800)
    other = factories.caseworker(worker.office, factories.service(worker.office))
    publish(other, modes=["video"])
    publish(other, modes=["phone"])


def test_alternate_weeks_do_not_collide(worker):
    publish(worker, every_weeks=2)
    publish(worker, every_weeks=2, starts_on=date(2026, 1, 13))
    with pytest.raises(OpeningsCollide):
        publish(worker, every_weeks=2, starts_on=date(2026, 1, 20))


def test_a_wish_is_reckoned_with_as_it_is_stored(worker):
    site = Location.objects.create(office=worker.office, name="Haus B")
    wish = replace(
        TUESDAYS, ends_on=date(2026, 6, 30), every_weeks=2, modes=["video", "on_site"], location=site
    )
    wanted = publishing.opening_of(worker.schedule, wish)
    opening = publish(worker, **wish.__dict__)
    assert opening.as_opening() == replace(wanted, key=opening.pk)
    assert publish(worker, **wish.__dict__) == opening


def test_withdrawing_keeps_the_past_and_what_was_booked(worker):
    opening = publish(worker)
    appointment = factories.appointment(worker)
    left = publishing.withdraw(opening=opening, on=date(2026, 3, 9), by=BY, now=NOW)
    assert left.ends_on == date(2026, 3, 8)
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_withdrawing_all_of_it_leaves_nothing(worker):
    assert publishing.withdraw(opening=publish(worker), on=date(2026, 1, 1), by=BY, now=JANUARY) is None
    assert not Available.objects.exists()


def test_what_was_offered_before_today_stays_offered(worker):
    publishing.withdraw(opening=publish(worker), on=date(2026, 1, 1), by=BY, now=NOW)
    assert Available.objects.get().ends_on == NOW.date() - timedelta(days=1)


def test_changing_a_series_splits_it_today(worker):
    opening = publish(worker)
    wish = Wish(weekday=1, opens=600, closes=780, starts_on=date(2026, 1, 6))
    fresh = publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW)
    opening.refresh_from_db()
    assert (opening.ends_on, fresh.starts_on, fresh.opens) == (date(2026, 3, 1), date(2026, 3, 2), 600)


def fortnightly(**fields):
    """Every second Tuesday from 6 January 2026 on; 3, 17 and 31 March are among them."""
    return Wish(weekday=1, opens=600, closes=780, starts_on=date(2026, 1, 6), every_weeks=2, **fields)


def days(opening):
    return list(recurrence.days(opening.as_opening(), date(2026, 2, 23), date(2026, 4, 6)))


@pytest.mark.parametrize("today", ["2026-03-02 08:00", "2026-03-04 08:00", "2026-03-09 08:00"])
def test_a_fortnightly_series_changed_in_any_week_keeps_its_weeks(worker, today):
    opening = publish(worker, every_weeks=2)
    to_come = [day for day in days(opening) if day >= utc(today).date()]
    fresh = publishing.change_series(opening=opening, wish=fortnightly(), by=BY, now=utc(today))
    assert days(fresh) == to_come
    assert to_come[0] in {date(2026, 3, 3), date(2026, 3, 17)}


def test_another_rhythm_begins_when_it_is_asked_for(worker):
    opening = publish(worker)
    fresh = publishing.change_series(opening=opening, wish=fortnightly(), by=BY, now=utc("2026-03-09 08:00"))
    assert days(fresh) == [date(2026, 3, 10), date(2026, 3, 24)]


def test_dates_that_differ_stay_so_when_the_series_is_changed(worker):
    opening = publish(worker)
    past, off, later = (TUESDAY + timedelta(days=n) for n in (-14, 7, 14))
    for day in (past, off):
        publishing.change_date(opening=opening, day=day, cancelled=True, by=BY, now=JANUARY)
    publishing.change_date(opening=opening, day=later, opens=480, closes=500, by=BY, now=NOW)
    wish = Wish(weekday=1, opens=600, closes=780, starts_on=date(2026, 1, 6))
    fresh = publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW)
    assert list(opening.exceptions.values_list("day", flat=True)) == [past]
    assert [(one.day, one.cancelled, one.opens) for one in fresh.exceptions.all()] == [
        (off, True, None),
        (later, False, 480),
    ]


def test_a_changed_date_does_not_run_into_another_opening(worker):
    morning, evening = publish(worker), publish(worker, opens=800, closes=900)
    with pytest.raises(OpeningsCollide):
        publishing.change_date(opening=morning, day=TUESDAY, opens=540, closes=810, by=BY, now=NOW)
    publishing.change_date(opening=evening, day=TUESDAY, cancelled=True, by=BY, now=NOW)
    publishing.change_date(opening=morning, day=TUESDAY, opens=540, closes=810, by=BY, now=NOW)
    with pytest.raises(OpeningsCollide):
        publishing.restore_date(opening=evening, day=TUESDAY, by=BY, now=NOW)
    assert evening.exceptions.count() == 1


def test_an_opening_does_not_run_into_the_longer_hours_of_a_changed_date(worker):
    opening = publish(worker)
    publishing.change_date(opening=opening, day=TUESDAY, opens=540, closes=780, by=BY, now=NOW)
    with pytest.raises(OpeningsCollide):
        publish(worker, opens=720, closes=760)


def test_a_date_that_is_not_in_the_series_cannot_be_changed(worker):
    with pytest.raises(Invalid):
        publishing.change_date(opening=publish(worker), day=TUESDAY + timedelta(days=1), by=BY, now=NOW)


def test_an_absence_lists_what_it_hits_and_drops_nothing(worker):
    publish(worker)
    appointment = factories.appointment(worker)
    _, hit = publishing.set_absence(
        schedule=worker.schedule,
        start=utc("2026-03-10 00:00"),
        end=utc("2026-03-11 00:00"),
        kind="away",
        by=BY,
        now=NOW,
    )
    assert hit == [appointment]
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_an_absence_that_ends_before_it_starts_or_is_called_sick_is_refused(worker):
    start = utc("2026-03-10 00:00")
    for end, kind in ((start, "away"), (start + timedelta(hours=1), "sick")):
        with pytest.raises(Invalid):
            publishing.set_absence(schedule=worker.schedule, start=start, end=end, kind=kind, by=BY, now=NOW)


def test_a_series_with_a_date_of_its_own_cancelled_can_be_changed_beside_what_took_its_place(worker):
    opening = publish(worker)
    publishing.change_date(opening=opening, day=TUESDAY, cancelled=True, by=BY, now=NOW)
    publish(worker, starts_on=TUESDAY, ends_on=TUESDAY, opens=600, closes=700)
    wish = Wish(weekday=1, opens=570, closes=720, starts_on=date(2026, 1, 6))
    fresh = publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW)
    assert fresh.exceptions.get().day == TUESDAY
    with pytest.raises(OpeningsCollide):
        publish(worker, starts_on=TUESDAY + timedelta(days=7), ends_on=TUESDAY + timedelta(days=7))


@pytest.mark.parametrize("limit", ["modes", "services"])
def test_the_effect_sees_what_a_series_is_limited_to(worker, limit):
    opening, appointment = publish(worker), factories.appointment(worker)
    other = factories.service(worker.office)
    worker.services.add(other)
    limits = {"modes": frozenset({"phone"})} if limit == "modes" else {"services": frozenset({other.pk})}
    value = replace(opening.as_opening(), key=NEW, **limits)
    found = effect.effect_of_series(opening, value, NOW)
    assert (found.gained, found.hit) == (0, [appointment])
    assert found.lost > 3
