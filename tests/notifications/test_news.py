"""Several changes before anybody was told: each hears all that is new to her, in her present language."""

import json
from datetime import timedelta

import pytest
from django.test import override_settings

from notifications import delivery, gsm7, rendering
from notifications.models import Message
from scheduler.events import SYSTEM, Actor
from scheduler.services import booking, contacts
from tests import factories
from tests.factories import NOW, utc
from tests.notifications.post import serve

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("user", "1")
ELEVEN = utc("2026-03-10 10:00")


@pytest.fixture
def post(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = False
    with serve() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def sms(settings, tmp_path):
    settings.SMS_CONSOLE_PATH = tmp_path / "sms"
    return lambda: [
        json.loads(path.read_text())["text"] for path in sorted((tmp_path / "sms").glob("*.json"))
    ]


@pytest.fixture
def mate(worker):
    mate = factories.caseworker(worker.office, worker.services.get(), team=worker.team)
    factories.opening(mate)
    return mate


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


def text_of(post, address):
    return [mail.get_body(("plain",)).get_content() for mail in post.parsed() if mail["To"] == address]


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
    first, second = sorted(sms())
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
    assert all("We had to cancel" in told for told in text_of(post, appointment.client.email)[-2:])


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
        (text,) = sms()
        assert text.startswith("Di 10.03. 09:00 > http")
        assert text.endswith(" Tel 06152 989 Kastanie")
        booking.cancel(appointment=appointment, by=SYSTEM, now=NOW)
        tell()
        assert max(sms()) == "X Di 10.03. 09:00 Tel 06152 989 Kastanie"


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
