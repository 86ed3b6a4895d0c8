"""What is missing or makes no sense ends every start: one clear line, no traceback, an exit code."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command

from notifications.models import Heartbeat

GOOD = {
    "SECRET_KEY": "a key that signs nothing outside of the tests 0123456789",
    "LINK_KEYS": "1:dGVzdHMgc2lnbiB0aGVpciBsaW5rcyB3aXRoIHRoaXM=",
    "PUBLIC_BASE_URL": "http://localhost:8000",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
NOWHERE = "postgres://nobody@127.0.0.1:1/nothing"
CHECK = ["manage.py", "check"]
SITE = ["-m", "tools.site"]
WEB = ["-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"]


def run(arguments, tmp_path, **changes):
    env = {"PATH": os.environ["PATH"], **GOOD, "DATA_DIR": str(tmp_path), **changes}
    options = {"capture_output": True, "text": True, "timeout": 60, "check": False}
    return subprocess.run([sys.executable, *arguments], cwd=settings.BASE_DIR, env=env, **options)


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (CHECK, "LINK_KEYS", ""),
        (CHECK, "SMS_PER_OFFICE_AND_DAY", "abc"),
        (CHECK, "SMS_PER_OFFICE_AND_DAY", "-1"),
        (CHECK, "SMS_SEGMENT_PRICE", "cheap"),
        (CHECK, "SMS_GATEWAY_FIELDS", "abc"),
        (CHECK, "API_WRITE_RATE", "600"),
        (CHECK, "API_WRITE_RATE", "0/min"),
        (CHECK, "DATABASE_URL", "mysql://somebody@127.0.0.1/name"),
        (CHECK, "DATABASE_URL", "postgres://127.0.0.1:port/name"),
        (CHECK, "TRUSTED_PROXIES", "10.0.0.0/8,10.0.0.300"),
        (CHECK, "QUEUE_BROKER", "rabbit"),
        (CHECK, "REDIS_URL", "localhost"),
        (CHECK, "LOG_LEVEL", "loud"),
        (CHECK, "DEBUG", "perhaps"),
        (CHECK, "DATA_DIR", "/dev/null/data"),
        (CHECK, "EMAIL_URL", "smtp://mail:port"),
        (SITE, "LINK_KEYS", ""),
        (SITE, "LINK_KEYS", "no ring"),
        (WEB, "LINK_KEYS", ""),
        (WEB, "LINK_KEYS", "no ring"),
        (["-m", "tools.demo"], "PORT", "abc"),
        (["-m", "tools.demo"], "PORT", "65536"),
    ],
)
def test_a_bad_variable_is_named_in_one_line(tmp_path, command, name, value):
    done = run(command, tmp_path, **{name: value})
    told = [line for line in done.stderr.splitlines() if name in line]
    assert done.returncode != 0
    assert len(told) == 1
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("command", [SITE, ["manage.py", "worker"]])
def test_a_data_base_that_is_away_is_said_in_one_line(tmp_path, command):
    done = run(command, tmp_path, DATABASE_URL=NOWHERE)
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "data base does not answer" in done.stderr


def test_empty_variables_are_the_defaults(tmp_path):
    text = (settings.BASE_DIR / ".env.example").read_text()
    names = [line.split("=")[0] for line in text.splitlines() if "=" in line and line[0].isalpha()]
    empty = dict.fromkeys(set(names) - set(GOOD) - {"DATA_DIR"}, "")
    assert run(CHECK, tmp_path, **empty).returncode == 0


def beat(**ago):
    Heartbeat.objects.create(name="cluster", at=datetime.now(UTC) - timedelta(**ago))


@pytest.mark.django_db
def test_the_beat_of_a_worker_that_has_just_ended_is_not_taken_for_this_one(capsys):
    beat(seconds=5)
    call_command("heartbeat")
    with pytest.raises(SystemExit):
        call_command("heartbeat", since=datetime.now(UTC).timestamp(), wait=0.3)


@pytest.mark.django_db
def test_a_beat_after_this_start_is(capsys):
    since = (datetime.now(UTC) - timedelta(seconds=3)).timestamp()
    beat(seconds=1)
    call_command("heartbeat", since=since, wait=5)
