"""A room to try the way in: own token, alone, ten minutes, nothing stored."""

from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import conference
from scheduler.conference import trials, verify_like_the_room_server
from scheduler.errors import DoorClosed, NoRoom
from scheduler.services import reserving
from tests import factories
from tests.factories import NOW

LATER = st.timedeltas(timedelta(0), timedelta(days=3_650))


def test_the_token_opens_this_room_alone_and_not_for_longer_than_ten_minutes():
    one, other = (conference.try_out("Kim", "de", NOW) for _ in range(2))
    assert one.room != other.room
    assert NOW + timedelta(minutes=9) <= one.expires_at <= NOW + timedelta(minutes=10)
    assert verify_like_the_room_server(one.token, one.room, NOW).accepted
    assert not verify_like_the_room_server(one.token, other.room, NOW).accepted
    assert not verify_like_the_room_server(one.token, one.room, one.expires_at).accepted
    assert jwt.decode(one.token, options={"verify_signature": False})["context"]["features"] == dict.fromkeys(
        conference.rooms.FEATURES, False
    )


@given(LATER)
def test_the_name_says_when_it_ends(later):
    ticket = conference.try_out("Kim", "de", NOW + later)
    assert trials.ends(ticket.room) == ticket.expires_at
    assert len(ticket.room) == len(conference.new_room())
    assert ticket.room.isascii()
    assert ticket.room.islower()


@given(st.text(max_size=25))
def test_no_other_name_is_a_room_to_try(name):
    assert trials.ends(name) is None


@given(LATER, st.integers(0, 19), st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_a_changed_name_is_none(later, place, letter):
    room = conference.try_out("Kim", "de", NOW + later).room
    changed = room[:place] + letter + room[place + 1 :]
    assert (trials.ends(changed) is None) == (changed != room)


def test_the_room_server_may_open_it_again_until_it_ends():
    ticket = conference.try_out("Kim", "de", NOW)
    for _ in range(2):
        opened = reserving.open_room(room=ticket.room, owner="x", now=NOW)
    assert (opened.ends, opened.lobby, opened.most) == (ticket.expires_at, False, 2)
    assert reserving.look_up(conference=opened.id, now=NOW).room == ticket.room
    assert reserving.close_room(conference=opened.id)
    with pytest.raises(DoorClosed):
        reserving.open_room(room=ticket.room, owner="x", now=ticket.expires_at)


@pytest.mark.django_db
def test_a_made_up_room_stays_shut():
    factories.office()
    with pytest.raises(NoRoom):
        reserving.open_room(room="a" * 20, owner="x", now=NOW)
