"""What can go wrong, as codes and values; texts are in ``frontend/http.py`` and ``api/problems.py``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any


class SchedulerError(Exception):
    """A wish that the rules refuse; ``code`` is stable and part of the API."""

    code = "error"

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code)
        self.values: Mapping[str, Any] = values


class SlotTaken(SchedulerError):
    """The time is on the grid but no longer free; carries the three nearest free starts."""

    code = "slot_taken"

    def __init__(self, *, alternatives: Sequence[datetime] = (), **values: Any) -> None:
        super().__init__(alternatives=list(alternatives), **values)
        self.alternatives = list(alternatives)


class NotOffered(SchedulerError):
    """The time was never on offer (off the grid, in notice, beyond the horizon, outside openings)."""

    code = "not_offered"


class TooLate(SchedulerError):
    """The client's deadline for this step is over."""

    code = "too_late"


class TooEarly(SchedulerError):
    """The step becomes possible later (an outcome before the start); carries ``opens_at`` and the office."""

    code = "too_early"

    def __init__(self, *, opens_at: datetime, office: Any = None, **values: Any) -> None:
        super().__init__(opens_at=opens_at, **values)
        self.opens_at, self.office = opens_at, office


class IllegalTransition(SchedulerError):
    """The lifecycle has no such step."""

    code = "illegal_transition"


class LimitReached(SchedulerError):
    """A cap per client, address or office is used up."""

    code = "limit_reached"


class HoldExpired(SchedulerError):
    """The hold has ended or was extended as often as it may be."""

    code = "hold_expired"


class LinkExpired(SchedulerError):
    """A genuine personal link whose time is over."""

    code = "link_expired"


class LinkInvalid(SchedulerError):
    """No link of ours, or one that was revoked."""

    code = "link_invalid"


class CodeWrong(SchedulerError):
    """The six digits do not fit, are too old or were tried too often."""

    code = "code_wrong"


class DoorClosed(SchedulerError):
    """The room's door is not open now; carries ``opens_at`` and ``closes_at``."""

    code = "door_closed"

    def __init__(self, *, opens_at: datetime, closes_at: datetime, **values: Any) -> None:
        super().__init__(opens_at=opens_at, closes_at=closes_at, **values)
        self.opens_at, self.closes_at = opens_at, closes_at


class NoRoom(SchedulerError):
    """The appointment is not a video talk or is cancelled."""

    code = "no_room"


class RoomServerDown(SchedulerError):
    """The room server does not answer; nobody is led there."""

    code = "room_server_down"


class RoomOpen(SchedulerError):
    """The room server has this room open already; carries the ``conference`` it is."""

    code = "room_open"

    def __init__(self, *, conference: str) -> None:
        super().__init__(conference=conference)
        self.conference = conference


class OpeningsCollide(SchedulerError):
    """Two published openings of one schedule would overlap for the same modes and services."""

    code = "openings_collide"


class Invalid(SchedulerError):
    """A value that makes no sense; ``field`` names it, ``problem`` says why, as codes."""

    code = "invalid"

    def __init__(self, *, field: str, problem: str, **values: Any) -> None:
        super().__init__(field=field, problem=problem, **values)
        self.field, self.problem = field, problem


class IdempotencyMismatch(SchedulerError):
    """The same key came with another body."""

    code = "idempotency_mismatch"


class StaleSequence(SchedulerError):
    """The caller saw an older state; carries the present ``sequence``."""

    code = "stale_sequence"


class ReasonNeeded(SchedulerError):
    """A client outside the caseworker's circle is opened only after a reason is given."""

    code = "reason_needed"


class Forbidden(SchedulerError):
    """Known to exist for this person, yet not hers to change."""

    code = "forbidden"
