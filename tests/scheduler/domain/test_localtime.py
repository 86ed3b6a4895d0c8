"""Every wall-clock minute around the clock changes, and the way back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import localtime

BERLIN = localtime.zone("Europe/Berlin")
SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]
HOUR, MINUTES = 3600, range(1441)


def at_offset(day, minute, hours):
    """The instant of a wall-clock minute, by arithmetic alone."""
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return midnight + minute * 60 - hours * HOUR


@pytest.mark.parametrize("day", SPRING)
def test_every_minute_of_the_short_day(day):
    found = [localtime.to_utc(day, minute, BERLIN) for minute in MINUTES]
    assert found == [at_offset(day, minute, 1 if minute < 180 else 2) for minute in MINUTES]


@pytest.mark.parametrize("day", SPRING)
def test_a_time_in_the_gap_is_read_with_the_offset_before_it(day):
    for minute in range(120, 180):
        shown = localtime.local(localtime.at(day, minute, BERLIN), BERLIN)
        assert shown.hour * 60 + shown.minute == minute + 60


@pytest.mark.parametrize("day", AUTUMN)
def test_every_minute_of_the_long_day_a_double_one_being_the_first(day):
    found = [localtime.to_utc(day, minute, BERLIN) for minute in MINUTES]
    assert found == [at_offset(day, minute, 2 if minute < 180 else 1) for minute in MINUTES]


@pytest.mark.parametrize("day", SPRING + AUTUMN)
def test_the_days_around_a_change_are_plain(day):
    for near in (day - timedelta(days=1), day + timedelta(days=1)):
        hours = localtime.local(localtime.at(near, 720, BERLIN), BERLIN).utcoffset() / timedelta(hours=1)
        assert [localtime.to_utc(near, m, BERLIN) for m in MINUTES] == [
            at_offset(near, m, hours) for m in MINUTES
        ]


def test_days_are_23_24_or_25_hours_long():
    def hours(day):
        start, end = localtime.day_span(day, BERLIN)
        return (end - start) / HOUR

    assert [hours(day) for day in SPRING] == [23, 23]
    assert [hours(day) for day in AUTUMN] == [25, 25]
    assert hours(date(2026, 7, 1)) == 24


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN, date(2026, 12, 31)])
def test_the_last_minute_of_a_day_is_the_first_of_the_next(day):
    assert localtime.to_utc(day, 1440, BERLIN) == localtime.to_utc(day + timedelta(days=1), 0, BERLIN)


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [("America/St_Johns", date(2026, 3, 8), 23), ("Asia/Kathmandu", date(2026, 3, 8), 24)],
)
def test_other_zones_follow_the_same_rule(name, day, hours):
    start, end = localtime.day_span(day, localtime.zone(name))
    assert (end - start) / HOUR == hours


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["Europe/Berlin", "Asia/Kabul", "UTC"]))
def test_days_follow_one_another_without_gap(day, name):
    zone = localtime.zone(name)
    start, end = localtime.day_span(day, zone)
    assert end == localtime.day_span(day + timedelta(days=1), zone)[0]
    assert [localtime.local_date(t, zone) for t in (start - 1, start, end - 1, end)] == [
        day - timedelta(days=1),
        day,
        day,
        day + timedelta(days=1),
    ]


@given(st.integers(0, 4_000_000_000))
def test_epoch_and_datetime_are_two_ways_to_say_the_same(seconds):
    instant = localtime.from_epoch(seconds)
    assert instant.tzinfo is UTC
    assert localtime.epoch(instant) == localtime.epoch(localtime.local(instant, BERLIN)) == seconds
    assert localtime.local_date(instant, BERLIN) == localtime.local_date(seconds, BERLIN)


def test_zones_are_made_once():
    assert localtime.zone("Europe/Berlin") is BERLIN
    assert isinstance(BERLIN, ZoneInfo)
