"""Free times: the grid of the openings first, what overlaps is dropped after."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.domain.intervals import Span

Other = tuple[Sequence[Span], Sequence[Span], Sequence[Span]]
"""What another actor has open, blocked and taken."""
_FAR = 1 << 62


@dataclass(frozen=True)
class Rule:
    """Duration, buffer after it and step of the grid, in seconds."""

    duration: int
    buffer: int
    step: int


def starts_on_grid(span: Span, rule: Rule) -> range:
    """Starts at ``opening start + k × step`` whose talk ends within the opening."""
    return range(span[0], span[1] - rule.duration + 1, rule.step)


def free_starts(
    openings: Iterable[Span],
    rule: Rule,
    blocked: Sequence[Span],
    taken: Sequence[Span],
    earliest: int,
    latest: int,
) -> list[int]:
    """Sorted starts in ``[earliest, latest)`` that are free.

    The talk overlaps nothing blocked, the talk with its buffer nothing taken; both are swept once.
    """
    starts = sorted({s for span in openings for s in starts_on_grid(span, rule)})
    starts = starts[bisect_left(starts, earliest) : bisect_left(starts, latest)]
    return _sweep(_sweep(starts, rule.duration, blocked), rule.duration + rule.buffer, taken)


def _sweep(starts: list[int], length: int, busy: Sequence[Span]) -> list[int]:
    """The starts (sorted) whose ``[start, start + length)`` overlaps no busy span."""
    if not busy:
        return starts
    free, spans, reach = [], iter(sorted(busy)), -_FAR
    begin, end = next(spans)
    for start in starts:
        stop = start + length
        while begin < stop:
            if end > reach:
                reach = end
            begin, end = next(spans, (_FAR, _FAR))
        if reach <= start:
            free.append(start)
    return free


def _within(starts: list[int], length: int, opened: Sequence[Span]) -> list[int]:
    """The starts (sorted) whose ``[start, start + length)`` lies within one of the spans."""
    held, spans, reach = [], deque(sorted(opened)), -_FAR
    for start in starts:
        while spans and spans[0][0] <= start:
            reach = max(reach, spans.popleft()[1])
        if start + length <= reach:
            held.append(start)
    return held


def merge_offers(by_actor: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Start → who is free then, sorted by start; actors in id order."""
    found: dict[int, list[int]] = {}
    for actor in sorted(by_actor):
        for start in by_actor[actor]:
            if start in found:
                found[start].append(actor)
            else:
                found[start] = [actor]
    return dict(sorted(found.items()))


def joint(starts: Iterable[int], duration: int, others: Sequence[Other]) -> list[int]:
    """The starts, sorted, at which every other actor is open and neither blocked nor taken all the time."""
    found = sorted(starts)
    for opened, blocked, taken in others:
        found = _within(found, duration, opened)
        found = _sweep(_sweep(found, duration, blocked), duration, taken)
    return found


def nearest(starts: Iterable[int], wanted: int, count: int = 3, within: int = 7 * 86_400) -> list[int]:
    """The starts nearest to ``wanted`` (not itself), of two equally near the earlier; in order of time."""
    near = [start for start in starts if start != wanted and abs(start - wanted) <= within]
    return sorted(sorted(near, key=lambda start: (abs(start - wanted), start))[:count])
