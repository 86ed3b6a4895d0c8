"""Keeps one queue cluster alive: starts it, listens to its heart, kills what hangs, starts anew."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils.module_loading import import_string
from django_q.models import Schedule
from django_q.tasks import async_task
from redis.exceptions import RedisError

from notifications import heartbeat, stops
from notifications.models import Message, State
from scheduler import clock

logger = logging.getLogger(__name__)

STUCK_FOR = 120.0
GRACE = 30.0


def write_periodic_table() -> None:
    """Put ``settings.PERIODIC_TABLE`` into django-q's rows; what is no longer in it goes."""
    table = import_string(settings.PERIODIC_TABLE)
    Schedule.objects.exclude(name__in=[name for name, _, _ in table]).delete()
    for name, path, cadence in table:
        wanted = {"func": path, **_cadence(cadence)}
        known = Schedule.objects.filter(name=name).first()
        if known is None or not _same(known, wanted):
            Schedule.objects.filter(name=name).delete()
            Schedule.objects.create(name=name, repeats=-1, **wanted)


def _same(known: Schedule, wanted: dict[str, Any]) -> bool:
    """The same job at the same cadence; a daily one at the same time of day."""
    if (known.func, known.schedule_type) != (wanted["func"], wanted["schedule_type"]):
        return False
    daily = known.schedule_type == Schedule.DAILY
    return not daily or known.next_run.astimezone(UTC).time() == wanted["next_run"].time()


def _cadence(cadence: str) -> dict[str, Any]:
    """django-q's fields for ``minute`` or ``daily HH:MM``."""
    now = datetime.now(UTC)
    if cadence == "minute":
        return {"schedule_type": Schedule.MINUTES, "minutes": 1, "next_run": now}
    at = datetime.strptime(cadence, "daily %H:%M").time()  # noqa: DTZ007 - only the time of day
    first = datetime.combine(now.date(), at, UTC)
    return {"schedule_type": Schedule.DAILY, "next_run": first if first > now else first + timedelta(days=1)}


class Supervisor:
    """One cluster in a process group of its own."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.cluster: subprocess.Popen[bytes] | None = None
        self.started = datetime.now(UTC)
        self.stopping = False
        self.last_beat = 0.0
        self.oldest: tuple[UUID, int] | None = None
        self.oldest_since = time.monotonic()

    def run(self) -> None:
        """Until SIGTERM or SIGINT; every child ends with it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        write_periodic_table()
        try:
            while not self.stopping:
                self._look()
                time.sleep(0.5)
        finally:
            self._end()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _look(self) -> None:
        close_old_connections()
        try:
            if self.cluster is None or self.cluster.poll() is not None:
                self._start()
            elif self._silent() or self._stuck():
                logger.error("the queue cluster does not answer and is replaced")
                self._kill()
            self._beat()
        except (OperationalError, RedisError):
            logger.warning("the data base or the queue does not answer; trying again")
            time.sleep(1)

    def _start(self) -> None:
        self._kill()
        self.started, self.oldest = datetime.now(UTC), None
        command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "qcluster"]
        environment = {**os.environ, heartbeat.VARIABLE: self.name}
        self.cluster = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - own command

    def _beat(self) -> None:
        """The least task there is: when it ends, the cluster is alive."""
        if time.monotonic() - self.last_beat >= settings.WORKER_BEAT_EVERY:
            self.last_beat = time.monotonic()
            async_task("config.jobs.beat")

    def _silent(self) -> bool:
        heard = heartbeat.last(self.name) or self.started
        return datetime.now(UTC) - max(heard, self.started) > settings.WORKER_SILENT_FOR

    def _stuck(self) -> bool:
        """Something is due and nothing has moved for two minutes."""
        due = Message.objects.filter(state=State.PENDING, next_try_at__lte=clock.now())
        due = due.exclude(channel__in=stops.stopped())
        row = due.order_by("-urgent", "next_try_at").values_list("pk", "attempts").first()
        if row != self.oldest:
            self.oldest, self.oldest_since = row, time.monotonic()
        return row is not None and time.monotonic() - self.oldest_since > STUCK_FOR

    def _kill(self) -> None:
        if self.cluster:
            with suppress(ProcessLookupError):
                os.killpg(self.cluster.pid, signal.SIGKILL)
            self.cluster.wait()
        self.cluster = None

    def _end(self) -> None:
        """Only its head is asked: it lets workers finish what they send; asked directly, they die of it."""
        try:
            if self.cluster:
                self.cluster.terminate()
                self.cluster.wait(GRACE)
        except subprocess.TimeoutExpired:
            logger.warning("the queue cluster did not end by itself")
        self._kill()
