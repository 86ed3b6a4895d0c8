"""What comes back to the mailbox, read from a real IMAP server: bounces and answers to invitations."""

from uuid import uuid4

import pytest

from notifications import delivery, imap, mailbox, queries
from notifications.models import Message, State
from scheduler import ical
from scheduler.events import Actor
from scheduler.models import Event
from scheduler.queries import company
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc
from tests.notifications.came_back import answer, confirmed, fate, report

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")


@pytest.fixture
def sent(worker):
    """A confirmation that has left by mail alone, to a client who can be told by SMS, too."""
    return confirmed(worker, mobile="+4915112345678")


def listed(message):
    return message in queries.could_not_be_told(message.office, NOW)


def declined(appointment):
    return Event.objects.filter(appointment=appointment, verb="participant.declined").count()


class TestBounces:
    def test_what_came_back_is_told_by_sms_instead(self, box, sent):
        box.put(report(sent.message_id))
        assert mailbox.read(NOW) == 1
        assert fate(sent) == ("failed", "bounce_5.1.1")
        instead = Message.objects.get(channel="sms")
        assert (instead.kind, instead.state, instead.sent_at) == ("confirmation", "pending", None)
        delivery.deliver_due(lambda: NOW)
        assert fate(instead)[0] == "sent"

    def test_without_another_channel_it_is_listed(self, box, worker):
        message = confirmed(worker)
        assert not listed(message)
        box.put(report(message.message_id))
        mailbox.read(NOW)
        assert fate(message) == ("failed", "bounce_5.1.1")
        assert listed(message)

    @pytest.mark.parametrize(
        "how",
        [
            {"original": "text/rfc822-headers"},
            {"original": "", "head": "In-Reply-To: {}\r\n"},
            {"original": "", "head": "References: <a@b.example>\r\n {}\r\n"},
            {"action": "Failed", "status": "4.4.7"},
            {"status": "5.2.2 (mailbox full)"},
        ],
    )
    def test_servers_say_it_in_many_ways(self, box, sent, how):
        box.put(report(sent.message_id, **{name: said.format(sent.message_id) for name, said in how.items()}))
        mailbox.read(NOW)
        assert fate(sent)[0] == "failed"

    @pytest.mark.parametrize(
        "how",
        [
            {"action": "delayed", "status": "4.4.1"},
            {"action": "delivered", "status": "2.0.0"},
            {"action": "failed", "status": "2.0.0"},
            {"action": "failed", "status": "no number"},
        ],
    )
    def test_a_delay_changes_nothing(self, box, sent, how):
        box.put(report(sent.message_id, **how))
        assert mailbox.read(NOW) == 1
        assert fate(sent) == ("sent", "")

    def test_twice_is_once(self, box, sent):
        box.put(report(sent.message_id), report(sent.message_id))
        mailbox.read(NOW)
        box.forget()
        assert mailbox.read(NOW) == 2
        assert Message.objects.filter(channel="sms").count() == 1

    def test_what_is_not_ours_or_not_out_does_nothing(self, box, sent, worker):
        waiting = confirmed(worker, "2026-03-10 09:00")
        Message.objects.filter(pk=waiting.pk).update(state=State.PENDING)
        guessed = f"<{uuid4()}@localhost>"
        elsewhere = sent.message_id.replace("@", "@elsewhere.")
        box.put(*map(report, (guessed, elsewhere, waiting.message_id, "<no-uuid@localhost>", "", "<")))
        assert mailbox.read(NOW) == 6
        assert (fate(sent)[0], fate(waiting)[0]) == ("sent", "pending")

    def test_a_mail_whose_fate_was_unknown_was_out(self, box, sent):
        Message.objects.filter(pk=sent.pk).update(state=State.UNKNOWN)
        box.put(report(sent.message_id))
        mailbox.read(NOW)
        assert fate(sent)[0] == "failed"

    def test_of_a_large_mail_only_the_beginning_is_read(self, box, sent):
        box.put(report(sent.message_id, padding=b"y" * 5_000_000))
        read = []
        imap.visit(imap.Mailbox(**box.setting), read.append, within=20)
        assert [len(mail) for mail in read] == [1024 * 1024]
        mailbox.heed(read[0], NOW)
        assert fate(sent)[0] == "failed"


BROKEN = [
    b"",
    b"\x00\xff\xfe",
    b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts",
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
    b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b",
    b"From: \xff\xfe<a@b>\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT",
    b"From: a@b.example\r\nContent-Type: text/calendar\r\n\r\n"
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example\r\nUID:none\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    b"From: kim@post.example\r\nSubject: =?utf-8?q?=ff?=\r\n\r\nBitte rufen Sie mich an.",
]


