"""The supervisor of a cluster: it replaces what hangs and leaves nothing behind."""

import asyncio
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from functools import partial

import psutil
import pytest

from notifications import heartbeat
from notifications.models import Heartbeat, Message, State
from scheduler import clock
from tests import factories
from tests.notifications.post import Post, serve
from tests.workers import supervisor_process

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
SILENCE, BEAT = 6.0, 0.5


def test_a_cluster_that_hangs_is_replaced():
    """A tenth of the office's times: silence counts after 6 s instead of 100 s, a beat comes each 0.5 s."""
    supervisor = supervisor_process(CHAOS_SILENT_FOR=str(SILENCE), CHAOS_BEAT_EVERY=str(BEAT))
    try:
        assert SILENCE - 2 <= replaced_after(supervisor, hangs_after=3.0) < 30
    finally:
        end(supervisor)


def test_the_supervisor_ends_with_all_its_children():
    supervisor = supervisor_process()
    try:
        wait_for(heartbeat.alive, 60)
        family = psutil.Process(supervisor.pid).children(recursive=True)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(20) == 0
        gone, alive = psutil.wait_procs(family, 5)
        assert alive == []
        assert len(gone) >= 3
    finally:
        supervisor.kill()


def test_a_worker_that_is_told_to_end_finishes_what_it_sends():
    appointment = factories.appointment(factories.caseworker(*office()), now=clock.now(), **next_week())
    told = Message.objects.filter(appointment=appointment, kind="confirmation")
    with serve(SlowPost()) as post:
        supervisor = supervisor_process(EMAIL_URL=f"smtp://127.0.0.1:{post.port}")
        try:
            wait_for(lambda: told.filter(state=State.SENDING).exists(), 90)
        finally:
            end(supervisor)
    assert told.values_list("state", "repeated_at").get() == (State.SENT, None)
    assert len(post.mails) == 2


def office():
    owner = factories.office()
    return owner, factories.service(owner)


def next_week():
    return {
        "start": clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7),
        "special": True,
    }


class SlowPost(Post):
    """Thinks about each mail for a second."""

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(1)
        return await super().handle_DATA(server, session, envelope)


def replaced_after(supervisor: subprocess.Popen, *, hangs_after: float) -> float:
    """Kill the idle workers, one of which holds the queue's lock; answers the seconds to the next beat.

    The lock dies with its holder: workers that follow wait for ever, alive to whoever looks from outside.
    """
    wait_for(heartbeat.alive, 60)
    (before,) = psutil.Process(supervisor.pid).children()
    for _ in range(5):
        for worker in idle_workers(before):
            worker.kill()
        killed = datetime.now(UTC)
        if not wait_for(partial(heard_after, killed), hangs_after, must=False):
            break
    assert len(idle_workers(before)) == 2
    wait_for(lambda: heard_after(killed), 180)
    (after,) = psutil.Process(supervisor.pid).children()
    assert after.pid != before.pid
    return (datetime.now(UTC) - killed).total_seconds()


def idle_workers(cluster: psutil.Process) -> list[psutil.Process]:
    """As they name themselves."""
    return [one for one in cluster.children(recursive=True) if title(one).endswith(" idle")]


def title(process: psutil.Process) -> str:
    """Empty for one that is dead and not yet buried."""
    try:
        return " ".join(process.cmdline()).strip()
    except psutil.NoSuchProcess:
        return ""


def heard_after(moment: datetime) -> bool:
    """A beat that was begun after the workers were dead."""
    last = Heartbeat.objects.values_list("at", flat=True).first()
    return bool(last and (last - moment).total_seconds() > 0.2)


def wait_for(what, seconds: float, *, must: bool = True) -> bool:
    """Until it is so; False where it does not come in time and need not."""
    end_at = time.monotonic() + seconds
    while time.monotonic() < end_at:
        if what():
            return True
        time.sleep(0.1)
    assert not must, "it did not come in time"
    return False


def end(supervisor: subprocess.Popen) -> None:
    """As Ctrl-C would."""
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(60)
