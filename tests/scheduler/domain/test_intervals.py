"""Interval algebra, compared with sets of single instants."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import intervals

LOW, HIGH = -20, 60
edges = st.integers(LOW, HIGH)
spans = st.lists(st.tuples(edges, edges), max_size=8)


def instants(found):
    return {instant for start, end in found for instant in range(start, end)}


def is_normal(found):
    """Sorted, none empty, none touching."""
    return all(start < end for start, end in found) and all(a[1] < b[0] for a, b in itertools.pairwise(found))


@given(spans)
def test_merging_keeps_every_instant_and_nothing_else(some):
    assert instants(intervals.merge(some)) == instants(some)
    assert is_normal(intervals.merge(some))


@given(spans, spans)
def test_subtracting_leaves_what_is_outside_the_holes(some, holes):
    left = intervals.subtract(some, holes)
    assert instants(left) == instants(some) - instants(holes)
    assert is_normal(left)


@given(spans, spans)
def test_the_intersection_is_what_is_in_both(some, others):
    both = intervals.intersect(some, others)
    assert instants(both) == instants(some) & instants(others)
    assert is_normal(both)


@given(spans, spans)
def test_what_is_cut_away_and_what_is_left_make_the_whole(some, holes):
    whole = intervals.subtract(some, holes) + intervals.intersect(some, holes)
    assert intervals.merge(whole) == intervals.merge(some)


@given(spans, st.tuples(edges, edges))
def test_clipping_keeps_what_lies_in_the_window(some, window):
    cut = intervals.clip(some, window)
    assert instants(cut) == instants(some) & instants([window])
    assert all(start < end for start, end in cut)


@given(spans)
def test_what_is_covered_twice_counts_once(some):
    assert intervals.total(some) == len(instants(some))


@given(edges, st.integers(1, 20), edges, st.integers(1, 20))
def test_overlapping_is_sharing_an_instant(a, length_a, b, length_b):
    first, second = (a, a + length_a), (b, b + length_b)
    assert intervals.overlaps(first, second) == bool(instants([first]) & instants([second]))


def test_touching_is_not_overlapping():
    assert not intervals.overlaps((0, 10), (10, 20))
    assert not intervals.overlaps((10, 20), (0, 10))
    assert intervals.merge([(10, 20), (0, 10)]) == [(0, 20)]
