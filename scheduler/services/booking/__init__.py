"""Holding, booking, moving, cancelling: ``from scheduler.services import booking``."""

from scheduler.services.booking.changing import hand_over, move, search_of
from scheduler.services.booking.company import (
    add_caseworker,
    add_companion,
    add_interpreter,
    renew_link,
    revoke_person,
    send_link,
)
from scheduler.services.booking.ending import cancel
from scheduler.services.booking.following import follow_up, meant_mode
from scheduler.services.booking.holding import extend, hold, release
from scheduler.services.booking.making import book
from scheduler.services.booking.repeating import Idempotency, stored
from scheduler.services.booking.special import foreseen
from scheduler.services.booking.switching import call_instead, switch_mode

__all__ = [
    "Idempotency",
    "add_caseworker",
    "add_companion",
    "add_interpreter",
    "book",
    "call_instead",
    "cancel",
    "extend",
    "follow_up",
    "foreseen",
    "hand_over",
    "hold",
    "meant_mode",
    "move",
    "release",
    "renew_link",
    "revoke_person",
    "search_of",
    "send_link",
    "stored",
    "switch_mode",
]
