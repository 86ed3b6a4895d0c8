"""From booking to message: planned in the transaction, told once, never untrue."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from notifications import delivery, gsm7, recovery
from notifications.models import Message, State
from scheduler.domain.wording import forbidden_in
from scheduler.events import SYSTEM, Actor
from scheduler.services import booking, contacts, identity
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT, STAFF = Actor("client", "1"), Actor("user", "1")


def tell(at=NOW):
    return delivery.deliver_due(lambda: at)


def states(**wanted):
    return sorted(Message.objects.filter(**wanted).values_list("kind", "stage", "channel", "state"))


def test_a_booking_is_told_to_both_with_an_invitation(worker, post):
    appointment = factories.appointment(worker)
    tell()
    client, staff = sorted(post.parsed(), key=lambda mail: mail["To"] != appointment.client.email)
    assert staff["To"] == worker.user.email
    assert client["Subject"] == "Ihr Termin: Dienstag, 10. März, 9:00 Uhr"
    invite = next(part for part in client.walk() if part.get_content_type() == "text/calendar")
    assert invite.get_param("method") == "REQUEST"
    event = Calendar.from_ical(invite.get_content()).walk("VEVENT")[0]
    assert (str(event["UID"]), event["SEQUENCE"]) == (str(appointment.uid), 0)
    assert client.get_content_type() == "multipart/mixed"
    assert "Ahorn" in client.get_body(("plain",)).get_content()
    assert appointment.client.name not in staff.as_string()


def test_nothing_is_told_twice(worker, post):
    factories.appointment(worker)
    tell()
    tell()
    assert len(post.mails) == 2


def test_reminders_come_one_working_day_before_at_ten_and_an_hour_before(worker):
    factories.appointment(worker)
    due = dict(Message.objects.filter(kind="reminder").values_list("stage", "due_at"))
    assert due == {"day_before": utc("2026-03-09 09:00"), "hour_before": utc("2026-03-10 07:00")}


def test_moving_voids_what_was_planned_and_plans_anew(worker, post):
    appointment = factories.appointment(worker)
    tell()
    booking.move(appointment=appointment, start=utc("2026-03-17 08:00"), by=CLIENT, now=NOW)
    tell()
    tell(utc("2026-03-10 07:30"))
    assert len(post.mails) == 4
    waiting = Message.objects.filter(state=State.PENDING, kind="reminder")
    assert sorted(waiting.values_list("due_at", flat=True)) == [
        utc("2026-03-16 09:00"),
        utc("2026-03-17 07:00"),
    ]


def test_a_cancelled_appointment_is_never_reminded_of(worker, post):
    appointment = factories.appointment(worker)
    tell()
    post.mails.clear()
    booking.cancel(appointment=appointment, by=CLIENT, now=NOW)
    tell()
    tell(utc("2026-03-10 07:30"))
    subjects = [mail["Subject"] for mail in post.parsed()]
    assert subjects == ["Abgesagt: Dienstag, 10. März, 9:00 Uhr"] * 2
    methods = {part.get_param("method") for mail in post.parsed() for part in mail.walk()} - {None}
    assert methods == {"CANCEL"}


def test_too_late_is_not_told(worker, post):
    factories.appointment(worker)
    tell(utc("2026-03-10 09:00"))
    assert post.mails == []
    assert {state for *_, state in states()} == {State.EXPIRED}


def test_consent_withdrawn_meanwhile_is_respected(worker, post):
    appointment = factories.appointment(worker)
    contacts.withdraw_consent(client=appointment.client, channel="email", by=SYSTEM, now=NOW)
    tell()
    assert [mail["To"] for mail in post.parsed()] == [worker.user.email]


def test_the_safe_contact_flag_means_no_message_at_all(worker, post):
    client = factories.client(worker.office, no_messages=True, mobile="+491712345678")
    factories.appointment(worker, client)
    assert {kind for kind, *_ in states()} == {"staff_booked"}


def test_a_refused_mail_falls_back_to_sms(worker, post, sms):
    client = factories.client(worker.office, mobile="+491712345678")
    factories.appointment(worker, client, by=CLIENT)
    post.answers = ["550 no such user", "550 no such user"]
    tell()
    tell()
    assert len(sms()) == 1
    assert ("confirmation", "", "email", "failed") in states()
    assert ("confirmation", "", "sms", "sent") in states()


def test_a_busy_server_is_tried_again_later(worker, post):
    factories.appointment(worker)
    post.answers = ["451 later", "451 later"]
    tell()
    assert {state for kind, *_, state in states() if kind != "reminder"} == {State.PENDING}
    tell(NOW + timedelta(minutes=1))
    assert len(post.mails) == 2


def test_a_connection_lost_after_the_text_repeats_with_the_same_message_id(worker, post):
    factories.appointment(worker)
    post.answers = ["drop", "drop"]
    tell()
    tell()
    assert len(post.mails) == 4
    assert len({mail["Message-ID"] for mail in post.parsed()}) == 2
    assert Message.objects.exclude(repeated_at=None).count() == 2
    assert {state for kind, *_, state in states() if kind != "reminder"} == {State.SENT}


def test_a_second_unknown_stays_and_is_listed(worker, post):
    factories.appointment(worker)
    post.answers = ["drop"] * 4
    tell()
    tell()
    assert {state for kind, *_, state in states() if kind != "reminder"} == {State.UNKNOWN}


def test_no_server_at_all_loses_nothing(worker, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    factories.appointment(worker)
    tell()
    rows = Message.objects.exclude(kind="reminder")
    assert set(rows.values_list("state", "attempts")) == {(State.PENDING, 1)}


class TestAfterADeath:
    def test_what_was_claimed_comes_back_when_the_lease_ends(self, worker, post, settings):
        factories.appointment(worker)
        real = delivery.real_now()
        assert len(delivery.claim(NOW, real)) == 2
        assert delivery.claim(NOW, real) == []
        assert (
            delivery.deliver_due(lambda: NOW, lambda: real + settings.DELIVERY_LEASE + timedelta(seconds=1))
            == 2
        )

    def test_mail_in_sending_is_repeated_once_with_the_same_id(self, worker, post, settings):
        factories.appointment(worker)
        delivery.claim(NOW, delivery.real_now())
        Message.objects.filter(state=State.CLAIMED).update(state=State.SENDING)
        recovery.recover(NOW, delivery.real_now() + settings.DELIVERY_LEASE + timedelta(seconds=1))
        tell()
        assert len(post.mails) == 2

    def test_without_the_lease_nobody_passes_the_fence(self, worker, post):
        factories.appointment(worker)
        for message in delivery.claim(NOW, delivery.real_now() - timedelta(minutes=5)):
            delivery.deliver(message, lambda: NOW)
        assert post.mails == []


def test_what_is_cancelled_while_it_is_written_is_not_sent(worker, post):
    appointment = factories.appointment(worker)
    claimed = delivery.claim(NOW, delivery.real_now())
    for message in claimed:
        delivery.deliver(message, _clock_that_cancels(appointment))
    assert post.mails == []
    tell()
    assert {mail["Subject"].split(":")[0] for mail in post.parsed()} == {"Abgesagt"}


def _clock_that_cancels(appointment):
    """Read once before the message is written and once before it goes out: in between somebody cancels."""
    readings = []

    def now():
        readings.append(NOW)
        standing = type(appointment).objects.filter(pk=appointment.pk, status="booked").first()
        if len(readings) == 2 and standing:
            booking.cancel(appointment=standing, by=STAFF, now=NOW)
        return NOW

    return now


def test_a_code_goes_to_the_typed_address_at_once(worker, post):
    proof = identity.ask_code(
        office=worker.office, channel="email", address="new@post.example", session="s", language="de", now=NOW
    )
    tell()
    (mail,) = post.parsed()
    assert mail["To"] == "new@post.example"
    assert identity.code_of(proof) in mail.get_body(("plain",)).get_content()
    assert Message.objects.get().address == ""


LONGEST = {"name": "J" * 80, "phone": "+49 6152 989 0000"}


@pytest.mark.parametrize("sender", ["", "Kreis GG 12"])
@pytest.mark.parametrize("language", ["de", "en", "uk", "ar"])
def test_every_sms_is_one_gsm7_segment_with_the_longest_names(worker, post, sms, settings, language, sender):
    settings.PUBLIC_BASE_URL = "https://termine.jobcenter-kreis-gg.de"
    for field, value in {**LONGEST, "sms_sender_name": sender}.items():
        setattr(worker.office, field, value)
    worker.office.save()
    client = factories.client(
        worker.office, email=None, mobile="+491712345678", word="Kastanie", language=language
    )
    appointment = factories.appointment(worker, client)
    tell()
    booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=NOW)
    tell()
    booking.switch_mode(appointment=appointment, mode="video", by=STAFF, now=NOW)
    booking.hand_over(
        appointment=appointment,
        caseworker=factories.caseworker(worker.office, appointment.service),
        by=STAFF,
        now=NOW,
    )
    tell()
    tell(utc("2026-03-09 09:00"))
    tell(utc("2026-03-10 07:00"))
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    tell(utc("2026-03-10 07:01"))
    texts = [one["text"] for one in sms()]
    assert len(texts) == 6
    assert [text for text in texts if not gsm7.is_gsm7(text) or gsm7.segments(text) != 1] == []
    assert all("Kastanie" in text for text in texts)
    assert forbidden_in(" ".join(texts)) == []


def test_no_mail_holds_a_forbidden_word_or_a_room(worker, post):
    appointment = factories.appointment(worker)
    tell()
    text = " ".join(
        part.get_content()
        for mail in post.parsed()
        for part in mail.walk()
        if part.get_content_type() == "text/plain"
    )
    assert forbidden_in(text) == []
    assert appointment.room not in text


def test_line_breaks_in_an_address_reach_nobody(worker, post):
    client = factories.client(worker.office, email="a@b.example\nBcc: x@y.example")
    factories.appointment(worker, client)
    tell()
    assert [mail["To"] for mail in post.parsed()] == [worker.user.email]
