"""Messages under way while workers and clusters are killed and servers fail; then the account of each."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Min, Q

from notifications import jobs, queries
from notifications.models import Message, State
from scheduler import clock
from scheduler.models import Office
from tests import factories
from tests.chaos.weather import StormyPost, StormyProvider
from tests.workers import Workers

UNDER_WAY = Q(state__in=[State.PENDING, State.CLAIMED, State.SENDING])
UNDER_WAY |= Q(state=State.UNKNOWN, lease_until__isnull=False)
"""Also an SMS that will still be looked up."""
TOLD = [State.SENT, State.DELIVERED]
LAST_KILL_AT = 0.85
PLENTY = 20
CONTACTS = ({}, {"email": None, "mobile": "+4915112345678"}, {"mobile": "+4915112345678"})
"""By mail, by SMS, by both: so that one can stand in for the other."""


def book(messages: int) -> None:
    """At least so many messages that are due now, made by real bookings in several offices."""
    now = clock.now()
    start = (now + timedelta(days=10)).replace(hour=6, minute=0, second=0, microsecond=0)
    while about().count() < messages:
        office = factories.office()
        service = factories.service(office, duration_minutes=15, buffer_minutes=0)
        workers = [factories.caseworker(office, service) for _ in range(2)]
        for number in range(2 * PLENTY):
            person = factories.client(office, **CONTACTS[number % 3])
            at = start + timedelta(minutes=15 * (number // 2))
            factories.appointment(workers[number % 2], person, start=at, now=now, special=True)


def about():
    """Every message that is told at once, whatever became of it."""
    return Message.objects.exclude(kind="reminder")


@dataclass
class Storm:
    """``kills`` at random moments until 85 percent are told; ``strikes`` times something else."""

    workers: Workers
    kills: int
    move_clock: Callable
    strike: Callable[[], None] = lambda: None
    strikes: int = 0
    patience: float = 900.0
    killed: Counter = field(default_factory=Counter)

    def rage(self) -> float:
        """Until everything has come to an end; answers the seconds."""
        began, total = time.monotonic(), about().count()
        moments = sorted(random.uniform(0.02, LAST_KILL_AT) for _ in range(self.kills))
        blows = sorted(random.uniform(0.1, LAST_KILL_AT) for _ in range(self.strikes))
        while open_now := about().filter(UNDER_WAY).count():
            assert time.monotonic() - began < self.patience, f"{open_now} messages are still under way"
            jobs.wake_up()
            share = 1 - open_now / total
            if moments and share > moments[0] and self._kill():
                moments.pop(0)
            elif blows and share > blows[0]:
                blows.pop(0)
                self.strike()
            self._skip_what_waits()
            time.sleep(0.2)
        assert (sum(self.killed.values()), blows) == (self.kills, [])
        return time.monotonic() - began

    def _kill(self) -> bool:
        whole = random.random() < 0.5
        done = self.workers.kill_something(whole=whole)
        self.killed["clusters" if whole else "processes"] += done
        return done

    def _skip_what_waits(self) -> None:
        """Nothing is due: let it be as late as the next try, instead of waiting for it."""
        waiting = about().filter(UNDER_WAY)
        later = Q(state__in=[State.PENDING, State.UNKNOWN], next_try_at__gt=clock.now())
        if waiting.exclude(later).exists():
            return
        if first := waiting.aggregate(first=Min("next_try_at"))["first"]:
            self.move_clock(first + timedelta(seconds=5))


@dataclass(frozen=True)
class Account:
    """What became of every message, and what the servers outside really took."""

    states: Counter
    lost: list
    twice: list
    repeats: int
    repeats_allowed: int
    unknown: int
    unlisted: list
    mails: int
    sms: int

    def say(self, where: str, storm: Storm, seconds: float, faults: str) -> str:
        """One line of figures."""
        return (
            f"{where}: {sum(self.states.values())} messages in {seconds:.0f} s, killed {dict(storm.killed)}, "
            f"{faults}; lost {len(self.lost)}, told twice {len(self.twice)}, repeats with the same "
            f"Message-ID {self.repeats}, unknown {self.unknown} (not listed {len(self.unlisted)}), "
            f"taken {self.mails} mails and {self.sms} SMS; {dict(self.states)}"
        )


def account(post: StormyPost, provider: StormyProvider) -> Account:
    """Compare the outbox with what was taken outside."""
    rows, mails, sms = list(about()), post.told(), provider.told()
    ours = {row.message_id for row in rows if row.channel == "email"} | {str(row.pk) for row in rows}
    unlisted = _neither_told_nor_listed(rows)
    twice = [key for key in (*mails, *sms) if key not in ours]
    twice += [key for key, times in mails.items() if times > 2]
    twice += [key for key, times in sms.items() if times > 1]
    return Account(
        states=Counter(row.state for row in rows),
        lost=[row for row in rows if _lost(row, mails, sms)] + unlisted,
        twice=twice,
        repeats=sum(times - 1 for times in mails.values()),
        repeats_allowed=sum(1 for row in rows if row.repeated_at),
        unknown=sum(1 for row in rows if row.state == State.UNKNOWN),
        unlisted=unlisted,
        mails=sum(mails.values()),
        sms=sum(sms.values()),
    )


def _lost(row: Message, mails: Counter, sms: Counter) -> bool:
    """Said to be told, and nobody has it; or void although nothing has changed."""
    there = mails[row.message_id] if row.channel == "email" else sms[str(row.pk)]
    return row.state == State.VOID or (row.state in TOLD and not there)


def _neither_told_nor_listed(rows: list) -> list:
    listed = {
        _what(row)
        for office in Office.objects.all()
        for row in queries.could_not_be_told(office, clock.now())
    }
    told = {_what(row) for row in rows if row.state in TOLD}
    return [row for row in rows if row.state not in TOLD and _what(row) not in listed | told]


def _what(row: Message) -> tuple:
    """One thing that one person is told, by whatever channel."""
    return tuple(getattr(row, f"{name}_id", None) or getattr(row, name) for name in queries.SAME)
