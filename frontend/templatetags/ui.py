"""Template tags that all pages share: form fields, errors, free times, language menu."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.translation import get_language, get_language_info

register = template.Library()
GROUPS = {"radioselect": "radio", "checkboxselectmultiple": "checkbox"}
CLASSES = {"select": "kern-form-input__select"}


@register.inclusion_tag("frontend/ui/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """One form field with label, hint and errors; whichever widget it has."""
    kind = bound.widget_type
    hint = hint or str(bound.help_text)
    identifier = bound.auto_id or bound.html_name
    described = [f"{identifier}-{name}" for name, text in [("hint", hint), ("error", bound.errors)] if text]
    return {
        "bound": bound,
        "kind": "group" if kind in GROUPS else kind,
        "group": GROUPS.get(kind),
        "hint": hint,
        "id": identifier,
        "described": " ".join(described),
        "widget": _widget(bound, kind, " ".join(described)),
    }


def _widget(bound: BoundField, kind: str, described: str) -> str:
    if kind in GROUPS:
        return ""
    plain = "kern-form-check__checkbox" if kind == "checkbox" else "kern-form-input__input"
    name = CLASSES.get(kind, plain)
    names = [name, f"{name}--error" if bound.errors else "", bound.field.widget.attrs.get("class", "")]
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, names))}
    if described:
        attributes["aria-describedby"] = described
    return bound.as_widget(attrs=attributes)


@register.inclusion_tag("frontend/ui/errors.html")
def error_summary(*forms: BaseForm | list[BaseForm]) -> dict[str, Any]:
    """All errors of the forms on top of the page, each a link to its field.

    Of forms that look alike each says by ``about`` which of them it is.
    """
    every = [form for one in forms for form in (one if isinstance(one, list) else [one])]
    found = [form for form in every if form and form.is_bound and form.errors]
    general = [error for form in found for error in form.non_field_errors()]
    fields = [
        (_target(bound), _named(form, bound), error)
        for form in found
        for bound in form
        for error in bound.errors
    ]
    return {"general": general, "fields": fields}


def _named(form: BaseForm, bound: BoundField) -> str:
    about = getattr(form, "about", "")
    return ", ".join(filter(None, [about, str(bound.label).rstrip(".?:")]))


def _target(bound: BoundField) -> str:
    """The id of the element that gets the focus: of a group its first option."""
    return f"{bound.auto_id}_0" if bound.widget_type in GROUPS else str(bound.auto_id)


@register.filter
def alert_kind(level: str) -> str:
    """The kind of notice for a level of Django's messages."""
    return {"debug": "info", "error": "danger"}.get(level, level or "info")


@register.filter
def tel(number: str) -> str:
    """A number as ``tel:`` wants it (RFC 3966): plus and digits, nothing between them."""
    text = str(number)
    text = text.replace("(0)", "") if text.startswith("+") else text
    return "".join(sign for sign in text if sign in "+0123456789")


@dataclass(frozen=True)
class LanguageChoice:
    """A language as its own speakers call it."""

    code: str
    name: str
    direction: str
    chosen: bool


@register.inclusion_tag("frontend/ui/language_menu.html", takes_context=True)
def language_menu(context: Context) -> dict[str, Any]:
    """The languages of the office; each named in itself."""
    office = context.get("office")
    codes = office.offered_languages if office else [code for code, _ in settings.LANGUAGES]
    known = [code for code in codes if code in dict(settings.LANGUAGES)]
    current = get_language() or settings.LANGUAGE_CODE
    request = context.get("request")
    return {
        "languages": [_choice(code, current) for code in known],
        "code": current.split("-")[0].upper(),
        "csrf_token": context.get("csrf_token"),
        "here": request.get_full_path() if request else "/",
    }


def _choice(code: str, current: str) -> LanguageChoice:
    info = get_language_info(code)
    return LanguageChoice(code, str(info["name_local"]), "rtl" if info["bidi"] else "ltr", code == current)


@register.inclusion_tag("frontend/ui/slot_days.html", takes_context=True)
def slot_days(
    context: Context,
    days: Iterable[tuple[date, Iterable[Any]]],
    name: str = "start",
    chosen: str = "",
    buttons: bool = False,
) -> dict[str, Any]:
    """Free times by day, as radio buttons or (``buttons=True``) as buttons that send the form.

    ``days`` is a list of (day, slots); each slot has an aware ``start``. The value sent is ``start`` in UTC,
    such as ``2026-11-24T08:00:00Z``.
    """
    return {
        "days": days,
        "name": name,
        "chosen": chosen,
        "buttons": buttons,
        "office": context.get("office"),
    }
