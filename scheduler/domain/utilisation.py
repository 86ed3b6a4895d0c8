"""How the offered time was used: the figures of a period, and what may leave the team."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median, quantiles

from scheduler.domain.intervals import Span, clip, intersect, merge, subtract, total
from scheduler.domain.lifecycle import OUTCOMES, Status
from scheduler.domain.slots import Rule, free_starts

Calendars = Mapping[int, Sequence[Span]]
"""Spans by schedule."""

MINIMUM_CASES = 20
MINIMUM_TEAM = 3
ROUNDED_TO = 5
DAY = 86_400


@dataclass(frozen=True)
class Case:
    """One appointment as the figures see it; instants are epoch seconds."""

    schedule: int
    start: int
    end: int
    status: str
    mode: str = "video"
    special: bool = False
    late: bool = False
    cancelled_by: str = ""
    booked_at: int = 0

    @property
    def late_by_client(self) -> bool:
        """Did the client cancel late?"""
        return self.late and self.cancelled_by == "client"


@dataclass(frozen=True)
class Figures:
    """Minutes, counts, rates (0–1, None where there is nothing to divide by) and days of one period."""

    offered: int = 0
    booked: int = 0
    attended: int = 0
    off_offer: int = 0
    special: int = 0
    lost: int = 0
    recovered: int = 0
    due: int = 0
    fulfilled: int = 0
    noshow: int = 0
    cancelled: int = 0
    late_cancelled: int = 0
    technical_failures: int = 0
    office_failures: int = 0
    video_due: int = 0
    video_failures: int = 0
    lead_days_median: float | None = None
    lead_days_p90: float | None = None

    @property
    def utilisation(self) -> float | None:
        """Booked ÷ offered."""
        return ratio(self.booked, self.offered)

    @property
    def attendance(self) -> float | None:
        """Attended ÷ offered."""
        return ratio(self.attended, self.offered)

    @property
    def noshow_rate(self) -> float | None:
        """No-shows ÷ (fulfilled + no-shows)."""
        return ratio(self.noshow, self.fulfilled + self.noshow)

    @property
    def late_cancel_rate(self) -> float | None:
        """Late cancellations by clients ÷ appointments due."""
        return ratio(self.late_cancelled, self.due)

    @property
    def technical_failure_rate(self) -> float | None:
        """Technical failures of video appointments ÷ video appointments due."""
        return ratio(self.video_failures, self.video_due)

    @property
    def office_failure_rate(self) -> float | None:
        """÷ appointments due."""
        return ratio(self.office_failures, self.due)


def ratio(part: int, whole: int) -> float | None:
    """Part ÷ whole, None where there is no whole."""
    return part / whole if whole else None


def capacity(openings: Iterable[tuple[Span, Sequence[Rule]]], blocked: Iterable[Span]) -> list[Span]:
    """The talks one schedule could hold, before bookings and without their buffers, sorted.

    Each opening comes with the rules of its services and counts by the one that yields most minutes.
    """
    shut = merge(blocked)
    return sorted(talk for span, rules in openings for talk in _best(span, rules, shut))


def _best(span: Span, rules: Sequence[Rule], shut: Sequence[Span]) -> list[Span]:
    within = clip(shut, span)
    return max((_talks(span, rule, within) for rule in rules), key=total, default=[])


def _talks(span: Span, rule: Rule, shut: Sequence[Span]) -> list[Span]:
    """As many talks as fit one after another, with their buffers between them."""
    found: list[Span] = []
    ready = span[0]
    for start in free_starts([span], rule, shut, (), *span):
        if start >= ready:
            found.append((start, start + rule.duration))
            ready = start + rule.duration + rule.buffer
    return found


def figures(
    offered: Mapping[int, Sequence[Span]], cases: Iterable[Case], period: Span, *, now: int | None = None
) -> Figures:
    """The figures of ``[start, end)``; ``offered`` are the capacity spans of each schedule.

    Minutes are clipped to the period; people count where their appointment starts. Until ``now`` (None: the
    period is over) booked appointments are due and freed minutes lost; afterwards not yet.
    """
    now = period[1] if now is None else now
    cases = list(cases)
    starting = [case for case in cases if period[0] <= case.start < period[1]]
    clipped = {schedule: intersect(spans, [period]) for schedule, spans in offered.items()}
    middle, p90 = _lead_days(starting)
    return Figures(
        **_minutes(clipped, cases, period, now),
        **_counts(starting, now),
        lead_days_median=middle,
        lead_days_p90=p90,
    )


def _minutes(capacity: Calendars, cases: list[Case], period: Span, now: int) -> dict[str, int]:
    standing = [case for case in cases if case.status != Status.CANCELLED]
    regular = [case for case in standing if not case.special]
    used = _calendars(regular, period)
    fulfilled = _calendars((case for case in regular if case.status == Status.FULFILLED), period)
    gone = (case for case in cases if case.status == Status.CANCELLED and not case.special)
    booked, freed = _within(capacity, used), _within(capacity, _calendars(gone, period))
    recovered = _within(_calendars(standing, period), freed)
    past = {who: subtract(clip(spans, (period[0], now)), recovered[who]) for who, spans in freed.items()}
    return {
        "offered": _sum(capacity),
        "booked": _sum(booked),
        "attended": _sum(_within(capacity, fulfilled)),
        "off_offer": _sum(used) - _sum(booked),
        "special": _sum(_calendars((case for case in standing if case.special), period)),
        "lost": _sum(past),
        "recovered": _sum(recovered),
    }


def _calendars(cases: Iterable[Case], period: Span) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for case in cases:
        found.setdefault(case.schedule, []).append((case.start, case.end))
    return {who: clip(spans, period) for who, spans in found.items()}


def _within(outer: Calendars, inner: Calendars) -> dict[int, list[Span]]:
    return {who: intersect(spans, outer.get(who, ())) for who, spans in inner.items()}


def _sum(calendars: Calendars) -> int:
    return sum(total(spans) for spans in calendars.values()) // 60


def _counts(cases: list[Case], now: int) -> dict[str, int]:
    states = Counter(case.status for case in cases)
    late = [case for case in cases if case.status == Status.CANCELLED and case.late_by_client]
    due = late + [case for case in cases if case.status in OUTCOMES]
    due += [case for case in cases if case.status == Status.BOOKED and case.start <= now]
    video = [case for case in due if case.mode == "video"]
    return {
        "due": len(due),
        "fulfilled": states[Status.FULFILLED],
        "noshow": states[Status.NOSHOW],
        "cancelled": states[Status.CANCELLED],
        "late_cancelled": len(late),
        "technical_failures": states[Status.TECHNICAL_FAILURE],
        "office_failures": states[Status.OFFICE_FAILED],
        "video_due": len(video),
        "video_failures": sum(case.status == Status.TECHNICAL_FAILURE for case in video),
    }


def _lead_days(cases: list[Case]) -> tuple[float | None, float | None]:
    """Median and 90th percentile (interpolated within the sample) of what was not cancelled."""
    known = [case for case in cases if case.booked_at and case.status != Status.CANCELLED]
    days = [(case.start - case.booked_at) / DAY for case in known]
    if len(days) < 2:
        return (days[0], days[0]) if days else (None, None)
    return median(days), quantiles(days, n=10, method="inclusive")[-1]


def round_people(number: int) -> int:
    """Counts of people to the nearest five; 0 to 2 become 0."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def rate(part: int, whole: int, minimum: int = MINIMUM_CASES) -> float | None:
    """A rate that may leave the team: None below twenty cases."""
    return part / whole if whole >= max(minimum, 1) else None


