"""The one table of transitions, exhaustively, and what the facts may suggest."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import lifecycle
from scheduler.domain.lifecycle import OUTCOMES, Facts, Status, proposed_outcome

OUTCOME_NAMES = {"fulfilled", "noshow", "technical_failure", "office_failed"}
START = 1_000_000
MINUTE = 60
CAME = {"caseworker_came": True, "waited_minutes": 15, "call_attempted": True}


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_the_table_of_transitions(old, new):
    becomes = old == "booked" and new in {*OUTCOME_NAMES, "cancelled"}
    corrected = old in OUTCOME_NAMES and new in OUTCOME_NAMES and old != new
    assert lifecycle.allowed(old, new) == (becomes or corrected)


def test_outcomes_are_all_but_booked_and_cancelled():
    assert OUTCOMES == OUTCOME_NAMES == set(Status) - {"booked", "cancelled"}


def test_an_unknown_status_is_an_error():
    with pytest.raises(ValueError, match="missed"):
        lifecycle.allowed("booked", "missed")


facts = st.builds(
    Facts,
    start=st.just(START),
    end=st.sampled_from([START + 10 * MINUTE, START + 45 * MINUTE]),
    now=st.integers(START - 60, START + 7200),
    client_came=st.booleans(),
    client_token=st.booleans(),
    caseworker_came=st.booleans(),
    together_minutes=st.integers(0, 4),
    not_working=st.booleans(),
    call_attempted=st.booleans(),
    waited_minutes=st.integers(0, 40),
)


@given(facts)
def test_nobody_who_came_or_said_so_is_proposed_as_noshow(known):
    if known.client_came or known.not_working or known.client_token or known.together_minutes:
        assert proposed_outcome(known) != Status.NOSHOW


@given(facts)
def test_a_noshow_needs_a_waiting_caseworker_and_a_call(known):
    if proposed_outcome(known) == Status.NOSHOW:
        assert known.caseworker_came
        assert known.waited_minutes >= 15
        assert known.call_attempted


@given(facts)
def test_only_outcomes_are_proposed_and_nothing_before_the_start(known):
    found = proposed_outcome(known)
    assert found is None or (found in OUTCOMES and known.now >= START)


@given(facts)
def test_nothing_failed_while_they_may_still_come_together(known):
    if proposed_outcome(known) in {Status.OFFICE_FAILED, Status.TECHNICAL_FAILURE}:
        assert known.now >= START + 15 * MINUTE or known.now >= known.end


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, None),
        ({"caseworker_came": True}, None),
        ({"client_came": True, "caseworker_came": True, "together_minutes": 2}, "fulfilled"),
        ({"client_came": True, "caseworker_came": True, "together_minutes": 1}, None),
        ({"client_came": True, "caseworker_came": True, "met": True}, None),
        ({**CAME, "met": True}, None),
        ({"client_came": True, "caseworker_came": True}, "technical_failure"),
        ({"client_token": True, "caseworker_came": True}, "technical_failure"),
        ({"not_working": True, "caseworker_came": True}, "technical_failure"),
        ({"not_working": True, **CAME}, "technical_failure"),
        ({"client_token": True, **CAME}, "technical_failure"),
        ({"client_came": True}, "office_failed"),
        ({"not_working": True}, "office_failed"),
        ({"client_token": True}, None),
        (CAME, "noshow"),
        ({**CAME, "waited_minutes": 14}, None),
        ({**CAME, "call_attempted": False}, None),
        ({**CAME, "caseworker_came": False}, None),
    ],
)
def test_what_the_facts_suggest(known, expected):
    assert proposed_outcome(Facts(START, START + 45 * MINUTE, START + 30 * MINUTE, **known)) == expected


@pytest.mark.parametrize(("length", "waited"), [(45, 15), (15, 15), (10, 10)])
def test_a_failure_is_proposed_once_the_wait_or_the_talk_is_over(length, waited):
    over, end = START + waited * MINUTE, START + length * MINUTE
    failures = [(False, Status.OFFICE_FAILED), (True, Status.TECHNICAL_FAILURE)]
    for caseworker_came, expected in failures:
        known = {"client_came": True, "caseworker_came": caseworker_came}
        assert proposed_outcome(Facts(START, end, over - 1, **known)) is None
        assert proposed_outcome(Facts(START, end, over, **known)) == expected


def test_a_talk_that_took_place_is_proposed_at_once():
    assert proposed_outcome(Facts(START, START + 2700, START + 120, together_minutes=2)) == Status.FULFILLED
    assert proposed_outcome(Facts(START, START + 2700, START - 1, together_minutes=9)) is None
