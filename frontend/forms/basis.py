"""Consent or task, for each channel."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from scheduler.models import Office

BASES = [
    ("consent", gettext_lazy("Only with consent")),
    ("task", gettext_lazy("As our task, until somebody refuses")),
]


class BasisForm(forms.Form):
    """One choice for each channel."""

    email = forms.ChoiceField(label=gettext_lazy("E-mail"), choices=BASES, widget=forms.RadioSelect)
    sms = forms.ChoiceField(label=gettext_lazy("SMS"), choices=BASES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        by_task = office.told_by_task
        initial = {name: "task" if name in by_task else "consent" for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)

    def by_task(self) -> list[str]:
        """The channels that rest on the office's task."""
        return [name for name, basis in self.cleaned_data.items() if basis == "task"]
