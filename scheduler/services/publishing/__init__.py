"""When somebody can counsel: ``from scheduler.services import publishing``."""

from scheduler.services.publishing.absences import lift_absence, set_absence
from scheduler.services.publishing.common import refuse_unfit
from scheduler.services.publishing.dates import change_date, restore_date
from scheduler.services.publishing.openings import (
    change_series,
    publish,
    publish_draft,
    refuse_changed,
    refuse_unfit_change,
    stands,
    state_of,
    withdraw,
)
from scheduler.services.publishing.wishes import Wish, continued, from_today, opening_of

__all__ = [
    "Wish",
    "change_date",
    "change_series",
    "continued",
    "from_today",
    "lift_absence",
    "opening_of",
    "publish",
    "publish_draft",
    "refuse_changed",
    "refuse_unfit",
    "refuse_unfit_change",
    "restore_date",
    "set_absence",
    "stands",
    "state_of",
    "withdraw",
]
