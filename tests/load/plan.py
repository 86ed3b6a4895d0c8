"""What both sides are filled with: working hours and times that are taken. Also runs in the peer's venv."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
OPENS, CLOSES = 8, 16
MINUTES = 30
TIMES_A_DAY = (CLOSES - OPENS) * 60 // MINUTES
BUSY_TIMES_A_DAY = 10
WINDOW_DAYS = 28
HALF_YEAR_DAYS = 26 * 7

Time = tuple[date, int]
"""A date and the index of one of its ``TIMES_A_DAY`` half hours."""


@dataclass(frozen=True)
class Frame:
    """The 28 days that are searched; ``monday`` is the first of them."""

    monday: date

    @classmethod
    def after(cls, today: date) -> "Frame":
        """The next window whose first day lies beyond any notice, at least three days from today."""
        soonest = today + timedelta(days=3)
        return cls(soonest + timedelta(days=-soonest.weekday() % 7))

    @property
    def day(self) -> date:
        """The one day that is searched: a Tuesday."""
        return self.monday + timedelta(days=1)

    @property
    def until(self) -> date:
        """The first date after the window."""
        return self.monday + timedelta(days=WINDOW_DAYS)

    @property
    def days(self) -> list[date]:
        """All dates of the window."""
        return days_between(self.monday, self.until)

    @property
    def year(self) -> tuple[date, date]:
        """Half a year before and after the window's start."""
        return self.monday - timedelta(days=HALF_YEAR_DAYS), self.monday + timedelta(days=HALF_YEAR_DAYS)


def days_between(first: date, until: date) -> list[date]:
    """Dates of ``[first, until)``."""
    return [first + timedelta(days=n) for n in range((until - first).days)]


def working(days: Iterable[date]) -> list[date]:
    """Mondays to Fridays; bank holidays are worked on both sides."""
    return [day for day in days if day.weekday() < 5]


def spread(frame: Frame, count: int) -> list[Time]:
    """``count`` times spread evenly over the working days of the year around the window."""
    days = working(days_between(*frame.year))
    return [
        (day, index)
        for n, day in enumerate(days)
        for index in _evenly((n + 1) * count // len(days) - n * count // len(days), n)
    ]


def dense(frame: Frame, count: int, shift: int) -> list[Time]:
    """The first ``count`` of ten times a working day of the window, another pattern for each ``shift``."""
    times = [(day, index) for day in working(frame.days) for index in _evenly(BUSY_TIMES_A_DAY, shift)]
    if count > len(times):
        raise ValueError(f"the window has {len(times)} such times, not {count}")
    return times[:count]


@dataclass(frozen=True)
class Filling:
    """Which data a side is filled with: ``spread`` over a year or ``dense`` within the window."""

    plan: str
    caseworkers: int
    appointments: int
    """Of each caseworker."""

    def __str__(self) -> str:
        return f"{self.plan}_{self.caseworkers}_{self.appointments}"

    def taken(self, frame: Frame, caseworker: int) -> list[Time]:
        """The times that the n-th caseworker has taken."""
        if self.plan == "spread":
            return spread(frame, self.appointments)
        return dense(frame, self.appointments, caseworker)

    def options(self, frame: Frame) -> list[str]:
        """Words that tell a seeding process what to do; ``told`` reads them there."""
        return [str(frame.monday), self.plan, str(self.caseworkers), str(self.appointments)]

    @classmethod
    def told(cls) -> tuple[Frame, "Filling"]:
        """Window and data that this process was told on its command line."""
        monday, name, caseworkers, appointments = sys.argv[1:]
        return Frame(date.fromisoformat(monday)), cls(name, int(caseworkers), int(appointments))


def free(frame: Frame, times: Iterable[Time]) -> set[datetime]:
    """Every free start of the window, reckoned without either product (UTC)."""
    gone = set(times)
    grid = ((day, index) for day in working(frame.days) for index in range(TIMES_A_DAY))
    return {instant(one) for one in grid if one not in gone}


def clock(index: int) -> time:
    """The wall-clock time at which the n-th half hour starts."""
    return time(*divmod(OPENS * 60 + MINUTES * index, 60))


def instant(one: Time) -> datetime:
    """The start of a time in UTC."""
    return datetime.combine(one[0], clock(one[1]), tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def _evenly(count: int, shift: int) -> list[int]:
    return sorted((n * TIMES_A_DAY // count + shift) % TIMES_A_DAY for n in range(count))
