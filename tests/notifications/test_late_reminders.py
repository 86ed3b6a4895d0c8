"""An outage has made a reminder late: it wakes nobody, and where only the night is left it is listed."""

import pytest

from notifications import delivery, queries
from notifications.models import Message
from tests import factories
from tests.factories import utc

pytestmark = pytest.mark.django_db(transaction=True)


def reminder(worker, start):
    appointment = factories.appointment(worker, start=utc(start), mode="phone", special=True)
    Message.objects.exclude(kind="reminder").delete()
    return Message.objects.get(appointment=appointment, stage="day_before")


def tell(message, at):
    delivery.deliver_due(lambda: utc(at))
    message.refresh_from_db()
    return message.state


def test_it_waits_until_the_morning_and_that_was_no_attempt(worker):
    message = reminder(worker, "2026-03-10 09:00")
    assert tell(message, "2026-03-09 21:00") == "pending"
    assert (message.next_try_at, message.attempts) == (utc("2026-03-10 07:00"), 0)
    assert tell(message, "2026-03-10 06:59") == "pending"
    assert tell(message, "2026-03-10 07:00") == "sent"


def test_it_waits_over_sunday(worker):
    message = reminder(worker, "2026-03-09 09:00")
    assert message.due_at == utc("2026-03-06 09:00")
    assert tell(message, "2026-03-08 12:00") == "pending"
    assert message.next_try_at == utc("2026-03-09 07:00")


def test_where_only_the_night_is_left_it_is_listed(worker):
    message = reminder(worker, "2026-03-10 06:30")
    assert tell(message, "2026-03-09 21:00") == "expired"
    assert message.last_error == "quiet_hours"
    assert message in queries.could_not_be_told(worker.office, utc("2026-03-09 21:00"))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-10 06:00", "2026-03-10 05:30"),  # 7:00 in Berlin: from half past six on
        ("2026-03-10 05:15", "2026-03-09 18:59"),  # 6:15: the evening before
        ("2026-03-10 20:30", "2026-03-10 18:59"),  # 21:30: before the quiet hours begin
        ("2026-03-10 19:45", "2026-03-10 18:45"),
        ("2026-03-08 10:00", "2026-03-07 18:59"),  # a Sunday
    ],
)
def test_what_is_about_to_begin_is_told_from_half_past_six_until_the_evening(worker, start, due):
    appointment = factories.appointment(worker, start=utc(start), special=True)
    assert Message.objects.get(appointment=appointment, stage="hour_before").due_at == utc(due)


def test_a_late_one_wakes_nobody_either(worker):
    appointment = factories.appointment(worker, start=utc("2026-03-10 20:30"), special=True)
    Message.objects.exclude(stage="hour_before").delete()
    message = Message.objects.get(appointment=appointment)
    assert tell(message, "2026-03-10 19:01") == "expired"
    assert message.last_error == "quiet_hours"
