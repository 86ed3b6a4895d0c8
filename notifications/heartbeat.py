"""Each cluster has one row; its worker processes write it when a task ends. Real time."""

import os
from datetime import UTC, datetime, timedelta

from notifications.models import Heartbeat

VARIABLE = "SPRECHZEIT_CLUSTER"
FRESH = timedelta(seconds=45)


def beat() -> None:
    """This worker's cluster has just finished a task."""
    Heartbeat.objects.update_or_create(
        name=os.environ.get(VARIABLE, "cluster"), defaults={"at": datetime.now(UTC)}
    )


def last(name: str) -> datetime | None:
    """When this cluster was last heard of."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def alive(since: datetime | None = None) -> bool:
    """Has any cluster been heard of lately, and after ``since``?"""
    lately = datetime.now(UTC) - FRESH
    return Heartbeat.objects.filter(at__gt=max(lately, since or lately)).exists()
