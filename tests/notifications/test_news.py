"""Several changes before anybody was told: each hears all that is new to her, in her present language."""

from datetime import timedelta

import pytest
from django.test import override_settings

from notifications import by_hand, delivery, gsm7, queries, receipts, rendering
from notifications.channels import Refused
from notifications.models import Message
from scheduler.events import SYSTEM, Actor
from scheduler.services import attendance, booking, contacts
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("user", "1")
ELEVEN = utc("2026-03-10 10:00")


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


def text_of(post, address):
    return [mail.get_body(("plain",)).get_content() for mail in post.parsed() if mail["To"] == address]


def texts(sms):
    return sorted(message["text"] for message in sms())


def by_sms(worker, **fields):
    person = factories.client(worker.office, email=None, mobile="+491712345678", word="Kastanie", **fields)
    return factories.appointment(worker, person)


def test_a_mail_says_all_that_is_new(worker, mate, post):
    appointment = factories.appointment(worker)
    tell()
    booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=NOW)
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    told = text_of(post, appointment.client.email)[-1]
    assert "neue Zeit" in told
    assert "anderen Weg" in told
    assert f"jetzt mit {mate.display_name}" in told


def test_what_was_told_before_is_no_news(worker, mate, post):
    appointment = factories.appointment(worker)
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    tell()
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    told = text_of(post, appointment.client.email)[-1]
    assert "neue Zeit" not in told
    assert "jetzt mit" in told


def test_an_sms_that_stands_for_two_changes_says_time_and_way(worker, mate, sms):
    appointment = by_sms(worker)
    tell()
    booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=NOW)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    first, second = texts(sms)
    assert first.startswith("Kreis GG: Termin Di 10.03. 09:00 ")
    assert second.startswith("Kreis GG: neu: Telefon Di 10.03. 09:00 ")
    assert gsm7.segments(second) == 1


def test_whoever_has_not_heard_of_the_appointment_hears_of_it_as_it_stands(worker, post):
    appointment = factories.appointment(worker, by=STAFF)
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    tell()
    (told,) = text_of(post, appointment.client.email)
    assert "gebucht" in told
    assert "11:00" in told
    assert "neue Zeit" not in told


def test_a_second_caseworker_is_not_booked_twice(worker, mate, post):
    third = factories.caseworker(worker.office, worker.services.get(), team=worker.team)
    appointment = factories.appointment(worker)
    booking.add_caseworker(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    booking.hand_over(appointment=appointment, caseworker=third, by=STAFF, now=NOW)
    kinds = dict(Message.objects.filter(state="pending", user__isnull=False).values_list("user", "kind"))
    assert kinds[mate.user.pk] == "staff_moved"
    assert kinds[third.user.pk] == "staff_booked"
    assert kinds[worker.user.pk] == "staff_cancelled"


def test_a_language_chosen_after_the_booking_is_used(worker, post):
    appointment = factories.appointment(worker)
    other = factories.appointment(worker, appointment.client, start=ELEVEN)
    tell()
    contacts.choose_language(participant=appointment.one("client"), language="en")
    for one in (appointment, other):
        booking.cancel(appointment=one, by=STAFF, now=NOW)
    tell()
    told = [text for text in text_of(post, appointment.client.email) if "We had to cancel" in text]
    assert len(told) == 2


def test_nothing_is_told_after_the_start_that_was_true_before_it(worker, post):
    appointment = factories.appointment(worker)
    tell(appointment.start + timedelta(minutes=1))
    assert post.mails == []
    assert set(Message.objects.values_list("state", flat=True)) == {"expired"}


def test_what_changes_after_the_start_is_told_then(worker, post):
    appointment = factories.appointment(worker)
    tell()
    nine_past = appointment.start + timedelta(minutes=9)
    booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=nine_past)
    tell(nine_past)
    assert "anderen Weg" in text_of(post, appointment.client.email)[-1]


class TestWithoutWords:
    def test_each_names_day_time_link_phone_and_word(self, worker, sms):
        worker.office.phone = "06152 989"
        worker.office.save()
        appointment = by_sms(worker, language="uk")
        tell()
        (text,) = texts(sms)
        assert text.startswith("Di 10.03. 09:00 > http")
        assert text.endswith(" Tel 06152 989 Kastanie")
        booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
        tell()
        assert texts(sms)[-1] == "X Di 10.03. 09:00 Tel 06152 989 Kastanie"


@pytest.mark.parametrize(
    ("sender", "service", "said"),
    [("+4915100000000", "", True), ("Kreis GG", "", False), ("+4915100000000", "MG1", False)],
)
def test_only_who_can_be_answered_says_how(worker, twilio, settings, sender, service, said):
    settings.TWILIO_FROM, settings.TWILIO_MESSAGING_SERVICE_SID = sender, service
    by_sms(worker)
    (message,) = Message.objects.filter(kind="confirmation", channel="sms")
    text = rendering.render(message, NOW).text
    assert text.endswith(" Antwort: 1 = ja, 2 = nein") == said
    assert gsm7.segments(text) == 1


def test_how_to_answer_costs_no_second_sms(worker, twilio):
    worker.office.sms_sender_name, worker.office.phone = "", "+49 6152 989 0000 00"
    worker.office.name = "J" * 80
    worker.office.save()
    by_sms(worker, language="de")
    message = Message.objects.get(kind="confirmation", channel="sms")
    with override_settings(PUBLIC_BASE_URL="https://termine.jobcenter-kreis-gg.de"):
        assert "Antwort" not in rendering.render(message, NOW).text


