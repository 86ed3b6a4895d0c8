"""Concerns to choose from, named in the reader's language."""

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from scheduler.models import Service

LONGEST_ID = 18


class ConcernField(forms.ModelChoiceField):
    """One concern."""

    def label_from_instance(self, obj: Service) -> str:
        return obj.name_in(translation.get_language())


class ConcernsField(forms.ModelMultipleChoiceField):
    """Some of the caseworker's concerns; a number that no data base holds is simply none of them."""

    def label_from_instance(self, obj: Service) -> str:
        return obj.name_in(translation.get_language())

    def clean(self, value: Any) -> Any:
        sound = [one for one in value or () if len(str(one)) <= LONGEST_ID]
        if len(sound) != len(value or ()):
            raise forms.ValidationError(_("Please choose among the concerns offered."))
        return super().clean(sound)
