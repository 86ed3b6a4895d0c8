"""From an event to messages, in the same transaction: what is to be told, and what has become untrue."""

from notifications import jobs
from notifications.models import ENDINGS
from notifications.planning.changes import plan_appointment, takes_part_again
from notifications.planning.parts import take_back, tell_own_link, tell_that_somebody_waits
from notifications.planning.reach import channels_of, client_channels
from notifications.planning.reminders import quiet_of
from notifications.planning.rows import code_of, fall_back, store
from notifications.planning.wishes import KINDS
from scheduler.models import Event

__all__ = [
    "ENDINGS",
    "channels_of",
    "client_channels",
    "fall_back",
    "plan",
    "quiet_of",
    "takes_part_again",
]
PARTS = {
    "participant.added": tell_own_link,
    "participant.link_renewed": tell_own_link,
    "participant.link_sent": tell_own_link,
    "participant.revoked": take_back,
    "participant.knocked": tell_that_somebody_waits,
}


def plan(event: Event) -> None:
    """Subscriber of ``scheduler.events.record``: void what is overtaken, plan anew, wake the queue up."""
    if event.verb == "code.asked":
        store([code_of(event)])
    elif event.verb in KINDS and event.appointment is not None:
        plan_appointment(event, event.appointment)
    elif event.verb in PARTS and event.appointment is not None:
        PARTS[event.verb](event, event.appointment)
    else:
        return
    jobs.wake_up()
