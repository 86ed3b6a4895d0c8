"""What an office decides about its services and its messages."""

from datetime import datetime
from typing import Any

from django.db import transaction

from scheduler.events import Actor, record
from scheduler.models import Office, Service


def set_reminder_plan(*, service: Service, plan: list[dict[str, Any]], by: Actor, now: datetime) -> bool:
    """Keep the plan for whatever is booked or changed from now on; False where nothing changes."""
    if service.reminder_plan == plan:
        return False
    with transaction.atomic():
        service.reminder_plan = plan
        service.save(update_fields=["reminder_plan"])
        record(office=service.office, verb="service.changed", subject=service, by=by, now=now)
    return True


def set_message_basis(*, office: Office, by_task: list[str], by: Actor, now: datetime) -> bool:
    """By which channels clients are told as the office's task; False where nothing changes."""
    if office.told_by_task == by_task:
        return False
    with transaction.atomic():
        office.told_by_task = by_task
        office.save(update_fields=["told_by_task"])
        record(office=office, verb="office.changed", subject=office, by=by, now=now)
    return True
