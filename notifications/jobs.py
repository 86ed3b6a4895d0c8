"""Wakes the queue up. Its tasks carry nothing: what is due stands in the outbox."""

import logging

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)
MANY = 8
"""More than the beats of some clusters in the time of one task: among so many one looks at the outbox."""


def wake_up() -> None:
    """Let a worker look at the outbox once this transaction is committed.

    A queue in the data base takes part in the transaction; another is asked afterwards and cannot fail it.
    """
    if "orm" in settings.Q_CLUSTER:
        enqueue()
    else:
        transaction.on_commit(enqueue, robust=True)


def enqueue() -> None:
    """Put one task into the queue."""
    from django_q.tasks import async_task

    async_task(settings.WAKE_UP_JOB)


def ask_for_help() -> None:
    """Let one more worker look at the outbox, unless many tasks wait; without a queue the tick does."""
    from django_q.tasks import queue_size

    try:
        if queue_size() < MANY:
            enqueue()
    except Exception:
        logger.warning("the queue does not answer; what is due waits for the next tick")
