"""A room to try the way in: nobody's appointment, one person alone, ten minutes.

Nothing of it is stored. Its name says when it ends and that we made it: six letters for the minute of the
end, six random ones, eight of an HMAC over both.
"""

import hmac
import secrets
import string
import uuid
from datetime import UTC, datetime, timedelta

from django.utils.crypto import salted_hmac

from scheduler.conference.rooms import ROOM_LENGTH, Pass, Person, sign

LASTS = timedelta(minutes=10)
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHEN, _HEAD = 6, 12


def try_out(name: str, language: str, now: datetime) -> Pass:
    """A pass into a room of her own. She moderates it: there is nobody who could let her in."""
    minute = (now + LASTS - _EPOCH) // _MINUTE
    head = _letters(minute, _WHEN) + _random(_HEAD - _WHEN)
    ends = _EPOCH + minute * _MINUTE
    return sign(Person(str(uuid.uuid4()), name, language, True), head + _seal(head), now, ends)


def ends(room: str) -> datetime | None:
    """When this room to try ends; None for any other room."""
    head, seal = room[:_HEAD], room[_HEAD:]
    if len(room) != ROOM_LENGTH or not hmac.compare_digest(seal.encode(), _seal(head).encode()):
        return None
    minute = 0
    for letter in head[:_WHEN]:
        minute = minute * 26 + string.ascii_lowercase.index(letter)
    return _EPOCH + minute * _MINUTE


def _seal(head: str) -> str:
    digest = salted_hmac("scheduler.conference.trials", head, algorithm="sha256").digest()
    return _letters(int.from_bytes(digest[:16], "big"), ROOM_LENGTH - _HEAD)


def _random(length: int) -> str:
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(length))


def _letters(number: int, length: int) -> str:
    text = ""
    for _ in range(length):
        number, rest = divmod(number, 26)
        text = string.ascii_lowercase[rest] + text
    return text
