"""Doors, tokens and roles, for every provider and algorithm."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

import jwt
import pytest

from scheduler import conference, policies
from scheduler.conference import verify_like_the_room_server
from scheduler.domain.lifecycle import OUTCOMES
from scheduler.errors import DoorClosed, LinkInvalid, NoRoom
from scheduler.events import Actor
from scheduler.models import Appointment, Participant
from scheduler.services import attendance, booking
from tests import factories
from tests.factories import NOW

SECRET = "thirty-two bytes or more of secret"
MOMENT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
STAFF = Actor("user", "1")
PROVIDERS = ("stand-in", "self-hs256", "self-rs256", "jaas")
ROLES = [role for role, _ in Participant.ROLES]


@pytest.fixture
def use(settings, key_pair, tmp_path):
    """Configure one of the providers."""
    path = tmp_path / "room.pem"
    path.write_text(key_pair[0])
    own = {"JITSI_PROVIDER": "self", "JITSI_HOST": "meet.amt.example", "JITSI_APP_ID": "sprechzeit"}
    own["JITSI_SUBJECT"] = "meet.jitsi"
    by_key = {"JITSI_PRIVATE_KEY_FILE": str(path), "JITSI_KEY_ID": "2026-03"}
    wanted = {
        "stand-in": {},
        "self-hs256": {**own, "JITSI_APP_SECRET": SECRET},
        "self-rs256": {**own, **by_key},
        "jaas": {
            **by_key,
            "JITSI_PROVIDER": "jaas",
            "JITSI_HOST": "8x8.vc",
            "JITSI_KEY_ID": "vpaas-magic-cookie-1/ab12",
        },
    }

    def apply(name: str) -> None:
        for key, value in wanted[name].items():
            setattr(settings, key, value)

    return apply


@pytest.fixture
def appointment(db):
    office = factories.office()
    who = factories.caseworker(office, factories.service(office))
    factories.opening(who)
    return factories.appointment(who)


def person(appointment: Appointment, role: str) -> Participant:
    found = appointment.participants.filter(role=role).first()
    return found or Participant.objects.create(
        office=appointment.office, appointment=appointment, role=role, name=f"Alex {role}"
    )


def contents(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("role", ROLES)
def test_every_issued_token_opens_its_room_and_only_that(use, appointment, provider, role):
    use(provider)
    ticket = conference.mint(person(appointment, role), MOMENT)
    verdict = verify_like_the_room_server(ticket.token, appointment.room, MOMENT)
    assert verdict.accepted
    assert all(line.ok and not line.why for line in verdict.claims)
    assert not verify_like_the_room_server(ticket.token, conference.new_room(), MOMENT).accepted


@pytest.mark.parametrize("role", ROLES)
def test_only_caseworkers_moderate_and_pass_the_lobby(appointment, role):
    who = person(appointment, role)
    context = contents(conference.mint(who, MOMENT).token)["context"]
    moderates = role == "caseworker"
    assert context["user"] == {
        "id": str(who.public_id),
        "name": who.name,
        "moderator": moderates,
        "lobby_bypass": moderates,
    }
    assert context["features"]
    assert set(context["features"].values()) == {False}


def test_a_token_says_no_more_than_it_must(use, appointment):
    use("self-hs256")
    body = contents(conference.mint(person(appointment, "client"), MOMENT).token)
    assert set(body) == {"iss", "aud", "sub", "room", "nbf", "exp", "context"}
    assert (body["iss"], body["aud"], body["sub"]) == ("sprechzeit", "jitsi", "meet.jitsi")
    assert body["room"] == appointment.room
    assert body["nbf"] == int(MOMENT.timestamp()) - 60
    assert body["exp"] == int(policies.door(appointment)[1].timestamp())
    assert "@" not in json.dumps(body)


def test_tokens_for_8x8_carry_what_8x8_asks_for(use, appointment):
    use("jaas")
    ticket = conference.mint(person(appointment, "client"), MOMENT)
    body, header = contents(ticket.token), jwt.get_unverified_header(ticket.token)
    assert (body["iss"], body["aud"], body["sub"]) == ("chat", "jitsi", "vpaas-magic-cookie-1")
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "vpaas-magic-cookie-1/ab12"}
    assert urlsplit(ticket.url).path == f"/vpaas-magic-cookie-1/{appointment.room}"


def test_the_token_travels_in_the_fragment_where_no_access_log_sees_it(use, appointment):
    use("self-hs256")
    ticket = conference.mint(person(appointment, "client"), MOMENT, audio_only=True)
    address = urlsplit(ticket.url)
    assert (address.scheme, address.netloc) == ("https", "meet.amt.example")
    assert (address.path, address.query) == (f"/{appointment.room}", "lang=de")
    values = dict(part.split("=", 1) for part in address.fragment.split("&"))
    assert json.loads(unquote(values["jwt"])) == ticket.token
    assert json.loads(values["config.startAudioOnly"]) is True
    assert not ticket.stand_in


def test_without_a_room_server_there_is_no_address_but_a_token_to_look_at(appointment):
    ticket = conference.mint(person(appointment, "client"), MOMENT)
    assert ticket.stand_in
    assert ticket.url == ""
    assert ticket.room == appointment.room


def test_the_door_opens_and_closes_to_the_second(appointment):
    opens, closes = policies.door(appointment)
    who = person(appointment, "client")
    for moment in (opens, closes - timedelta(seconds=1)):
        ticket = conference.mint(who, moment)
        assert verify_like_the_room_server(ticket.token, ticket.room, moment).accepted
        assert ticket.expires_at == closes
    for moment in (opens - timedelta(seconds=1), closes):
        with pytest.raises(DoorClosed) as shut:
            conference.mint(who, moment)
        assert (shut.value.opens_at, shut.value.closes_at) == (opens, closes)


def test_a_moved_appointment_has_a_new_room_and_the_old_token_is_dead_there(appointment):
    old = conference.mint(person(appointment, "client"), MOMENT)
    moved = booking.move(
        appointment=appointment, start=factories.utc("2026-03-10 09:00"), by=STAFF, now=NOW, special=True
    )
    assert moved.room != old.room
    assert not verify_like_the_room_server(old.token, moved.room, MOMENT).accepted


def test_cancelled_appointments_and_those_by_phone_have_no_room(appointment):
    booking.switch_mode(appointment=appointment, mode="phone", by=STAFF, now=NOW)
    with pytest.raises(NoRoom):
        conference.mint(person(Appointment.objects.get(), "client"), MOMENT)
    booking.switch_mode(appointment=Appointment.objects.get(), mode="video", by=STAFF, now=NOW)
    assert conference.mint(person(Appointment.objects.get(), "client"), MOMENT)
    booking.cancel(appointment=Appointment.objects.get(), by=STAFF, now=NOW)
    with pytest.raises(NoRoom):
        conference.mint(person(Appointment.objects.get(), "client"), MOMENT)


@pytest.mark.parametrize("status", sorted(OUTCOMES))
def test_an_outcome_locks_nobody_out_while_the_door_is_open(appointment, status):
    attendance.record_outcome(appointment=appointment, status=status, by=STAFF, now=MOMENT)
    closes = policies.door(appointment)[1]
    for moment in (MOMENT, closes - timedelta(seconds=1)):
        assert conference.mint(person(Appointment.objects.get(), "client"), moment).room == appointment.room
    with pytest.raises(DoorClosed):
        conference.mint(person(Appointment.objects.get(), "client"), closes)


def test_whoever_was_revoked_gets_no_token(appointment):
    who = person(appointment, "companion")
    who.revoked_at = NOW
    with pytest.raises(LinkInvalid):
        conference.mint(who, MOMENT)


def test_rooms_are_random_and_say_nothing():
    rooms = {conference.new_room() for _ in range(500)}
    assert len(rooms) == 500
    assert all(len(room) == 20 and room.isascii() and room.isalpha() and room.islower() for room in rooms)
