"""Series of openings, compared with looking at every single day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import localtime, recurrence
from scheduler.domain.recurrence import Change, Opening

BERLIN = localtime.zone("Europe/Berlin")
DAY = timedelta(days=1)
START = date(2026, 1, 1)
near = st.dates(START, date(2027, 12, 31))
TUESDAYS = Opening(key=1, schedule=1, weekday=1, opens=540, closes=720, first=START)


@st.composite
def openings(draw):
    first = draw(near)
    opens = draw(st.integers(0, 1439))
    return Opening(
        key=draw(st.integers(1, 9)),
        schedule=1,
        weekday=draw(st.integers(0, 6)),
        opens=opens,
        closes=draw(st.integers(opens + 1, 1440)),
        first=first,
        last=draw(st.none() | st.dates(first, first + 200 * DAY)),
        every=draw(st.integers(1, 5)),
        modes=draw(st.frozensets(st.sampled_from(["video", "phone"]))),
        services=draw(st.frozensets(st.integers(1, 3))),
    )


def weeks_since(first, day):
    monday = [d - timedelta(days=d.weekday()) for d in (first, day)]
    return (monday[1] - monday[0]).days // 7


def is_in_series(opening, day):
    return (
        day >= opening.first
        and (opening.last is None or day <= opening.last)
        and day.weekday() == opening.weekday
        and weeks_since(opening.first, day) % opening.every == 0
    )


def all_days(first, until):
    return [first + n * DAY for n in range((until - first).days)]


@given(openings(), near, st.integers(-5, 250))
def test_a_series_has_exactly_the_days_that_the_rule_names(opening, first, length):
    until = first + length * DAY
    expected = [day for day in all_days(first, until) if is_in_series(opening, day)]
    assert list(recurrence.days(opening, first, until)) == expected


@given(openings(), near, st.integers(0, 100), st.integers(0, 100))
def test_the_window_searched_changes_no_date(opening, first, before, after):
    cut, until = first + before * DAY, first + (before + after) * DAY
    parts = [*recurrence.days(opening, first, cut), *recurrence.days(opening, cut, until)]
    assert parts == list(recurrence.days(opening, first, until))


def test_every_second_week_is_counted_by_weeks_from_the_first():
    fortnightly = Opening(1, 1, weekday=0, opens=540, closes=600, first=date(2026, 1, 1), every=2)
    found = list(recurrence.days(fortnightly, START, date(2026, 2, 15)))
    assert found == [date(2026, 1, 12), date(2026, 1, 26), date(2026, 2, 9)]


def test_a_single_date_is_a_series_of_one():
    once = Opening(1, 1, weekday=1, opens=540, closes=600, first=date(2026, 3, 10), last=date(2026, 3, 10))
    assert list(recurrence.days(once, date.min, date.max)) == [date(2026, 3, 10)]


def test_the_end_of_the_calendar_is_no_error():
    endless = Opening(1, 1, weekday=4, opens=540, closes=600, first=date(9999, 12, 1), last=date.max)
    assert list(recurrence.days(endless, date(9999, 12, 20), date.max)) == [date(9999, 12, 24)]
    assert recurrence.collide(endless, endless)


def test_a_date_is_cancelled_or_has_other_hours():
    first, until = date(2026, 3, 3), date(2026, 3, 18)
    changes = [
        Change(1, date(2026, 3, 3), cancelled=True, opens=540, closes=600),
        Change(1, date(2026, 3, 10), cancelled=False, opens=600, closes=660),
        Change(2, date(2026, 3, 17), cancelled=True),
        Change(1, date(2026, 3, 11), cancelled=False, opens=600, closes=660),
    ]
    at = localtime.to_utc
    assert recurrence.spans(TUESDAYS, changes, first, until, BERLIN) == [
        (at(date(2026, 3, 10), 600, BERLIN), at(date(2026, 3, 10), 660, BERLIN)),
        (at(date(2026, 3, 17), 540, BERLIN), at(date(2026, 3, 17), 720, BERLIN)),
    ]


def night(day, opens, closes):
    opening = Opening(1, 1, weekday=day.weekday(), opens=opens, closes=closes, first=day, last=day)
    return [end - start for start, end in recurrence.spans(opening, (), day, day + DAY, BERLIN)]


def test_nights_of_the_clock_changes_are_shorter_longer_or_dropped():
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert night(spring, 60, 240) == [2 * 3600]
    assert night(autumn, 60, 240) == [4 * 3600]
    assert night(spring, 120, 180) == []
    assert night(spring, 150, 180) == []
    assert night(spring, 0, 1440) == [23 * 3600]


@given(openings(), near)
def test_no_span_is_empty_and_all_lie_on_their_local_day(opening, first):
    until = first + 60 * DAY
    spans = recurrence.spans(opening, (), first, until, BERLIN)
    assert all(start < end for start, end in spans)
    assert [localtime.local_date(start, BERLIN) for start, _ in spans] == [
        day for day in recurrence.days(opening, first, until) if night(day, opening.opens, opening.closes)
    ]


def test_an_opening_serves_what_it_is_not_limited_from():
    limited = Opening(1, 1, 1, 540, 720, START, modes=frozenset({"phone"}), services=frozenset({7}))
    assert recurrence.serves(TUESDAYS, 7, "video")
    assert recurrence.serves(limited, 7)
    assert recurrence.serves(limited, 7, "phone")
    assert not recurrence.serves(limited, 7, "video")
    assert not recurrence.serves(limited, 8, "phone")


def offers(opening, horizon):
    """Everything on offer, minute by minute, for each mode and service."""
    return {
        (day, minute, mode, service)
        for day in recurrence.days(opening, opening.first, horizon)
        for minute in (opening.opens, opening.closes - 1)
        for mode in opening.modes or {"video", "phone"}
        for service in opening.services or {1, 2, 3}
    }


def clash(a, b):
    """By expansion: does either end of one opening lie within the other on a common day?"""
    horizon = max(a.first, b.first) + 7 * 21 * DAY
    common = {(d, m, s) for d, _, m, s in offers(a, horizon)} & {
        (d, m, s) for d, _, m, s in offers(b, horizon)
    }
    return bool(common) and any(
        opening.opens <= minute < opening.closes
        for opening, other in ((a, b), (b, a))
        for minute in (other.opens, other.closes - 1)
    )


@given(openings(), openings())
def test_openings_collide_where_their_expansion_does(a, b):
    assert recurrence.collide(a, b) == recurrence.collide(b, a) == clash(a, b)


@given(openings(), st.integers(0, 6), st.integers(1, 5), st.integers(-60, 60))
def test_openings_of_one_weekday_collide_where_their_expansion_does(a, days, every, minutes):
    opens = min(max(0, a.opens + minutes), 1438)
    b = Opening(2, 1, a.weekday, opens, min(opens + 60, 1440), a.first + days * DAY, every=every)
    assert recurrence.collide(a, b) == clash(a, b)


def test_openings_in_alternate_weeks_share_their_hours():
    odd = Opening(1, 1, 1, 540, 720, date(2026, 1, 6), every=2)
    even = Opening(2, 1, 1, 540, 720, date(2026, 1, 13), every=2)
    third = Opening(3, 1, 1, 540, 720, date(2026, 1, 13), every=3)
    assert not recurrence.collide(odd, even)
    assert recurrence.collide(odd, third)
    assert recurrence.collide(odd, odd)
