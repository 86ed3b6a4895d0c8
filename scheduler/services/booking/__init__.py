"""Holding, booking, moving, cancelling: ``from scheduler.services import booking``."""

from scheduler.services.booking.changing import follow_up, hand_over, move, search_of, switch_mode
from scheduler.services.booking.ending import cancel
from scheduler.services.booking.holding import extend, hold, release
from scheduler.services.booking.making import Idempotency, book, stored

__all__ = [
    "Idempotency",
    "book",
    "cancel",
    "extend",
    "follow_up",
    "hand_over",
    "hold",
    "move",
    "release",
    "search_of",
    "stored",
    "switch_mode",
]
