"""Every row of the room server's table: tokens that differ from a good one in a single thing."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import jwt
import pytest

from scheduler.conference import Expectation, verify_like_the_room_server

MOMENT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
SECRET = "thirty-two bytes or more of secret"
ROOM = "abcdefghijklmnopqrst"
HS256 = Expectation("HS256", SECRET, "sprechzeit", "jitsi", "meet.jitsi")
GONE = object()


def token(*, header: dict | None = None, key: str = SECRET, **changes: object) -> str:
    """An HS256 token written by hand, since libraries refuse to write some of these."""
    body = {
        "iss": "sprechzeit",
        "aud": "jitsi",
        "sub": "meet.jitsi",
        "room": ROOM,
        "nbf": int(MOMENT.timestamp()) - 60,
        "exp": int(MOMENT.timestamp()) + 600,
        **changes,
    }
    parts = [
        {"typ": "JWT", "alg": "HS256", **(header or {})},
        {k: v for k, v in body.items() if v is not GONE},
    ]
    clean = {k: v for k, v in parts[0].items() if v is not GONE}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (clean, parts[1]))
    return f"{signed}.{encoded(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def body_of(text: str) -> dict:
    return jwt.decode(text, options={"verify_signature": False})


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def refusals(text: str, moment: datetime = MOMENT, expected: Expectation = HS256) -> dict[str, str]:
    verdict = verify_like_the_room_server(text, ROOM, moment, expected=expected)
    found = {line.name: line.why for line in verdict.claims if not line.ok}
    assert verdict.accepted is not bool(found)
    return found


def test_the_good_token_of_this_table_is_accepted():
    assert refusals(token()) == {}


@pytest.mark.parametrize("typ", [GONE, "jwt", "JWS", "", None, 1])
def test_typ_must_be_exactly_jwt(typ):
    assert refusals(token(header={"typ": typ})) == {"typ": "must_be_jwt"}


@pytest.mark.parametrize("alg", [GONE, "none", "None", "hs256", "HS384", "RS256", None])
def test_every_other_algorithm_is_refused(alg):
    assert refusals(token(header={"alg": alg}))["alg"] == "other_algorithm"


def test_an_unsigned_token_is_refused():
    assert refusals(jwt.encode(body_of(token()), None, "none")).keys() >= {"alg", "signature"}
    assert refusals(token().rsplit(".", 1)[0] + ".") == {"signature": "bad_signature"}


def test_another_secret_is_refused():
    assert refusals(token(key="another secret of thirty-two bytes")) == {"signature": "bad_signature"}


def test_a_changed_body_is_refused():
    head, _, tail = token().split(".")
    body = token(room=ROOM, sub="meet.jitsi", more=1).split(".")[1]
    assert refusals(f"{head}.{body}.{tail}") == {"signature": "bad_signature"}


@pytest.mark.parametrize("name", ["iss", "aud", "sub"])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        (GONE, "missing"),
        (None, "missing"),
        (["jitsi"], "must_be_a_string"),
        (["sprechzeit", "jitsi"], "must_be_a_string"),
        ({"a": 1}, "must_be_a_string"),
        (1, "must_be_a_string"),
        (True, "must_be_a_string"),
        ("", "other_value"),
        ("somebody", "other_value"),
        ("JITSI", "other_value"),
    ],
)
def test_issuer_audience_and_subject_must_be_the_expected_plain_strings(name, value, why):
    assert refusals(token(**{name: value})) == {name: why}


def test_the_subject_is_the_xmpp_domain_and_not_the_public_host():
    assert refusals(token(sub="meet.amt.example")) == {"sub": "other_value"}


@pytest.mark.parametrize(
    ("room", "why"),
    [
        (GONE, "missing"),
        (None, "missing"),
        ([ROOM], "must_be_a_string"),
        (7, "must_be_a_string"),
        (ROOM.upper(), "must_be_lower_case"),
        (ROOM[:-1], "other_room"),
        (ROOM + "x", "other_room"),
        ("", "other_room"),
        (ROOM[:-1] + "*", "other_room"),
        (f"other/{ROOM}", "other_room"),
    ],
)
def test_the_room_must_be_the_whole_name_in_lower_case(room, why):
    assert refusals(token(room=room)) == {"room": why}


def test_a_star_opens_every_room_and_is_flagged():
    verdict = verify_like_the_room_server(token(room="*"), ROOM, MOMENT, expected=HS256)
    assert verdict.accepted
    assert [line.why for line in verdict.claims if line.why] == ["opens_every_room"]


def test_who_asks_in_capitals_is_led_to_the_same_room():
    assert verify_like_the_room_server(token(), ROOM.upper(), MOMENT, expected=HS256).accepted


def test_a_token_without_an_end_is_good_for_ever_and_flagged():
    verdict = verify_like_the_room_server(token(exp=GONE), ROOM, MOMENT.replace(year=2999), expected=HS256)
    assert verdict.accepted
    assert [line.why for line in verdict.claims if line.why] == ["good_for_ever"]


def test_a_token_without_a_beginning_holds_at_once():
    assert refusals(token(nbf=GONE)) == {}


@pytest.mark.parametrize("name", ["exp", "nbf"])
@pytest.mark.parametrize("value", ["1773129600", "", None, True, [1], {}])
def test_times_must_be_numbers(name, value):
    assert refusals(token(**{name: value})) == {name: "must_be_a_number"}


@pytest.mark.parametrize(("seconds", "why"), [(1, None), (0, "expired"), (-1, "expired"), (0.5, None)])
def test_the_end_has_no_leeway(seconds, why):
    found = refusals(token(exp=MOMENT.timestamp() + seconds))
    assert found == ({"exp": why} if why else {})


@pytest.mark.parametrize(("seconds", "why"), [(-1, None), (0, None), (1, "too_early"), (0.5, "too_early")])
def test_the_beginning_has_no_leeway(seconds, why):
    found = refusals(token(nbf=MOMENT.timestamp() + seconds))
    assert found == ({"nbf": why} if why else {})


def test_when_it_was_issued_and_its_number_are_not_looked_at():
    assert refusals(token(iat=MOMENT.timestamp() + 9999, jti="twice")) == {}


def powers(**user):
    verdict = verify_like_the_room_server(token(context={"user": user}), ROOM, MOMENT, expected=HS256)
    said = {line.name: line.value for line in verdict.claims}
    assert verdict.accepted
    return said["moderator"], said["lobby_bypass"]


@pytest.mark.parametrize("value", [1, "yes", "True", None, [True], {}])
def test_what_is_not_true_gives_no_powers(value):
    assert powers(moderator=value, lobby_bypass=value, affiliation=value) == ("False", "False")


@pytest.mark.parametrize(
    "user", [{"moderator": True}, {"moderator": "true"}, {"affiliation": "owner"}, {"affiliation": "teacher"}]
)
def test_who_moderates(user):
    assert powers(**user) == ("True", "False")


def test_only_a_real_true_passes_the_lobby():
    assert powers(lobby_bypass=True) == ("False", "True")
    assert powers(lobby_bypass="true") == ("False", "False")


def test_only_features_that_are_listed_true_are_allowed():
    features = {"recording": "true", "livestreaming": False, "transcription": True}
    verdict = verify_like_the_room_server(token(context={"features": features}), ROOM, MOMENT, expected=HS256)
    assert {line.name: line.value for line in verdict.claims}["features"] == "transcription"


def test_8x8_refuses_a_token_without_features():
    strict = replace(HS256, features_needed=True)
    assert refusals(token(context={"features": {}}), expected=strict) == {}
    for context in (GONE, {}, {"user": {}}):
        assert refusals(token(context=context), expected=strict) == {"features": "missing"}


@pytest.mark.parametrize("context", [None, 0, 7, 1.5, False])
def test_a_context_that_holds_nothing_gets_no_answer(context):
    assert refusals(token(context=context)) == {"context": "must_be_an_object"}


@pytest.mark.parametrize("room", [None, {"regex": True}])
def test_rooms_by_a_pattern_are_refused(room):
    assert refusals(token(context={"room": room})) == {"context": "room_pattern"}


@pytest.mark.parametrize("context", [[], "text", {"user": None, "features": 3}, {"room": {"regex": False}}])
def test_a_strange_context_changes_nothing(context):
    assert refusals(token(context=context)) == {}


@pytest.fixture
def by_key(key_pair):
    return Expectation("RS256", key_pair[1], "sprechzeit", "jitsi", "meet.jitsi", "2026-03")


@pytest.mark.parametrize(
    ("kid", "why"),
    [("2026-03", None), (None, "key_unknown"), ("", "key_unknown"), ("2025-01", "key_unknown")],
)
def test_with_a_key_server_the_key_must_be_named_and_known(key_pair, by_key, kid, why):
    headers = {} if kid is None else {"kid": kid}
    found = refusals(jwt.encode(body_of(token()), key_pair[0], "RS256", headers=headers), expected=by_key)
    assert found == ({"kid": why} if why else {})


@pytest.mark.parametrize("kid", [["2026-03"], {"a": 1}, 7, True])
def test_the_name_of_a_key_is_text(key_pair, by_key, kid):
    head, body, _ = token(header={"kid": kid, "alg": "RS256"}).split(".")
    assert refusals(f"{head}.{body}.AAAA", expected=by_key)["kid"] == "key_unknown"


def test_the_public_key_never_serves_as_a_shared_secret(key_pair, by_key):
    """The old trick: sign with HS256 and the key that everybody can read."""
    forged = token(header={"kid": "2026-03"}, key=key_pair[1])
    assert refusals(forged, expected=by_key) == {"alg": "other_algorithm", "signature": "bad_signature"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "😀.😀.😀",
        "x" * 10_000,
        ".".join([encoded(b"[]")] * 3),
        ".".join([encoded(b"[" * 50_000)] * 3),
        ".".join([encoded(b'{"exp": ' + b"9" * 5000 + b"}")] * 3),
        encoded(b"\xff\xfe") + ".x.y",
    ],
)
def test_what_is_no_token_is_refused_without_an_error(text):
    assert refusals(text)["signature"] == "bad_signature"
