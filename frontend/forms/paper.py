"""The code on a paper, as somebody types it off."""

from django import forms
from django.utils.translation import gettext_lazy


class CheckCodeForm(forms.Form):
    """Sixteen characters or more, with or without strokes and blanks."""

    code = forms.CharField(
        label=gettext_lazy("Code on the paper"),
        help_text=gettext_lazy("The code stands on the paper. It has sixteen characters or more."),
        max_length=60,
        error_messages={"required": gettext_lazy("Please type the code.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
