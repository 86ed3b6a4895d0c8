"""A channel that a provider refuses altogether stops: nothing is tried in vain, nothing is lost."""

import logging
from datetime import datetime

from notifications import jobs
from notifications.models import ChannelStop
from scheduler.models import Office

logger = logging.getLogger(__name__)


def stop(*, channel: str, code: str, now: datetime) -> None:
    """Its messages wait from now on; the operators and every administrator see why."""
    _, fresh = ChannelStop.objects.get_or_create(channel=channel, defaults={"code": code, "at": now})
    if fresh:
        logger.error("the channel %s has stopped: %s", channel, code)


def lift(*, channel: str) -> None:
    """A person has put it right: what waited is sent, as far as it is still in time."""
    ChannelStop.objects.filter(channel=channel).delete()
    jobs.wake_up()


def concerns_others(office: Office) -> bool:
    """A channel is the installation's: has it other offices, whose messages would go, too?"""
    return Office.objects.exclude(pk=office.pk).exists()


def stopped() -> list[str]:
    """The channels that stand still."""
    return list(ChannelStop.objects.values_list("channel", flat=True))
