"""Whoever is added is told her own link, and only hers; whoever is removed hears that, too."""

import pytest

from notifications import delivery, gsm7, rendering
from notifications.models import Message
from scheduler import links
from scheduler.domain.wording import forbidden_in
from scheduler.errors import IllegalTransition
from scheduler.events import Actor
from scheduler.services import booking, contacts
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor("user", "1")


@pytest.fixture
def appointment(worker):
    found = factories.appointment(worker)
    Message.objects.all().delete()
    return found


def tell():
    delivery.deliver_due(lambda: NOW)


def add(appointment, **fields):
    values = {"name": "Alex", "email": "alex@post.example", **fields}
    return booking.add_companion(appointment=appointment, by=STAFF, now=NOW, **values)


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(("language", "subject"), [("de", "Ihr Link:"), ("en", "Your link:")])
def test_the_mail_names_neither_client_nor_topic(appointment, post, language, subject):
    alex = add(appointment, language=language)
    tell()
    (mail,) = post.parsed()
    assert mail["To"] == "alex@post.example"
    assert mail["Subject"].startswith(subject)
    text = text_of(mail)
    assert links.url(alex) in text
    assert appointment.client.name not in mail.as_string()
    assert appointment.client.word not in text
    assert not [name for name in appointment.service.names.values() if name in text]
    assert not list(forbidden_in(text))
    assert "Geld" not in text
    assert "money" not in text
    methods = {part.get_param("method") for part in mail.walk()} - {None}
    assert methods == {"REQUEST"}


def test_without_an_address_nobody_is_told(appointment, post):
    add(appointment, email="")
    assert not Message.objects.exists()


def test_a_renewed_link_reaches_the_client_with_her_word(appointment, post):
    client = booking.renew_link(participant=appointment.one("client"), by=STAFF, now=NOW)
    tell()
    (mail,) = post.parsed()
    assert links.url(client) in text_of(mail)
    assert "Ahorn" in text_of(mail)
    assert "freiwillig" in text_of(mail)


def test_a_renewed_link_goes_by_sms_where_that_is_her_way(appointment):
    client = appointment.client
    contacts.withdraw_consent(client=client, channel="email", by=STAFF, now=NOW)
    client.mobile = "+4915100000000"
    client.save()
    contacts.consent(client=client, channel="sms", by=STAFF, now=NOW)
    booking.renew_link(participant=appointment.one("client"), by=STAFF, now=NOW)
    message = Message.objects.get()
    assert (message.kind, message.channel) == ("own_link", "sms")
    text = rendering.render(message, NOW).text
    assert links.url(appointment.one("client")) in text
    assert "Ahorn" in text
    assert gsm7.segments(text) == 1


def test_whoever_is_removed_before_hearing_of_it_hears_nothing(appointment, post):
    alex = add(appointment)
    booking.revoke_person(participant=alex, by=STAFF, now=NOW)
    tell()
    assert post.parsed() == []


def test_removing_from_what_is_cancelled_is_refused_and_tells_nobody(appointment):
    alex = add(appointment)
    booking.cancel(appointment=appointment, by=STAFF, now=NOW)
    Message.objects.all().delete()
    with pytest.raises(IllegalTransition):
        booking.revoke_person(participant=alex, by=STAFF, now=NOW)
    assert not Message.objects.exists()


def test_an_interpreter_is_not_told_that_she_has_cancelled(appointment, post):
    interpreter = factories.interpreter(appointment.office, "uk", email="dolmetschen@post.example")
    booking.add_interpreter(
        appointment=appointment, interpreter=interpreter, language="uk", by=STAFF, now=NOW
    )
    tell()
    booking.cancel(appointment=appointment, by=Actor("client", "1"), now=NOW)
    tell()
    told = {mail["To"]: text_of(mail) for mail in post.parsed()}
    assert "Sie müssen nicht kommen" in told["dolmetschen@post.example"]
    assert "Sie haben diesen Termin abgesagt" in told[appointment.client.email]
