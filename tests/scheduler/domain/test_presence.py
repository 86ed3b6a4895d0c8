"""Who was inside when, against a version that looks at every instant."""

import random
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain import presence
from scheduler.domain.presence import MINUTE, Told

END = 40
stay = st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 9))


def apart(stays):
    """One connection is inside once at a time: overlapping stays of one are two connections."""
    return [
        (person, f"{name}{number}", start, start + length)
        for number, (person, name, start, length) in enumerate(stays)
    ]


def told_of(stays):
    for person, occupant, start, end in stays:
        yield Told(person, occupant, "joined", start)
        yield Told(person, occupant, "left", end)


@given(st.lists(stay, max_size=8), st.randoms())
def test_any_order_and_twice_is_the_same(stays, chance: random.Random):
    told = list(told_of(apart(stays)))
    again = told + chance.sample(told, len(told) // 2)
    chance.shuffle(again)
    assert presence.stays(again, END) == presence.stays(told, END)
    assert presence.inside(again) == presence.inside(told) == set()


@given(st.lists(stay, max_size=8))
def test_it_is_what_a_look_at_every_instant_shows(stays):
    known = apart(stays)
    found = presence.stays(told_of(known), END)
    for at in range(END):
        here = {person for person, _, start, end in known if start <= at < end}
        assert {person for person, spans in found.items() if any(a <= at < b for a, b in spans)} == here


@given(st.lists(stay, min_size=1, max_size=8), st.data())
def test_whoever_is_not_known_to_have_left_stays_to_the_end(stays, data):
    known = apart(stays)
    lost = data.draw(st.sampled_from(known))
    told = [fact for fact in told_of(known) if (fact.occupant, fact.kind) != (lost[1], "left")]
    assert presence.inside(told) == {lost[0]}
    assert presence.connected(told) == {lost[:2]}
    assert presence.stays(told, END)[lost[0]][-1][1] == END


def test_leaving_without_having_come_is_nothing():
    assert presence.stays([Told(1, "", "left", 5)], END) == {1: []}
    assert presence.inside([Told(1, "", "left", 5), Told(1, "", "knocked", 5)]) == set()


def test_both_at_one_instant_is_a_change_of_rooms_or_a_glimpse():
    moved = [
        Told(1, "", "joined", 1),
        Told(1, "", "left", 5),
        Told(1, "", "joined", 5),
        Told(1, "", "left", 9),
    ]
    assert presence.stays(moved, END) == {1: [(1, 9)]}
    glimpse = [Told(1, "", "joined", 5), Told(1, "", "left", 5)]
    assert presence.stays(glimpse, END) == {1: []}
    assert presence.inside(glimpse) == set()


def test_minutes_together_and_alone_are_whole_ones():
    client, caseworker = [(0, 5 * MINUTE)], [(2 * MINUTE, 20 * MINUTE - 1)]
    assert presence.together(client, caseworker) == 3
    assert presence.alone(caseworker, client, 0) == 14
    assert presence.alone(caseworker, client, 19 * MINUTE) == 0
    assert presence.alone(client, caseworker, 0) == 2


def test_who_was_inside_for_a_moment_at_once_has_met():
    assert presence.met([(0, 5)], [(4, 9)])
    assert not presence.met([(0, 5)], [(5, 9)])
    assert presence.together([(0, 5)], [(4, 9)]) == 0


def test_instants_are_exact_to_the_microsecond():
    assert presence.instant(datetime(1970, 1, 1, 0, 1, 0, 7, tzinfo=UTC)) == MINUTE + 7
