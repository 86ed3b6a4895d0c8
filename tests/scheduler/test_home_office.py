"""From home nobody is met on site: such a talk would have no address."""

from datetime import date

import pytest

from scheduler.errors import Invalid, NotOffered
from scheduler.events import SYSTEM
from scheduler.models import Available
from scheduler.queries import free_slots
from scheduler.queries.free_slots import Search
from scheduler.services import booking, publishing
from scheduler.services.publishing import Wish
from tests import factories
from tests.factories import NOW, utc

TUESDAY = date(2026, 3, 10)
START = utc("2026-03-10 09:00")


@pytest.fixture
def worker(clock, db):
    clock.to(NOW)
    office = factories.office()
    return factories.caseworker(office, factories.service(office))


def starts(worker, mode):
    search = Search(worker.office, worker.services.get(), mode)
    return free_slots.free_slots(search, first=TUESDAY, until=date(2026, 3, 11), now=NOW).starts


@pytest.mark.parametrize("modes", [[], ["on_site", "phone"]])
def test_nobody_is_met_on_site_in_an_opening_from_home(worker, modes):
    opening = factories.opening(worker, home_office=True, modes=modes)
    assert starts(worker, "phone")
    assert not starts(worker, "on_site")
    assert opening.as_opening().modes == frozenset(modes or ["video", "phone"]) - {"on_site"}
    wish = Wish(weekday=1, opens=540, closes=720, starts_on=TUESDAY, modes=modes, home_office=True)
    assert publishing.opening_of(worker.schedule, wish).modes == opening.as_opening().modes


def test_an_opening_from_home_that_was_stored_for_on_site_alone_counts_for_video_and_phone(worker):
    opening = factories.opening(worker, modes=["on_site"])
    Available.objects.filter(pk=opening.pk).update(home_office=True)
    assert [mode for mode in ("video", "phone", "on_site") if starts(worker, mode)] == ["video", "phone"]


def test_a_talk_on_site_is_not_booked_into_an_opening_from_home(worker):
    factories.opening(worker, home_office=True)
    with pytest.raises(NotOffered):
        booking.book(
            office=worker.office,
            service=worker.services.get(),
            start=START,
            mode="on_site",
            client=factories.client(worker.office),
            by=SYSTEM,
            now=NOW,
        )


def test_an_opening_from_home_only_on_site_is_refused(worker):
    with pytest.raises(Invalid) as refused:
        factories.opening(worker, home_office=True, modes=["on_site"])
    assert refused.value.field == "modes"
    assert not Available.objects.exists()
