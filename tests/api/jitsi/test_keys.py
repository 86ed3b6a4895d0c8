"""The key server: what Prosody looks up by kid, over a rotation."""

import hashlib
import json
import os

import jwt
import pytest
from django.test import Client

from scheduler import conference
from scheduler.conference import verify_like_the_room_server
from tests import factories
from tests.conftest import new_key_pair
from tests.factories import utc

pytestmark = pytest.mark.django_db
MOMENT = utc("2026-03-10 08:00")
OLD, NEW = "2026-01", "2026-03"


def address(kid):
    return f"/jitsi/keys/{hashlib.sha256(kid.encode()).hexdigest()}.pem"


@pytest.fixture
def key_files(settings, key_pair, tmp_path):
    """Signs by RS256 with the old key."""
    settings.JITSI_PROVIDER, settings.JITSI_HOST = "self", "meet.amt.example"
    settings.JITSI_APP_ID, settings.JITSI_SUBJECT = "sprechzeit", "meet.jitsi"
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    old.write_text(key_pair[0])
    new.write_text(new_key_pair()[0])
    settings.JITSI_PRIVATE_KEY_FILE, settings.JITSI_KEY_ID = str(old), OLD
    return old, new


@pytest.fixture
def person():
    office = factories.office()
    who = factories.caseworker(office, factories.service(office))
    factories.opening(who)
    return factories.appointment(who).one("client")


def rotate(settings, key_files):
    settings.JITSI_PRIVATE_KEY_FILE, settings.JITSI_KEY_ID = str(key_files[1]), NEW
    settings.JITSI_OLD_PUBLIC_KEY_FILES = f"{OLD}={key_files[0]}"


def test_the_present_key_is_found_by_the_digest_of_its_name(key_files, key_pair):
    answer = Client().get(address(OLD))
    assert answer.content.decode() == key_pair[1]
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert Client().head(address(OLD)).status_code == 200
    assert Client().post(address(OLD)).status_code == 405


@pytest.mark.parametrize("name", ["x" * 64, "0" * 64, "jwks", "../../etc/passwd", "0" * 32])
def test_there_are_no_other_keys(key_files, name):
    assert Client().get(f"/jitsi/keys/{name}.pem").status_code == 404


def test_without_a_key_of_ours_nothing_is_served(settings):
    assert Client().get(address("")).status_code == 404
    assert Client().get(address("2026-03")).status_code == 404
    assert Client().get("/jitsi/keys/jwks.json").json() == {"keys": []}


def test_old_and_new_are_served_while_tokens_of_both_are_about(settings, key_files, person):
    early = conference.mint(person, MOMENT)
    rotate(settings, key_files)
    late = conference.mint(person, MOMENT)
    kids = [jwt.get_unverified_header(ticket.token)["kid"] for ticket in (early, late)]
    assert kids == [OLD, NEW]
    for kid, ticket in zip(kids, (early, late), strict=True):
        key = Client().get(address(kid)).content
        assert jwt.decode(
            ticket.token, key, ["RS256"], audience="jitsi", options={"verify_exp": False, "verify_nbf": False}
        )
        assert verify_like_the_room_server(ticket.token, ticket.room, MOMENT).accepted
    settings.JITSI_OLD_PUBLIC_KEY_FILES = ""
    assert Client().get(address(OLD)).status_code == 404
    verdict = verify_like_the_room_server(early.token, early.room, MOMENT)
    refused = {line.name: line.why for line in verdict.claims if not line.ok}
    assert refused == {"kid": "key_unknown", "signature": "bad_signature"}


def test_a_token_of_one_key_under_the_name_of_the_other_is_refused(settings, key_files, person):
    rotate(settings, key_files)
    ticket = conference.mint(person, MOMENT)
    body = jwt.decode(ticket.token, options={"verify_signature": False})
    forged = jwt.encode(body, key_files[1].read_text(), "RS256", headers={"kid": OLD})
    verdict = verify_like_the_room_server(forged, ticket.room, MOMENT)
    assert [line.name for line in verdict.claims if not line.ok] == ["signature"]


def test_the_key_set_names_both_and_no_private_part(settings, key_files):
    rotate(settings, key_files)
    answer = Client().get("/jitsi/keys/jwks.json")
    keys = answer.json()["keys"]
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert [key["kid"] for key in keys] == [NEW, OLD]
    assert all(set(key) == {"kty", "use", "alg", "kid", "n", "e"} for key in keys)
    present = jwt.PyJWK(keys[0])
    pem = Client().get(address(NEW)).content
    assert jwt.algorithms.RSAAlgorithm.to_jwk(present.key) == jwt.algorithms.RSAAlgorithm.to_jwk(
        jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).prepare_key(pem)
    )


def test_of_an_old_key_only_the_public_half_is_ever_shown(settings, key_files, key_pair):
    rotate(settings, key_files)
    from_private = Client().get(address(OLD)).content
    key_files[0].write_text(key_pair[1])
    assert Client().get(address(OLD)).content == from_private == key_pair[1].encode()


def test_a_changed_file_signs_without_a_restart(key_files, person):
    before = conference.mint(person, MOMENT)
    private, public = new_key_pair()
    key_files[0].write_text(private)
    os.utime(key_files[0], (0, 0))
    after = conference.mint(person, MOMENT)
    assert Client().get(address(OLD)).content.decode() == public
    assert verify_like_the_room_server(after.token, after.room, MOMENT).accepted
    assert not verify_like_the_room_server(before.token, before.room, MOMENT).accepted


def test_an_old_file_that_is_gone_takes_no_other_key_with_it(settings, key_files, caplog):
    rotate(settings, key_files)
    key_files[0].unlink()
    assert Client().get(address(OLD)).status_code == 404
    assert [key["kid"] for key in Client().get("/jitsi/keys/jwks.json").json()["keys"]] == [NEW]
    assert "cannot be read" in caplog.text
    assert json.dumps(caplog.text).count("PRIVATE") == 0
