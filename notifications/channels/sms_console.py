"""No provider configured: each SMS becomes a small file, which the demo's post box shows."""

import json
import uuid
from pathlib import Path

from django.conf import settings

from notifications.rendering import Outgoing


def send(outgoing: Outgoing) -> str:
    """Write the SMS into ``SMS_CONSOLE_PATH``; the file's name is its id."""
    folder = Path(settings.SMS_CONSOLE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, outgoing.reference))
    content = {"to": outgoing.to, "text": outgoing.text, "at": outgoing.at.isoformat()}
    part = folder / f"{name}.part"
    part.write_text(json.dumps(content, ensure_ascii=False))
    part.rename(folder / f"{name}.json")
    return name


def look_up(outgoing: Outgoing) -> str | None:
    """The id if it is there already."""
    name = str(uuid.uuid5(uuid.NAMESPACE_URL, outgoing.reference))
    return name if (Path(settings.SMS_CONSOLE_PATH) / f"{name}.json").exists() else None
