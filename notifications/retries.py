"""How often, and when, something is tried again."""

import random
from datetime import datetime, timedelta

from notifications.models import Message

ATTEMPTS = 8
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)


def again_at(message: Message, now: datetime, at_least: timedelta | None = None) -> datetime | None:
    """30 s × 2^n from now with jitter, at most an hour; None where its attempts or its time are used up.

    ``at_least`` is how long the other side wants us to wait.
    """
    wait = min(FIRST * 2 ** max(0, message.attempts - 1), LONGEST)
    again = now + spread(max(wait, at_least or wait))
    return None if message.attempts >= ATTEMPTS or again > message.not_after else again


def look_again_at(message: Message, now: datetime) -> datetime | None:
    """When to ask anew what became of it: after as long again as it is out; None after its time."""
    age = now - (message.sent_at or now)
    again = now + spread(min(max(age, FIRST), LONGEST))
    return None if again > message.not_after else again


def spread(wait: timedelta) -> timedelta:
    """A fifth more or less, so that not everything comes at once."""
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
