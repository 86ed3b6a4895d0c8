"""Reports about an SMS that was sent more than once: only those about the present try count."""

from datetime import timedelta

import pytest

from notifications import delivery, retries
from notifications.models import Message, State
from scheduler.services import identity
from tests.api.sms.conftest import MOBILE, state
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = f"SM{1:032x}", f"SM{2:032x}"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def out(message, twilio):
    """An SMS that is really out."""
    Message.objects.update(state=State.PENDING)
    tell(NOW)
    message.refresh_from_db()
    assert (message.state, message.message_id) == ("sent", FIRST)
    return message


@pytest.fixture
def again(out, report, clock):
    """Its phone was off, so that it went once more."""
    report(out.pk, "undelivered", "30003", sid=FIRST)
    clock.to(LATER)
    tell(LATER)
    out.refresh_from_db()
    assert (out.state, out.message_id) == ("sent", SECOND)
    return out


def tell(at):
    delivery.deliver_due(lambda: at)


@pytest.mark.parametrize("status", ["undelivered", "failed", "delivered", "sent"])
def test_what_is_told_anew_of_the_first_try_changes_nothing(again, report, status):
    report(again.pk, status, "30003", sid=FIRST)
    assert (state(again), again.message_id) == ("sent", SECOND)
    assert Message.objects.filter(participant=again.participant, state=State.PENDING).count() == 0


@pytest.mark.parametrize("between", [State.PENDING, State.CLAIMED, State.SENDING, State.UNKNOWN])
@pytest.mark.parametrize("status", ["undelivered", "delivered", "sent"])
def test_nor_while_the_second_is_under_way(out, report, between, status):
    report(out.pk, "undelivered", "30003", sid=FIRST)
    Message.objects.filter(pk=out.pk).update(state=between)
    report(out.pk, status, "30005", sid=FIRST)
    assert state(out) == between


def test_the_fate_of_the_second_try_counts(again, report):
    report(again.pk, "undelivered", "30003", sid=SECOND)
    assert (state(again), again.last_error) == ("failed", "twilio_30003")


@pytest.mark.parametrize("between", [State.SENDING, State.UNKNOWN])
def test_a_report_may_come_before_the_answer(message, report, between):
    Message.objects.filter(pk=message.pk).update(state=between)
    report(message.pk, "delivered", sid=FIRST)
    assert (state(message), message.message_id) == ("delivered", FIRST)


@pytest.mark.parametrize("between", [State.PENDING, State.CLAIMED])
@pytest.mark.parametrize("status", ["sent", "delivered"])
def test_what_nobody_found_and_is_there_after_all_is_not_sent_again(out, report, between, status, twilio):
    """Sent, looked up in vain, due again: then the provider says that it has it."""
    Message.objects.filter(pk=out.pk).update(state=between, message_id="")
    report(out.pk, status, sid=SECOND)
    assert state(out) == status
    tell(LATER)
    assert len(twilio.taken) == 1


def test_of_what_was_never_sent_nothing_is_believed(message, report):
    Message.objects.filter(pk=message.pk).update(state=State.PENDING, sent_at=None)
    report(message.pk, "delivered", sid=FIRST)
    assert state(message) == "pending"


@pytest.mark.parametrize("code", ["30001", "30008"])
class TestTroublesThatPass:
    def test_it_is_tried_again_after_a_while(self, out, report, code, twilio):
        report(out.pk, "undelivered", code, sid=FIRST)
        assert (state(out), out.last_error) == ("pending", f"twilio_{code}")
        assert timedelta(seconds=24) <= out.next_try_at - NOW <= timedelta(seconds=36)
        tell(NOW + timedelta(minutes=1))
        assert (state(out), len(twilio.taken)) == ("sent", 2)

    def test_eight_times_at_most(self, out, report, code):
        Message.objects.filter(pk=out.pk).update(attempts=retries.ATTEMPTS)
        report(out.pk, "undelivered", code, sid=FIRST)
        assert (state(out), out.last_error) == ("failed", f"twilio_{code}")

    def test_not_after_its_time(self, out, report, code):
        Message.objects.filter(pk=out.pk).update(not_after=NOW + timedelta(seconds=20))
        report(out.pk, "undelivered", code, sid=FIRST)
        assert state(out) == "failed"


def test_a_code_is_tried_again_at_the_number_that_was_typed(worker, clock, report, twilio):
    clock.to(NOW)
    asked = {"channel": "sms", "address": MOBILE, "session": "s1", "language": "de"}
    identity.ask_code(office=worker.office, **asked, now=NOW)
    tell(NOW)
    code = Message.objects.get(kind="code")
    report(code.pk, "undelivered", "30008", sid=code.message_id)
    tell(NOW + timedelta(minutes=1))
    assert [fields["To"] for fields in twilio.taken] == [MOBILE, MOBILE]
    assert (state(code), code.address) == ("sent", "")
