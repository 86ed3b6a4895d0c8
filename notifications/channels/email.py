"""E-mail by SMTP, or into files."""

import smtplib
from email.mime.base import MIMEBase
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.channels import Refused, TryLater, Unclear
from notifications.rendering import Outgoing


def send(outgoing: Outgoing) -> str:
    """Hand a mail over; answers its Message-ID. Raises Refused, TryLater, Unclear."""
    mail = _mail(outgoing)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(_code(error)) from error
    try:
        mail.connection = connection
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _by_reply(next(iter(error.recipients.values()))[0]) from error
    except smtplib.SMTPResponseException as error:
        raise _by_reply(error.smtp_code) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unclear(_code(error)) from error
    finally:
        _close(connection)
    return outgoing.message_id


def _by_reply(code: int) -> Refused | TryLater:
    return Refused(f"smtp_{code}") if code >= 500 else TryLater(f"smtp_{code}")


def _close(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return


def _code(error: Exception) -> str:
    return type(error).__name__.lower()[:80]


def _mail(outgoing: Outgoing) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=formataddr((outgoing.sender, _bare(settings.DEFAULT_FROM_EMAIL))),
        to=[outgoing.to],
        headers={"Message-ID": outgoing.message_id, "Auto-Submitted": "auto-generated"},
    )
    if outgoing.html:
        mail.attach_alternative(outgoing.html, "text/html")
    if outgoing.calendar:
        mail.attach_alternative(outgoing.calendar.decode(), f"text/calendar; method={outgoing.method}")
        mail.attach(_file(outgoing))
    return mail


def _file(outgoing: Outgoing) -> MIMEBase:
    part = MIMENonMultipart("application", "ics", name="termin.ics")
    part.set_payload(outgoing.calendar.decode(), "utf-8")
    part.add_header("Content-Disposition", "attachment", filename="termin.ics")
    return part


def _bare(address: str) -> str:
    return address.rsplit("<", 1)[-1].rstrip("> ")
