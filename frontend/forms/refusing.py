"""What the rules refuse, said at the field it is about."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from frontend import http
from scheduler.errors import Invalid, SchedulerError


def refusing(clean: Callable[[str], str], text: str) -> str:
    """What the rules make of it, or their word why not."""
    try:
        return clean(text)
    except Invalid as error:
        raise forms.ValidationError(http.text_of(error)) from None


def refuse_past(form: forms.Form, field: str, today: date | None) -> None:
    """A day that is over cannot be changed any more."""
    day = form.cleaned_data.get(field)
    if day and today and day < today:
        form.add_error(field, _(http.PROBLEMS["past"]))


def saved(form: Any, step: Callable[[], object], **names: str) -> bool:
    """Did the rules let it through? Else their word stands in the form.

    ``names``: where the form calls a field otherwise than the rules do.
    """
    try:
        step()
    except SchedulerError as error:
        field = names.get(str(error.values.get("field")), error.values.get("field"))
        form.add_error(field if field in form.fields else None, http.text_of(error))
        return False
    return True
