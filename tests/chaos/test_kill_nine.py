"""Workers and whole clusters die at any moment: nothing is lost, nothing is told twice."""

import collections
import signal
import subprocess
import threading
import time
from datetime import timedelta
from email import message_from_bytes

import psutil
import pytest
from django.conf import settings
from django.utils import timezone
from django_q.tasks import async_task

from notifications.models import Message, State
from tests import factories
from tests.notifications.post import serve
from tests.workers import Workers, supervisor_process

MESSAGES, KILLS, TIME = 400, 4, 100.0
pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


def bookings(number: int) -> None:
    """So many messages that are due now, made by real bookings."""
    office = factories.office()
    service = factories.service(office, duration_minutes=15, buffer_minutes=0)
    today = timezone.now()
    start = (today + timedelta(days=3)).replace(hour=6, minute=0, second=0, microsecond=0)
    for _ in range(-(-number // 40)):
        worker = factories.caseworker(office, service)
        client = factories.client(office)
        for slot in range(20):
            at = start + timedelta(minutes=15 * slot)
            factories.appointment(worker, client, start=at, now=today, special=True)


def due() -> int:
    waiting = [State.PENDING, State.CLAIMED, State.SENDING]
    return Message.objects.filter(state__in=waiting, due_at__lte=timezone.now()).count()


def test_four_kills_lose_nothing_and_double_nothing():
    bookings(MESSAGES)
    told = Message.objects.filter(due_at__lte=timezone.now())
    planned = set(told.values_list("pk", flat=True))
    assert len(planned) >= MESSAGES
    with serve() as post:
        workers = Workers(2, EMAIL_URL=f"smtp://127.0.0.1:{post.port}")
        try:
            _rage(workers, planned)
        finally:
            workers.end()
        _compare(post, planned)


def _rage(workers: Workers, planned: set) -> None:
    """Kill at random moments while messages go out; then let the work be finished."""
    began, kills = time.monotonic(), 0
    while due() and time.monotonic() - began < TIME:
        async_task(settings.WAKE_UP_JOB)
        share = 1 - due() / len(planned)
        if kills < KILLS and share > 0.15 * (kills + 1):
            kills += workers.kill_something(whole=kills % 2 == 0)
        time.sleep(0.3)
    assert kills == KILLS


def _compare(post, planned: set) -> None:
    states = collections.Counter(Message.objects.filter(pk__in=planned).values_list("state", flat=True))
    ids = collections.Counter(message_from_bytes(mail)["Message-ID"] for mail in post.mails)
    sent = Message.objects.filter(pk__in=planned, state=State.SENT)
    lost = [row.pk for row in sent if row.message_id not in ids]
    repeats = sum(count - 1 for count in ids.values())
    allowed = Message.objects.exclude(repeated_at=None).count()
    print(f"states {dict(states)}, told {len(ids)}, repeats with the same Message-ID {repeats}")
    assert lost == []
    assert set(states) <= {State.SENT, State.UNKNOWN}
    assert len(ids) <= len(planned)
    assert repeats <= allowed
    assert states[State.SENT] + states[State.UNKNOWN] == len(planned)


def test_the_supervisor_ends_with_all_its_children():
    supervisor = supervisor_process()
    try:
        family = _family_of(supervisor)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(20) == 0
        gone, alive = psutil.wait_procs(family, 5)
        assert alive == []
        assert len(gone) >= 3
    finally:
        supervisor.kill()


def _family_of(supervisor: subprocess.Popen) -> list:
    from notifications import heartbeat

    for _ in range(120):
        if heartbeat.alive():
            return psutil.Process(supervisor.pid).children(recursive=True)
        threading.Event().wait(0.5)
    raise AssertionError("the worker was never heard of")
