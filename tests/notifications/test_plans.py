"""The reminder plan as data: what is kept is what is sent, and the forecast says the same."""

from datetime import date, timedelta

import pytest

from notifications import plans, triggers
from notifications.models import Message
from notifications.triggers import CATALOGUE, DEFAULT_PLAN, Stage
from scheduler.events import Actor
from scheduler.models import Appointment, ClosingDay, Event
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")
WEEK, THREE, DAY, HOUR = CATALOGUE
START = utc("2026-03-17 08:00")
"""Tuesday, 17 March 2026, 9:00 in Berlin; NOW is Monday, 2 March, 9:00."""


@pytest.fixture
def worker():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return worker


def keep(worker, *plan):
    return plans.keep(service=worker.services.get(), plan=plan, by=STAFF, now=NOW)


def forecast(worker, *plan, start=START, mode="video", now=NOW):
    found = plans.forecast(service=worker.services.get(), plan=plan, start=start, mode=mode, now=now)
    return [(row.stage, row.due, row.why) for row in found[1:]]


def planned(worker, start=START, now=NOW, **fields):
    client = factories.client(worker.office, mobile="+491712345678")
    factories.appointment(worker, client, service=worker.services.get(), start=start, now=now, **fields)
    rows = Message.objects.filter(client=client, kind="reminder").order_by("due_at", "channel")
    return list(rows.values_list("stage", "channel", "due_at"))


def test_seven_days_and_three_working_days_can_be_switched_on(worker):
    keep(worker, Stage("week_before", days=7, channels=("email",)), THREE)
    assert planned(worker) == [
        ("week_before", "email", utc("2026-03-10 09:00")),
        ("three_days", "email", utc("2026-03-12 09:00")),
        ("three_days", "sms", utc("2026-03-12 09:00")),
    ]


def test_a_plan_without_ways_reminds_nobody(worker):
    keep(worker, Stage("day_before", working_days=1, channels=()))
    assert planned(worker) == []


def test_a_plan_that_says_the_default_is_stored_as_the_default(worker):
    assert not keep(worker, *DEFAULT_PLAN)
    assert keep(worker, WEEK, *DEFAULT_PLAN)
    assert keep(worker, Stage("week_before", days=7, channels=()), *DEFAULT_PLAN)
    assert worker.services.get().reminder_plan == []


def test_every_plan_comes_back_as_it_was_kept(worker):
    plan = (THREE, Stage("hour_before", minutes=30, channels=("sms",), modes=("phone", "on_site")))
    keep(worker, *plan)
    assert triggers.plan_of(worker.services.get().reminder_plan) == plan


def test_keeping_leaves_one_event_and_the_same_again_none(worker):
    assert keep(worker, THREE)
    assert not keep(worker, THREE)
    event = Event.objects.get(verb="service.changed")
    assert (event.subject, event.actor) == (f"service:{worker.services.get().pk}", "user:1")


@pytest.mark.parametrize("stages", [(WEEK, THREE), CATALOGUE, DEFAULT_PLAN])
@pytest.mark.parametrize("days_ahead", [0, 1, 2, 4, 8, 15, 34])
@pytest.mark.parametrize("mode", ["video", "on_site"])
def test_the_forecast_is_what_a_booking_plans(worker, stages, days_ahead, mode):
    keep(worker, *stages)
    start = NOW + timedelta(days=days_ahead, hours=5)
    said = forecast(worker, *stages, start=start, mode=mode)
    told = {(stage, due) for stage, _, due in planned(worker, start, mode=mode, special=True)}
    assert told == {(stage, due) for stage, due, _ in said if due}


def test_the_forecast_says_why(worker):
    ClosingDay.objects.create(office=worker.office, day=date(2026, 3, 10), name="Ausflug")
    assert forecast(worker, *CATALOGUE, mode="phone") == [
        ("week_before", utc("2026-03-09 18:59"), "moved"),
        ("three_days", utc("2026-03-12 09:00"), ""),
        ("day_before", utc("2026-03-16 09:00"), ""),
        ("hour_before", None, "other_mode"),
    ]
    soon = utc("2026-03-03 13:00")
    assert forecast(worker, *CATALOGUE, start=soon)[2:] == [
        ("week_before", None, "too_late"),
        ("three_days", None, "too_late"),
    ]


def test_who_books_late_is_not_reminded_at_once_of_what_was_due_before(worker):
    """Booked two days ahead: the confirmation is enough, whatever was due earlier is not made up for."""
    keep(worker, WEEK, THREE)
    assert planned(worker, utc("2026-03-04 09:00"), special=True) == []


def test_the_confirmation_comes_at_once_by_mail_and_by_sms_only_when_it_is_soon(worker):
    for days, channels in ((1, ("email", "sms")), (3, ("email",))):
        found = plans.forecast(
            service=worker.services.get(), plan=(), start=NOW + timedelta(days=days), mode="video", now=NOW
        )
        assert [(row.kind, row.channels, row.due) for row in found] == [("confirmation", channels, NOW)]


def test_moving_plans_by_the_plan_of_then(worker):
    booked = factories.appointment(worker, start=START)
    keep(worker, WEEK)
    appointment = Appointment.objects.get(pk=booked.pk)
    later = START + timedelta(weeks=1)
    booking.move(appointment=appointment, start=later, by=STAFF, now=NOW)
    pending = Message.objects.filter(kind="reminder", state="pending")
    assert list(pending.values_list("stage", "due_at")) == [("week_before", utc("2026-03-17 09:00"))]
