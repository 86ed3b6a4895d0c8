"""Logs without personal links, tokens and addresses; where programs read them, a line of JSON each."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

_SECRETS = re.compile(
    r"(?:/|%2[Ff])t(?:/|%2[Ff])[A-Za-z0-9_-]+"
    r"|/phone/[^/\s\"?]+"
    r"|(?<=/password/reset/key/)[^/\s]+|(?<=/confirm-email/)[^/\s]+"
    # a personal link without its address; inside of a word only where it has more than small letters
    r"|(?:\b|(?=p[0-9][a-z]*[A-Z0-9]))p[0-9][A-Za-z0-9]{15,22}(?![A-Za-z0-9])"
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|(?<=jwt=)[^&\s\"']+"
    r"|sz_[A-Za-z0-9_-]{20,}"
    r"|(?i:(?<=bearer )\S+)"
    r"|(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+"  # a mail address
    r"|(?:(?<!\w)\+|%2B)[1-9][0-9]{6,14}\b"  # a phone number
)


def cleaned(text: str) -> str:
    """The text with personal links, room tokens, API keys, mail addresses and phone numbers removed."""
    return _SECRETS.sub("[removed]", text)


class NoLinks(logging.Filter):
    """Removes what would open somebody's appointment to a reader of the log, from tracebacks, too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = cleaned(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _PLAIN.formatException(record.exc_info)
        record.exc_text = cleaned(record.exc_text) if record.exc_text else None
        return True


_PLAIN = logging.Formatter()


class OneLine(logging.Filter):
    """A line without its traceback: who asks for a host that is not ours found no fault in our code."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


class OursOnly(logging.Filter):
    """What a caller got wrong (4xx) is news, no warning; what is our fault (5xx) stays an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.levelno, record.levelname = logging.INFO, "INFO"
        return logging.getLogger(record.name).isEnabledFor(record.levelno)


class Json(logging.Formatter):
    """One line of JSON a record, with its ``facts`` as fields."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"at": at, "level": record.levelname, "logger": record.name, "text": record.getMessage()}
        if trace := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            said["traceback"] = trace
        return json.dumps({**said, **_facts(record)}, ensure_ascii=False, default=str)


class Plain(logging.Formatter):
    """For people: the text, then the ``facts``."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return " ".join([record.getMessage(), *(f"{name}={value}" for name, value in _facts(record).items())])


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    return getattr(record, "facts", {})
