"""The reminder plan of a service: what it would send when, and keeping it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications import planning, triggers
from notifications.triggers import Quiet, Stage
from scheduler.events import Actor
from scheduler.models import Service
from scheduler.services import offices

CONFIRMATION = "confirmation"
BOTH = ("email", "sms")


@dataclass(frozen=True)
class Forecast:
    """What a client with e-mail and mobile would get. ``why`` says why nothing, or why at another time."""

    kind: str
    stage: str
    channels: tuple[str, ...]
    due: datetime | None
    why: str = ""


def forecast(
    *, service: Service, plan: Sequence[Stage], start: datetime, mode: str, now: datetime
) -> list[Forecast]:
    """Everything that a client is told who books this example herself now, the soonest first."""
    quiet = planning.quiet_of(service.office, now, start)
    reminders = sorted(_reminders(plan, start, mode, now, quiet), key=lambda row: row.due or start)
    return [_confirmation(start, now), *reminders]


def _confirmation(start: datetime, now: datetime) -> Forecast:
    by_sms = triggers.needs_sms(self_booked=True, has_email=True, start=start, now=now)
    return Forecast(CONFIRMATION, "", BOTH if by_sms else BOTH[:1], now)


def _reminders(
    plan: Sequence[Stage], start: datetime, mode: str, now: datetime, quiet: Quiet
) -> Iterator[Forecast]:
    for stage in plan:
        if not stage.channels:
            continue
        if stage.modes and mode not in stage.modes:
            yield Forecast("reminder", stage.name, (), None, "other_mode")
            continue
        due = triggers.reminder_due(stage, start=start, now=now, quiet=quiet)
        wished = triggers.wished(stage, start=start, quiet=quiet)
        why = "too_late" if due is None else "moved" if due != wished else ""
        yield Forecast("reminder", stage.name, stage.channels, due, why)


def keep(*, service: Service, plan: Sequence[Stage], by: Actor, now: datetime) -> bool:
    """Remind by this plan of whatever is booked or changed from now on; False where nothing changes."""
    return offices.set_reminder_plan(service=service, plan=triggers.as_data(plan), by=by, now=now)
