"""The office's own texts: what is typed, and why it is refused."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from notifications import own_texts
from notifications.own_texts import MAIL, SMS, SUBJECT, Problem

FIELDS = {"subject": SUBJECT, "mail": MAIL, "sms": SMS}
EMPTY = gettext_noop("Please write a text. Or restore the default.")
PROBLEMS = {
    "empty": EMPTY,
    "unknown_variable": gettext_noop("{{ %(what)s }} is not known here. Please choose from the list."),
    "missing_variable": gettext_noop("{{ %(what)s }} is missing. Clients need it."),
    "forbidden_word": gettext_noop(
        "“%(what)s” must not stand in a message: others may read it on the phone."
    ),
    "braces": gettext_noop("Braces are only for variables from the list, such as {{ phone }}."),
    "too_long": gettext_noop("This is too long."),
    "too_many_segments": gettext_noop(
        "With the longest names and links this makes %(what)s SMS parts. At most %(most)s are possible."
    ),
    "glued_link": gettext_noop("Behind the link there must be a blank or a line break."),
    "unprintable": gettext_noop("There is a sign in it that nobody sees. Please type it anew."),
    "line_break": gettext_noop("A subject has one line."),
}


def told(problem: Problem) -> str:
    """Why a text is refused, in words."""
    return _(PROBLEMS[problem.code]) % {"what": problem.what, "most": own_texts.MOST_SEGMENTS}


REQUIRED = {"required": gettext_lazy(EMPTY)}


class TextsForm(forms.Form):
    """Subject, mail and SMS of one kind in one language; the default is the starting point."""

    subject = forms.CharField(label=gettext_lazy("Subject of the mail"), error_messages=REQUIRED)
    mail = forms.CharField(
        label=gettext_lazy("Mail"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("The word, the phone number and “voluntary” follow by themselves."),
        error_messages=REQUIRED,
    )
    sms = forms.CharField(
        label=gettext_lazy("SMS"), widget=forms.Textarea(attrs={"rows": 4}), error_messages=REQUIRED
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        return self._sound("subject")

    def clean_mail(self) -> str:
        return self._sound("mail")

    def clean_sms(self) -> str:
        return self._sound("sms")

    def _sound(self, name: str) -> str:
        text = "\n".join(line.rstrip() for line in self.cleaned_data[name].splitlines())
        found = own_texts.problems(self.kind, FIELDS[name], text)
        if found:
            raise forms.ValidationError([told(problem) for problem in found])
        return text

    def own(self, starters: Mapping[str, str]) -> dict[str, str]:
        """What differs from the default, by part."""
        typed = {part: self.cleaned_data[name] for name, part in FIELDS.items()}
        return {part: text for part, text in typed.items() if text != starters[part]}
