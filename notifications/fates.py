"""One line of log for whatever becomes of a message: ids and codes, never addresses, names or texts."""

import logging
import traceback
from pathlib import Path

from notifications.models import Message, State

logger = logging.getLogger(__name__)
LOUD = {State.FAILED, State.UNKNOWN}


def note(message: Message, state: State, code: str = "", error: Exception | None = None) -> None:
    """Its new state and why. Of an error only its class and its place: its words may quote anything."""
    facts = {"message": str(message.pk), "office": message.office_id, "kind": message.kind}
    facts |= {"channel": message.channel, "state": str(state), "attempts": message.attempts}
    facts |= {"code": code} if code else {}
    facts |= {"error": type(error).__name__, "where": _where(error)} if error else {}
    level = logging.WARNING if state in LOUD or error else logging.INFO
    logger.log(level, "message %s", state, extra={"facts": facts})


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