class TestThereAndBack:
    """Nobody has been told of anything in between."""

    @pytest.fixture
    def appointment(self, worker, post):
        made = factories.appointment(worker)
        tell()
        return made

    def told(self, post, appointment):
        tell()
        return text_of(post, appointment.client.email)[1:]

    def test_the_old_time_is_no_new_time(self, appointment, post):
        before = appointment.start
        for start in (ELEVEN, before):
            booking.move(appointment=appointment, start=start, by=STAFF, now=NOW)
        assert self.told(post, appointment) == []
        assert set(Message.objects.filter(kind__in=["moved", "staff_moved"]).values_list("state")) == {
            ("void",)
        }

    def test_the_old_way_is_no_other_way(self, appointment, post):
        for mode in ("phone", "video"):
            booking.switch_mode(appointment=appointment, mode=mode, by=STAFF, now=NOW)
        assert self.told(post, appointment) == []

    def test_a_move_to_somebody_else_says_with_whom(self, appointment, mate, post):
        booking.move(appointment=appointment, start=ELEVEN, caseworker=mate, by=STAFF, now=NOW)
        (told,) = self.told(post, appointment)
        assert "neue Zeit" in told
        assert f"jetzt mit {mate.display_name}" in told
        assert "anderen Weg" not in told


def test_an_sms_about_time_and_person_does_not_name_the_way(worker, mate, sms):
    appointment = by_sms(worker)
    tell()
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    assert texts(sms)[-1].startswith("Kreis GG: neue Zeit Di 10.03. 11:00 ")


def test_what_was_told_by_phone_has_been_heard(worker, post):
    appointment = factories.appointment(worker)
    tell()
    booking.move(appointment=appointment, start=utc("2026-03-11 09:00"), by=STAFF, now=NOW, special=True)
    moved = Message.objects.get(kind="moved")
    Message.objects.filter(pk=moved.pk).update(state="failed")
    by_hand.tell_by_phone(message=Message.objects.get(pk=moved.pk), by=STAFF, now=NOW)
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    tell()
    assert "Mittwoch, 11. März" in text_of(post, appointment.client.email)[-1]


def test_whoever_heard_of_her_part_by_phone_hears_of_its_end(worker, post):
    appointment = factories.appointment(worker)
    alex = booking.add_companion(
        appointment=appointment, name="Alex", email="alex@post.example", by=STAFF, now=NOW
    )
    own = Message.objects.get(participant=alex)
    Message.objects.filter(pk=own.pk).update(state="failed")
    by_hand.tell_by_phone(message=Message.objects.get(pk=own.pk), by=STAFF, now=NOW)
    booking.revoke_person(participant=alex, by=STAFF, now=NOW)
    tell()
    assert len(text_of(post, "alex@post.example")) == 1


def test_a_confirmation_that_failed_makes_way_for_one_that_names_the_new_time(worker, post):
    appointment = factories.appointment(worker)
    Message.objects.filter(kind="confirmation").update(state="failed")
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    tell()
    (told,) = text_of(post, appointment.client.email)
    assert "gebucht" in told
    assert "11:00" in told


def test_companions_hear_nothing_of_what_came_and_went(worker, post):
    appointment = factories.appointment(worker)
    common = {"name": "Alex", "email": "alex@post.example", "by": STAFF, "now": NOW}
    booking.add_companion(appointment=appointment, **common)
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    tell()
    assert text_of(post, "alex@post.example") == []
    assert [len(text_of(post, one)) for one in (worker.user.email, appointment.client.email)] == [1, 1]


def test_whoever_takes_over_learns_that_somebody_waits(worker, mate):
    appointment = factories.appointment(worker)
    at_the_door = appointment.start + timedelta(minutes=1)
    attendance.knock(participant=appointment.one("client"), now=at_the_door)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=at_the_door)
    waits = Message.objects.filter(kind="staff_waits", state="pending")
    assert [message.user for message in waits] == [mate.user]


def says_that_she_comes(appointment):
    attendance.confirm(participant=appointment.one("client"), now=NOW)


def perhaps_arrives(appointment):
    Message.objects.filter(appointment=appointment, kind="moved").update(state="unknown")


class TestWhoMayNotKnow:
    """Staff have moved the talk to eleven o'clock, then changed the way and back again."""

    def and_back(self, appointment):
        booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=NOW)
        booking.switch_mode(appointment=appointment, mode="video", by=STAFF, now=NOW)

    @pytest.mark.parametrize("happens", [says_that_she_comes, perhaps_arrives])
    def test_this_is_not_having_heard(self, worker, post, happens):
        appointment = factories.appointment(worker)
        tell()
        booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
        happens(appointment)
        self.and_back(appointment)
        tell()
        assert "11:00" in text_of(post, appointment.client.email)[-1]

    def test_what_comes_back_late_is_listed_until_she_has_heard(self, worker, post):
        appointment = factories.appointment(worker)
        tell()
        booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
        tell()
        self.and_back(appointment)
        tell()
        moved = Message.objects.get(kind="moved")
        bounce = Refused("bounced")
        receipts.bounced(message_ids=[moved.message_id], error=bounce, now=NOW)
        assert moved in queries.could_not_be_told(worker.office, NOW)
        booking.move(appointment=appointment, start=utc("2026-03-10 09:00"), by=STAFF, now=NOW)
        assert moved not in queries.could_not_be_told(worker.office, NOW)
