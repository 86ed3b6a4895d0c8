"""Claim, look again, render, fence, send, record: nothing lost, nothing told twice, nothing untrue."""

import logging
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from notifications import budget, jobs, planning, receipts, rendering, stops, to_staff, triggers
from notifications.channels import Refused, Stopped, TryLater, Unclear, Undelivered, channel
from notifications.models import Heartbeat, Message, SmsDay, SmsReply, State
from scheduler.domain.lifecycle import Status
from scheduler.models import Participant

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]

BATCH = 5
NO_SEND_AFTER = timedelta(seconds=25)
ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
KEPT, ADDRESS_KEPT = timedelta(days=90), timedelta(days=1)
_NEEDED = (
    *("office", "client", "user", "appointment", "participant__client", "participant__office"),
    *("participant__appointment__office", "participant__appointment__service"),
    *("participant__appointment__location", "participant__appointment__caseworker"),
)


def real_now() -> datetime:
    """Leases run on real time, even where the tests move the clock."""
    return datetime.now(UTC)


def deliver_due(now: Clock, real: Clock = real_now) -> int:
    """Tell what is due for up to 25 seconds; answers how many were taken up.

    Where much is due another worker helps at once, and somebody goes on when this one's time is over.
    """
    recover(now(), real())
    begun, taken = real(), 0
    while real() - begun < NO_SEND_AFTER:
        batch = claim(now(), real())
        if not batch:
            return taken
        if not taken and len(batch) == BATCH:
            jobs.ask_for_help()
        for message in batch:
            if real() - begun > NO_SEND_AFTER:
                _give_back(message)
            else:
                deliver(message, now, real)
        taken += len(batch)
    jobs.ask_for_help()
    return taken


def claim(now: datetime, real: datetime, limit: int = BATCH) -> list[Message]:
    """Take up to five due messages, urgent ones first, with a lease; others do not get them meanwhile."""
    lease = uuid.uuid4()
    with transaction.atomic():
        due = Message.objects.filter(state=State.PENDING, next_try_at__lte=now)
        if halted := stops.stopped():
            due = due.exclude(channel__in=halted)
        due = due.order_by("-urgent", "next_try_at")
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        if not ids:
            return []
        Message.objects.filter(pk__in=ids, state=State.PENDING).update(
            state=State.CLAIMED,
            lease=lease,
            lease_until=real + settings.DELIVERY_LEASE,
            attempts=F("attempts") + 1,
        )
    mine = Message.objects.filter(pk__in=ids, lease=lease).select_related(*_NEEDED)
    return sorted(mine, key=lambda message: (not message.urgent, message.due_at))


def deliver(message: Message, now: Clock, real: Clock = real_now) -> None:
    """One message on its way, from the second look to the record."""
    _Delivery(message, now, real).run()


@dataclass
class _Delivery:
    message: Message
    now: Clock
    real: Clock

    def run(self) -> None:
        end = untrue(self.message, self.now())
        if end:
            self._end(end)
        elif (later := undisturbed(self.message, self.now())) is None:
            self._end(State.EXPIRED, "quiet_hours")
        elif later > self.now():
            self._wait_until(later)
        else:
            self._tell()

    def _tell(self) -> None:
        try:
            outgoing = rendering.render(self.message, self.now())
        except Exception:
            logger.exception("message %s cannot be rendered", self.message.pk)
            self._retry("rendering")
            return
        if not outgoing.to:
            self._refused(Refused("no_address"))
        elif self.message.channel == "sms" and not budget.take(office=self.message.office, now=self.now()):
            self._refused(Refused("sms_budget"))
        elif self._fence(outgoing.message_id):
            self._send(outgoing)

    def _fence(self, message_id: str) -> bool:
        """claimed → sending in its own commit: the lease outlasts the send, nothing has changed since.

        From here on it may be out; ``sent_at`` says since when.
        """
        present = Q(appointment=None) | Q(appointment__sequence=F("sequence"))
        present |= Q(kind__in=planning.ENDINGS, participant__revoked_at__isnull=False)
        rows = self._mine(State.CLAIMED).filter(present, lease_until__gt=self.real() + settings.SEND_WITHIN)
        known_as = message_id or self.message.message_id
        return bool(rows.update(state=State.SENDING, message_id=known_as, sent_at=self.now()))

    def _send(self, outgoing: rendering.Outgoing) -> None:
        try:
            provider_id = channel(self.message.channel).send(outgoing)
        except Refused as error:
            self._refused(error)
        except TryLater as error:
            self._retry(error.code, error.wait)
        except Stopped as error:
            stops.stop(channel=self.message.channel, code=error.code, now=self.now())
            _give_back(self.message, State.SENDING)
        except Unclear as error:
            self._unclear(error.code)
        except Exception:
            logger.exception("message %s: nobody foresaw this while it was sent", self.message.pk)
            self._unclear("unforeseen")
        else:
            self._mine(State.SENDING).update(
                state=State.SENT, sent_at=self.now(), message_id=provider_id, address=""
            )

    def _refused(self, error: Undelivered) -> None:
        with transaction.atomic():
            self._end(State.FAILED, error.code)
            receipts.follow(self.message, error, self.now())

    def _retry(self, code: str, at_least: timedelta | None = None) -> None:
        wait = min(FIRST_RETRY * 2 ** (self.message.attempts - 1), LONGEST_RETRY)
        wait = max(wait, at_least or wait)
        again = self.now() + wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
        if self.message.attempts >= ATTEMPTS or again > self.message.not_after:
            self._refused(Refused(code))
            return
        self._mine().update(
            state=State.PENDING, next_try_at=again, last_error=code, lease=None, lease_until=None
        )

    def _wait_until(self, later: datetime) -> None:
        """Nobody is disturbed now; that was no attempt."""
        self._mine(State.CLAIMED).update(next_try_at=later)
        _give_back(self.message)

    def _unclear(self, code: str) -> None:
        self._mine(State.SENDING).update(state=State.UNKNOWN, last_error=code, lease_until=None)
        resolve_unknown(Message.objects.select_related(*_NEEDED).get(pk=self.message.pk), self.now())

    def _end(self, state: State, code: str = "") -> None:
        self._mine().update(state=state, last_error=code, lease_until=None)

    def _mine(self, state: State | None = None) -> "QuerySet[Message]":
        rows = Message.objects.filter(pk=self.message.pk, lease=self.message.lease)
        return rows.filter(state=state) if state else rows