_PEOPLE = (
    *("due", "fulfilled", "noshow", "cancelled", "late_cancelled"),
    *("technical_failures", "office_failures"),
)


@dataclass(frozen=True)
class Protected:
    """Figures as they may leave the team. Planned minutes are not personal and stay exact."""

    offered: int
    booked: int
    people: Mapping[str, int]
    rates: Mapping[str, float | None]


def protected(figures: Figures, team_size: int) -> Protected | None:
    """Rounded counts, rates on twenty cases or more; None for a team under three caseworkers."""
    if team_size < MINIMUM_TEAM:
        return None
    return Protected(
        offered=figures.offered,
        booked=figures.booked,
        people={name: round_people(getattr(figures, name)) for name in _PEOPLE},
        rates={
            "utilisation": ratio(figures.booked, figures.offered),
            "noshow_rate": rate(figures.noshow, figures.fulfilled + figures.noshow),
            "late_cancel_rate": rate(figures.late_cancelled, figures.due),
            "technical_failure_rate": rate(figures.video_failures, figures.video_due),
            "office_failure_rate": rate(figures.office_failures, figures.due),
        },
    )


def whole_periods(first: date, until: date) -> bool:
    """Is ``[first, until)`` made of whole ISO weeks, or of whole months (quarters are)?"""
    return bool(made_of(first, until))


def made_of(first: date, until: date) -> list[str]:
    """Of which whole periods ``[first, until)`` is made: month, week, both or none."""
    if first >= until:
        return []
    fits = {
        "month": first.day == 1 and until.day == 1,
        "week": first.weekday() == 0 and until.weekday() == 0,
    }
    return [name for name, whole in fits.items() if whole]


def months(first: date, until: date) -> list[tuple[date, date]]:
    """The months that ``[first, until)`` touches, clipped to it."""
    return _pieces(first, until, lambda day: day.day == 1)


def weeks(first: date, until: date) -> list[tuple[date, date]]:
    """The ISO weeks that ``[first, until)`` touches, clipped to it."""
    return _pieces(first, until, lambda day: day.weekday() == 0)


def _pieces(first: date, until: date, begins: Callable[[date], bool]) -> list[tuple[date, date]]:
    if first >= until:
        return []
    days = map(date.fromordinal, range(first.toordinal() + 1, until.toordinal()))
    return list(pairwise([first, *filter(begins, days), until]))
