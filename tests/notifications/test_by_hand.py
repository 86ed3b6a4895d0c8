"""What could not be told is on somebody's list until she settles it; what she does leaves an event."""

from datetime import timedelta

import pytest

from notifications import by_hand, queries
from notifications.models import Message, State
from scheduler.errors import IllegalTransition, TooLate
from scheduler.events import Actor
from scheduler.models import Event
from scheduler.services import booking
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")


@pytest.fixture
def worker():
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    return worker


@pytest.fixture
def failed(worker):
    """A confirmation that the client's mail server refused."""
    factories.appointment(worker)
    return fail(kind="confirmation")


def fail(state=State.FAILED, **which):
    Message.objects.filter(**which).update(state=state, last_error="smtp_550")
    return Message.objects.filter(**which).order_by("channel").first()


def listed(worker, now=NOW):
    return list(queries.could_not_be_told(worker.office, now))


def test_what_was_refused_is_listed(worker, failed):
    assert listed(worker) == [failed]


@pytest.mark.parametrize("state", [State.EXPIRED, State.UNKNOWN])
def test_what_came_too_late_or_is_unclear_is_listed(worker, failed, state):
    Message.objects.filter(pk=failed.pk).update(state=state)
    assert listed(worker) == [failed]


def test_a_cancellation_that_did_not_arrive_is_listed(worker, failed):
    booking.cancel(appointment=failed.appointment, by=STAFF, now=NOW)
    cancelled = fail(kind="cancelled")
    assert listed(worker) == [cancelled]


def test_what_was_told_by_another_channel_is_not_listed(worker):
    client = factories.client(worker.office, mobile="+491712345678")
    factories.appointment(worker, client)
    fail(kind="confirmation", channel="email")
    for state in (State.PENDING, State.SENT, State.DELIVERED):
        Message.objects.filter(kind="confirmation", channel="sms").update(state=state)
        assert listed(worker) == []


def test_two_channels_that_both_failed_are_one_line(worker):
    client = factories.client(worker.office, mobile="+491712345678")
    factories.appointment(worker, client)
    fail(kind="confirmation")
    assert [message.channel for message in listed(worker)] == ["sms"]


def test_what_a_change_has_overtaken_is_not_listed(worker, failed):
    booking.move(
        appointment=failed.appointment, start=failed.appointment.start + timedelta(weeks=1), by=STAFF, now=NOW
    )
    assert listed(worker) == []


def test_nobody_is_asked_to_call_a_client_who_wants_no_contact(worker, failed):
    failed.client.no_messages = True
    failed.client.save()
    assert listed(worker) == []


def test_a_week_after_the_appointment_it_leaves_the_list(worker, failed):
    end = failed.appointment.end
    assert listed(worker, end + timedelta(days=6)) == [failed]
    assert listed(worker, end + timedelta(days=8)) == []


def test_sending_again_makes_it_due_with_all_attempts(worker, failed):
    Message.objects.filter(pk=failed.pk).update(attempts=8)
    by_hand.retry(message=failed, by=STAFF, now=NOW)
    row = Message.objects.get(pk=failed.pk)
    assert (row.state, row.attempts, row.next_try_at, row.last_error) == (State.PENDING, 0, NOW, "")
    event = Event.objects.get(verb="message.retried")
    assert (event.subject, event.actor, event.appointment) == (
        f"message:{failed.pk}",
        "user:1",
        failed.appointment,
    )
    assert event.payload == {"state_before": "failed"}


def test_nothing_is_sent_again_after_its_time(worker, failed):
    with pytest.raises(TooLate):
        by_hand.retry(message=failed, by=STAFF, now=failed.not_after + timedelta(seconds=1))
    assert not Event.objects.filter(verb="message.retried").exists()


@pytest.mark.parametrize(
    ("settle", "verb"),
    [(by_hand.tell_by_phone, "message.told_by_hand"), (by_hand.void, "message.voided")],
)
def test_settling_ends_it_for_both_channels(worker, settle, verb):
    client = factories.client(worker.office, mobile="+491712345678")
    factories.appointment(worker, client)
    message = fail(kind="confirmation")
    settle(message=message, by=STAFF, now=NOW)
    states = Message.objects.filter(kind="confirmation").values_list("state", flat=True)
    assert list(states) == [State.VOID, State.VOID]
    assert Event.objects.filter(verb=verb).count() == 1


@pytest.mark.parametrize("verb", [by_hand.retry, by_hand.tell_by_phone, by_hand.void])
@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.SENT, State.VOID])
def test_only_what_could_not_be_told_is_touched(worker, failed, verb, state):
    Message.objects.filter(pk=failed.pk).update(state=state)
    with pytest.raises(IllegalTransition):
        verb(message=failed, by=STAFF, now=NOW)
    assert Message.objects.get(pk=failed.pk).state == state
    assert not Event.objects.filter(verb__startswith="message.").exists()
