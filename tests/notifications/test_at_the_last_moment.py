"""What changes between the claim and the fence: the message follows what holds when it goes out."""

from datetime import timedelta
from time import sleep
from uuid import uuid4

import pytest

from notifications import delivery, fence, queries, reading, receipts, recovery, retries
from notifications.channels import OptedOut, Refused
from notifications.models import ENDINGS, Message, State
from notifications.reading import Reading
from scheduler.events import SYSTEM, Actor
from scheduler.models import Client, Participant
from scheduler.services import booking, contacts
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
STAFF, MOBILE = Actor("user", "1"), "+491712345678"


def booked(worker, **fields):
    appointment = factories.appointment(worker, factories.client(worker.office, **fields))
    Message.objects.exclude(kind="confirmation").delete()
    return appointment


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


def fates():
    return sorted(Message.objects.values_list("channel", "state", "last_error"))


def listed(office):
    return list(queries.could_not_be_told(office, NOW).values_list("kind", "channel", "last_error"))


def silence(appointment):
    contacts.set_silence(client=appointment.client, silent=True, by=SYSTEM, now=NOW)


def revoke(appointment):
    appointment.participants.filter(role="client").update(revoked_at=NOW)


class Clock:
    """Something happens when the clock is read for the n-th time: 1 looks again, 3 renders, 4 fences."""

    def __init__(self, reading, happens):
        self.left, self.happens = reading, happens

    def __call__(self):
        self.left -= 1
        if self.left == 0:
            self.happens()
        return NOW


@pytest.mark.parametrize("happens", [silence, revoke])
@pytest.mark.parametrize("reading", [None, 1, 2, 3, 4])
def test_nothing_goes_to_whom_nothing_may_go_any_more(worker, post, happens, reading):
    appointment = booked(worker)
    (message,) = delivery.claim(NOW, delivery.real_now())
    if reading is None:
        happens(appointment)
    delivery.deliver(message, Clock(reading, lambda: happens(appointment)) if reading else lambda: NOW)
    assert post.mails == []


def test_a_message_goes_to_the_address_as_it_is_now(worker, post):
    appointment = booked(worker)
    (message,) = delivery.claim(NOW, delivery.real_now())
    Client.objects.filter(pk=appointment.client_id).update(email="new@post.example")
    delivery.deliver(message, lambda: NOW)
    assert [mail["To"] for mail in post.parsed()] == ["new@post.example"]


class TestWhatIsReadTogether:
    @pytest.fixture
    def batch(self, worker):
        """Two confirmations, claimed and read at once; the first is told."""
        for number, start in enumerate(("2026-03-10 08:00", "2026-03-17 08:00")):
            person = factories.client(worker.office, email=f"client{number}@post.example")
            factories.appointment(worker, person, start=utc(start))
        Message.objects.exclude(kind="confirmation").delete()
        return delivery.claim(NOW, delivery.real_now())

    def told(self, batch, meanwhile):
        """Tell one after the other, with something in between that takes a while."""
        read = Reading(batch)
        for message in batch:
            delivery.deliver(message, lambda: NOW, reading=read)
            meanwhile(batch[1])
            sleep(reading.FRESH)

    def test_an_address_counts_as_it_is_then(self, batch, post):
        def moves(message):
            Client.objects.filter(pk=message.client_id).update(email="new@post.example")

        self.told(batch, moves)
        assert [mail["To"] for mail in post.parsed()][1] == "new@post.example"

    def test_so_does_consent(self, batch, post):
        def withdraws(message):
            contacts.withdraw_consent(client=message.client, channel="email", by=SYSTEM, now=NOW)

        self.told(batch, withdraws)
        assert len(post.mails) == 1

    def test_what_somebody_else_has_taken_up_is_left(self, batch, post):
        def loses(message):
            Message.objects.filter(pk=message.pk).update(lease=uuid4())

        self.told(batch, loses)
        assert len(post.mails) == 1

    def test_two_are_read_at_once(self, batch, post, django_assert_num_queries):
        read = Reading(batch)
        with django_assert_num_queries(2):
            assert [read.of(message) for message in batch] == batch


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_ending_passes_the_fence_for_whose_part_is_over(worker, kind):
    appointment = factories.appointment(worker)
    revoke(appointment)
    Message.objects.filter(appointment=appointment).update(kind=kind, sequence=99)
    (message, *_) = delivery.claim(NOW, delivery.real_now())
    until = delivery.real_now() + timedelta(seconds=20)
    person = appointment.participants.get(role="client")
    Message.objects.filter(pk=message.pk).update(participant=person)
    assert fence.passes(message, known_as="", now=NOW, lasts_until=until)
    assert not fence.passes(message, known_as="", now=NOW, lasts_until=until)


def test_a_farewell_goes_to_whose_part_has_ended(worker, post):
    appointment = factories.appointment(worker)
    booking.add_companion(appointment=appointment, name="Alex", email="alex@post.example", by=SYSTEM, now=NOW)
    Message.objects.all().delete()
    alex = Participant.objects.get(role="companion")
    booking.revoke_person(participant=alex, by=SYSTEM, now=NOW)
    tell()
    assert [mail["To"] for mail in post.parsed()] == ["alex@post.example"]


