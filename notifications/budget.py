"""So many SMS and codes an office and a day, whoever makes it send them (SMS pumping)."""

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from notifications.models import SmsDay
from scheduler.models import Event, Office
from scheduler.services import identity

logger = logging.getLogger(__name__)


def take(*, office: Office, now: datetime) -> bool:
    """Counts one SMS of the office's day; False where the budget is used up, which is an alarm once a day."""
    today = SmsDay.objects.of(office).filter(day=now.date())
    within = today.filter(number__lt=settings.SMS_PER_OFFICE_AND_DAY)
    if within.update(number=F("number") + 1):
        return True
    _, fresh = SmsDay.objects.get_or_create(office=office, day=now.date())
    if fresh:
        return take(office=office, now=now)
    if today.filter(refused=0).update(refused=1):
        logger.error("office %s has sent all SMS of its day: %s", office.pk, settings.SMS_PER_OFFICE_AND_DAY)
    else:
        today.update(refused=F("refused") + 1)
    return False


def give_back(*, office: Office, now: datetime) -> None:
    """One that was counted then and certainly not sent."""
    counted = SmsDay.objects.of(office).filter(day=now.date(), number__gt=0)
    counted.update(number=F("number") - 1)


def refused_today(*, office: Office, now: datetime) -> int:
    """How many SMS of today were not sent because the budget was used up."""
    found = SmsDay.objects.of(office).filter(day=now.date()).values_list("refused", flat=True).first()
    return found or 0


def refused_everywhere(now: datetime) -> int:
    """The same of all offices together."""
    return sum(SmsDay.objects.filter(day=now.date()).values_list("refused", flat=True))


def without_codes(now: datetime, office: Office | None = None) -> Counter[str]:
    """By channel: how many offices (or this one) sent no more codes at some time of the last day."""
    events = Event.objects.of(office) if office else Event.objects.all()
    verbs = {verb: channel for channel, verb in identity.USED_UP.items()}
    tripped = events.filter(verb__in=verbs, at__gt=now - timedelta(days=1)).values_list("office", "verb")
    return Counter(verbs[verb] for _, verb in tripped.distinct().order_by())
