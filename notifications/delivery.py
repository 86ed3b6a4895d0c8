"""Claim, look again, render, fence, send, record: nothing lost, nothing told twice, nothing untrue."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from notifications import budget, fates, fence, jobs, receipts, recovery, rendering, retries, stops, truth
from notifications.channels import Refused, Stopped, TryLater, Unclear, Undelivered, channel, takes
from notifications.models import Heartbeat, Message, SmsDay, SmsReply, State
from notifications.reading import Reading
from notifications.recovery import Clock

BATCH = 5
NO_SEND_AFTER = timedelta(seconds=25)
SLOW = timedelta(seconds=5)
"""A channel that needs longer and then has not taken it keeps back the messages of others."""
OVERTAKEN_FOR = timedelta(seconds=10)
KEPT, ADDRESS_KEPT = timedelta(days=90), timedelta(days=1)


def real_now() -> datetime:
    """Leases run on real time, even where the tests move the clock."""
    return datetime.now(UTC)


def deliver_due(now: Clock, real: Clock = real_now) -> int:
    """Tell what is due for up to 25 seconds; answers how many were taken up.

    Where much is due another worker helps at once, and somebody goes on when this one's time is over. Where
    nothing is, there is time to ask what became of unknown SMS.
    """
    recovery.recover(now(), real())
    task = _Task(now, real, real())
    while task.has_time():
        batch = claim(now(), real(), without=task.slow)
        if not batch:
            recovery.look_up_due(now, real, task.begun + NO_SEND_AFTER)
            return task.taken
        if not task.taken and len(batch) == BATCH:
            jobs.ask_for_help()
        task.tell(batch)
    jobs.ask_for_help()
    return task.taken


@dataclass
class _Task:
    """What one worker does in one go; a channel that keeps it waiting in vain is left alone meanwhile."""

    now: Clock
    real: Clock
    begun: datetime
    taken: int = 0
    slow: set[str] = field(default_factory=set)

    def has_time(self) -> bool:
        return self.real() - self.begun < NO_SEND_AFTER

    def tell(self, batch: list[Message]) -> None:
        """One after the other; what is not begun is given back."""
        reading = Reading(batch)
        for message in batch:
            if message.channel in self.slow or self.real() - self.begun > NO_SEND_AFTER:
                _give_back(message)
            else:
                self._one(message, reading)
        self.taken += len(batch)

    def _one(self, message: Message, reading: Reading) -> None:
        started = self.real()
        done = deliver(message, self.now, self.real, reading)
        if not done and self.real() - started > SLOW:
            self.slow.add(message.channel)


def look_up_due(now: Clock, real: Clock = real_now) -> None:
    """Ask what became of unknown SMS, however much else is due: by a task of its own, each minute."""
    recovery.look_up_due(now, real, real() + NO_SEND_AFTER)


def claim(now: datetime, real: datetime, without: Collection[str] = ()) -> list[Message]:
    """Take up to five due messages, urgent ones first, with a lease; others do not get them meanwhile.

    Not those of channels that stand still, nor of those ``without`` which this task goes on.
    """
    lease = uuid.uuid4()
    with transaction.atomic():
        due = Message.objects.filter(state=State.PENDING, next_try_at__lte=now)
        if halted := {*stops.stopped(), *without}:
            due = due.exclude(channel__in=halted)
        due = due.order_by("-urgent", "next_try_at")
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
        ids = _together(list(due.values_list("pk", "last_error")[:BATCH]))
        if not ids:
            return []
        Message.objects.filter(pk__in=ids, state=State.PENDING).update(
            state=State.CLAIMED,
            lease=lease,
            lease_until=real + settings.DELIVERY_LEASE,
            attempts=F("attempts") + 1,
        )
    mine = Message.objects.filter(pk__in=ids, lease=lease)
    return sorted(mine, key=lambda message: (not message.urgent, message.next_try_at))


def _together(due: list[tuple[uuid.UUID, str]]) -> list[uuid.UUID]:
    """What was there when a worker died goes alone: if it is to blame, it takes no others with it again."""
    harmless = [pk for pk, error in due if error != recovery.DIED]
    return harmless or [pk for pk, _ in due[:1]]


def deliver(message: Message, now: Clock, real: Clock = real_now, reading: Reading | None = None) -> bool:
    """One message on its way, from the second look to the record, as everything stands now.

    False where it has to be tried again, or nobody knows what became of it.
    """
    reading = reading or Reading([message])
    present = reading.of(message)
    if present is None:
        return True
    delivery = _Delivery(present, now, real, reading)
    delivery.run()
    return not delivery.in_vain


@dataclass
class _Delivery:
    message: Message
    now: Clock
    real: Clock
    reading: Reading
    counted: datetime | None = None
    """When it was counted as an SMS of its office's day."""
    in_vain: bool = False

    def run(self) -> None:
        end = truth.untrue(self.message, self.now())
        if end:
            self._end(end)
        elif not truth.is_open(self.message):
            self._refused(Refused("no_channel"))
        elif (later := truth.undisturbed(self.message, self.now())) is None:
            self._end(State.EXPIRED, "quiet_hours")
        elif later > self.now():
            self._wait_until(later)
        else:
            self._address()

    def _address(self) -> None:
        to = rendering.address_of(self.message)
        if to and takes(self.message.channel, to):
            self._tell()
        else:
            self._refused(Refused("bad_address" if to else "no_address"))

    def _tell(self) -> None:
        try:
            outgoing = rendering.render(self.message, self.now())
        except Exception as error:
            self._retry("rendering", error=error)
            return
        if not self._within_budget():
            self._refused(Refused("sms_budget"))
        elif self._fence(outgoing.message_id):
            self._send(outgoing)
        else:
            self._overtaken()

    def _within_budget(self) -> bool:
        if self.message.channel != "sms":
            return True
        self.counted = self.now()
        return budget.take(office=self.message.office, now=self.counted)

    def _not_taken(self) -> None:
        """What certainly did not go out costs nothing."""
        if self.counted:
            budget.give_back(office=self.message.office, now=self.counted)

    def _overtaken(self) -> None:
        """The fence has seen what the reading had not: looked at again soon, unless others have it now."""
        self._not_taken()
        self._wait_until(self.now() + OVERTAKEN_FOR)

    def _fence(self, message_id: str) -> bool:
        """An SMS keeps the id of the try before until the provider gives it a new one.

        So late reports about that one are known.
        """
        known_as = message_id or self.message.message_id
        lasts_until = self.real() + settings.SEND_WITHIN
        return fence.passes(self.message, known_as=known_as, now=self.now(), lasts_until=lasts_until)

    def _send(self, outgoing: rendering.Outgoing) -> None:
        try:
            provider_id = channel(self.message.channel).send(outgoing)
        except Refused as error:
            self._refused(error)
        except TryLater as error:
            self._not_taken()
            self._retry(error.code, error.wait)
        except Stopped as error:
            self._not_taken()
            stops.stop(channel=self.message.channel, code=error.code, now=self.now())
            _give_back(self.message, State.SENDING)
        except Unclear as error:
            self._unclear(error.code)
        except Exception as error:
            self._unclear("unforeseen", error)
        else:
            self._sent(provider_id)

    def _sent(self, provider_id: str) -> None:
        """Also where it took so long that others think it unknown."""
        out = self._mine().filter(state__in=[State.SENDING, State.UNKNOWN])
        told = {"state": State.SENT, "sent_at": self.now(), "message_id": provider_id, "address": ""}
        if out.update(**told, lease_until=None):
            fates.note(self.message, State.SENT)

    def _refused(self, error: Undelivered) -> None:
        self.reading.overtaken()
        receipts.refuse(self._mine(), self.message, error, self.now())

    def _retry(self, code: str, at_least: timedelta | None = None, error: Exception | None = None) -> None:
        self.in_vain = True
        again = retries.again_at(self.message, self.now(), at_least)
        if again is None:
            self._refused(Refused(code))
            return
        self._mine().update(
            state=State.PENDING, next_try_at=again, last_error=code, lease=None, lease_until=None
        )
        fates.note(self.message, State.PENDING, code, error)

    def _wait_until(self, later: datetime) -> None:
        """Nobody is disturbed now; that was no attempt."""
        self._mine(State.CLAIMED).update(next_try_at=later)
        _give_back(self.message)

    def _unclear(self, code: str, error: Exception | None = None) -> None:
        self.in_vain = True
        sending = self._mine(State.SENDING)
        recovery.doubt(sending, self.message, code, self.now(), self.real(), error)

    def _end(self, state: State, code: str = "") -> None:
        if self._mine().update(state=state, last_error=code, lease_until=None):
            fates.note(self.message, state, code)

    def _mine(self, state: State | None = None) -> "QuerySet[Message]":
        """Nobody else has taken it up since, and it has come to no end."""
        states = [state] if state else [State.CLAIMED, State.SENDING, State.UNKNOWN]
        return Message.objects.filter(pk=self.message.pk, lease=self.message.lease, state__in=states)


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
