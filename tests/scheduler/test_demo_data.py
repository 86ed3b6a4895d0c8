"""The demo office can be looked around in, again and again, and stands apart from real ones."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.management import demo_today
from scheduler.models import (
    Allocation,
    Appointment,
    Available,
    Client,
    ClosingDay,
    Event,
    Office,
    Participant,
    Service,
)
from scheduler.queries import closing
from scheduler.queries.free_slots import Search, next_free
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SMALL = {"caseworkers": 3, "appointments_per_caseworker": 20, "weeks": 4, "verbosity": 0}


@pytest.fixture
def demo(clock):
    clock.to(NOW)
    call_command("demo_data", **SMALL)
    return Office.objects.get(slug="demo")


def _starts():
    return list(
        Appointment.objects.order_by("start", "caseworker__display_name").values_list("start", "status")
    )


def test_every_service_has_free_times_within_a_week(demo):
    for service in Service.objects.of(demo):
        soonest = next_free(Search(demo, service), now=NOW)[0]
        assert soonest.start < NOW + timedelta(days=7)


def test_interpreters_are_found_within_a_week(demo):
    service = Service.objects.of(demo).first()
    for language in ("uk", "ar", "gsg"):
        assert next_free(Search(demo, service, "video", interpreter=language), now=NOW)


def test_nothing_past_is_left_open_and_nobody_is_in_two_places(demo):
    rows = Appointment.objects.of(demo)
    assert not rows.filter(end__lt=NOW, status=Status.BOOKED).exists()
    ends = {}
    for schedule, start, end in Allocation.objects.order_by("start").values_list("schedule", "start", "end"):
        assert ends.get(schedule, start) <= start
        ends[schedule] = end


def test_every_appointment_has_its_people_and_its_history(demo):
    for row in Appointment.objects.of(demo):
        assert Participant.objects.filter(appointment=row, role="client").count() == 1
        assert Participant.objects.filter(appointment=row, role="caseworker").count() == 1
        assert Event.objects.filter(appointment=row, verb="appointment.booked").exists()


def test_somebody_has_a_talk_now_and_one_to_come(demo):
    mine = (
        Participant.objects.of(demo).filter(role="client", name="Kim Beispiel").order_by("appointment__start")
    )
    starts = [row.appointment.start for row in mine]
    assert len(starts) == 2
    assert NOW < starts[0] < NOW + timedelta(minutes=15) < starts[1]


def test_a_second_run_changes_nothing(demo):
    before = (_starts(), Event.objects.count())
    call_command("demo_data", **SMALL)
    assert (_starts(), Event.objects.count()) == before


def test_a_fresh_one_from_the_same_seed_is_the_same(demo):
    before = _starts()
    call_command("demo_data", fresh=True, **SMALL)
    assert [start for start, _ in _starts()[:-2]] == [start for start, _ in before[:-2]]
    assert Office.objects.count() == 1


def test_an_office_that_is_no_demo_is_not_touched():
    office = factories.office(slug="demo")
    with pytest.raises(CommandError):
        call_command("demo_data", fresh=True, **SMALL)
    assert list(Office.objects.all()) == [office]


def test_nobody_has_a_talk_on_a_bank_holiday_or_while_the_office_is_closed(demo):
    zone = localtime.zone(demo.zone)
    today = localtime.local_date(NOW, zone)
    first, until = today - timedelta(days=60), today + timedelta(days=60)
    closed = {row.day for row in closing.closed_days(demo, first, until)}
    assert ClosingDay.objects.of(demo).count() == 1
    assert not closed & {localtime.local_date(start, zone) for start, _ in _starts()}


class TestDaysLater:
    """Whoever starts the demo again after some days finds what the first start promised."""

    @pytest.fixture
    def later(self, demo, clock):
        moment = NOW + timedelta(days=9, hours=3)
        clock.to(moment)
        return moment

    def coming(self, demo, now):
        rows = Appointment.objects.of(demo).to_come(now).filter(client__name="Kim Beispiel")
        return [start - now for start in rows.order_by("start").values_list("start", flat=True)]

    def test_kim_has_a_talk_in_ten_minutes_and_another_one(self, demo, later):
        call_command("demo_data", **SMALL)
        soon, following = self.coming(demo, later)
        assert timedelta(minutes=5) < soon <= timedelta(minutes=30) < following
        call_command("demo_data", **SMALL)
        assert len(self.coming(demo, later)) == 2

    def test_kim_who_was_erased_is_back(self, demo, later):
        Client.objects.filter(name="Kim Beispiel").delete()
        call_command("demo_data", **SMALL)
        assert len(self.coming(demo, later)) == 2

    def test_every_service_has_free_times_again_within_a_week(self, demo, later):
        Available.objects.filter(schedule__caseworker__isnull=False).update(ends_on=later.date())
        call_command("demo_data", **SMALL)
        for service in Service.objects.of(demo):
            assert next_free(Search(demo, service, "video"), now=later)[0].start < later + timedelta(days=7)

    def test_an_office_that_is_no_demo_gets_nothing(self, later):
        with pytest.raises(ValueError, match="no demo"):
            demo_today.bring_up_to_date(factories.office(), later)


def test_nobody_to_counsel_is_said_in_one_line(clock):
    clock.to(NOW)
    with pytest.raises(CommandError, match="at least 1"):
        call_command("demo_data", **{**SMALL, "caseworkers": 0})
    assert not Office.objects.exists()