def untrue(message: Message, now: datetime) -> State | None:
    """The end it comes to instead of being told: too late, or overtaken by what happened since."""
    if now > message.not_after:
        return State.EXPIRED
    appointment = message.appointment
    if appointment is None:
        return None if to_staff.still_wanted(message, now) else State.VOID
    ending = message.kind in planning.ENDINGS
    goodbye = ending and _has_left(message.participant)
    if message.sequence != appointment.sequence and not goodbye:
        return State.VOID
    stands = appointment.status == Status.BOOKED or _waits_still(message, appointment.status)
    if message.kind == "reminder" and now >= appointment.start:
        return State.EXPIRED
    if not ending and not stands:
        return State.VOID
    return None if _may_be_told(message) else State.VOID


def _has_left(person: Participant | None) -> bool:
    """Has her part ended, without another that has begun since?"""
    return person is not None and person.revoked_at is not None and not planning.takes_part_again(person)


def _waits_still(message: Message, status: str) -> bool:
    """An outcome shuts nobody out: somebody who waits does so until the mail has had its time."""
    return message.kind == "staff_waits" and status != Status.CANCELLED


def undisturbed(message: Message, now: datetime) -> datetime | None:
    """When a reminder may go that an outage has made late: now, after the quiet hours, or not any more."""
    appointment = message.appointment
    if message.urgent or appointment is None:
        return now
    quiet = planning.quiet_of(message.office, now, appointment.start)
    quiet = triggers.quiet_for(message.stage, quiet)
    return triggers.considerate(now, start=appointment.start, now=now, quiet=quiet)


def _may_be_told(message: Message) -> bool:
    """Consent, contact and safe-contact flag as they are now."""
    person = message.participant
    if person is None:
        return True
    if person.revoked_at and message.kind not in planning.ENDINGS:
        return False
    if message.kind == "staff_waits" and person.inside:
        return False
    return message.channel in planning.channels_of(person, message.kind)


def recover(now: datetime, real: datetime) -> None:
    """What a dead worker left: claimed goes back to pending, sending becomes unknown and is looked at."""
    over = Q(lease_until__lt=real)
    Message.objects.filter(over, state=State.CLAIMED).update(
        state=State.PENDING, lease=None, lease_until=None
    )
    left = list(Message.objects.filter(over, state=State.SENDING).values_list("pk", flat=True))
    for pk in left:
        rows = Message.objects.filter(over, pk=pk, state=State.SENDING)
        if rows.update(state=State.UNKNOWN, lease_until=None, last_error="worker_died"):
            resolve_unknown(Message.objects.select_related(*_NEEDED).get(pk=pk), now)


def resolve_unknown(message: Message, now: datetime) -> None:
    """Mail goes once more with the same Message-ID, an SMS only if it certainly is not there."""
    unknown = Message.objects.filter(pk=message.pk, state=State.UNKNOWN)
    if message.channel == "email":
        again = unknown.filter(repeated_at=None, not_after__gt=now)
        again.update(state=State.PENDING, repeated_at=now, next_try_at=now, lease=None)
        return
    found = _look_up(message, now)
    if found:
        unknown.update(state=State.SENT, message_id=found, sent_at=now, address="")
    elif found is not None and now < message.not_after and message.attempts < ATTEMPTS:
        unknown.update(state=State.PENDING, next_try_at=now, lease=None)


def _look_up(message: Message, now: datetime) -> str | None:
    """The provider's id, "" if it certainly is not there, None if nobody knows."""
    try:
        outgoing = replace(rendering.render(message, now), at=message.sent_at or now)
        return channel(message.channel).look_up(outgoing) or ""
    except Exception:
        logger.warning("message %s: the provider does not answer what became of it", message.pk)
        return None


def _give_back(message: Message, state: State = State.CLAIMED) -> None:
    """Not begun, or certainly not taken: the attempt is taken back."""
    Message.objects.filter(pk=message.pk, lease=message.lease, state=state).update(
        state=State.PENDING, attempts=F("attempts") - 1, lease=None, lease_until=None
    )


def forget(now: datetime) -> None:
    """Rows end 90 days after they were due; typed addresses after a day."""
    Message.objects.filter(due_at__lt=now - KEPT).delete()
    SmsReply.objects.filter(at__lt=now - KEPT).delete()
    Heartbeat.objects.filter(at__lt=real_now() - ADDRESS_KEPT).delete()
    SmsDay.objects.filter(day__lt=(now - KEPT).date()).delete()
    Message.objects.filter(created_at__lt=now - ADDRESS_KEPT).exclude(address="").update(address="")
