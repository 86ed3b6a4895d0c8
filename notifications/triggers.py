"""Which kinds, to whom and when: pure rules on values."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from scheduler.domain import localtime

TEN_O_CLOCK = 10 * 60
EARLIEST_HOUR_REMINDER = 6 * 60 + 30
WELL_AHEAD = timedelta(hours=48)


@dataclass(frozen=True)
class Stage:
    """One reminder: so many days or working days before at a local minute, or so many minutes before.

    Without channels it is switched off.
    """

    name: str
    days: int = 0
    working_days: int = 0
    at: int = TEN_O_CLOCK
    minutes: int = 0
    channels: tuple[str, ...] = ("email", "sms")
    modes: tuple[str, ...] = ()


DEFAULT_PLAN = (Stage("day_before", working_days=1), Stage("hour_before", minutes=60, modes=("video",)))
CATALOGUE = (Stage("week_before", days=7), Stage("three_days", working_days=3), *DEFAULT_PLAN)
"""Every stage that an office can switch on."""


@dataclass(frozen=True)
class Quiet:
    """When nobody is disturbed: minutes of the local day, Sundays, closed days."""

    zone: tzinfo
    starts: int
    ends: int
    is_closed: Callable[[date], bool]

    def silent(self, day: date) -> bool:
        """No message at all on this day."""
        return day.weekday() == 6 or self.is_closed(day)


SHORTLY_BEFORE = frozenset(stage.name for stage in CATALOGUE if stage.minutes)
"""Stages whose talk is about to begin."""


def plan_of(stored: Sequence[dict]) -> tuple[Stage, ...]:
    """The reminder plan of a service; empty means the default plan."""
    return tuple(Stage(**{**row, **_tuples(row)}) for row in stored) or DEFAULT_PLAN


def as_data(plan: Sequence[Stage]) -> list[dict]:
    """The plan as it is stored; nothing for the default plan."""
    switched_on = tuple(stage for stage in plan if stage.channels)
    if switched_on == DEFAULT_PLAN:
        return []
    return [{**asdict(stage), "channels": [*stage.channels], "modes": [*stage.modes]} for stage in plan]


def _tuples(row: dict) -> dict[str, tuple[str, ...]]:
    return {name: tuple(row[name]) for name in ("channels", "modes") if name in row}


def reminder_due(stage: Stage, *, start: datetime, now: datetime, quiet: Quiet) -> datetime | None:
    """When this reminder goes out; None where it would come before the booking or help nobody any more."""
    if stage.minutes:
        return _shortly_before(stage, start, now, quiet)
    due = wished(stage, start=start, quiet=quiet)
    return considerate(due, start=start, now=now, quiet=quiet) if due > now else None


def wished(stage: Stage, *, start: datetime, quiet: Quiet) -> datetime:
    """When this reminder would go out if nobody ever slept."""
    if stage.minutes:
        return start - timedelta(minutes=stage.minutes)
    day = localtime.local_date(start, quiet.zone) - timedelta(days=stage.days)
    for _ in range(stage.working_days):
        day = _working_day_before(day, quiet)
    return localtime.at(day, stage.at, quiet.zone)


def _working_day_before(day: date, quiet: Quiet) -> date:
    day -= timedelta(days=1)
    while day.weekday() >= 5 or quiet.is_closed(day):
        day -= timedelta(days=1)
    return day


def _shortly_before(stage: Stage, start: datetime, now: datetime, quiet: Quiet) -> datetime | None:
    """As wished; early in the morning from half past six on, in the evening before the quiet hours."""
    due, quiet = wished(stage, start=start, quiet=quiet), quiet_for(stage.name, quiet)
    opens = localtime.at(localtime.local_date(due, quiet.zone), quiet.ends, quiet.zone)
    if due < opens < start and _allowed(opens, quiet):
        due = opens
    return considerate(due, start=start, now=now, quiet=quiet) if due > now else None


def quiet_for(stage: str, quiet: Quiet) -> Quiet:
    """The quiet hours as a stage keeps them: what is about to begin may be told from half past six on."""
    if stage not in SHORTLY_BEFORE:
        return quiet
    return replace(quiet, ends=min(quiet.ends, EARLIEST_HOUR_REMINDER))


def considerate(due: datetime, *, start: datetime, now: datetime, quiet: Quiet) -> datetime | None:
    """``due``, or the last allowed time before it if that is still to come, else the first that helps."""
    if due > now and _allowed(due, quiet):
        return due
    before = _last_allowed_before(due, quiet)
    if before > now:
        return before
    after = _first_allowed_after(max(due, now), quiet)
    return after if after < start else None


def _allowed(instant: datetime, quiet: Quiet) -> bool:
    local = localtime.local(instant, quiet.zone)
    minute = local.hour * 60 + local.minute
    return not quiet.silent(local.date()) and quiet.ends <= minute < quiet.starts


def _last_allowed_before(instant: datetime, quiet: Quiet) -> datetime:
    day = localtime.local_date(instant, quiet.zone)
    while True:
        last = localtime.at(day, quiet.starts, quiet.zone) - timedelta(minutes=1)
        if last < instant and not quiet.silent(day):
            return last
        day -= timedelta(days=1)


def _first_allowed_after(instant: datetime, quiet: Quiet) -> datetime:
    if _allowed(instant, quiet):
        return instant
    day = localtime.local_date(instant, quiet.zone)
    while True:
        first = localtime.at(day, quiet.ends, quiet.zone)
        if first >= instant and not quiet.silent(day):
            return first
        day += timedelta(days=1)


def needs_sms(*, self_booked: bool, has_email: bool, start: datetime, now: datetime) -> bool:
    """A self-booking well ahead that is confirmed by e-mail needs no SMS beside it (cost)."""
    return not (self_booked and has_email and start - now > WELL_AHEAD)
