"""The demo's post box: mails and SMS that a real office would have sent. Only with DEMO=1."""

import json
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend import access

SHOWN = 40
_SEPARATOR = b"-" * 79


@dataclass(frozen=True)
class Post:
    """One mail or SMS."""

    channel: str
    to: str
    subject: str
    text: str
    at: float


@require_safe
def post(request: HttpRequest, office: str) -> HttpResponse:
    """The newest first."""
    here = access.office_of(request, office)
    if not (settings.DEMO and here.is_demo):
        raise Http404
    found = sorted([*_mails(), *_texts()], key=lambda one: -one.at)[:SHOWN]
    return render(request, "frontend/demo/post.html", {"office": here, "posts": found})


def _newest(folder: Path, pattern: str) -> list[Path]:
    files = folder.glob(pattern) if folder.is_dir() else []
    return sorted(files, key=lambda path: -path.stat().st_mtime)[:SHOWN]


def _mails() -> list[Post]:
    return [
        _mail(message_from_bytes(part.strip()), path.stat().st_mtime)
        for path in _newest(Path(settings.EMAIL_FILE_PATH), "*.log")
        for part in path.read_bytes().split(_SEPARATOR)
        if part.strip()
    ]


def _mail(mail: Message, at: float) -> Post:
    subject = str(make_header(decode_header(mail["Subject"] or "")))
    return Post("E-Mail", mail["To"] or "", subject, _plain(mail), at)


def _plain(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    return ""


def _texts() -> list[Post]:
    found = []
    for path in _newest(Path(settings.SMS_CONSOLE_PATH), "*.json"):
        content = json.loads(path.read_text())
        found.append(Post("SMS", content["to"], "", content["text"], path.stat().st_mtime))
    return found
