"""What a form refuses is said in plain German, in every form, whatever was typed."""

import importlib
import pkgutil
import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

import frontend.forms

STIFF = re.compile(r"zwingend|sicherstellen|Nullzeichen|[Gg]ültig|Wert\b|Ganzzahl|Liste mit")
TYPED = ["", "\0", "x" * 100_000, "\N{COLLISION SYMBOL}", "-1", "99999", "kim@"]
MANY = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


def every_form():
    for module in pkgutil.iter_modules(frontend.forms.__path__, "frontend.forms."):
        for found in vars(importlib.import_module(module.name)).values():
            if isinstance(found, type) and issubclass(found, forms.Form) and found.__module__ == module.name:
                yield found


def refusals(field):
    for typed in TYPED:
        try:
            field.clean([typed] if isinstance(field, MANY) else typed)
        except ValidationError as error:
            yield from error.messages


@pytest.mark.parametrize("form", every_form(), ids=lambda form: form.__name__)
@pytest.mark.django_db
def test_no_form_speaks_like_a_form(form):
    with translation.override("de"):
        said = {text for field in form.base_fields.values() for text in refusals(field)}
    assert {text for text in said if STIFF.search(text)} == set()
