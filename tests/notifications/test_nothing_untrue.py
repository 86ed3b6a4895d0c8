"""What several changes at once make of messages: each is told what holds, nobody is left out."""

from datetime import timedelta

import pytest

from notifications import delivery, queries
from notifications.models import Message, State, TemplateOverride
from scheduler.events import SYSTEM, Actor
from scheduler.models import Client
from scheduler.services import booking, contacts
from tests import factories
from tests.factories import NOW, utc

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("user", "1")
ELEVEN = utc("2026-03-10 10:00")


@pytest.fixture
def appointment(worker):
    made = factories.appointment(worker)
    Message.objects.filter(kind__in=["confirmation", "staff_booked"]).update(state=State.SENT)
    return made


def tell(at=NOW):
    delivery.deliver_due(lambda: at)


def mail_to(post, address):
    return [mail for mail in post.parsed() if mail["To"] == address]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_farewell_outlives_the_next_change(appointment, worker, mate, post):
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW + timedelta(seconds=10))
    tell(NOW + timedelta(seconds=20))
    (mail,) = mail_to(post, worker.user.email)
    assert mail["Subject"].startswith("Abgesagt")
    (kinds,) = {
        tuple(Message.objects.filter(user=mate.user, state=State.SENT).values_list("kind", flat=True))
    }
    assert kinds == ("staff_booked",)


def test_moved_and_handed_over_at_once_does_not_say_that_the_time_stays(appointment, mate, post):
    booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
    booking.hand_over(appointment=appointment, caseworker=mate, by=STAFF, now=NOW)
    tell()
    (mail,) = mail_to(post, appointment.client.email)
    assert "bleibt" not in text_of(mail)
    assert "11:00" in text_of(mail)


def test_the_same_time_with_somebody_else_is_no_new_time(appointment, mate):
    booking.move(appointment=appointment, start=appointment.start, caseworker=mate, by=STAFF, now=NOW)
    kinds = set(Message.objects.filter(state=State.PENDING).values_list("kind", flat=True))
    assert {"handed_over", "staff_booked"} <= kinds
    assert "moved" not in kinds


def test_an_offices_own_words_are_for_clients(appointment, worker, post):
    TemplateOverride.objects.create(
        office=worker.office,
        kind="cancelled",
        language="de",
        part="email.txt",
        text="Liebe Kundin, {{ news }} {{ facts }} {{ link }} {{ word }}",
    )
    booking.add_companion(appointment=appointment, name="Alex", email="alex@post.example", by=SYSTEM, now=NOW)
    tell()
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    tell()
    assert "Liebe Kundin" in text_of(mail_to(post, appointment.client.email)[-1])
    assert "Liebe Kundin" not in text_of(mail_to(post, "alex@post.example")[-1])


class TestNobodyReachesHer:
    @pytest.fixture(autouse=True)
    def unreachable(self, appointment):
        contacts.withdraw_consent(client=appointment.client, channel="email", by=SYSTEM, now=NOW)

    def untold(self, appointment):
        return list(queries.could_not_be_told(appointment.office, NOW).values_list("kind", "last_error"))

    def test_what_the_office_changes_goes_on_its_list(self, appointment, mate):
        booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
        assert self.untold(appointment) == [("moved", "no_channel")]
        booking.cancel(appointment=appointment, by=STAFF, now=NOW)
        assert self.untold(appointment) == [("cancelled", "no_channel")]

    def test_what_she_does_herself_she_knows(self, appointment):
        her = Actor.of(appointment.one("client"))
        booking.cancel(appointment=appointment, by=her, now=NOW)
        assert self.untold(appointment) == []

    def test_who_wants_no_messages_at_all_is_on_no_list_where_staff_were_told_so(self, appointment):
        contacts.set_silence(client=appointment.client, silent=True, by=SYSTEM, now=NOW)
        booking.cancel(appointment=appointment, by=STAFF, now=NOW)
        assert self.untold(appointment) == []

    def test_what_a_program_changes_for_her_staff_find_on_the_list(self, appointment):
        contacts.set_silence(client=appointment.client, silent=True, by=SYSTEM, now=NOW)
        booking.cancel(appointment=appointment, by=Actor("key", "1"), now=NOW)
        assert self.untold(appointment) == [("cancelled", "no_messages")]

    def test_what_a_program_books_for_her_is_on_the_list(self, appointment, worker):
        her, by_a_program = Client.objects.get(pk=appointment.client_id), Actor("key", "1")
        factories.appointment(worker, her, start=ELEVEN, by=by_a_program, special=True)
        assert self.untold(appointment) == [("confirmation", "no_channel")]
        factories.appointment(worker, her, start=utc("2026-03-10 12:00"), by=STAFF, special=True)
        assert len(self.untold(appointment)) == 1

    def test_a_companion_without_an_address_hears_of_it_from_the_client(self, appointment):
        booking.add_companion(appointment=appointment, name="Alex", by=SYSTEM, now=NOW)
        booking.move(appointment=appointment, start=ELEVEN, by=STAFF, now=NOW)
        assert self.untold(appointment) == [("moved", "no_channel")]


def test_a_code_or_confirmation_passes_ten_thousand_reminders_by(appointment, worker):
    due = utc("2026-03-10 07:00")
    first = Message.objects.filter(kind="reminder", stage="hour_before").first()
    fields = [field.attname for field in Message._meta.concrete_fields if field.attname != "id"]
    copies = [Message(**{name: getattr(first, name) for name in fields}) for _ in range(50)]
    for number, copy in enumerate(copies):
        copy.dedup_key, copy.due_at, copy.next_try_at = f"copy {number}", due, due
    Message.objects.bulk_create(copies)
    later = due + timedelta(minutes=5)
    factories.appointment(worker, start=ELEVEN, now=later, special=True)
    claimed = delivery.claim(later, delivery.real_now())
    assert {"confirmation", "staff_booked"} <= {message.kind for message in claimed}
