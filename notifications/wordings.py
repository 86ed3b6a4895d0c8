"""How something is said: by the office's own text where there is a sound one, else by the default."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications import gsm7, own_texts, samples
from notifications.models import TemplateOverride
from notifications.own_texts import MAIL, SMS, SUBJECT
from scheduler.models import Office
from scheduler.models.appointment import MODES

logger = logging.getLogger(__name__)
Context = Mapping[str, Any]
Own = Mapping[str, str]
"""Own texts by part, with their variables."""
NONE: Own = {}
OFFICE_LENGTH = 24
ANSWERED = ("confirmation", "reminder")
AS_IT_IS = ("office_short", "phone", "weekday", "link", "word", "code", "minutes")


@dataclass(frozen=True)
class Mail:
    """Subject, plain text and HTML that say the same."""

    subject: str
    text: str
    html: str


def own_of(office: Office, kind: str, language: str) -> Own:
    """The office's sound texts of this kind. A broken one is told to the operators, and the default holds."""
    if kind not in own_texts.KINDS:
        return NONE
    rows = TemplateOverride.objects.of(office).filter(kind=kind, language=language)
    stored = dict(rows.values_list("part", "text"))
    broken = [part for part, text in stored.items() if not _sound(kind, part, text)]
    if broken:
        logger.error("own text broken, default sent: office %s %s %s %s", office.pk, kind, language, broken)
    return {part: text for part, text in stored.items() if part not in broken}


def _sound(kind: str, part: str, text: str) -> bool:
    return part in own_texts.PARTS and not own_texts.problems(kind, part, text)


def of_office(office: Office) -> dict[str, Any]:
    """What every message of an office knows."""
    short = (office.sms_sender_name or office.name)[:OFFICE_LENGTH]
    return {"office": office, "office_short": short, "phone": office.phone}


def mail(kind: str, context: Context, own: Own = NONE) -> Mail:
    """A mail in the active language; what must follow an own text follows it."""
    known = values(context) if own else {}
    body = own_texts.fill(own[MAIL], known).strip() if MAIL in own else ""
    subject = own_texts.fill(own[SUBJECT], known) if SUBJECT in own else _default(kind, SUBJECT, context)
    return Mail(
        subject=" ".join(subject.split()),
        text=_default(kind, MAIL, {**context, "own": body}).strip() + "\n",
        html=_default(kind, "email.html", {**context, "own": body}),
    )


def sms(kind: str, context: Context, own: Own = NONE, *, spoken: bool = True) -> str:
    """An SMS in the active language, or without words where that is not hers (codes always have words)."""
    if not spoken and kind != "code":
        return gsm7.normalised(_default("shared", "plain.txt", context))
    if SMS in own:
        return gsm7.normalised(own_texts.fill(own[SMS], values(context)))
    text = gsm7.normalised(_default(kind, SMS, context))
    return _with_answers(text) if kind in ANSWERED and context.get("takes_replies") else text


def _with_answers(text: str) -> str:
    """How to answer, where it costs no second SMS; in digits, which no provider takes for an opt-out."""
    answers = _("Reply: 1 = yes, 2 = no")
    longer = f"{text} {answers}"
    return longer if gsm7.segments(longer) == 1 else text


def starter(office: Office, kind: str, part: str, now: datetime) -> str:
    """The default in the active language, written as an own text: where the editor begins."""
    context = samples.placeholders(office, kind, now)
    only = {"only": "upper"} if part == MAIL else {}
    text = _default(kind, part, {**context, **only}).strip()
    for name, value in _derived(context).items():
        if name in own_texts.variables(kind, part):
            text = text.replace(value, f"{{{{ {name} }}}}")
    return text.replace("\n\n\n", "\n\n")


def _derived(context: Context) -> dict[str, str]:
    """Whatever a default text says that is put together, the longest first."""
    if "start" not in context:
        return {}
    known = values(context)
    return {name: known[name] for name in ("facts", "news", "change", "when", "date", "time")}


def values(context: Context) -> dict[str, str]:
    """What each variable stands for here; empty where this message has nothing of the kind."""
    plain = {name: str(context.get(name, "")) for name in AS_IT_IS}
    plain["office"] = context["office"].name
    return {**plain, **_of_appointment(context)} if "start" in context else plain


def _of_appointment(context: Context) -> dict[str, str]:
    start, appointment = context["start"], context["appointment"]
    return {
        "date": date_format(start, "d.m."),
        "time": date_format(start, "H:i"),
        "when": date_format(start, _("l, j F, G:i")),
        "how": str(dict(MODES)[appointment.mode]),
        "change": _change(appointment.mode),
        "person": appointment.caseworker.display_name,
        "facts": _default("shared", "facts.txt", context).strip(),
        "news": _news(context),
    }


def _change(mode: str) -> str:
    return {"video": _("now by video"), "phone": _("now by phone")}.get(mode, _("now on site"))


def _news(context: Context) -> str:
    return _default(context["kind"], MAIL, {**context, "only": "news", "own": ""}).strip()


def _default(kind: str, part: str, context: Context) -> str:
    return render_to_string(f"notifications/{kind}/{part}", dict(context))
