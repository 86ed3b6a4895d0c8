"""What comes back to the sender's mailbox: mails that did not arrive, and answers to invitations.

Anybody can write to it. A returned mail counts only if it names the Message-ID of a mail that is out, a
random UUID that only its recipient has seen. A sender can be forged: an answer is a word on the appointment's
page, and never changes the appointment.
"""

import logging
from datetime import datetime
from email import message_from_bytes

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError

from notifications import imap, receipts, returned
from notifications.channels import Refused
from scheduler.queries import company
from scheduler.services import attendance

logger = logging.getLogger(__name__)
DAY, PAUSE = 24 * 3600, 15 * 60
PAUSED = "mailbox-pause"


def read(now: datetime) -> int:
    """Heed what is new, if there is a mailbox; answers how many mails. Safe to run twice."""
    if not settings.MAILBOX or cache.get(PAUSED):
        return 0
    within = settings.READ_WITHIN.total_seconds()
    try:
        return imap.visit(imap.Mailbox(**settings.MAILBOX), lambda mail: heed(mail, now), within=within)
    except imap.Unreadable as error:
        _alarm(error.code)
        return 0


def heed(mail: bytes, now: datetime) -> None:
    """One mail; one that makes us fail is left out and logged without a traceback, which could quote it.

    Only where the data base is away it is raised, so that the mail is read again.
    """
    try:
        _heed(mail, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.error("a mail in the mailbox was left out: %s", type(error).__name__)


def _heed(mail: bytes, now: datetime) -> None:
    read = message_from_bytes(mail)
    if failure := returned.failure(read):
        error = Refused(f"bounce_{failure.status}")
        receipts.bounced(message_ids=failure.message_ids, error=error, now=now)
    if no := returned.decline(read):
        person = company.invited(uid=no.uid, sequence=no.sequence, address=no.address)
        if person:
            attendance.decline(participant=person, now=now)


def _alarm(code: str) -> None:
    """Once a day for each cause; after a refused sign-in a pause, before the server locks us out."""
    if code == "imap_login":
        cache.set(PAUSED, True, PAUSE)
    if cache.add(f"mailbox-alarm-{code}", True, DAY):
        logger.error("the mailbox cannot be read: %s", code)
