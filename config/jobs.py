"""What the queue runs. Each job reads the clock and calls one thing; each is safe to run twice."""

from config import sign_ins
from notifications import delivery, heartbeat, mailbox, to_staff
from scheduler import clock
from scheduler.services import freezing, retention


def deliver_due() -> None:
    """Tell what is due."""
    delivery.deliver_due(clock.now)
    heartbeat.beat()


def look_up_due() -> None:
    """Ask the provider what became of SMS that may be out."""
    delivery.look_up_due(clock.now)
    heartbeat.beat()


def read_mailbox() -> None:
    """Hear of mails that came back and of answers to invitations."""
    mailbox.read(clock.now())


def beat() -> None:
    """Nothing but the sign that this cluster works."""
    heartbeat.beat()


def end_what_has_had_its_time() -> None:
    """Nightly: codes, holds, room events, forgotten people, old sign-ins."""
    retention.nightly(clock.now())
    delivery.forget(clock.now())
    sign_ins.forget()


def freeze_figures() -> None:
    """Nightly: what was offered yesterday never changes again."""
    freezing.freeze(clock.now())


def plan_digests() -> None:
    """Each morning: what a person has to say by phone or letter, which outcomes are to be recorded."""
    to_staff.plan_digests(clock.now())
    to_staff.plan_outcomes(clock.now())
