"""Workers and whole clusters die at any moment: nothing is lost, nothing is told twice."""

import pytest
from django.db import connection

from tests.chaos import storm, weather
from tests.workers import Workers

MESSAGES, KILLS = 400, 4
pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


def test_kills_and_failing_servers_lose_nothing_and_double_nothing(clock):
    storm.book(MESSAGES)
    through(KILLS, clock, connection.vendor)


def through(kills: int, clock, where: str, **blows) -> None:
    """Let the storm rage over what is due and take account of every message."""
    with weather.outside() as (post, provider, environment):
        workers = Workers(2, **environment)
        try:
            raging = storm.Storm(workers, kills, clock.to, **blows)
            seconds = raging.rage()
        finally:
            workers.end()
        found = storm.account(post, provider)
    faults = f"{sum(post.faults.values())} mail and {provider.faulty} SMS faults"
    print(found.say(where, raging, seconds, faults))
    assert (found.lost, found.twice, found.unlisted) == ([], [], [])
    assert found.repeats <= found.repeats_allowed
