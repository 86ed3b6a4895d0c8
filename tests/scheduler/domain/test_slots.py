"""Free times, compared with trying every start one by one."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import slots
from scheduler.domain.intervals import overlaps
from scheduler.domain.slots import Rule

LOW, HIGH = -90, 90
DAY, HOUR = 86_400, 3600


@st.composite
def some_spans(draw, longest=50, most=6):
    starts = draw(st.lists(st.integers(LOW, HIGH), max_size=most))
    return [(start, start + draw(st.integers(1, longest))) for start in starts]


rules = st.builds(Rule, st.integers(1, 12), st.integers(0, 8), st.integers(1, 15))
calendars = st.tuples(some_spans(), some_spans(20), some_spans(20))


def is_free(start, length, busy):
    return not any(overlaps((start, start + length), span) for span in busy)


def by_hand(openings, rule, blocked, taken, earliest, latest):
    grid = set()
    for opens, closes in openings:
        start = opens
        while start + rule.duration <= closes:
            grid.add(start)
            start += rule.step
    return sorted(
        start
        for start in grid
        if earliest <= start < latest
        and is_free(start, rule.duration, blocked)
        and is_free(start, rule.duration + rule.buffer, taken)
    )


@given(calendars, rules, st.integers(LOW, HIGH), st.integers(LOW, HIGH))
def test_the_offer_is_what_trying_every_start_finds(calendar, rule, earliest, latest):
    openings, blocked, taken = calendar
    found = slots.free_starts(openings, rule, blocked, taken, earliest, latest)
    assert found == by_hand(openings, rule, blocked, taken, earliest, latest)


@given(calendars, rules, st.integers(LOW, HIGH + 60))
def test_splitting_the_window_changes_no_offer(calendar, rule, cut):
    def free(earliest, latest):
        return slots.free_starts(calendar[0], rule, calendar[1], calendar[2], earliest, latest)

    assert free(-1000, cut) + free(cut, 1000) == free(-1000, 1000)


@given(calendars, rules, some_spans(20))
def test_a_booking_only_takes_away_from_the_offer(calendar, rule, more):
    def free(taken):
        return slots.free_starts(calendar[0], rule, calendar[1], taken, -1000, 1000)

    before, after = free(calendar[2]), free([*calendar[2], *more])
    assert after == [s for s in before if is_free(s, rule.duration + rule.buffer, more)]


def test_the_grid_starts_with_the_opening_and_ends_with_the_talk():
    rule = Rule(duration=45, buffer=15, step=60)
    assert list(slots.starts_on_grid((100, 265), rule)) == [100, 160, 220]
    assert list(slots.starts_on_grid((100, 264), rule)) == [100, 160]
    assert list(slots.starts_on_grid((100, 144), rule)) == []


def test_a_buffer_may_stick_out_of_the_opening_but_not_into_an_allocation():
    rule = Rule(duration=45, buffer=15, step=60)
    assert slots.free_starts([(0, 45)], rule, [], [], 0, 99) == [0]
    assert slots.free_starts([(0, 45)], rule, [], [(60, 99)], 0, 99) == [0]
    assert slots.free_starts([(0, 45)], rule, [], [(59, 99)], 0, 99) == []


def test_an_absence_may_begin_within_the_buffer():
    rule = Rule(duration=45, buffer=15, step=60)
    assert slots.free_starts([(0, 60)], rule, [(45, 99)], [], 0, 99) == [0]
    assert slots.free_starts([(0, 60)], rule, [(44, 99)], [], 0, 99) == []


@given(st.dictionaries(st.integers(1, 6), st.lists(st.integers(0, 20), unique=True).map(sorted)))
def test_offers_of_many_are_merged_by_start(by_actor):
    merged = slots.merge_offers(by_actor)
    assert list(merged) == sorted({start for starts in by_actor.values() for start in starts})
    assert merged == {s: sorted(a for a, starts in by_actor.items() if s in starts) for s in merged}


@given(
    st.lists(st.integers(LOW, HIGH), unique=True).map(sorted),
    st.integers(1, 20),
    st.lists(calendars, max_size=3),
)
def test_joint_starts_are_those_at_which_everybody_can(starts, duration, others):
    def can(start, opened, blocked, taken):
        covered = any(opens <= start and start + duration <= closes for opens, closes in opened)
        return covered and is_free(start, duration, [*blocked, *taken])

    expected = [start for start in starts if all(can(start, *other) for other in others)]
    assert slots.joint(starts, duration, others) == expected


def test_an_interpreter_needs_no_buffer():
    opened, taken = [(0, 200)], [(45, 60)]
    assert slots.joint([0, 60], 45, [(opened, [], taken)]) == [0, 60]


@given(st.lists(st.integers(0, 60), unique=True), st.integers(0, 60), st.integers(0, 5), st.integers(0, 30))
def test_the_nearest_are_nearest_and_told_in_order_of_time(starts, wanted, count, within):
    found = slots.nearest(starts, wanted, count, within)
    able = [start for start in starts if start != wanted and abs(start - wanted) <= within]
    assert found == sorted(found)
    assert set(found) <= set(able)
    assert len(found) == min(count, len(able))
    left = set(able) - set(found)
    ranks = [(abs(s - wanted), s) for s in found]
    assert all(rank < (abs(s - wanted), s) for rank in ranks for s in left)


def test_three_alternatives_within_seven_days_and_the_earlier_of_two_equals():
    assert slots.nearest([7, 8, 9, 10, 11, 12, 13], 10, count=1) == [9]
    assert slots.nearest([7, 8, 9, 10, 11, 12, 13], 10) == [8, 9, 11]
    assert slots.nearest([0, 8 * DAY], 7 * DAY) == [0, 8 * DAY]
    assert slots.nearest([0, 8 * DAY], 7 * DAY + 1) == [8 * DAY]


def a_busy_month(number):
    days = [day * DAY for day in range(28) if day % 7 < 5]
    openings = [(day + hour * HOUR, day + (hour + 4) * HOUR) for day in days for hour in (8, 13)]
    taken = [(n * 3 * HOUR + number % 3 * HOUR, n * 3 * HOUR + (number % 3 + 1) * HOUR) for n in range(200)]
    return openings, [(3 * DAY, 4 * DAY)], taken


def test_a_month_of_a_hundred_busy_schedules_is_swept_in_one_go():
    rule, calendars = Rule(2700, 900, 3600), [a_busy_month(number) for number in range(100)]

    def seconds():
        began = perf_counter()
        for openings, blocked, taken in calendars:
            slots.free_starts(openings, rule, blocked, taken, 0, 28 * DAY)
        return perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.05
