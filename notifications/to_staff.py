"""Mails to staff that no appointment causes: the daily digest, the test of a text."""

from datetime import datetime, timedelta

from django.db import transaction

from notifications import jobs, queries
from notifications.models import Message
from scheduler.domain import localtime
from scheduler.models import Office, User

DIGEST_KEPT = timedelta(hours=12)
TEST_KEPT = timedelta(hours=1)


def plan_digests(now: datetime) -> int:
    """One mail a day to each administrator whose office has something to tell by phone; safe to run twice."""
    concerned = Message.objects.filter(state__in=queries.NOT_TOLD).values("office")
    offices = [row for row in Office.objects.filter(pk__in=concerned) if _has_untold(row, now)]
    planned = [message for office in offices for message in _digests(office, now)]
    with transaction.atomic():
        Message.objects.bulk_create(planned, ignore_conflicts=True)
        jobs.wake_up()
    return len(planned)


def send_test(*, user: User, kind: str, language: str, now: datetime) -> None:
    """The texts of a kind as they are now, to the user's own address; at most one a minute."""
    minute = now.strftime("%Y-%m-%dT%H:%M")
    message = _mail(user, f"test:{kind}/{language}/{user.pk}/{minute}", now, now + TEST_KEPT)
    message.stage, message.language, message.urgent = kind, language, True
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        jobs.wake_up()


def still_wanted(message: Message, now: datetime) -> bool:
    """Is a mail without an appointment still to be told? A code always, staff only while they work here."""
    if message.user is None:
        return True
    if not message.user.is_active or message.kind in message.user.muted_kinds:
        return False
    return message.kind != "digest" or _has_untold(message.office, now)


def _has_untold(office: Office, now: datetime) -> bool:
    return queries.could_not_be_told(office, now).exists()


def _digests(office: Office, now: datetime) -> list[Message]:
    """Due when the quiet hours of the office's day are over."""
    zone = localtime.zone(office.zone)
    today = localtime.local_date(now, zone)
    due = max(now, localtime.at(today, office.quiet_until, zone))
    people = User.objects.filter(office=office, administers=True, is_active=True).select_related("office")
    return [
        _mail(user, f"digest:{today}/{user.pk}", due, due + DIGEST_KEPT)
        for user in people
        if "digest" not in user.muted_kinds
    ]


def _mail(user: User, key: str, due: datetime, until: datetime) -> Message:
    return Message(
        office=user.office,
        dedup_key=key,
        user=user,
        kind=key.partition(":")[0],
        channel="email",
        language=user.language,
        due_at=due,
        next_try_at=due,
        not_after=until,
        created_at=due,
    )
