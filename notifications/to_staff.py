"""Mails to staff that no appointment causes: about her account, the daily digest, the test of a text."""

from datetime import datetime, timedelta

from django.db import transaction

from notifications import jobs, queries, rendering
from notifications.models import Message
from scheduler.domain import localtime
from scheduler.events import Actor, record
from scheduler.models import Office, User

DIGEST_KEPT = timedelta(hours=12)
TEST_KEPT = timedelta(hours=1)
RESET_KEPT, ACCOUNT_KEPT = timedelta(minutes=30), timedelta(days=1)
LINKED = ("reset", "address")


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


def tell_account(*, user: User, stage: str, name: str, address: str, by: Actor, now: datetime) -> None:
    """Something about her account, to her own address unless another is given; ``name`` once a minute.

    ``stage`` is reset, address (to be confirmed), or what was changed. No link is stored: it is made from the
    account when the mail is sent, and a reset that is late is not sent at all.
    """
    assert user.office is not None
    kept = RESET_KEPT if stage == "reset" else ACCOUNT_KEPT
    message = _mail(user, f"account:{name}/{user.pk}/{now:%Y-%m-%dT%H:%M}", now, now + kept)
    message.stage, message.address, message.urgent = stage, address, True
    with transaction.atomic():
        message.event = record(office=user.office, verb=f"account.{stage}", subject=user, by=by, now=now)
        Message.objects.bulk_create([message], ignore_conflicts=True)
        jobs.wake_up()


def still_wanted(message: Message, now: datetime) -> bool:
    """Is a mail without an appointment still to be told? A code always, staff only while they work here."""
    if message.user is None:
        return True
    if message.kind == "digest":
        muted = "digest" in message.user.muted_kinds
        return message.user.is_active and not muted and _has_untold(message.office, now)
    needs_link = message.kind == "account" and message.stage in LINKED
    return message.user.is_active and (not needs_link or bool(rendering.account_link(message)))


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
