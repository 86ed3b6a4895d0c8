"""Half-open spans ``[start, end)`` of epoch seconds."""

from collections.abc import Iterable
from itertools import pairwise

Span = tuple[int, int]
_BEFORE, _AFTER = -(1 << 62), 1 << 62


def overlaps(a: Span, b: Span) -> bool:
    """Do they share an instant?"""
    return a[0] < b[1] and b[0] < a[1]


def merge(spans: Iterable[Span]) -> list[Span]:
    """Sorted, touching ones joined, empty ones dropped."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of ``spans`` outside ``holes``."""
    cuts = merge(holes)
    if not cuts:
        return merge(spans)
    gaps = [(_BEFORE, cuts[0][0]), *((a[1], b[0]) for a, b in pairwise(cuts)), (cuts[-1][1], _AFTER)]
    return intersect(spans, gaps)


def intersect(a: Iterable[Span], b: Iterable[Span]) -> list[Span]:
    """The instants that are in both."""
    first, second = merge(a), merge(b)
    found: list[Span] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            found.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found


def clip(spans: Iterable[Span], window: Span) -> list[Span]:
    """The parts within ``window``, in the order given."""
    cut = ((max(start, window[0]), min(end, window[1])) for start, end in spans)
    return [span for span in cut if span[0] < span[1]]


def total(spans: Iterable[Span]) -> int:
    """Seconds covered; what is covered twice counts once."""
    return sum(end - start for start, end in merge(spans))
