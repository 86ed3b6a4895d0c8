"""E-mail by SMTP, or into files."""

from email.mime.base import MIMEBase
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import formataddr

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.channels import Refused, Unclear, smtp
from notifications.rendering import Outgoing
from scheduler.ical import bare

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def send(outgoing: Outgoing) -> str:
    """Hand a mail over; answers its Message-ID. Raises Refused, TryLater, Stopped, Unclear."""
    try:
        _connection().send_messages([_mail(outgoing)])
    except BadHeaderError as error:
        raise Refused("bad_header") from error
    except OSError as error:
        raise Unclear(type(error).__name__.lower()) from error
    return outgoing.message_id


def _connection() -> BaseEmailBackend:
    return smtp.Backend() if settings.EMAIL_BACKEND == SMTP else get_connection()


def _mail(outgoing: Outgoing) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.text,
        from_email=formataddr((outgoing.sender, bare(settings.DEFAULT_FROM_EMAIL))),
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
