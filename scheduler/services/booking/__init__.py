"""Holding, booking, moving, cancelling: ``from scheduler.services import booking``."""

from scheduler.services.booking.changing import follow_up, hand_over, move, search_of, switch_mode
from scheduler.services.booking.company import (
    add_caseworker,
    add_companion,
    add_interpreter,
    renew_link,
    revoke_person,
    send_link,
)
from scheduler.services.booking.ending import cancel
from scheduler.services.booking.holding import extend, hold, release
from scheduler.services.booking.making import Idempotency, book, stored

__all__ = [
    "Idempotency",
    "add_caseworker",
    "add_companion",
    "add_interpreter",
    "book",
    "cancel",
    "extend",
    "follow_up",
    "hand_over",
    "hold",
    "move",
    "release",
    "renew_link",
    "revoke_person",
    "search_of",
    "send_link",
    "stored",
    "switch_mode",
]
