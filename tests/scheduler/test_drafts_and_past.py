"""Drafts are seen by nobody until they are published; the past stays as it was offered; twice is once."""

from datetime import date, timedelta

import pytest

from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor
from scheduler.models import Absence, Available, Event
from scheduler.queries.free_slots import Search, free_slots
from scheduler.services import publishing
from scheduler.services.publishing import Wish
from tests import factories
from tests.factories import NOW, TUESDAY, utc

pytestmark = pytest.mark.django_db
BY = Actor("user", "1")
TODAY = NOW.date()
MORNINGS = Wish(weekday=1, opens=540, closes=720, starts_on=TODAY)


@pytest.fixture
def worker():
    office = factories.office()
    return factories.caseworker(office, factories.service(office))


def publish(worker, draft=False, **fields):
    wish = Wish(**{**MORNINGS.__dict__, **fields})
    return publishing.publish(schedule=worker.schedule, wish=wish, by=BY, now=NOW, draft=draft)


def offered(worker):
    search = Search(worker.office, worker.services.get(), "video")
    return len(free_slots(search, first=TUESDAY, until=TUESDAY + timedelta(days=1), now=NOW).starts)


class TestDrafts:
    def test_a_draft_is_offered_once_it_is_published(self, worker):
        draft = publish(worker, draft=True)
        assert offered(worker) == 0
        for _ in range(2):
            publishing.publish_draft(opening=draft, by=BY, now=NOW)
        assert offered(worker) == 3
        verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["opening.drafted", "opening.published"]

    def test_a_draft_stands_in_nobodys_way_and_collides_only_when_it_is_published(self, worker):
        draft = publish(worker, draft=True)
        publish(worker, opens=700, closes=800)
        with pytest.raises(OpeningsCollide):
            publishing.publish_draft(opening=draft, by=BY, now=NOW)
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_an_old_draft_is_offered_from_today_on_in_its_own_weeks(self, worker):
        draft = publish(worker, draft=True, every_weeks=2)
        later = utc("2026-03-11 08:00")
        publishing.publish_draft(opening=draft, by=BY, now=later)
        assert draft.starts_on == date(2026, 3, 16)

    def test_a_draft_whose_last_date_is_over_is_not_published(self, worker):
        draft = publish(worker, draft=True, ends_on=TUESDAY)
        with pytest.raises(Invalid) as refused:
            publishing.publish_draft(opening=draft, by=BY, now=utc("2026-03-11 08:00"))
        assert (refused.value.field, refused.value.problem) == ("ends_on", "past")

    def test_nothing_stays_of_a_draft_that_is_dropped(self, worker):
        draft = publish(worker, draft=True)
        publishing.withdraw(opening=draft, on=TODAY + timedelta(days=30), by=BY, now=NOW)
        assert not Available.objects.exists()

    def test_a_changed_draft_stays_a_draft(self, worker):
        wish = Wish(weekday=2, opens=540, closes=720, starts_on=TODAY)
        fresh = publishing.change_series(opening=publish(worker, draft=True), wish=wish, by=BY, now=NOW)
        assert [row.status for row in Available.objects.all()] == [fresh.status] == ["draft"]


class TestThePast:
    def test_an_opening_does_not_begin_in_the_past(self, worker):
        for draft in (False, True):
            with pytest.raises(Invalid) as refused:
                publish(worker, draft=draft, starts_on=TODAY - timedelta(days=1))
            assert (refused.value.field, refused.value.problem) == ("starts_on", "past")

    def test_today_is_the_offices_today(self, worker):
        before_midnight = utc("2026-03-02 22:30")
        after_midnight = utc("2026-03-02 23:30")
        publishing.publish(schedule=worker.schedule, wish=MORNINGS, by=BY, now=before_midnight)
        wish = Wish(weekday=2, opens=540, closes=720, starts_on=TODAY)
        with pytest.raises(Invalid):
            publishing.publish(schedule=worker.schedule, wish=wish, by=BY, now=after_midnight)

    def test_a_date_that_is_over_is_neither_changed_nor_restored(self, worker):
        opening = factories.opening(worker)
        past = TUESDAY - timedelta(days=14)
        for step in (
            lambda: publishing.change_date(opening=opening, day=past, cancelled=True, by=BY, now=NOW),
            lambda: publishing.restore_date(opening=opening, day=past, by=BY, now=NOW),
        ):
            with pytest.raises(Invalid) as refused:
                step()
            assert (refused.value.field, refused.value.problem) == ("day", "past")
        assert not opening.exceptions.exists()

    def test_an_absence_may_have_begun_but_not_be_over(self, worker):
        common = {"schedule": worker.schedule, "kind": "away", "by": BY, "now": NOW}
        week_ago = NOW - timedelta(days=7)
        publishing.set_absence(start=week_ago, end=NOW + timedelta(hours=1), **common)
        with pytest.raises(Invalid) as refused:
            publishing.set_absence(start=week_ago, end=NOW, **common)
        assert (refused.value.field, refused.value.problem) == ("end", "past")


