"""Mails to staff that no single event causes: her account, what is left to do, the test of a text."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from django.db import transaction
from django.db.models import QuerySet

from notifications import jobs, queries, rendering
from notifications.models import Message
from scheduler.domain import localtime
from scheduler.domain.lifecycle import Status
from scheduler.events import Actor, record
from scheduler.models import Office, User

DIGEST_KEPT = timedelta(hours=12)
TEST_KEPT = timedelta(hours=1)
RESET_KEPT, ACCOUNT_KEPT = timedelta(minutes=30), timedelta(days=1)
LINKED = ("reset", "address")
CHOICES = ("staff_booked", "staff_moved", "staff_cancelled", "staff_waits", "staff_outcomes", "digest")
"""Mails that each can switch off for herself."""


def plan_digests(now: datetime) -> int:
    """One mail a day to each administrator whose office has something to tell by phone; safe to run twice."""
    concerned = Message.objects.filter(state__in=queries.NOT_TOLD).values("office")
    offices = [row for row in Office.objects.filter(pk__in=concerned) if _has_untold(row, now)]
    people = User.objects.filter(office__in=offices, administers=True, is_active=True)
    return _in_the_morning(people, "digest", now)


def plan_outcomes(now: datetime) -> int:
    """One mail a day to each caseworker who has outcomes to record; safe to run twice."""
    open_talks = {"caseworker__appointments__status": Status.BOOKED, "caseworker__appointments__end__lt": now}
    people = User.objects.filter(**open_talks, is_active=True, office__isnull=False)
    return _in_the_morning(people.distinct(), "staff_outcomes", now)


def choose(*, user: User, wanted: Sequence[str], by: Actor, now: datetime) -> None:
    """Which of the mails offered to her she wants to have."""
    assert user.office is not None
    with transaction.atomic():
        user.muted_kinds = [kind for kind in offered(user) if kind not in wanted]
        user.save(update_fields=["muted_kinds"])
        record(office=user.office, verb="user.mails_chosen", subject=user, by=by, now=now)


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


def offered(user: User) -> list[str]:
    """The mails that she can switch off; the digest is for administrators."""
    return [kind for kind in CHOICES if kind != "digest" or user.administers]


def still_wanted(message: Message, now: datetime) -> bool:
    """Is a mail without an appointment still to be told? A code always, staff only while they work here."""
    if message.user is None:
        return True
    if message.kind in CHOICES:
        wanted = message.user.is_active and message.kind not in message.user.muted_kinds
        return wanted and _is_left_to_do(message, now)
    needs_link = message.kind == "account" and message.stage in LINKED
    return message.user.is_active and (not needs_link or bool(rendering.account_link(message)))


def _has_untold(office: Office, now: datetime) -> bool:
    return queries.could_not_be_told(office, now).exists()


def _is_left_to_do(message: Message, now: datetime) -> bool:
    if message.kind == "digest":
        return _has_untold(message.office, now)
    return message.user is not None and queries.to_record(message.user, now).exists()


def _in_the_morning(people: "QuerySet[User]", kind: str, now: datetime) -> int:
    """One mail of this kind to each who wants it, due when the quiet hours of her office's day are over."""
    planned = [
        _mail(user, f"{kind}:{localtime.local_date(due, _zone(user))}/{user.pk}", due, due + DIGEST_KEPT)
        for user in people.select_related("office")
        for due in [_morning(user, now)]
        if kind not in user.muted_kinds
    ]
    with transaction.atomic():
        Message.objects.bulk_create(planned, ignore_conflicts=True)
        jobs.wake_up()
    return len(planned)


def _morning(user: User, now: datetime) -> datetime:
    assert user.office is not None
    zone = _zone(user)
    return max(now, localtime.at(localtime.local_date(now, zone), user.office.quiet_until, zone))


def _zone(user: User) -> tzinfo:
    assert user.office is not None
    return localtime.zone(user.office.zone)


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
