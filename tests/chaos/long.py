"""The long storm, by ``make chaos``: 3,000 messages, four worker processes, thirty kills.

Called by name, one data base and broker at a time (``run.py``); ``pytest`` alone does not find it.
"""

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.chaos import storm, test_supervisor, weather
from tests.chaos.test_kill_nine import through
from tests.workers import supervisor_process

MESSAGES = int(os.environ.get("CHAOS_MESSAGES", "3000"))
KILLS = int(os.environ.get("CHAOS_KILLS", "30"))
pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(tmp_path):
    """The Redis server that ``run.py`` has made known, where this run has one."""
    if settings.Q_CLUSTER.get("redis") is None:
        yield None
        return
    server = weather.Broker(int(settings.REDIS_URL.rsplit(":", 1)[1].split("/")[0]), Path(tmp_path))
    server.start()
    yield server
    server.kill()


def test_nothing_is_lost_and_nothing_told_twice(clock, broker):
    storm.book(MESSAGES)
    blows = {"strike": lambda: _again(broker), "strikes": 3} if broker else {}
    where = f"{connection.vendor}{', Redis killed three times' if broker else ''}"
    through(KILLS, clock, where, **blows)


def _again(broker: weather.Broker) -> None:
    broker.kill()
    time.sleep(3)
    broker.start()


@pytest.mark.skipif(
    connection.vendor != "postgresql" or "redis" in settings.Q_CLUSTER, reason="one is enough"
)
def test_a_cluster_that_hangs_is_replaced_within_three_minutes():
    """With the office's own times: a beat each 10 s, silence counts after 100 s."""
    supervisor = supervisor_process(CHAOS_SILENT_FOR="100", CHAOS_BEAT_EVERY="10")
    try:
        seconds = test_supervisor.replaced_after(supervisor, hangs_after=30.0)
    finally:
        test_supervisor.end(supervisor)
    print(f"a hanging cluster was replaced after {seconds:.0f} s")
    assert 80 < seconds < 180
