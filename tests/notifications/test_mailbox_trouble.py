"""How the mailbox is reached: what is in the way is logged, and what is new is still new."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from config import jobs
from config.mail import mailbox_from
from notifications import mailbox
from tests.factories import NOW
from tests.notifications import imap_server, rude
from tests.notifications.came_back import confirmed, fate, report
from tests.notifications.certificates import context

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(worker):
    return confirmed(worker, mobile="+4915112345678")


class TestTrouble:
    """The job ends, it is logged, and what is new is still new."""

    def test_nobody_listens(self, box, sent, settings, caplog):
        box.put(report(sent.message_id))
        settings.MAILBOX = {**box.setting, "port": rude.closed_port()}
        assert mailbox.read(NOW) == 0
        assert caplog.messages == ["the mailbox cannot be read: connectionrefusederror"]
        settings.MAILBOX = box.setting
        assert (mailbox.read(NOW), fate(sent)[0]) == (1, "failed")

    @pytest.mark.parametrize("security", ["", "tls", "ssl"])
    @pytest.mark.parametrize("then", ["hang", "drip"])
    def test_silence_and_slow_talk_end_in_time(self, box, settings, caplog, then, security):
        settings.READ_WITHIN = timedelta(seconds=0.8)
        with rude.serve("connect", then) as server:
            settings.MAILBOX = {**box.setting, "port": server.port, "security": security}
            began = time.monotonic()
            assert mailbox.read(NOW) == 0
            assert time.monotonic() - began < 3
        assert len(caplog.messages) == 1
        assert caplog.messages[0].startswith("the mailbox cannot be read: ")

    def test_a_server_that_speaks_no_imap(self, box, settings, caplog):
        with rude.serve("none", "close") as server:
            settings.MAILBOX = {**box.setting, "port": server.port}
            assert mailbox.read(NOW) == 0
        assert caplog.messages == ["the mailbox cannot be read: imap_broken"]

    def test_a_folder_that_is_not_there(self, box, settings, caplog):
        settings.MAILBOX = {**box.setting, "folder": "Not there"}
        assert mailbox.read(NOW) == 0
        assert caplog.messages == ["the mailbox cannot be read: imap_no"]

    def test_without_tls_no_password_is_said(self, box, settings, caplog):
        settings.MAILBOX = {**box.setting, "security": "tls"}
        assert mailbox.read(NOW) == 0
        assert caplog.messages == ["the mailbox cannot be read: tls_missing"]

    def test_a_certificate_that_nobody_vouches_for(self, box, settings, caplog, tmp_path):
        with imap_server.tls_in_front(box.port, context(tmp_path)) as port:
            settings.MAILBOX = {**box.setting, "port": port, "security": "ssl"}
            assert mailbox.read(NOW) == 0
        assert caplog.messages == ["the mailbox cannot be read: tls_certificate"]

    def test_while_the_data_base_is_away_nothing_is_marked(self, box, sent):
        def away(execute, sql, *others):
            if "notifications_message" in sql:
                raise OperationalError("away")
            return execute(sql, *others)

        box.put(report(sent.message_id))
        with connection.execute_wrapper(away), pytest.raises(OperationalError):
            mailbox.read(NOW)
        assert box.number("UNSEEN") == 1
        assert (mailbox.read(NOW), fate(sent)[0]) == (1, "failed")

    def test_a_wrong_password_is_one_alarm_a_day_and_a_pause(self, box, settings, caplog):
        settings.MAILBOX = {**box.setting, "password": "wrong"}
        box.put(b"Subject: Hallo\r\n\r\n")
        for _ in range(3):
            assert mailbox.read(NOW) == 0
            cache.delete(mailbox.PAUSED)
        assert caplog.messages == ["the mailbox cannot be read: imap_login"]
        assert mailbox.read(NOW) == 0
        settings.MAILBOX = box.setting
        assert mailbox.read(NOW) == 0
        cache.delete(mailbox.PAUSED)
        assert mailbox.read(NOW) == 1


def test_by_tls_at_once_it_is_read(box, settings, monkeypatch, tmp_path):
    box.put(b"Subject: Hallo\r\n\r\n")
    with imap_server.tls_in_front(box.port, context(tmp_path)) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        settings.MAILBOX = {**box.setting, "port": port, "security": "ssl"}
        assert mailbox.read(NOW) == 1


def test_by_starttls_it_is_read(settings, monkeypatch, tmp_path):
    context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    with imap_server.serve(tmp_path) as port:
        folder = imap_server.Folder(port, "INBOX", tls=True)
        folder.put(b"Subject: Hallo\r\n\r\n")
        settings.MAILBOX = {**folder.setting, "security": "tls"}
        assert mailbox.read(NOW) == 1
        assert folder.number("UNSEEN") == 0


def test_the_job_reads_what_there_is_and_nothing_where_there_is_none(box, settings):
    box.put(b"Subject: Hallo\r\n\r\n")
    settings.MAILBOX = {}
    jobs.read_mailbox()
    assert box.number("UNSEEN") == 1
    settings.MAILBOX = box.setting
    jobs.read_mailbox()
    assert box.number("UNSEEN") == 0


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("imap+ssl://a%40b.example:p%3Aw@mail.example", ("ssl", 993, "a@b.example", "p:w", "INBOX")),
        ("imap+tls://u:p@mail.example:1430/Sent%20back/x", ("tls", 1430, "u", "p", "Sent back/x")),
        ("imap://u:p@mail.example/", ("", 143, "u", "p", "INBOX")),
    ],
)
def test_the_address_of_the_mailbox_says_how_it_is_reached(address, found):
    box = mailbox_from(address)
    assert box.pop("host") == "mail.example"
    assert tuple(box[name] for name in ("security", "port", "user", "password", "folder")) == found


@pytest.mark.parametrize(
    "address",
    [
        "mail.example",
        "imaps://u:hush@mail.example",
        "imap+ssl://mail.example",
        "imap+ssl://u:hush@",
        "imap+ssl://u:hush@mail.example:hush",
        "imap+ssl://u:hush%0D%0A@mail.example",
        "imap+ssl://u:h%C3%BCsh@mail.example",
    ],
)
def test_an_address_that_is_none_is_said_at_the_start_without_its_password(address):
    with pytest.raises(ImproperlyConfigured, match="MAILBOX_URL must be") as caught:
        mailbox_from(address)
    assert "hush" not in str(caught.value)


def test_no_address_is_no_mailbox():
    assert mailbox_from("") == {}
