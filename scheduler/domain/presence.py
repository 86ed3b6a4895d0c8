"""Who was inside when, from what was told in any order; instants in microseconds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.domain import intervals
from scheduler.domain.intervals import Span

MINUTE = 60_000_000
SIGNS = ("token", "knocked", "joined", "left", "not_working")
"""What somebody does herself; that she was called says nothing of where she is."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """Somebody ``joined`` or ``left``; ``occupant`` tells her connections apart (phone and computer)."""

    person: int
    occupant: str
    kind: str
    at: int


def instant(at: datetime) -> int:
    """Microseconds since 1970: within one second somebody joins, leaves and joins again."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def stays(told: Iterable[Told], until: int) -> dict[int, list[Span]]:
    """Per person the spans inside, all her connections together; whoever has not left stays until then."""
    spans: dict[int, list[Span]] = defaultdict(list)
    for (person, _), ended, since in _connections(told):
        spans[person] += ended if since is None else [*ended, (since, max(since, until))]
    return {person: intervals.merge(found) for person, found in spans.items()}


def inside(told: Iterable[Told]) -> set[int]:
    """Who has a connection that has not ended."""
    return {person for person, _ in connected(told)}


def connected(told: Iterable[Told]) -> set[tuple[int, str]]:
    """Every connection that has not ended: whose, and which of hers."""
    return {whose for whose, _, since in _connections(told) if since is not None}


def led_in(told: Iterable[Told]) -> set[int]:
    """Whose last sign, in the order given, was her way in: taken to be inside where nobody tells us."""
    last = {fact.person: fact.kind for fact in told if fact.kind in SIGNS}
    return {person for person, kind in last.items() if kind == "token"}


def _connections(told: Iterable[Told]) -> Iterator[tuple[tuple[int, str], list[Span], int | None]]:
    """Per connection: whose and which, the spans that have ended, and since when the last one lasts."""
    instants: dict[tuple[int, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fact in told:
        if fact.kind in {"joined", "left"}:
            instants[fact.person, fact.occupant][fact.at].add(fact.kind)
    return ((whose, *_of_one(found)) for whose, found in instants.items())


def _of_one(instants: Mapping[int, set[str]]) -> tuple[list[Span], int | None]:
    """Both at one instant: a change of rooms for somebody inside, a glimpse for somebody outside."""
    ended: list[Span] = []
    since: int | None = None
    for at, kinds in sorted(instants.items()):
        if since is not None and "left" in kinds:
            ended.append((since, at))
            since = at if "joined" in kinds else None
        elif since is None and kinds == {"joined"}:
            since = at
    return ended, since


def together(some: Iterable[Span], others: Iterable[Span]) -> int:
    """Whole minutes that both sides were inside at once."""
    return intervals.total(intervals.intersect(some, others)) // MINUTE


def met(some: Iterable[Span], others: Iterable[Span]) -> bool:
    """Were both sides inside at once, for however short?"""
    return bool(intervals.intersect(some, others))


def alone(some: Iterable[Span], others: Iterable[Span], since: int) -> int:
    """Whole minutes from then on that one side was inside without the other."""
    lonely = intervals.subtract(some, others)
    return sum(max(0, end - max(start, since)) for start, end in lonely) // MINUTE
