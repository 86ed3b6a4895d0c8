"""What could not be told is on somebody's list until she settles it; what she does leaves an event."""

from datetime import timedelta

import pytest

from notifications import by_hand, delivery, queries, to_staff
from notifications.models import Message, State
from scheduler.errors import IllegalTransition, TooLate
from scheduler.events import Actor
from scheduler.models import Event
from scheduler.services import booking, contacts
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


def test_who_was_told_by_phone_gets_nothing_more_by_another_channel(worker):
    factories.appointment(worker, factories.client(worker.office, mobile="+491712345678"))
    message = fail(kind="confirmation", channel="sms")
    by_hand.tell_by_phone(message=message, by=STAFF, now=NOW)
    assert set(Message.objects.filter(kind="confirmation").values_list("state", flat=True)) == {State.VOID}


class TestAWayOut:
    """What is sent again goes by a channel that is open now, or is not sent again."""

    @pytest.fixture
    def nowhere(self, failed):
        """Her consent is gone."""
        contacts.withdraw_consent(client=failed.client, channel="email", by=STAFF, now=NOW)
        Message.objects.filter(pk=failed.pk).update(last_error="no_channel")
        return Message.objects.get(pk=failed.pk)

    def test_where_none_is_open_nothing_is_sent_again(self, worker, nowhere):
        assert by_hand.way_of(nowhere) is None
        with pytest.raises(IllegalTransition):
            by_hand.retry(message=nowhere, by=STAFF, now=NOW)
        assert listed(worker) == [nowhere]

    def test_the_next_one_carries_it(self, nowhere):
        nowhere.client.mobile = "+491712345678"
        nowhere.client.save()
        contacts.consent(client=nowhere.client, channel="sms", by=STAFF, now=NOW)
        by_hand.retry(message=nowhere, by=STAFF, now=NOW)
        delivery.deliver_due(lambda: NOW)
        row = Message.objects.get(kind="confirmation")
        assert (row.channel, row.state) == ("sms", State.SENT)

    def test_of_two_that_failed_the_open_one_goes_again(self, worker):
        factories.appointment(worker, factories.client(worker.office, mobile="+491712345678"))
        fail(kind="confirmation")
        (line,) = listed(worker)
        contacts.withdraw_consent(client=line.client, channel=line.channel, by=STAFF, now=NOW)
        (line,) = listed(worker)
        by_hand.retry(message=line, by=STAFF, now=NOW)
        rows = Message.objects.filter(kind="confirmation").order_by("channel")
        assert list(rows.values_list("channel", "state")) == [("email", "pending"), ("sms", "failed")]

    def test_nobody_writes_to_whose_part_has_ended(self, worker, failed):
        failed.participant.revoked_at = NOW
        failed.participant.save()
        assert by_hand.way_of(failed) is None


def test_a_farewell_that_failed_stays_listed_when_the_talk_changes_again(worker):
    appointment = factories.appointment(worker)
    Message.objects.update(state="sent")
    mate = factories.caseworker(worker.office, worker.services.get(), team=worker.team)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    farewell = fail(kind="staff_cancelled")
    later = appointment.start + timedelta(weeks=1)
    booking.move(appointment=appointment, start=later, by=STAFF, now=NOW, special=True)
    assert listed(worker) == [farewell]


class TestMailsToStaff:
    @pytest.fixture
    def account(self, worker):
        to_staff.tell_account(user=worker.user, stage="reset", name="x", address="", by=STAFF, now=NOW)
        return fail(kind="account")

    def test_those_that_did_not_arrive_are_listed_for_a_week(self, worker, account):
        assert list(queries.staff_not_told(worker.office, NOW)) == [account]
        assert list(queries.staff_not_told(worker.office, NOW + timedelta(days=8))) == []
        assert list(queries.staff_not_told(factories.office(), NOW)) == []
        assert listed(worker) == []

    def test_settling_one_leaves_the_others_alone(self, worker, account):
        other = factories.user(worker.office)
        to_staff.tell_account(user=other, stage="reset", name="x", address="", by=STAFF, now=NOW)
        fail(kind="account")
        by_hand.void(message=account, by=STAFF, now=NOW)
        assert [row.user for row in queries.staff_not_told(worker.office, NOW)] == [other]

    def test_it_is_sent_again(self, account):
        by_hand.retry(message=account, by=STAFF, now=NOW)
        account.refresh_from_db()
        assert (account.state, account.channel) == (State.PENDING, "email")