class TestTwice:
    def test_the_same_opening_is_published_once(self, worker):
        assert publish(worker) == publish(worker)

    def test_the_same_change_of_a_series_is_made_once(self, worker):
        opening = factories.opening(worker)
        wish = Wish(weekday=1, opens=600, closes=780, starts_on=date(2026, 1, 6))
        fresh = publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW)
        assert publishing.change_series(opening=opening, wish=wish, by=BY, now=NOW) == fresh
        assert Available.objects.count() == 2

    def test_another_change_that_would_double_an_opening_is_refused(self, worker):
        publish(worker)
        other = publish(worker, weekday=2)
        with pytest.raises(OpeningsCollide):
            publishing.change_series(opening=other, wish=MORNINGS, by=BY, now=NOW)

    def test_a_series_that_is_gone_is_not_changed(self, worker):
        opening = publish(worker)
        gone = Available.objects.get()
        publishing.withdraw(opening=opening, on=TODAY, by=BY, now=NOW)
        with pytest.raises(Invalid, match="invalid"):
            publishing.change_series(opening=gone, wish=MORNINGS, by=BY, now=NOW)
        assert publishing.withdraw(opening=gone, on=TODAY, by=BY, now=NOW) is None

    def test_the_same_absence_is_set_and_lifted_once(self, worker):
        span = {"start": utc("2026-03-10 00:00"), "end": utc("2026-03-11 00:00")}
        for _ in range(2):
            absence, _hit = publishing.set_absence(
                schedule=worker.schedule, kind="away", by=BY, now=NOW, **span
            )
        assert Absence.objects.get() == absence
        for _ in range(2):
            publishing.lift_absence(absence=absence, by=BY, now=NOW)
        assert Event.objects.filter(verb="absence.lifted").count() == 1


class TestAbsencesThatHaveBegun:
    def absent(self, worker, first, last):
        span = {"start": utc(f"{first} 00:00"), "end": utc(f"{last} 00:00")}
        return Absence.objects.create(office=worker.office, schedule=worker.schedule, kind="away", **span)

    def test_lifting_one_leaves_the_past_as_it_was(self, worker):
        absence = self.absent(worker, "2026-02-20", "2026-03-20")
        publishing.lift_absence(absence=absence, by=BY, now=NOW)
        absence.refresh_from_db()
        assert absence.end == utc("2026-03-01 23:00")

    def test_one_that_is_over_stays(self, worker):
        absence = self.absent(worker, "2026-02-10", "2026-02-20")
        with pytest.raises(Invalid):
            publishing.lift_absence(absence=absence, by=BY, now=NOW)
        assert Absence.objects.count() == 1


def test_a_date_of_a_series_that_is_gone_is_refused_and_not_half_written(worker):
    opening = Available.objects.first() or factories.opening(worker)
    stale = Available.objects.get(pk=opening.pk)
    opening.delete()
    with pytest.raises(Invalid):
        publishing.change_date(opening=stale, day=date(2026, 3, 10), by=BY, now=NOW, cancelled=True)


class TestStaleWindows:
    def test_what_was_withdrawn_is_not_offered_again(self, worker):
        opening = publish(worker)
        stale = Available.objects.get(pk=opening.pk)
        publishing.withdraw(opening=opening, on=date(2026, 4, 1), by=BY, now=NOW)
        publishing.withdraw(opening=stale, on=date(2026, 6, 1), by=BY, now=NOW)
        assert Available.objects.get().ends_on == date(2026, 3, 31)

    def test_a_draft_that_was_published_keeps_its_past(self, worker):
        draft = publish(worker, draft=True)
        stale = Available.objects.get(pk=draft.pk)
        month_ago = TODAY - timedelta(weeks=4)
        Available.objects.filter(pk=draft.pk).update(status="published", starts_on=month_ago)
        publishing.withdraw(opening=stale, on=TODAY, by=BY, now=NOW)
        assert Available.objects.get().ends_on == TODAY - timedelta(days=1)
