"""What Prosody tells about people: out of order, twice, for unknown rooms, with lies about names."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduler.models import Event, Participant, RoomEvent
from scheduler.services import attendance, retention
from tests import factories
from tests.api.jitsi.conftest import RoomServer
from tests.factories import utc

pytestmark = pytest.mark.django_db
NINE = utc("2026-03-10 08:00")


def minutes(number):
    return NINE + timedelta(minutes=number)


def seconds(number):
    return int(minutes(number).timestamp())


@pytest.fixture
def appointment(clock, prosody):
    office = factories.office()
    worker = factories.caseworker(office, factories.service(office))
    factories.opening(worker)
    clock.to(minutes(60))
    return factories.appointment(worker)


def occupant(person, joined, left=None, device="a", **lies):
    times = {"joined_at": seconds(joined), **({"left_at": seconds(left)} if left is not None else {})}
    return {"id": str(person.public_id), "occupant_jid": f"{person.pk}@meet.jitsi/{device}", **times, **lies}


def told(appointment, **more):
    return {"room_name": appointment.room, "room_jid": f"{appointment.room}@muc.meet.jitsi", **more}


def joined(prosody, appointment, person, at, **more):
    return prosody.tell("occupant/joined", told(appointment, occupant=occupant(person, at, **more)))


def left(prosody, appointment, person, since, at, **more):
    return prosody.tell("occupant/left", told(appointment, occupant=occupant(person, since, at, **more)))


def state(appointment):
    appointment.refresh_from_db()
    people = appointment.participants.order_by("role").values_list("role", "arrived_at", "left_at")
    return appointment.together_minutes, list(people)


def test_a_talk_is_told_and_counted(prosody, appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    assert prosody.tell("room/created", told(appointment, created_at=seconds(0))).status_code == 202
    assert joined(prosody, appointment, caseworker, 0).json() == {"status": "noted"}
    assert joined(prosody, appointment, client, 5).status_code == 200
    assert state(appointment)[1] == [("caseworker", NINE, None), ("client", minutes(5), None)]
    assert left(prosody, appointment, client, 5, 40).status_code == 200
    assert state(appointment) == (35, [("caseworker", NINE, None), ("client", minutes(5), minutes(40))])
    assert attendance.proposed(appointment, minutes(60)) == "fulfilled"


def test_in_any_order_and_twice_it_is_the_same(prosody, appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    everybody = [occupant(caseworker, 0, 45), occupant(client, 5, 20), occupant(client, 21, 44, device="b")]
    ended = told(appointment, destroyed_at=seconds(46), all_occupants=everybody)
    calls = [
        lambda: joined(prosody, appointment, caseworker, 0),
        lambda: left(prosody, appointment, client, 5, 20),
        lambda: joined(prosody, appointment, client, 21, device="b"),
        lambda: prosody.tell("room/destroyed", ended),
    ]
    found = set()
    for order in itertools.permutations(calls):
        RoomEvent.objects.all().delete()
        Participant.objects.update(arrived_at=None, left_at=None)
        for call in (*order, *order[:2]):
            assert call().status_code == 200
        assert RoomEvent.objects.count() == 6
        found.add(repr(state(appointment)))
    assert found == {repr((38, [("caseworker", NINE, minutes(45)), ("client", minutes(5), minutes(44))]))}


def test_leaving_tells_of_a_joining_that_was_lost(prosody, appointment):
    joined(prosody, appointment, appointment.one("caseworker"), 0)
    left(prosody, appointment, appointment.one("client"), 10, 30)
    assert state(appointment)[0] == 20


def test_the_end_of_the_room_ends_every_stay(prosody, appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    everybody = [occupant(caseworker, 0), occupant(client, 5)]
    prosody.tell("room/destroyed", told(appointment, destroyed_at=seconds(30), all_occupants=everybody))
    assert state(appointment) == (
        25,
        [("caseworker", NINE, minutes(30)), ("client", minutes(5), minutes(30))],
    )


def test_two_devices_are_one_person(prosody, appointment):
    client = appointment.one("client")
    joined(prosody, appointment, client, 0, device="phone")
    joined(prosody, appointment, client, 1, device="desk")
    left(prosody, appointment, client, 0, 2, device="phone")
    assert state(appointment)[1][1] == ("client", NINE, None)


def test_names_are_anybody_s_word(prosody, appointment):
    client, other = (
        appointment.one("client"),
        factories.appointment(appointment.caseworker, start=minutes(60)),
    )
    lies = {"name": appointment.caseworker.display_name, "email": "frau@amt.example", "moderator": True}
    joined(prosody, appointment, client, 0, **lies)
    assert list(RoomEvent.objects.values_list("participant", flat=True)) == [client.pk]
    stranger = joined(prosody, appointment, other.one("client"), 0, name=client.name)
    assert (stranger.status_code, stranger.json()) == (202, {"status": "dropped"})
    assert RoomEvent.objects.count() == 1
    client.refresh_from_db()
    assert client.name not in lies.values()


@pytest.mark.parametrize("what", ["occupant/joined", "occupant/left", "room/destroyed"])
def test_unknown_rooms_are_dropped(prosody, appointment, what):
    person = occupant(appointment.one("client"), 0, 5)
    for room in ("abcdefghijklmnopqrst", "", "x" * 9_999, "\0", "\ud800", "İ" * 20, "[a]b", "healthcheck"):
        body = {"room_name": room, "occupant": person, "all_occupants": [person], "destroyed_at": seconds(9)}
        answer = prosody.tell(what, body)
        assert (answer.status_code, answer.json()) == (202, {"status": "dropped"})
    assert not RoomEvent.objects.exists()


def test_rooms_are_known_in_any_case(prosody, appointment):
    body = told(appointment, room_name=appointment.room.upper())
    body["occupant"] = occupant(appointment.one("client"), 0)
    assert prosody.tell("occupant/joined", body).status_code == 200


@pytest.mark.parametrize("id_of", [None, "", 7, [], "nobody", "\ud800", "x" * 9_999, {"a": 1}])
def test_occupants_without_an_id_of_ours_are_dropped(prosody, appointment, id_of):
    body = told(appointment, occupant={"id": id_of, "joined_at": seconds(0)})
    assert prosody.tell("occupant/joined", body).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"{",
        b"\xff",
        b"[" * 60_000,
        b'{"room_name": 7}',
        b'{"room_name": "abc"}',
        b'{"room_name": "abc", "occupant": []}',
        b'{"room_name": "abc", "occupant": {"joined_at": "1773129600"}}',
        b'{"room_name": "abc", "occupant": {"joined_at": true}}',
        b'{"room_name": "abc", "occupant": {"joined_at": NaN}}',
        b'{"room_name": "abc", "occupant": {"joined_at": 1e400}}',
        b'{"room_name": "abc", "occupant": {"joined_at": -1}}',
        b'{"room_name": "abc", "occupant": {"joined_at": 1773129600000}}',
        b'{"room_name": "abc", "occupant": {"joined_at": ' + b"9" * 5_000 + b"}}",
        b'{"room_name": "abc", "occupant": {"joined_at": ' + b"9" * 400 + b"}}",
    ],
)
def test_nonsense_is_refused_without_an_error(prosody, body):
    assert prosody.tell("occupant/joined", body).status_code == 400


@pytest.mark.parametrize("people", [7, "all", {"a": 1}, [7], [{"joined_at": "x"}]])
def test_nonsense_about_everybody_is_refused(prosody, appointment, people):
    body = told(appointment, destroyed_at=seconds(1), all_occupants=people)
    assert prosody.tell("room/destroyed", body).status_code == 400


def test_a_megabyte_is_refused(prosody, appointment):
    assert prosody.tell("occupant/joined", b" " * 1_000_000).status_code == 413


def test_a_crowd_is_cut_short(prosody, appointment):
    crowd = [occupant(appointment.one("client"), n / 60, 45, device=str(n)) for n in range(200)]
    for one in crowd:
        one["occupant_jid"] = one["occupant_jid"][-8:]
    prosody.tell("room/destroyed", told(appointment, destroyed_at=seconds(46), all_occupants=crowd))
    assert RoomEvent.objects.filter(kind="joined").count() == 50


def test_a_wrong_secret_tells_nothing(appointment):
    answer = joined(RoomServer("wrong"), appointment, appointment.one("client"), 0)
    assert answer.status_code == 401
    assert not RoomEvent.objects.exists()


def test_a_clock_that_is_ahead_is_set_back_and_what_was_before_the_door_is_dropped(prosody, appointment):
    joined(prosody, appointment, appointment.one("client"), 61)
    assert RoomEvent.objects.get().at <= minutes(60) + timedelta(minutes=1)
    RoomEvent.objects.all().delete()
    assert joined(prosody, appointment, appointment.one("client"), -60).status_code == 200
    assert not RoomEvent.objects.exists()


def test_of_staff_only_the_minutes_together_stay(prosody, appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")
    for person in (client, caseworker):
        left(prosody, appointment, person, 0, 30)
    assert not Event.objects.filter(verb__startswith="participant.").exists()
    retention.nightly(minutes(0) + timedelta(days=6))
    assert RoomEvent.objects.count() == 4
    retention.nightly(minutes(60) + timedelta(days=7))
    assert not RoomEvent.objects.exists()
    assert state(appointment) == (30, [("caseworker", None, None), ("client", NINE, minutes(30))])


def test_each_event_costs_few_statements(prosody, appointment):
    client, caseworker = appointment.one("client"), appointment.one("caseworker")

    def statements(call):
        with CaptureQueriesContext(connection) as seen:
            assert call().status_code in {200, 202}
        return len(seen)

    def ended():
        everybody = [occupant(caseworker, 0, 50), occupant(client, 5, 40)]
        return prosody.tell(
            "room/destroyed", told(appointment, destroyed_at=seconds(50), all_occupants=everybody)
        )

    assert statements(lambda: prosody.tell("room/created", told(appointment))) == 0
    assert statements(lambda: joined(prosody, appointment, caseworker, 0)) == 4
    assert statements(lambda: joined(prosody, appointment, caseworker, 0)) == 3
    joined(prosody, appointment, client, 5)
    assert statements(lambda: left(prosody, appointment, client, 5, 40)) == 5
    assert statements(lambda: left(prosody, appointment, client, 5, 40)) == 3
    assert statements(ended) == 4
    assert statements(ended) == 3
    stranger = factories.appointment(appointment.caseworker, start=minutes(60)).one("client")
    assert statements(lambda: joined(prosody, appointment, stranger, 5)) == 1
