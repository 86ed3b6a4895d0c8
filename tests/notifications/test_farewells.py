"""Whose part has ended is told so, by the time that she knows, and not if she has a part again."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from notifications import delivery
from notifications.models import Message, State
from scheduler.events import SYSTEM, Actor
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("user", "1")
NEXT_DAY = utc("2026-03-11 09:00")


@pytest.fixture
def appointment(worker, post):
    made = factories.appointment(worker)
    tell(0)
    post.mails.clear()
    return made


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def tell(seconds):
    delivery.deliver_due(lambda: after(seconds))


def mails(post, address):
    return [mail for mail in post.parsed() if mail["To"] == address]


def calendar_of(mail):
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), int(event["SEQUENCE"]), event["DTSTAMP"].dt, event["DTSTART"].dt


def hand(appointment, to, seconds):
    booking.hand_over(appointment=appointment, caseworker=to, by=STAFF, now=after(seconds))


class TestThereAndBackAgain:
    def test_whoever_has_the_talk_again_is_not_told_that_it_was_cancelled(
        self, appointment, worker, mate, post
    ):
        hand(appointment, mate, 10)
        hand(appointment, worker, 20)
        tell(30)
        assert [calendar_of(mail)[:2] for mail in mails(post, worker.user.email)] == [("REQUEST", 2)]
        assert mails(post, mate.user.email) == []

    def test_what_was_told_in_between_is_told_in_rising_order(self, appointment, worker, mate, post):
        hand(appointment, mate, 10)
        tell(15)
        hand(appointment, worker, 20)
        tell(25)
        assert [calendar_of(mail)[:2] for mail in mails(post, worker.user.email)] == [
            ("CANCEL", 1),
            ("REQUEST", 2),
        ]
        assert [calendar_of(mail)[:2] for mail in mails(post, mate.user.email)] == [
            ("REQUEST", 1),
            ("CANCEL", 2),
        ]

    def test_a_companion_who_is_added_again_gets_rising_invitations(self, appointment, post):
        for seconds in (10, 40):
            alex = booking.add_companion(
                appointment=appointment, name="Alex", email="alex@post.example", by=SYSTEM, now=after(seconds)
            )
            tell(seconds + 1)
            if seconds == 10:
                booking.revoke_person(participant=alex, by=SYSTEM, now=after(20))
                tell(21)
        told = [calendar_of(mail) for mail in mails(post, "alex@post.example")]
        assert [method for method, *_ in told] == ["REQUEST", "CANCEL", "REQUEST"]
        assert [stamp for _, _, stamp, _ in told] == [after(10), after(20), after(40)]

    def test_a_companion_who_was_added_again_at_once_is_only_invited(self, appointment, post):
        common = {"appointment": appointment, "name": "Alex", "email": "alex@post.example", "by": SYSTEM}
        alex = booking.add_companion(**common, now=after(10))
        tell(11)
        booking.revoke_person(participant=alex, by=SYSTEM, now=after(20))
        booking.add_companion(**common, now=after(21))
        tell(22)
        assert [calendar_of(mail)[0] for mail in mails(post, "alex@post.example")] == ["REQUEST"] * 2

    def test_whoever_never_heard_that_she_takes_part_hears_nothing(self, appointment, post):
        alex = booking.add_companion(
            appointment=appointment, name="Alex", email="alex@post.example", by=SYSTEM, now=after(10)
        )
        booking.revoke_person(participant=alex, by=SYSTEM, now=after(11))
        tell(12)
        assert mails(post, "alex@post.example") == []
        assert not Message.objects.filter(participant=alex).exclude(state=State.VOID).exists()

    def test_a_message_that_is_claimed_already_is_overtaken_too(self, appointment, worker, mate, post):
        hand(appointment, mate, 10)
        claimed = delivery.claim(after(11), delivery.real_now())
        hand(appointment, worker, 12)
        for message in claimed:
            delivery.deliver(message, lambda: after(13))
        assert post.mails == []


class TestTheTimeThatSheKnows:
    def test_an_interpreter_who_does_not_come_along_hears_of_the_old_time(self, worker, post):
        interpreter = factories.interpreter(worker.office, "ar", email="sprache@post.example")
        factories.opening(interpreter)
        appointment = factories.appointment(worker, interpreter="ar", now=NOW)
        tell(0)
        booking.move(appointment=appointment, start=NEXT_DAY, by=STAFF, now=after(10), special=True)
        tell(11)
        invited, ended = mails(post, interpreter.email)
        assert calendar_of(invited)[3] == calendar_of(ended)[3] == utc("2026-03-10 08:00")
        assert ended["Subject"] == "Abgesagt: Dienstag, 10. März, 9:00 Uhr"
        assert "Dienstag, 10. März" in ended.get_body(("plain",)).get_content()

    def test_the_former_caseworker_hears_of_the_old_time(self, appointment, worker, mate, post):
        booking.move(
            appointment=appointment, start=NEXT_DAY, caseworker=mate, by=STAFF, now=after(10), special=True
        )
        tell(11)
        (ended,) = mails(post, worker.user.email)
        assert ended["Subject"].startswith("Abgesagt: Dienstag, 10. März")
        (booked,) = mails(post, mate.user.email)
        assert calendar_of(booked)[3] == NEXT_DAY

    def test_a_companion_who_was_removed_does_not_hear_of_a_later_move(self, appointment, post):
        alex = booking.add_companion(
            appointment=appointment, name="Alex", email="alex@post.example", by=SYSTEM, now=after(10)
        )
        tell(11)
        booking.revoke_person(participant=alex, by=SYSTEM, now=after(20))
        booking.move(appointment=appointment, start=NEXT_DAY, by=STAFF, now=after(21), special=True)
        tell(22)
        assert calendar_of(mails(post, "alex@post.example")[-1])[3] == utc("2026-03-10 08:00")

    def test_moved_and_cancelled_at_once_names_the_time_that_she_knows(self, appointment, post):
        booking.move(appointment=appointment, start=NEXT_DAY, by=STAFF, now=after(10), special=True)
        booking.cancel(appointment=appointment, by=STAFF, now=after(11))
        tell(12)
        (mail,) = mails(post, appointment.client.email)
        assert mail["Subject"].startswith("Abgesagt: Dienstag, 10. März")

    def test_moved_told_and_cancelled_names_the_new_time(self, appointment, post):
        booking.move(appointment=appointment, start=NEXT_DAY, by=STAFF, now=after(10), special=True)
        tell(11)
        booking.cancel(appointment=appointment, by=STAFF, now=after(12))
        tell(13)
        assert mails(post, appointment.client.email)[-1]["Subject"].startswith("Abgesagt: Mittwoch, 11. März")
