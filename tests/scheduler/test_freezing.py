"""What was offered on a past day is written down once, by night, and stays as it was."""

from datetime import date, timedelta

import pytest

from scheduler.events import Actor
from scheduler.models import Available, Caseworker, OfferedDay, Service
from scheduler.queries.utilisation import utilisation_of
from scheduler.services import freezing, publishing
from tests import factories
from tests.factories import utc

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 10)
NIGHT = utc("2026-03-11 01:10")


@pytest.fixture
def office():
    """Two concerns, 45 and 20 minutes; open on Tuesdays, 9 to 12."""
    office = factories.office()
    long = factories.service(office)
    short = factories.service(office, duration_minutes=20, buffer_minutes=0, step_minutes=20)
    factories.opening(factories.caseworker(office, long, short))
    return office


def offered(office, now=NIGHT, **fields):
    first, until = date(2026, 3, 9), date(2026, 3, 16)
    return utilisation_of(office=office, first=first, until=until, now=now, **fields)


def test_a_night_writes_down_what_was_offered_by_concern_too(office):
    freezing.freeze(NIGHT)
    rows = OfferedDay.objects.order_by("pk").values_list("day", "service__duration_minutes", "minutes")
    assert sorted(rows, key=str) == [(TUESDAY, 20, 180), (TUESDAY, 45, 135), (TUESDAY, None, 180)]


def test_a_second_run_of_the_night_changes_nothing(office):
    freezing.freeze(NIGHT)
    before = list(OfferedDay.objects.values())
    freezing.freeze(NIGHT)
    assert list(OfferedDay.objects.values()) == before


def test_figures_of_a_past_day_stay_when_the_opening_is_withdrawn(office):
    long = Service.objects.of(office).get(duration_minutes=45)
    freezing.freeze(NIGHT)
    opening = Available.objects.of(office).get()
    publishing.withdraw(opening=opening, on=date(2026, 1, 1), by=Actor("user", "1"), now=NIGHT)
    assert offered(office).figures.offered == 180
    assert offered(office, service=long).figures.offered == 135
    by_service = {row.service: row.figures.offered for row in offered(office, by="service").rows}
    assert by_service[long.pk] == 135


def test_a_concern_made_later_was_not_offered_on_a_day_that_is_frozen(office):
    freezing.freeze(NIGHT)
    late = factories.service(office)
    Caseworker.objects.of(office).get().services.add(late)
    assert offered(office, service=late).figures.offered == 0


def test_missed_nights_are_made_up_for_a_month_back(office):
    freezing.freeze(NIGHT)
    freezing.freeze(NIGHT + timedelta(days=14))
    assert OfferedDay.objects.values("day").distinct().count() == 15
    freezing.freeze(NIGHT + timedelta(days=100))
    days = OfferedDay.objects.order_by("day").values_list("day", flat=True).distinct()
    assert (len(days), days[15]) == (15 + 32, date(2026, 5, 18))


def test_a_frozen_day_stays_whatever_is_made_later(office):
    freezing.freeze(NIGHT)
    before = list(OfferedDay.objects.values())
    worker, late = Caseworker.objects.of(office).get(), factories.service(office)
    worker.services.add(late)
    factories.opening(factories.caseworker(office, late))
    freezing.freeze(NIGHT)
    assert list(OfferedDay.objects.values()) == before


def test_who_no_longer_works_here_and_what_is_no_longer_offered_do_not_count(office):
    Service.objects.of(office).filter(duration_minutes=20).update(active=False)
    assert offered(office).figures.offered == 135
    Caseworker.objects.of(office).update(active=False)
    assert offered(office).figures.offered == 0
