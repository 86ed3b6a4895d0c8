"""System checks: what is missing or weak is said at the start, in one line each."""

import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from config import checks

PEM, PKCS8 = Encoding.PEM, PrivateFormat.PKCS8
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
GOOD_KEY = RSA.private_bytes(PEM, PKCS8, NoEncryption())
OWN = {
    "JITSI_PROVIDER": "self",
    "JITSI_HOST": "meet.amt.example",
    "JITSI_APP_ID": "sprechzeit",
    "JITSI_APP_SECRET": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "JITSI_SUBJECT": "meet.jitsi",
    "JITSI_CALLBACK_SECRET": "00112233445566778899aabbccddeeff",
    "PUBLIC_BASE_URL": "https://termine.example",
}
TWILIO = {
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": "t" * 32,
    "TWILIO_FROM": "Amt",
}


@pytest.fixture(autouse=True)
def _as_installed(settings):
    """Whatever the .env beside the code says, these tests start from the defaults and a read mailbox."""
    for name in dir(settings):
        if name.startswith(("JITSI_", "TWILIO_")) or name == "SMS_PROVIDER":
            setattr(settings, name, "")
    settings.MAILBOX = {"host": "mail.amt.example"}


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "room.pem"
    path.write_bytes(GOOD_KEY)
    return path


@pytest.fixture
def by_key(key_file):
    return {**OWN, "JITSI_APP_SECRET": "", "JITSI_PRIVATE_KEY_FILE": str(key_file), "JITSI_KEY_ID": "2026-03"}


@pytest.fixture
def jaas(by_key):
    return {**by_key, "JITSI_PROVIDER": "jaas", "JITSI_HOST": "8x8.vc", "JITSI_KEY_ID": "vpaas-1/ab12"}


def errors(settings, values: dict[str, object]) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    return [problem.id.removeprefix("sprechzeit.") for problem in checks.settings_hold(None)]


def warnings(settings, values: dict[str, object]) -> list[str]:
    for name, value in values.items():
        setattr(settings, name, value)
    return [doubt.id.removeprefix("sprechzeit.") for doubt in checks.settings_fit_for_people(None)]


def test_the_default_install_has_no_problem(settings):
    assert errors(settings, {}) == []


def test_complete_settings_of_every_provider_have_no_problem(settings, by_key, jaas):
    assert errors(settings, {**OWN, **TWILIO}) == []
    assert errors(settings, by_key) == []
    assert errors(settings, jaas) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"PUBLIC_BASE_URL": "termine.example"}, "E001"),
        ({"PUBLIC_BASE_URL": "https://termine.example/amt"}, "E001"),
        ({"LINK_KEYS": "1:c2hvcnQ="}, "E002"),
        ({"LINK_KEYS": "no ring"}, "E002"),
        ({"JITSI_PROVIDER": "zoom"}, "E010"),
        ({"JITSI_PROVIDER": "Self"}, "E010"),
        ({"JITSI_CALLBACK_SECRET": "short"}, "E018"),
        ({**OWN, "JITSI_HOST": ""}, "E011"),
        ({**OWN, "JITSI_HOST": "https://meet.amt.example"}, "E011"),
        ({**OWN, "JITSI_HOST": "meet.amt.example/room"}, "E011"),
        ({**OWN, "JITSI_INTERNAL_URL": "jitsi-web"}, "E027"),
        ({**OWN, "JITSI_INTERNAL_URL": "https://meet.amt.example/config.js"}, "E027"),
        ({**OWN, "JITSI_APP_ID": ""}, "E012"),
        ({**OWN, "JITSI_APP_SECRET": ""}, "E013"),
        ({**OWN, "JITSI_APP_SECRET": "s" * 31}, "E013"),
        ({"SMS_PROVIDER": "pigeon"}, "E020"),
        ({**TWILIO, "TWILIO_ACCOUNT_SID": "AC12"}, "E021"),
        ({**TWILIO, "TWILIO_AUTH_TOKEN": ""}, "E022"),
        ({**TWILIO, "TWILIO_FROM": ""}, "E023"),
        ({**TWILIO, "TWILIO_FROM": "Jobcenter Kreis"}, "E028"),
        ({**TWILIO, "TWILIO_FROM": "Behörde"}, "E028"),
    ],
)
def test_every_gap_is_found_and_nothing_else(settings, changes, found):
    assert errors(settings, changes) == [found]


@pytest.mark.parametrize("sender", ["+4915100000000", "32077", "Kreis GG 12"])
def test_a_number_or_a_short_name_can_be_the_sender(settings, sender):
    assert errors(settings, {**TWILIO, "TWILIO_FROM": sender}) == []


def test_a_secret_is_measured_in_bytes(settings):
    assert errors(settings, {**OWN, "JITSI_APP_SECRET": "ü" * 16}) == []


def test_a_key_needs_its_name(settings, by_key, jaas):
    assert errors(settings, {**by_key, "JITSI_KEY_ID": ""}) == ["E014"]
    for kid in ("", "vpaas-1", "/ab12", "vpaas-1/", "a/b/c"):
        assert errors(settings, {**jaas, "JITSI_KEY_ID": kid}) == ["E015"]
    assert errors(settings, {**jaas, "JITSI_PRIVATE_KEY_FILE": ""}) == ["E016"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        b"\xff\xfe",
        RSA.public_key().public_bytes(PEM, PublicFormat.SubjectPublicKeyInfo),
        RSA.private_bytes(PEM, PKCS8, BestAvailableEncryption(b"password")),
        ec.generate_private_key(ec.SECP256R1()).private_bytes(PEM, PKCS8, NoEncryption()),
        SHORT_RSA.private_bytes(PEM, PKCS8, NoEncryption()),
    ],
    ids=["empty", "text", "binary", "public", "password", "elliptic", "short"],
)
def test_a_file_without_a_strong_private_rsa_key_is_refused(settings, by_key, key_file, content):
    key_file.write_bytes(content)
    assert errors(settings, by_key) == ["E017"]


