"""An office's own texts: which variables they may use, what they must hold, how they are filled in.

Strict on purpose: ``{{ name }}`` of a listed name is replaced and every other brace refused. There are no
tags, no filters, no attributes, so that nothing can break or reach further when it is sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from notifications import gsm7
from scheduler import links
from scheduler.domain.wording import forbidden_in

KINDS = ("confirmation", "reminder", "moved", "mode_changed", "handed_over", "cancelled", "code")
LANGUAGES = ("de", "en")
SUBJECT, MAIL, SMS = "subject.txt", "email.txt", "sms.txt"
PARTS = {SUBJECT: 120, MAIL: 4000, SMS: 480}
"""Parts with the greatest number of characters."""
MOST_SEGMENTS = 4
LONGEST = {
    "office": 80,
    "office_short": 24,
    "phone": 30,
    "weekday": 3,
    "date": 6,
    "time": 5,
    "when": 36,
    "how": 7,
    "change": 16,
    "word": 16,
    "code": 6,
    "minutes": 2,
}
"""What may stand in an SMS for a variable, at the most, in characters; the link's length is the host's."""
_PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]+) ?\}\}")
_GLUED_LINK = re.compile(r"""\{\{ ?link ?\}\}(?!\??[.,;:!)"'>]*(?:\s|\Z))""")
"""Phones and mail programs take whatever follows a link without a gap as its end."""
_OFFICE = ("office", "office_short", "phone")
_CODE = ("code", "minutes")
_WHEN = ("weekday", "date", "time", "when", "how")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Problem:
    """Why a text is refused; ``what`` names the variable, the word or how many segments."""

    code: str
    what: str = ""


def variables(kind: str, part: str) -> tuple[str, ...]:
    """Every name that may stand in this text; subjects hold nothing that is only hers."""
    if kind == "code":
        return (*_OFFICE, *_CODE) if part != SUBJECT else _OFFICE
    change = ("change",) if kind == "mode_changed" else ()
    more = {SUBJECT: (), SMS: ("link", "word"), MAIL: ("link", "word", "person", "facts", "news")}
    return (*_OFFICE, *_WHEN, *change, *more[part])


def required(kind: str, part: str) -> tuple[str, ...]:
    """Every name that must stand in this text.

    In mails the word, the voluntary note and the way to end the channel follow outside of the own text.
    A cancellation is told in other words to who cancelled herself: ``news`` says which.
    """
    if part == SUBJECT:
        return ()
    if kind == "code":
        return ("code",)
    if kind == "cancelled":
        return ("news",) if part == MAIL else ("word",)
    return ("link",) if part == MAIL else ("link", "word")


def problems(kind: str, part: str, text: str) -> list[Problem]:
    """Why this text cannot be used; nothing if it can."""
    if not text.strip():
        return [Problem("empty")]
    if len(text) > PARTS[part]:
        return [Problem("too_long")]
    found = _of_variables(kind, part, text) + _of_signs(part, _PLACEHOLDER.sub("", text))
    found += [Problem("glued_link")] if _GLUED_LINK.search(text) else []
    return found or (_when_filled(text) if part == SMS else [])


def _of_variables(kind: str, part: str, text: str) -> list[Problem]:
    used = dict.fromkeys(_PLACEHOLDER.findall(text))
    unknown = [Problem("unknown_variable", name) for name in used if name not in variables(kind, part)]
    return unknown + [Problem("missing_variable", name) for name in required(kind, part) if name not in used]


def _of_signs(part: str, rest: str) -> list[Problem]:
    """What is wrong with the text around the variables."""
    checks = {
        "braces": "{" in rest or "}" in rest,
        "unprintable": bool(_CONTROL.search(rest)),
        "line_break": part == SUBJECT and "\n" in rest,
    }
    found = [Problem("forbidden_word", word) for word in forbidden_in(rest)]
    return found + [Problem(code) for code, broken in checks.items() if broken]


def _when_filled(text: str) -> list[Problem]:
    """An SMS with this many segments is refused by the provider, or not worth its price."""
    segments = gsm7.segments(gsm7.normalised(fill(text, _longest())))
    return [Problem("too_many_segments", str(segments))] if segments > MOST_SEGMENTS else []


def _longest() -> dict[str, str]:
    link = f"{settings.PUBLIC_BASE_URL}/t/" + "x" * links.LONGEST
    return {**{name: "x" * length for name, length in LONGEST.items()}, "link": link}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced, once: what a value holds is never read as a variable."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)