class TestEveryMail:
    def test_broken_ones_are_marked_and_kept_and_stop_nothing(self, box, sent):
        mails = [mail for mail in BROKEN if mail]
        box.put(*mails, report(sent.message_id))
        assert mailbox.read(NOW) == len(mails) + 1
        assert fate(sent)[0] == "failed"
        assert (box.number("SEEN"), box.number("UNSEEN")) == (len(mails) + 1, 0)
        assert mailbox.read(NOW) == 0

    @pytest.mark.parametrize("mail", BROKEN)
    def test_none_of_the_broken_ones_makes_us_fail(self, mail, caplog):
        mailbox.heed(mail, NOW)
        assert caplog.messages == []

    def test_one_that_makes_us_fail_is_logged_without_its_words(self, caplog):
        mailbox.heed(b"Subject: Kim Beispiel\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000, NOW)
        assert caplog.messages == ["a mail in the mailbox was left out: RecursionError"]
        assert "Kim" not in caplog.text

    def test_a_run_takes_fifty_and_the_next_one_goes_on(self, box):
        box.put(*[b"Subject: Hallo\r\n\r\n"] * 53)
        assert [mailbox.read(NOW), mailbox.read(NOW), mailbox.read(NOW)] == [50, 3, 0]
        assert box.number("ALL") == 53


class TestAnswers:
    @pytest.fixture
    def appointment(self, worker):
        return factories.appointment(worker)

    def test_a_caseworker_declines_and_the_appointment_stays(self, box, appointment):
        before = appointment.updated_at
        box.put(answer(appointment), answer(appointment))
        assert mailbox.read(NOW) == 2
        appointment.refresh_from_db()
        assert (appointment.status, appointment.updated_at) == ("booked", before)
        person = appointment.one("caseworker")
        assert company.declined(appointment) == {person.pk}
        event = Event.objects.get(verb="participant.declined")
        assert (event.actor, event.appointment) == (f"participant:{person.pk}", appointment)

    @pytest.mark.parametrize("says", ["ACCEPTED", "TENTATIVE", "DELEGATED", "NEEDS-ACTION"])
    def test_other_answers_change_nothing(self, box, appointment, says):
        box.put(answer(appointment, says=says))
        assert mailbox.read(NOW) == 1
        assert declined(appointment) == 0

    def test_only_she_herself_by_her_own_address(self, box, appointment, worker):
        colleague = factories.caseworker(worker.office).user.email
        client = appointment.client.email
        box.put(
            answer(appointment, sender=colleague),
            answer(appointment, sender=colleague, attendee=colleague),
            answer(appointment, sender=client),
            answer(appointment, sender=client, attendee=client),
            answer(appointment, sender=f"{worker.user.email}>, <{client}"),
        )
        assert mailbox.read(NOW) == 5
        assert declined(appointment) == 0

    def test_an_address_is_the_same_in_capitals(self, box, appointment, worker):
        shouted = worker.user.email.upper()
        box.put(answer(appointment, sender=shouted, attendee=shouted))
        mailbox.read(NOW)
        assert declined(appointment) == 1

    def test_an_answer_to_another_time_is_none_to_this(self, box, appointment):
        late = answer(appointment)
        booking.move(appointment=appointment, start=utc("2026-03-10 09:00"), by=STAFF, now=NOW)
        box.put(late, answer(appointment, sequence=7), answer(appointment, method="REQUEST"))
        assert mailbox.read(NOW) == 3
        assert declined(appointment) == 0

    def test_the_page_forgets_an_answer_when_the_appointment_moves(self, box, appointment):
        box.put(answer(appointment))
        mailbox.read(NOW)
        booking.move(appointment=appointment, start=utc("2026-03-10 09:00"), by=STAFF, now=NOW)
        assert company.declined(appointment) == set()
        assert declined(appointment) == 1

    def test_a_cancelled_appointment_and_an_unknown_one_are_left_alone(self, box, appointment):
        booking.cancel(appointment=appointment, by=STAFF, now=NOW)
        box.put(answer(appointment), answer(appointment, uid=uuid4()), answer(appointment, uid="none"))
        assert mailbox.read(NOW) == 3
        assert declined(appointment) == 0

    def test_calendars_are_asked_for_an_answer_only_where_it_is_read(self, box, appointment, settings):
        def asked(role):
            invite = ical.invite(appointment.one(role), address="a@b.example")
            return b"RSVP=TRUE" in invite.replace(b"\r\n ", b"")

        assert (asked("caseworker"), asked("client")) == (True, False)
        settings.MAILBOX = {}
        assert (asked("caseworker"), asked("client")) == (False, False)
