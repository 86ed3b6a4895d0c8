"""The figures of a period, checked on small examples and against counting minutes one by one."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import utilisation
from scheduler.domain.intervals import overlaps
from scheduler.domain.slots import Rule
from scheduler.domain.utilisation import Case, Figures, figures

MINUTE, HOUR, DAY = 60, 3600, 86_400
WEEK = (0, 7 * DAY)
TALK = Rule(45 * MINUTE, 15 * MINUTE, HOUR)
SHORT = Rule(30 * MINUTE, 0, 30 * MINUTE)
MORNING = [(hour * HOUR, hour * HOUR + 45 * MINUTE) for hour in (9, 10, 11)]


def case(hour, status="fulfilled", **more):
    start = hour * HOUR
    return Case(schedule=1, start=start, end=start + 45 * MINUTE, status=status, **more)


def of(*cases, now=None, period=WEEK):
    return figures({1: MORNING}, cases, period, now=now)


class TestCapacity:
    def test_it_is_grid_slots_times_duration_without_buffers(self):
        assert utilisation.capacity([((9 * HOUR, 12 * HOUR), [TALK])], []) == MORNING

    def test_an_opening_counts_once_by_the_service_that_yields_most(self):
        found = utilisation.capacity([((9 * HOUR, 12 * HOUR), [TALK, SHORT])], [])
        assert sum(end - start for start, end in found) == 180 * MINUTE

    def test_which_service_that_is_depends_on_what_is_blocked(self):
        opening, blocked = (
            ((9 * HOUR, 10 * HOUR), [TALK, Rule(HOUR, 0, HOUR)]),
            [(int(9.75 * HOUR), 10 * HOUR)],
        )
        assert utilisation.capacity([opening], blocked) == MORNING[:1]

    def test_many_short_talks_do_not_count_more_than_few_long_ones(self):
        brief = Rule(10 * MINUTE, 0, 30 * MINUTE)
        assert utilisation.capacity([((9 * HOUR, 12 * HOUR), [brief, TALK])], []) == MORNING

    def test_what_is_blocked_is_not_offered(self):
        blocked = [(10 * HOUR + 44 * MINUTE, 11 * HOUR), (0, HOUR)]
        assert utilisation.capacity([((9 * HOUR, 12 * HOUR), [TALK])], blocked) == [MORNING[0], MORNING[2]]

    def test_overlapping_starts_of_a_fine_grid_count_once_with_their_buffers_between(self):
        fine = replace(TALK, step=15 * MINUTE)
        assert utilisation.capacity([((9 * HOUR, 12 * HOUR), [fine])], []) == MORNING

    def test_an_opening_without_service_offers_nothing(self):
        assert utilisation.capacity([((9 * HOUR, 12 * HOUR), [])], []) == []

    @given(st.integers(1, 9), st.integers(0, 5), st.integers(1, 12), st.integers(0, 60), st.integers(1, 60))
    def test_talks_lie_in_the_opening_on_the_grid_and_leave_room_for_buffers(
        self, duration, buffer, step, start, length
    ):
        rule, blocked = Rule(duration, buffer, step), [(20, 23), (40, 60)]
        found = utilisation.capacity([((start, start + length), [rule])], blocked)
        assert all(start <= a and b <= start + length and (a - start) % step == 0 for a, b in found)
        assert all(b - a == duration for a, b in found)
        assert all(b[0] - a[1] >= buffer for a, b in itertools.pairwise(found))
        assert not any(overlaps(talk, hole) for talk in found for hole in blocked)


class TestMinutes:
    def test_booked_is_what_was_not_cancelled_and_attended_what_took_place(self):
        found = of(case(9), case(10, "noshow"), case(11, "cancelled"))
        assert (found.offered, found.booked, found.attended) == (135, 90, 45)
        assert found.utilisation == 90 / 135
        assert found.attendance == 45 / 135

    def test_special_appointments_and_time_no_longer_offered_are_separate_lines(self):
        found = of(case(9), case(10, special=True), case(14), case(15, special=True))
        assert (found.booked, found.special, found.off_offer) == (45, 90, 45)

    def test_time_offered_by_somebody_else_is_no_offer_of_hers(self):
        found = figures({2: MORNING}, [case(9)], WEEK)
        assert (found.offered, found.booked, found.off_offer) == (135, 0, 45)

    def test_what_was_freed_was_lost_or_taken_again(self):
        found = of(case(9, "cancelled"), case(9), case(10, "cancelled"), case(10, "cancelled"))
        assert (found.lost, found.recovered, found.booked) == (45, 45, 45)

    def test_what_is_freed_for_later_is_not_lost_yet(self):
        cases = [case(9, "cancelled"), case(11, "cancelled")]
        assert of(*cases, now=10 * HOUR).lost == 45
        assert of(*cases).lost == 90

    def test_minutes_are_clipped_to_the_period_and_people_count_once(self):
        cut = 9 * HOUR + 20 * MINUTE
        before, after = of(case(9), period=(0, cut)), of(case(9), period=(cut, DAY))
        assert (before.booked, after.booked) == (20, 25)
        assert (before.due, after.due) == (1, 0)

    def test_nothing_offered_has_no_utilisation(self):
        empty = figures({}, [], WEEK)
        assert empty == Figures()
        assert (empty.utilisation, empty.attendance, empty.noshow_rate) == (None, None, None)


cases = st.lists(
    st.builds(
        lambda who, slot, status, special, late, by: Case(
            who, slot * MINUTE * 5, slot * MINUTE * 5 + 15 * MINUTE, status, "video", special, late, by
        ),
        st.integers(1, 2),
        st.integers(0, 24),
        st.sampled_from(["booked", "fulfilled", "noshow", "cancelled", "technical_failure", "office_failed"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["client", "office"]),
    ),
    max_size=12,
)
OFFERED = {1: [(0, 40 * MINUTE), (60 * MINUTE, 95 * MINUTE)], 2: [(30 * MINUTE, 90 * MINUTE)]}


def minutes_of(spans):
    return {(who, m) for who, start, end in spans for m in range(start // MINUTE, end // MINUTE)}


@given(cases, st.integers(0, 100), st.integers(0, 100))
def test_minutes_are_those_counted_one_by_one(some, first, length):
    period = (first * MINUTE, (first + length) * MINUTE)
    found = figures(OFFERED, some, period)

    def minutes(chosen):
        every = minutes_of((c.schedule, c.start, c.end) for c in chosen)
        return {(who, m) for who, m in every if first <= m < first + length}

    offer = minutes_of((who, *span) for who, spans in OFFERED.items() for span in spans)
    offer = {(who, m) for who, m in offer if first <= m < first + length}
    standing = [c for c in some if c.status != "cancelled"]
    regular = minutes(c for c in standing if not c.special)
    freed = offer & minutes(c for c in some if c.status == "cancelled" and not c.special)
    assert found.offered == len(offer)
    assert found.booked == len(offer & regular)
    assert found.off_offer == len(regular - offer)
    assert found.attended == len(
        offer & minutes(c for c in standing if c.status == "fulfilled" and not c.special)
    )
    assert found.recovered == len(freed & minutes(standing))
    assert found.lost == len(freed - minutes(standing))


@given(cases, st.integers(0, 130))
def test_two_halves_add_up_to_the_whole(some, cut):
    parts = [figures(OFFERED, some, span) for span in ((0, cut * MINUTE), (cut * MINUTE, DAY))]
    whole = figures(OFFERED, some, (0, DAY))
    names = ("offered", "booked", "attended", "off_offer", "special", "due", "noshow", "cancelled", "lost")
    assert [sum(getattr(p, name) for p in parts) for name in names] == [getattr(whole, n) for n in names]


class TestRates:
    def test_no_shows_are_counted_against_those_who_came_or_not(self):
        found = of(case(9), case(10), case(11), case(12, "noshow"), case(13, "technical_failure"))
        assert found.noshow_rate == 1 / 4

    def test_late_cancellations_are_those_of_clients_among_the_due(self):
        gone = {"status": "cancelled", "late": True}
        found = of(
            case(9),
            case(10, cancelled_by="client", **gone),
            case(11, cancelled_by="office", **gone),
            case(12, "cancelled", cancelled_by="client"),
        )
        assert (found.due, found.cancelled, found.late_cancelled) == (2, 3, 1)
        assert found.late_cancel_rate == 1 / 2

    def test_technical_failures_are_those_of_video(self):
        found = of(case(9), case(10, "technical_failure"), case(11, "technical_failure", mode="phone"))
        assert (found.technical_failures, found.video_failures, found.video_due) == (2, 1, 2)
        assert found.technical_failure_rate == 1 / 2

    def test_office_failures_are_counted_against_all_due(self):
        assert of(case(9), case(10), case(11, "office_failed")).office_failure_rate == 1 / 3

    def test_what_lies_ahead_is_not_due_yet(self):
        some = [case(9, "booked"), case(11, "booked")]
        assert of(*some, now=10 * HOUR).due == 1
        assert of(*some).due == 2


class TestLeadTime:
    def days(self, *numbers):
        start = 100 * DAY
        booked = [Case(1, start, start + HOUR, "fulfilled", booked_at=start - int(n * DAY)) for n in numbers]
        found = figures({}, booked, (start, start + DAY))
        return found.lead_days_median, found.lead_days_p90

    def test_median_and_ninetieth_percentile_lie_within_what_was_seen(self):
        assert self.days(*range(1, 12)) == (6, 10)
        assert self.days(1, 3) == (2, pytest.approx(2.8))

    def test_one_has_itself_and_none_has_none(self):
        assert self.days(4.5) == (4.5, 4.5)
        assert self.days() == (None, None)

    def test_cancelled_ones_do_not_count(self):
        assert of(case(9, "cancelled", booked_at=1)).lead_days_median is None


class TestProtection:
    def test_people_are_rounded_to_five_and_two_or_fewer_to_none(self):
        assert [utilisation.round_people(n) for n in range(9)] == [0, 0, 0, 5, 5, 5, 5, 5, 10]

    def test_rates_need_twenty_cases(self):
        assert utilisation.rate(5, 19) is None
        assert utilisation.rate(5, 20) == 1 / 4
        assert utilisation.rate(0, 0, minimum=0) is None

    def test_teams_under_three_leave_no_figures(self):
        assert utilisation.protected(Figures(), 2) is None

    def test_planned_minutes_stay_exact_and_people_are_blurred(self):
        exact = Figures(offered=1234, booked=617, due=23, fulfilled=19, noshow=2, video_due=19, cancelled=3)
        blurred = utilisation.protected(exact, 3)
        assert (blurred.offered, blurred.booked) == (1234, 617)
        assert blurred.people["due"] == 25
        assert blurred.people["noshow"] == 0
        assert blurred.people["cancelled"] == 5
        assert blurred.rates["utilisation"] == 1 / 2
        assert blurred.rates["noshow_rate"] == 2 / 21
        assert blurred.rates["technical_failure_rate"] is None

    @pytest.mark.parametrize(
        ("first", "until", "whole"),
        [
            (date(2026, 3, 2), date(2026, 3, 9), True),
            (date(2026, 3, 2), date(2026, 3, 23), True),
            (date(2026, 3, 1), date(2026, 4, 1), True),
            (date(2026, 1, 1), date(2026, 4, 1), True),
            (date(2026, 3, 2), date(2026, 3, 10), False),
            (date(2026, 3, 2), date(2026, 4, 1), False),
            (date(2026, 3, 3), date(2026, 3, 9), False),
            (date(2026, 4, 1), date(2026, 5, 2), False),
            (date(2026, 3, 31), date(2026, 5, 1), False),
            (date(2026, 3, 9), date(2026, 3, 9), False),
            (date(2026, 4, 1), date(2026, 3, 1), False),
        ],
    )
    def test_only_whole_weeks_and_months_leave_the_team(self, first, until, whole):
        assert utilisation.whole_periods(first, until) == whole


@pytest.mark.parametrize("pieces", [utilisation.weeks, utilisation.months])
@given(first=st.dates(date(2026, 1, 1), date(2027, 1, 1)), length=st.integers(0, 200))
def test_weeks_and_months_follow_one_another_and_fill_the_period(pieces, first, length):
    until = first + timedelta(days=length)
    found = pieces(first, until)
    assert [a[1] for a in found[:-1]] == [b[0] for b in found[1:]]
    assert (not found and not length) or (found[0][0], found[-1][1]) == (first, until)
    assert all(utilisation.whole_periods(*piece) for piece in found[1:-1])


def test_the_last_month_of_the_calendar_is_no_error():
    assert utilisation.months(date(9999, 12, 1), date.max) == [(date(9999, 12, 1), date.max)]
