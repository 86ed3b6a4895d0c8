"""What an office decides about its services."""

from datetime import datetime
from typing import Any

from django.db import transaction

from scheduler.events import Actor, record
from scheduler.models import Service


def set_reminder_plan(*, service: Service, plan: list[dict[str, Any]], by: Actor, now: datetime) -> bool:
    """Keep the plan for whatever is booked or changed from now on; False where nothing changes."""
    if service.reminder_plan == plan:
        return False
    with transaction.atomic():
        service.reminder_plan = plan
        service.save(update_fields=["reminder_plan"])
        record(office=service.office, verb="service.changed", subject=service, by=by, now=now)
    return True
