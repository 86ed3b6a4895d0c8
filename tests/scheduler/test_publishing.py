"""Openings are published, withdrawn and changed; nothing that was booked is dropped."""

from datetime import date, timedelta

import pytest

from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor
from scheduler.models import Available, Event
from scheduler.services import publishing
from scheduler.services.publishing import Wish
from tests import factories
from tests.factories import NOW, TUESDAY, utc

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")
TUESDAYS = Wish(weekday=1, opens=540, closes=720, starts_on=date(2026, 1, 6))


@pytest.fixture
def worker():
    office = factories.office()
    return factories.caseworker(office, factories.service(office))


def publish(worker, **fields):
    wish = Wish(**{**TUESDAYS.__dict__, **fields})
    return publishing.publish(schedule=worker.schedule, wish=wish, by=BY, now=NOW)


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


def test_withdrawing_keeps_the_past_and_what_was_booked(worker):
    opening = publish(worker)
    appointment = factories.appointment(worker)
    left = publishing.withdraw(opening=opening, on=date(2026, 3, 9), by=BY, now=NOW)
    assert left.ends_on == date(2026, 3, 8)
    appointment.refresh_from_db()
    assert appointment.status == "booked"


def test_withdrawing_all_of_it_leaves_nothing(worker):
    assert publishing.withdraw(opening=publish(worker), on=date(2026, 1, 1), by=BY, now=NOW) is None
    assert not Available.objects.exists()


def test_changing_a_series_splits_it_today(worker):
    opening = publish(worker)
    wish = Wish(weekday=1, opens=600, closes=780, starts_on=date(2026, 1, 6))
    fresh = publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW)
    opening.refresh_from_db()
    assert (opening.ends_on, fresh.starts_on, fresh.opens) == (date(2026, 3, 1), date(2026, 3, 2), 600)


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
