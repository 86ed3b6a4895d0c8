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
