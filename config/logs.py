"""Logs without personal links and tokens."""

import logging
import re

_SECRETS = re.compile(
    r"/t/[A-Za-z0-9_-]+"
    r"|/phone/[^/\s\"?]+"
    r"|(?<=/password/reset/key/)[^/\s]+|(?<=/confirm-email/)[^/\s]+"
    r"|\bp[0-9][A-Za-z0-9]{15,22}\b"  # a personal link without its address
    r"|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
    r"|(?<=jwt=)[^&\s\"']+"
    r"|sz_[A-Za-z0-9_-]{20,}"
    r"|(?i:(?<=bearer )\S+)"
)


def cleaned(text: str) -> str:
    """The text with personal links, room tokens and API keys removed."""
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
