"""What is new in a mailbox, by IMAP (RFC 3501); nothing is deleted or moved."""

import imaplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from notifications.deadline import Deadline

CONNECT = 5.0
MAILS = 50
BYTES = 1024 * 1024
TROUBLE = (OSError, imaplib.IMAP4.error)


class Unreadable(Exception):
    """Nothing, or not everything, could be read; ``code`` says why in a word of ours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mailbox:
    """Where it is; ``security`` is tls (STARTTLS), ssl (TLS at once) or empty."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    security: str = ""


def visit(box: Mailbox, heed: Callable[[bytes], None], *, within: float) -> int:
    """Show ``heed`` up to 50 new mails, of each the first MiB; answers how many.

    Each is marked as seen when ``heed`` is done with it: what a run cannot finish, the next one sees again.
    It ends after ``within`` seconds, however slowly the server talks. Raises Unreadable.
    """
    with Deadline(within) as deadline:
        try:
            return _read(box, heed, deadline)
        except TROUBLE as error:
            raise Unreadable("deadline" if deadline.over else _code(error)) from error


def _read(box: Mailbox, heed: Callable[[bytes], None], deadline: Deadline) -> int:
    line = _Line(box, deadline)
    try:
        _enter(line, box)
        new = _new(line, box)
        for uid in new:
            _show(line, uid, heed)
        return len(new)
    finally:
        _leave(line)


class _Line(imaplib.IMAP4):
    """Known to the deadline before the first word, also before that of TLS."""

    def __init__(self, box: Mailbox, deadline: Deadline) -> None:
        self.box, self.deadline = box, deadline
        self.tls = ssl.create_default_context()
        super().__init__(box.host, box.port, timeout=CONNECT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        line.settimeout(None)
        self.deadline.watch(line)
        return self.tls.wrap_socket(line, server_hostname=self.host) if self.box.security == "ssl" else line


def _enter(line: _Line, box: Mailbox) -> None:
    if box.security == "tls":
        if "STARTTLS" not in line.capabilities:
            raise Unreadable("tls_missing")
        line.starttls(line.tls)
    try:
        line.login(_quoted(box.user), box.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Unreadable("imap_login") from None


def _new(line: _Line, box: Mailbox) -> list[bytes]:
    """The oldest new ones."""
    _done(line.select(_quoted(box.folder)))
    found: list[bytes] = _done(line.uid("SEARCH", "UNSEEN"))
    return found[0].split()[:MAILS] if found and found[0] else []


def _show(line: _Line, uid: bytes, heed: Callable[[bytes], None]) -> None:
    """A look (PEEK) marks nothing."""
    name = uid.decode()
    parts = _done(line.uid("FETCH", name, f"(BODY.PEEK[]<0.{BYTES}>)"))
    text = next((part[1] for part in parts if isinstance(part, tuple)), None)
    if text:
        heed(text)
    _done(line.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))


def _done(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise Unreadable("imap_no")
    return answer[1]


def _leave(line: _Line) -> None:
    with suppress(*TROUBLE):
        line.logout()
    with suppress(*TROUBLE):
        line.shutdown()


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _code(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "tls_certificate"
    return "imap_broken" if isinstance(error, imaplib.IMAP4.error) else type(error).__name__.lower()
