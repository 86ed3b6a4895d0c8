"""Mail servers in trouble: nothing is lost, nothing is told twice, nobody waits too long."""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from notifications import delivery, queries, stops
from notifications.models import ChannelStop, Message, State
from tests import factories
from tests.factories import NOW
from tests.notifications import certificates, rude
from tests.notifications import post as posts

pytestmark = pytest.mark.django_db(transaction=True)
END = 0.8


@pytest.fixture(autouse=True)
def short(settings):
    """Seconds instead of a third of a minute: a send ends after 0.8 s."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.SEND_WITHIN = "127.0.0.1", timedelta(seconds=END)


@pytest.fixture
def post(settings):
    with posts.serve() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def message(worker):
    """A confirmation by mail that is due, to a client who has nothing but e-mail."""
    return booked(worker)


def booked(worker, **fields):
    appointment = factories.appointment(worker, factories.client(worker.office, **fields))
    Message.objects.exclude(kind="confirmation", channel="email").delete()
    return Message.objects.get(appointment=appointment)


def tell(after=0):
    delivery.deliver_due(lambda: NOW + timedelta(seconds=after))


def fate(message):
    message.refresh_from_db()
    return message.state, message.last_error


def listed(message):
    return message in queries.could_not_be_told(message.office, NOW)


class TestBeforeTheText:
    """Whatever happens until the text begins: it certainly is not out and is tried again later."""

    def test_a_refused_connection(self, message, settings):
        settings.EMAIL_PORT = rude.closed_port()
        tell()
        assert fate(message) == ("pending", "connectionrefusederror")
        assert (message.attempts, message.repeated_at) == (1, None)

    @pytest.mark.parametrize("until", ["connect", "mail"])
    @pytest.mark.parametrize("then", ["hang", "drip"])
    def test_silence_and_slow_talk_end_in_time(self, message, settings, until, then):
        with rude.serve(until, then) as server:
            settings.EMAIL_PORT = server.port
            began = time.monotonic()
            tell()
            assert END <= time.monotonic() - began < END + 1
        assert fate(message) == ("pending", "deadline")
        assert (server.texts, message.repeated_at) == ([], None)

    @pytest.mark.parametrize("until", ["connect", "mail"])
    def test_a_line_that_is_cut(self, message, settings, post, until):
        with rude.serve(until, "close") as server:
            settings.EMAIL_PORT = server.port
            tell()
        assert fate(message) == ("pending", "smtpserverdisconnected")
        settings.EMAIL_PORT = post.port
        tell(after=60)
        assert (fate(message)[0], len(post.mails)) == ("sent", 1)

    def test_eight_refused_connections_are_listed(self, message, settings):
        settings.EMAIL_PORT = rude.closed_port()
        for attempt in range(8):
            assert not listed(message)
            tell(after=attempt * 4000)
        assert fate(message) == ("failed", "connectionrefusederror")
        assert listed(message)


class TestAfterTheText:
    """Perhaps it is out: once more with the same Message-ID, then it stays and is listed."""

    @pytest.mark.parametrize("then", ["hang", "drip", "close"])
    def test_it_is_repeated_once_with_the_same_message_id(self, message, settings, then):
        with rude.serve("text", then) as server:
            settings.EMAIL_PORT = server.port
            began = time.monotonic()
            tell()
            assert time.monotonic() - began < 2 * END + 1
            tell(after=7200)
        known_as = [line for text in server.texts for line in text.split(b"\r\n") if b"Message-ID" in line]
        assert known_as == [f"Message-ID: {message_id(message)}".encode()] * 2
        assert fate(message)[0] == "unknown"
        assert message.repeated_at == NOW
        assert listed(message)

    def test_a_good_server_ends_the_doubt(self, message, settings, post):
        post.answers = ["drop"]
        tell()
        assert (fate(message), len(post.mails)) == (("sent", "smtpserverdisconnected"), 2)
        assert not listed(message)

    def test_a_server_that_hangs_in_its_goodbye_has_taken_it(self, message, settings):
        with rude.serve("quit", "hang") as server:
            settings.EMAIL_PORT = server.port
            tell()
        assert (fate(message)[0], len(server.texts)) == ("sent", 1)

    def test_what_nobody_foresaw_may_be_out(self, message, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.no_such.EmailBackend"
        tell()
        tell()
        assert fate(message) == ("unknown", "unforeseen")
        assert listed(message)


def message_id(message):
    message.refresh_from_db()
    return message.message_id


class TestAnswers:
    @pytest.mark.parametrize("answer", ["421 closing", "451 later", "452 full"])
    def test_not_now_is_tried_again(self, message, post, answer):
        post.answers = [answer]
        tell()
        assert fate(message) == ("pending", f"smtp_{answer[:3]}")
        tell(after=60)
        assert (fate(message)[0], len(post.mails), message.attempts) == ("sent", 1, 2)

    @pytest.mark.parametrize("answer", ["550 unknown", "552 too big", "554 no"])
    def test_never_goes_by_the_next_channel(self, worker, post, settings, tmp_path, answer):
        settings.SMS_CONSOLE_PATH = tmp_path
        message = booked(worker, mobile="+491712345678")
        post.answers = [answer]
        tell()
        tell()
        assert fate(message) == ("failed", f"smtp_{answer[:3]}")
        assert Message.objects.get(channel="sms").state == State.SENT
        assert (len([*tmp_path.glob("*.json")]), listed(message)) == (1, False)

    def test_never_without_another_channel_is_listed(self, message, post):
        post.answers = ["550 unknown"]
        tell()
        assert (fate(message), listed(message)) == (("failed", "smtp_550"), True)


class _Strict(SMTP):
    """Lets nobody send who has not signed in."""

    async def smtp_MAIL(self, arg):
        await self.push("530 5.7.0 Authentication required")


@contextmanager
def server(kind=SMTP, **options):
    """An SMTP server of this kind."""
    handler = posts.Post()
    controller = _Controller(handler, kind, options)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()


class _Controller(Controller):
    def __init__(self, handler, kind, options):
        self.kind, self.options = kind, options
        super().__init__(handler, hostname="127.0.0.1", port=rude.closed_port())

    def factory(self):
        return self.kind(self.handler, **self.options)


class TestASettingThatIsWrong:
    """Nothing is sent, nothing is lost, the channel stops with a word, and a person looks."""

    def stopped(self, message, caplog):
        with caplog.at_level(logging.ERROR):
            tell()
        assert (fate(message)[0], message.attempts) == ("pending", 0)
        assert "the channel email has stopped" in caplog.text
        return ChannelStop.objects.get(channel="email").code

    def test_tls_that_is_required_and_not_offered(self, message, settings, caplog, post):
        settings.EMAIL_PORT, settings.EMAIL_USE_TLS = post.port, True
        assert self.stopped(message, caplog) == "tls_missing"
        assert post.mails == []
        settings.EMAIL_USE_TLS = False
        stops.lift(channel="email")
        tell()
        assert fate(message)[0] == "sent"

    def test_a_certificate_that_nobody_vouches_for(self, message, settings, caplog, tmp_path):
        with server(tls_context=certificates.context(tmp_path)) as (handler, port):
            settings.EMAIL_PORT, settings.EMAIL_USE_TLS = port, True
            assert self.stopped(message, caplog) == "tls_certificate"
        assert handler.mails == []

    def test_a_wrong_password(self, message, settings, caplog):
        options = {
            "authenticator": lambda *_: AuthResult(success=False, handled=False),
            "auth_require_tls": False,
        }
        with server(**options) as (handler, port):
            settings.EMAIL_PORT = port
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "termine", "guessed"
            assert self.stopped(message, caplog) == "smtp_login"
        assert handler.mails == []

    def test_a_sender_that_may_not_send(self, message, settings, caplog):
        with server(_Strict) as (handler, port):
            settings.EMAIL_PORT = port
            assert self.stopped(message, caplog) == "smtp_sender_530"
        assert handler.mails == []


@pytest.mark.parametrize("scheme", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_with_tls_and_a_certificate_that_holds_it_is_sent(message, settings, monkeypatch, tmp_path, scheme):
    tls = certificates.context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    setattr(settings, scheme, True)
    options = {"tls_context": tls, "require_starttls": True}
    with server(**options) if scheme == "EMAIL_USE_TLS" else at_once(tls) as (handler, port):
        settings.EMAIL_PORT, settings.SEND_WITHIN = port, timedelta(seconds=20)
        tell()
    assert (fate(message)[0], len(handler.mails)) == ("sent", 1)


@contextmanager
def at_once(tls):
    """TLS from the first byte."""
    handler = posts.Post()
    controller = Controller(handler, hostname="127.0.0.1", port=rude.closed_port(), ssl_context=tls)
    controller.start()
    try:
        yield handler, controller.port
    finally:
        controller.stop()