def test_what_others_have_taken_up_meanwhile_is_left_to_them(worker, post):
    booked(worker)
    (message,) = delivery.claim(NOW, delivery.real_now())
    Message.objects.update(state=State.PENDING, lease=None)
    delivery.deliver(message, lambda: NOW)
    assert (post.mails, fates()) == ([], [("email", "pending", "")])


def test_what_is_refused_after_others_took_it_up_has_no_consequences(worker):
    appointment = booked(worker, mobile=MOBILE)
    Message.objects.filter(channel="sms").delete()
    message = Message.objects.get()
    nobodys = Message.objects.none()
    receipts.refuse(nobodys, message, OptedOut("twilio_21610"), NOW)
    assert fates() == [("email", "pending", "")]
    assert appointment.client.consents.filter(withdrawn_at=None).count() == 2


class TestAChannelThatIsClosedMeanwhile:
    def test_the_next_one_carries_it(self, worker, post):
        appointment = booked(worker, mobile=MOBILE, channel="sms")
        contacts.withdraw_consent(client=appointment.client, channel="sms", by=SYSTEM, now=NOW)
        tell()
        assert fates() == [("email", "sent", ""), ("sms", "failed", "no_channel")]
        assert listed(worker.office) == []

    def test_without_another_it_is_listed(self, worker):
        appointment = booked(worker)
        contacts.withdraw_consent(client=appointment.client, channel="email", by=SYSTEM, now=NOW)
        tell()
        assert listed(worker.office) == [("confirmation", "email", "no_channel")]

    def test_an_opt_out_at_the_first_of_two_lists_both(self, worker, twilio):
        person = factories.client(worker.office, email=None, mobile=MOBILE)
        talks = [factories.appointment(worker, person, start=utc(f"2026-03-{day} 08:00")) for day in (10, 17)]
        Message.objects.all().delete()
        for talk in talks:
            booking.cancel(appointment=talk, by=STAFF, now=NOW)
        Message.objects.exclude(kind="cancelled").delete()
        twilio.answers = [(400, {"code": 21610, "message": "unsubscribed", "status": 400})]
        tell()
        assert sorted(listed(worker.office)) == [
            ("cancelled", "sms", "no_channel"),
            ("cancelled", "sms", "twilio_21610"),
        ]

    def test_who_wants_no_messages_at_all_is_on_no_list(self, worker):
        silence(booked(worker))
        tell()
        assert (fates(), listed(worker.office)) == ([("email", "void", "")], [])

    def test_a_reminder_that_no_channel_carries_is_none(self, worker):
        appointment = factories.appointment(worker)
        Message.objects.exclude(stage="day_before").delete()
        contacts.withdraw_consent(client=appointment.client, channel="email", by=SYSTEM, now=NOW)
        tell(Message.objects.get().due_at)
        assert (fates(), listed(worker.office)) == ([("email", "void", "")], [])


def test_a_bad_address_has_failed_at_once(worker):
    booked(worker, email="a@b.example\nBcc: x@y.example")
    tell()
    assert fates() == [("email", "failed", "bad_address")]
    assert Message.objects.get().attempts == 1


class TestWhatKillsItsWorker:
    @pytest.fixture
    def poison(self, worker):
        """Each time this message is claimed, its worker dies; the other one is harmless."""
        booked(worker)
        factories.appointment(worker, start=utc("2026-03-17 08:00"))
        Message.objects.exclude(kind="confirmation").delete()
        first, other = Message.objects.order_by("due_at", "pk")
        return first, other

    def die(self, settings):
        batch = delivery.claim(NOW, delivery.real_now())
        recovery.recover(NOW, delivery.real_now() + settings.DELIVERY_LEASE + timedelta(seconds=1))
        return batch

    def test_it_takes_others_with_it_only_once(self, poison, settings):
        assert len(self.die(settings)) == 2
        assert len(self.die(settings)) == 1

    def test_it_has_failed_after_eight_deaths_and_is_listed(self, poison, settings, worker):
        first, other = poison
        other.delete()
        for _ in range(retries.ATTEMPTS):
            assert self.die(settings) == [first]
        assert self.die(settings) == []
        assert fates() == [("email", "failed", "worker_died")]
        assert listed(worker.office) == [("confirmation", "email", "worker_died")]


def test_a_refusal_is_noted_for_the_next_channel(worker, tmp_path, settings):
    settings.SMS_CONSOLE_PATH = tmp_path
    booked(worker, mobile=MOBILE)
    Message.objects.filter(channel="sms").delete()
    message = Message.objects.get()
    receipts.refuse(Message.objects.filter(pk=message.pk), message, Refused("smtp_550"), NOW)
    assert fates() == [("email", "failed", "smtp_550"), ("sms", "pending", "")]
