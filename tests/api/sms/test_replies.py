"""What people answer to an SMS: only what cannot be misunderstood changes something."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import OperationalError, connection

from notifications import gsm7
from notifications.models import Message, State
from scheduler.events import SYSTEM, Actor
from scheduler.models import CallbackRequest, Client, Participant
from scheduler.services import booking
from tests import factories
from tests.api.sms.conftest import MOBILE, SID, handed_over
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db
STAFF = Actor("user", "1")
STRANGE = [
    *("Буду о 2", "ساعة 2", "٢", "не 1", "1?", "2?", "2-3", "12", "1 2", "2 Uhr", "2ä", "nicht 2", "１"),
    *(
        "ja?",
        "ja, aber später",
        "не ja",
        "ja нет",
        "jaü",
        "absagen?",
        "nicht absagen",
        "👍 1",
        "-1",
        "1.5",
        "",
    ),
]
"""What a reader that looks for Latin letters and digits alone takes for 1, 2, JA or ABSAGEN."""


def text_of(answer):
    """What is said back."""
    return unescape(answer.content.decode().partition("<Message>")[2].partition("</Message>")[0])


@pytest.mark.parametrize("word", ["1", "JA", " ja! ", "Ja.", "1.", "\t1 !\n", "ja..."])
def test_yes_confirms(message, reply, word):
    assert b"best" in reply(word).content
    message.participant.refresh_from_db()
    assert message.participant.confirmed_at is not None


@pytest.mark.parametrize("word", ["2", "Absagen", "ABSAGEN!", " 2. "])
def test_no_cancels(message, reply, word):
    reply(word)
    message.appointment.refresh_from_db()
    assert (message.appointment.status, message.appointment.cancelled_by) == ("cancelled", "client")


def test_with_two_appointments_at_one_number_nothing_is_guessed(message, worker, reply):
    other = handed_over(worker, "2026-03-17 08:00", name="Robin Beispiel")
    text = text_of(reply("2"))
    assert "Welcher Termin?" in text
    assert message.office.phone in text
    assert (gsm7.is_gsm7(text), gsm7.segments(text)) == (True, 1)
    assert not [word for word in ("/t/", "10.", "17.", "9:00", "Robin") if word in text]
    for one in (message, other):
        one.appointment.refresh_from_db()
        assert one.appointment.status == "booked"


def test_the_same_reply_twice_is_one(message, reply):
    assert reply("hello?", sid=SID).content != reply("hello?", sid=SID).content
    assert CallbackRequest.objects.count() == 1


def test_a_reply_is_heard_again_where_the_data_base_failed_in_the_middle(message, reply):
    def broken(execute, sql, *more):
        if sql.startswith('UPDATE "scheduler_appointment"'):
            raise OperationalError("gone")
        return execute(sql, *more)

    with connection.execute_wrapper(broken), pytest.raises(OperationalError):
        reply("2", sid=SID)
    reply("2", sid=SID)
    message.appointment.refresh_from_db()
    assert message.appointment.status == "cancelled"


def test_stop_ends_sms_for_everybody_at_this_number(message, worker, reply):
    other = handed_over(worker, "2026-03-17 08:00", name="Robin Beispiel")
    reply("STOP")
    for one in (message, other):
        assert not one.client.consents.filter(withdrawn_at=None).exists()


def test_anything_else_is_a_call_back(message, reply):
    reply("Ich komme später\n" + "x" * 900)
    row = CallbackRequest.objects.get()
    assert (row.phone, row.office) == (MOBILE, message.office)
    assert row.window == ("Ich komme später " + "x" * 900)[:40]


@pytest.mark.parametrize(
    ("then", "kept"),
    [
        ("bin krank", "komme später / bin krank"),
        ("", "komme später"),
        ("bitte erst nach 15 Uhr anrufen", "später / bitte erst nach 15 Uhr anrufen"),
        ("x" * 50, "x" * 40),
    ],
)
def test_what_she_adds_while_a_call_waits_is_kept_and_answered_once(message, reply, then, kept):
    assert "rufen Sie zurück" in text_of(reply("komme später"))
    assert text_of(reply(then)) == ""
    assert CallbackRequest.objects.get().window == kept


def test_to_a_call_that_was_made_nothing_is_added(message, reply):
    reply("komme später")
    CallbackRequest.objects.update(done_at=NOW)
    assert "rufen Sie zurück" in text_of(reply("bin krank"))
    assert list(CallbackRequest.objects.values_list("window", flat=True)) == ["komme später", "bin krank"]


@pytest.mark.parametrize(("asked", "kept"), [("any", "hello"), ("morning", "morning / hello")])
def test_what_she_adds_leaves_when_to_call(message, reply, asked, kept):
    CallbackRequest.objects.create(
        office=message.office, name="Kim", phone=MOBILE, window=asked, created_at=NOW
    )
    reply("hello")
    assert CallbackRequest.objects.get().window == kept


@pytest.mark.parametrize("body", STRANGE)
def test_nothing_is_left_out_of_what_is_said(message, reply, body):
    said = text_of(reply(body))
    assert "rufen Sie zurück" in said
    person = Participant.objects.select_related("appointment").get(pk=message.participant_id)
    assert (person.appointment.status, person.confirmed_at) == ("booked", None)
    assert CallbackRequest.objects.get().window == " ".join(body.split())


class TestWithoutAnAppointment:
    @pytest.fixture
    def client_of_ours(self, message):
        """Her talk is cancelled."""
        booking.cancel(appointment=message.appointment, by=SYSTEM, now=NOW)
        return message.client

    @pytest.mark.parametrize("body", ["Ich brauche einen Termin", "2", "JA", "?"])
    def test_what_she_writes_goes_to_her_office(self, client_of_ours, reply, body):
        assert "rufen Sie zurück" in text_of(reply(body))
        row = CallbackRequest.objects.get()
        assert (row.office, row.phone, row.window) == (client_of_ours.office, MOBILE, body)
        assert row.name == client_of_ours.name

    def test_each_office_that_knows_the_number_calls_back(self, client_of_ours, reply):
        other = factories.client(factories.office(), mobile=MOBILE)
        reply("hello")
        assert set(CallbackRequest.objects.values_list("office", flat=True)) == {
            client_of_ours.office_id,
            other.office_id,
        }

    def test_who_shares_a_number_or_is_protected_is_not_named(self, client_of_ours, reply):
        factories.client(client_of_ours.office, mobile=MOBILE)
        reply("hello")
        assert CallbackRequest.objects.get().name == "SMS"
        CallbackRequest.objects.all().delete()
        type(client_of_ours).objects.update(name="Kim", protected=True)
        reply("hello")
        assert CallbackRequest.objects.get().name == "SMS"

    def test_who_wants_no_messages_gets_no_answer(self, client_of_ours, reply):
        type(client_of_ours).objects.update(no_messages=True)
        assert text_of(reply("hello")) == ""
        assert CallbackRequest.objects.count() == 1


@pytest.mark.parametrize("word", ["1", "JA", "2", "hello"])
@pytest.mark.parametrize("talks", [1, 2])
def test_safe_contact_whoever_holds_the_phone_learns_and_changes_nothing(message, worker, reply, word, talks):
    if talks == 2:
        handed_over(worker, "2026-03-17 08:00", name="Robin Beispiel")
    Client.objects.filter(pk=message.client_id).update(no_messages=True)
    assert text_of(reply(word)) == ""
    person = Participant.objects.select_related("appointment").get(pk=message.participant_id)
    assert (person.appointment.status, person.confirmed_at) == ("booked", None)
    assert CallbackRequest.objects.get().window == word


@pytest.mark.parametrize("state", [State.PENDING, State.CLAIMED])
@pytest.mark.parametrize("word", ["1", "2"])
def test_her_word_does_not_count_for_a_time_she_has_not_heard_of(message, worker, reply, word, state):
    talk = message.appointment
    booking.move(appointment=talk, start=utc("2026-03-17 08:00"), by=STAFF, now=NOW, special=True)
    news = Message.objects.filter(appointment=talk, participant=message.participant, kind="moved")
    assert news.update(state=state) == 1
    assert message.office.phone in text_of(reply(word))
    person = Participant.objects.select_related("appointment").get(pk=message.participant_id)
    assert (person.appointment.status, person.confirmed_at) == ("booked", None)
    news.update(state=State.SENT)
    reply("2")
    talk.refresh_from_db()
    assert talk.status == "cancelled"


def test_strangers_learn_and_change_nothing(message, reply):
    answer = reply("2", sender="+4915199999999")
    assert b"<Message>" not in answer.content
    message.appointment.refresh_from_db()
    assert message.appointment.status == "booked"


def test_after_the_start_it_is_too_late_for_a_reply(message, reply, clock):
    clock.to(message.appointment.start + timedelta(minutes=1))
    reply("2")
    message.appointment.refresh_from_db()
    assert message.appointment.status == "booked"
