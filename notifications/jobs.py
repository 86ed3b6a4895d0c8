"""Wakes the queue up. Its tasks carry nothing: what is due stands in the outbox."""

import logging

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)


def wake_up() -> None:
    """Once this transaction is committed, let a worker look at the outbox; never fails a booking."""
    transaction.on_commit(enqueue, robust=True)


def enqueue() -> None:
    """Put one task into the queue."""
    from django_q.tasks import async_task

    async_task(settings.WAKE_UP_JOB)
