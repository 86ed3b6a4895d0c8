"""One mail over SMTP with an end: however slowly a server talks, nobody waits longer than ``SEND_WITHIN``."""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.channels import Refused, Stopped, TryLater, Unclear, Undelivered
from notifications.deadline import Deadline

CONNECT = 5.0
TOO_BIG = 552


class _Line(smtplib.SMTP):
    """Remembers whether the text was begun: before that a mail certainly is not out."""

    text_begun = False

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:
        self.deadline = deadline
        super().__init__(*args, **options)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, CONNECT)  # type: ignore[misc]
        line.settimeout(timeout)
        self.deadline.watch(line)
        return line

    def getreply(self) -> tuple[int, bytes]:
        """Half a line that was cut off is no answer, even where it begins with three figures."""
        reply = super().getreply()
        if self.deadline.over:
            raise smtplib.SMTPServerDisconnected
        return reply

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.text_begun = True
        return super().data(msg)


class _TlsLine(smtplib.SMTP_SSL, _Line):
    """TLS from the first byte."""

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:
        self.deadline = deadline
        smtplib.SMTP_SSL.__init__(self, *args, **options)


class Backend(EmailBackend):
    """Django's SMTP that raises the errors of ``channels``."""

    deadline: Deadline
    line: _Line | None = None

    @property
    def connection_class(self) -> Any:
        return self._lay

    def _lay(self, *address: Any, **options: Any) -> _Line:
        kind = _TlsLine if self.use_ssl else _Line
        self.line = kind(*address, deadline=self.deadline, **options)
        return self.line

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Hand them over on one line. Raises Refused, TryLater, Stopped, Unclear."""
        with Deadline(settings.SEND_WITHIN.total_seconds()) as self.deadline:
            try:
                self._reach()
                return self._hand_over(email_messages)
            finally:
                self._leave()

    def _reach(self) -> None:
        try:
            self.open()
        except (OSError, smtplib.SMTPException) as error:
            raise self._at_the_door(error) from error

    def _at_the_door(self, error: Exception) -> Undelivered:
        """Nothing was handed over; where it will never be otherwise, a person must look."""
        if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
            return Stopped("smtp_login")
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Stopped("smtp_login" if self._encrypted() else "tls_missing")
        if isinstance(error, ssl.SSLCertVerificationError):
            return Stopped("tls_certificate")
        return TryLater(self._code(error))

    def _encrypted(self) -> bool:
        return not self.use_tls or isinstance(getattr(self.line, "sock", None), ssl.SSLSocket)

    def _hand_over(self, mails: Sequence[EmailMessage]) -> int:
        try:
            return super().send_messages(mails)
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_reply(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPSenderRefused as error:
            raise _about_sender(error.smtp_code) from error
        except smtplib.SMTPDataError as error:
            raise _by_reply(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            begun = self.line and self.line.text_begun
            raise (Unclear if begun else TryLater)(self._code(error)) from error

    def _leave(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.close()

    def _code(self, error: Exception) -> str:
        return "deadline" if self.deadline.over else type(error).__name__.lower()[:80]


def _by_reply(code: int) -> Undelivered:
    return Refused(f"smtp_{code}") if code >= 500 else TryLater(f"smtp_{code}")


def _about_sender(code: int) -> Undelivered:
    """Whoever refuses our sender refuses every mail; only a size is the mail's own."""
    if code < 500 or code == TOO_BIG:
        return _by_reply(code)
    return Stopped(f"smtp_sender_{code}")
