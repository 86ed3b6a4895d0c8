"""How the offered time was used: the figures of a period, and what may leave the team."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from scheduler.domain.intervals import Span, intersect, total
from scheduler.domain.lifecycle import Status

MINIMUM_CASES = 20
MINIMUM_TEAM = 3
ROUNDED_TO = 5


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


@dataclass(frozen=True)
class Figures:
    """Minutes, counts, rates (0–1, None where there is nothing to divide by) and days of one period."""

    offered: int = 0
    booked: int = 0
    attended: int = 0
    off_offer: int = 0
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
        """÷ video appointments due."""
        return ratio(self.technical_failures, self.video_due)

    @property
    def office_failure_rate(self) -> float | None:
        """÷ appointments due."""
        return ratio(self.office_failures, self.due)


def ratio(part: int, whole: int) -> float | None:
    """Part ÷ whole, None where there is no whole."""
    return part / whole if whole else None


def figures(offered: Mapping[int, Sequence[Span]], cases: Iterable[Case], period: Span) -> Figures:
    """The figures of ``[start, end)``; ``offered`` are the capacity spans of each schedule."""
    cases = [case for case in cases if case.start < period[1] and case.end > period[0]]
    capacity = {schedule: intersect(spans, [period]) for schedule, spans in offered.items()}
    standing = [case for case in cases if case.status != Status.CANCELLED]
    gone = [case for case in cases if case.status == Status.CANCELLED]
    on_offer = _minutes(capacity, standing)
    lead = [(case.start - case.booked_at) / 86_400 for case in standing if case.booked_at]
    freed = _minutes(capacity, gone)
    lost = freed - _taken_again(capacity, gone, standing)
    count = _counts(standing, gone)
    return Figures(
        offered=sum(total(spans) for spans in capacity.values()) // 60,
        booked=on_offer,
        attended=_minutes(capacity, [case for case in standing if case.status == Status.FULFILLED]),
        off_offer=sum(_length(case, period) for case in standing) - on_offer,
        lost=lost,
        recovered=freed - lost,
        lead_days_median=median(lead) if lead else None,
        lead_days_p90=quantiles(lead, n=10)[-1] if len(lead) > 1 else None,
        **count,
    )


def _counts(standing: list[Case], gone: list[Case]) -> dict[str, int]:
    def how_many(status: Status) -> int:
        return sum(case.status == status for case in standing)

    late = sum(case.late and case.cancelled_by == "client" for case in gone)
    return {
        "due": len(standing) + late,
        "fulfilled": how_many(Status.FULFILLED),
        "noshow": how_many(Status.NOSHOW),
        "cancelled": len(gone),
        "late_cancelled": late,
        "technical_failures": how_many(Status.TECHNICAL_FAILURE),
        "office_failures": how_many(Status.OFFICE_FAILED),
        "video_due": sum(case.mode == "video" for case in standing),
    }


def _length(case: Case, period: Span) -> int:
    return total(intersect([(case.start, case.end)], [period])) // 60


def _by_schedule(cases: Iterable[Case]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for case in cases:
        found.setdefault(case.schedule, []).append((case.start, case.end))
    return found


def _minutes(capacity: Mapping[int, Sequence[Span]], cases: Iterable[Case]) -> int:
    """Minutes of the cases that lie on capacity; special appointments are a line of their own."""
    spans = _by_schedule(case for case in cases if not case.special)
    return sum(total(intersect(capacity.get(who, ()), used)) for who, used in spans.items()) // 60


def _taken_again(capacity: Mapping[int, Sequence[Span]], gone: list[Case], standing: list[Case]) -> int:
    again = _by_schedule(standing)
    freed = _by_schedule(case for case in gone if not case.special)
    both = (
        intersect(intersect(capacity.get(who, ()), spans), again.get(who, ())) for who, spans in freed.items()
    )
    return sum(total(spans) for spans in both) // 60


def round_people(number: int) -> int:
    """Counts of people to the nearest five; 0 to 2 become 0."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def rate(part: int, whole: int, minimum: int = MINIMUM_CASES) -> float | None:
    """A rate that may leave the team: None below twenty cases."""
    return part / whole if whole >= max(minimum, 1) else None


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
    names = (
        "due",
        "fulfilled",
        "noshow",
        "cancelled",
        "late_cancelled",
        "technical_failures",
        "office_failures",
    )
    return Protected(
        offered=figures.offered,
        booked=figures.booked,
        people={name: round_people(getattr(figures, name)) for name in names},
        rates={
            "utilisation": ratio(figures.booked, figures.offered),
            "noshow_rate": rate(figures.noshow, figures.fulfilled + figures.noshow),
            "late_cancel_rate": rate(figures.late_cancelled, figures.due),
            "technical_failure_rate": rate(figures.technical_failures, figures.video_due),
            "office_failure_rate": rate(figures.office_failures, figures.due),
        },
    )


def whole_periods(first: date, until: date) -> bool:
    """Is ``[first, until)`` made of whole ISO weeks, or of whole months (quarters are)?"""
    if first >= until:
        return False
    weeks = first.weekday() == 0 and until.weekday() == 0
    return weeks or (first.day == 1 and until.day == 1)


def months(first: date, until: date) -> list[tuple[date, date]]:
    """The months that ``[first, until)`` touches, clipped to it."""
    found = []
    while first < until:
        following = first.replace(day=monthrange(first.year, first.month)[1]) + timedelta(days=1)
        found.append((first, min(following, until)))
        first = following
    return found


def weeks(first: date, until: date) -> list[tuple[date, date]]:
    """The ISO weeks that ``[first, until)`` touches, clipped to it."""
    found = []
    while first < until:
        following = first + timedelta(days=7 - first.weekday())
        found.append((first, min(following, until)))
        first = following
    return found
