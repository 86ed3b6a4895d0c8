"""Much is due at once: workers help each other, and none works longer than it may."""

from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from django_q.conf import Conf
from django_q.models import OrmQ

from notifications import delivery, jobs
from notifications.models import Message, State
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
DUE = 12


@pytest.fixture
def due(worker):
    many_due(worker.office)
    OrmQ.objects.all().delete()


def many_due(office):
    """Codes that are due, to nobody who could be reached: each is quickly done with."""
    times = {"due_at": NOW, "next_try_at": NOW, "created_at": NOW, "not_after": NOW + timedelta(hours=1)}
    Message.objects.bulk_create(
        Message(office=office, dedup_key=key(number), kind="code", channel="email", **times)
        for number in range(DUE)
    )


def key(number):
    return f"contactproof:{UUID(int=number)}/code/email"


def left():
    return Message.objects.filter(state=State.PENDING).count()


def test_one_more_worker_is_asked_to_help(due):
    assert delivery.deliver_due(lambda: NOW) == DUE
    assert (left(), OrmQ.objects.count()) == (0, 1)


def test_nobody_is_asked_where_many_tasks_wait_already(due):
    for _ in range(jobs.MANY):
        jobs.enqueue()
    delivery.deliver_due(lambda: NOW)
    assert OrmQ.objects.count() == jobs.MANY


def test_nobody_is_asked_to_help_with_little(due):
    Message.objects.filter(dedup_key__in=[key(number) for number in range(8)]).delete()
    assert delivery.deliver_due(lambda: NOW) == 4
    assert OrmQ.objects.count() == 0


def test_whose_time_is_over_gives_back_the_rest_and_somebody_goes_on(due):
    """Each look at the clock takes three seconds: after 25 nothing is begun and nothing more is claimed."""
    begun, looks = delivery.real_now(), count()
    delivery.deliver_due(lambda: NOW, lambda: begun + timedelta(seconds=3 * next(looks)))
    rest = Message.objects.filter(state=State.PENDING)
    assert 0 < rest.count() < DUE
    assert set(rest.values_list("attempts", "lease")) == {(0, None)}
    assert not Message.objects.filter(state=State.CLAIMED).exists()
    assert OrmQ.objects.count() == 2


def test_a_dead_broker_does_not_keep_messages_back(due, monkeypatch):
    """Nobody listens where the queue should be."""
    monkeypatch.setattr(Conf, "ORM", None)
    monkeypatch.setattr(Conf, "BROKER_CLASS", None)
    monkeypatch.setattr(Conf, "REDIS", "redis://127.0.0.1:1/0")
    assert delivery.deliver_due(lambda: NOW) == DUE
    assert left() == 0