def test_old_keys_are_named_and_readable(settings, by_key, key_file, tmp_path):
    public = tmp_path / "old.pem"
    public.write_bytes(RSA.public_key().public_bytes(PEM, PublicFormat.SubjectPublicKeyInfo))
    good = f"2026-01={public},2025-12={key_file}"
    assert errors(settings, {**by_key, "JITSI_OLD_PUBLIC_KEY_FILES": good}) == []
    for bad in (str(public), f"={public}", "a=", f"a={public},a={public}", f"a={tmp_path}", "a=nowhere.pem"):
        assert errors(settings, {**by_key, "JITSI_OLD_PUBLIC_KEY_FILES": bad}) == ["E019"]


def test_a_missing_key_file_is_refused(settings, by_key, tmp_path):
    for path in (tmp_path / "nowhere.pem", tmp_path):
        assert errors(settings, {**by_key, "JITSI_PRIVATE_KEY_FILE": str(path)}) == ["E017"]


def test_several_problems_are_told_at_once_one_line_each(settings):
    settings.JITSI_PROVIDER, settings.SMS_PROVIDER, settings.LINK_KEYS = "self", "pigeon", ""
    texts = checks.problems()
    assert len(texts) == 5
    assert not [text for text in texts if "\n" in text or len(text) > 200]


def test_no_message_shows_a_secret(settings):
    errors(settings, {**OWN, "JITSI_APP_SECRET": "hushhush", "LINK_KEYS": "1:aHVzaGh1c2g="})
    assert len(checks.problems()) == 2
    assert not [text for text in checks.problems() if "hush" in text or "aHVz" in text]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ["W002", "W005"]),
        ({"DEMO": True, "PUBLIC_BASE_URL": "http://localhost:8000"}, ["W002", "W005"]),
        ({"DEMO": True, "PUBLIC_BASE_URL": "https://termine.example"}, ["W001", "W002", "W005"]),
        ({**OWN, **TWILIO}, ["W004"]),
        ({**OWN, "JITSI_HOST": "8x8.vc"}, ["W003", "W005"]),
        ({**OWN, "JITSI_HOST": "eu.8X8.vc:443"}, ["W003", "W005"]),
        ({**OWN, "JITSI_HOST": "meet.jit.si"}, ["W003", "W005"]),
        ({**OWN, "JITSI_HOST": "not8x8.vc"}, ["W005"]),
        ({**OWN, "JITSI_SUBJECT": ""}, ["W006", "W005"]),
        ({**OWN, "PUBLIC_BASE_URL": "http://termine.example"}, ["W007", "W005"]),
        ({**OWN, "JITSI_APP_SECRET": "s" * 40}, ["W008", "W005"]),
        ({**OWN, "JITSI_CALLBACK_SECRET": "please-ChangeMe-before-0123456789abcdef"}, ["W008", "W005"]),
        ({**OWN, "JITSI_CALLBACK_SECRET": ""}, ["W009", "W005"]),
        ({**OWN, "JITSI_CALLBACK_SECRET": "0123456789abcdef,9f8e7d6c5b4a3210"}, ["W013", "W005"]),
        ({**OWN, "JITSI_CALLBACK_SECRET": OWN["JITSI_APP_SECRET"]}, ["W010", "W005"]),
    ],
)
def test_before_real_people_come_the_operator_is_told(settings, changes, found):
    settings.DEMO = False
    assert warnings(settings, changes) == found


def test_a_mailbox_that_is_not_read_is_told(settings):
    assert warnings(settings, {**OWN, **TWILIO, "MAILBOX": {}}) == ["W004", "W012"]


def test_8x8_tells_nobody_who_is_inside(settings, jaas):
    settings.DEMO = False
    secret = {"JITSI_CALLBACK_SECRET": OWN["JITSI_CALLBACK_SECRET"]}
    for changes in ({}, secret):
        assert "W009" in warnings(settings, {**jaas, **changes})


def test_an_unknown_provider_is_one_problem_and_no_crash_before_real_people_come(settings):
    settings.DEMO = False
    assert warnings(settings, {**OWN, **TWILIO, "JITSI_PROVIDER": "zoom"}) == ["W004"]
    with pytest.raises(CommandError, match="JITSI_PROVIDER is 'zoom'"):
        call_command("check", deploy=True)


def test_a_processor_in_the_us_is_explained(settings, jaas):
    warnings(settings, {**jaas, **TWILIO})
    texts = [doubt.msg for doubt in checks.settings_fit_for_people(None)]
    explained = [text for text in texts if "US law" in text]
    assert len(explained) == 2
    assert all("Art. 28" in text and "§ 80 SGB X" in text for text in explained)


def test_a_wrong_setting_ends_every_command_at_the_start():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=configured.BASE_DIR,
        env={"PATH": "", "DJANGO_SETTINGS_MODULE": "config.settings_test", "JITSI_PROVIDER": "zoom"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "JITSI_PROVIDER is 'zoom'" in done.stderr
    assert "Traceback" not in done.stderr
