"""Who else takes part: a companion, a second caseworker, an interpreter."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from frontend.forms.client import language_in_words, said
from frontend.forms.refusing import refusing
from scheduler.models import Appointment, Caseworker, Interpreter
from scheduler.queries import company
from scheduler.services import identity, people


class CompanionForm(forms.Form):
    """Somebody who comes with the client, as the client herself says it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the person"),
        max_length=people.NAME_LENGTH,
        error_messages=said(gettext_noop("Please type the name of the person.")),
    )

    def clean_name(self) -> str:
        return refusing(people.clean_name, self.cleaned_data["name"])


class CompanionByStaffForm(CompanionForm):
    """The same with an address to which the link goes."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The own link goes there. Without it you pass the link on."),
        required=False,
        max_length=254,
    )

    def clean_email(self) -> str:
        text = self.cleaned_data["email"]
        return refusing(identity.normal_email, text) if text else ""


class SecondCaseworkerForm(forms.Form):
    """A colleague of the team who is free then."""

    caseworker = forms.ModelChoiceField(
        Caseworker.objects.none(),
        label=gettext_lazy("Second caseworker"),
        empty_label=gettext_lazy("Please choose"),
        error_messages=said(gettext_noop("Please choose somebody who is free then.")),
    )

    def __init__(self, *args: Any, appointment: Appointment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caseworker"].queryset = company.free_colleagues(appointment, now)


class InterpreterForm(forms.Form):
    """A language, and who speaks it and is free then."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Language and person"),
        error_messages=said(gettext_noop("Please choose somebody who is free then.")),
    )

    def __init__(self, *args: Any, appointment: Appointment, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.able = {row.pk: row for row in company.free_interpreters(appointment, now)}
        pairs = sorted(
            ((language_in_words(tag), row, tag) for row in self.able.values() for tag in row.languages),
            key=lambda pair: (pair[0], pair[1].name),
        )
        self.fields["choice"].choices = [
            ("", _("Please choose")),
            *((f"{row.pk}:{tag}", f"{language} – {row.name}") for language, row, tag in pairs),
        ]

    def clean_choice(self) -> tuple[Interpreter, str]:
        pk, _, tag = self.cleaned_data["choice"].partition(":")
        return self.able[int(pk)], tag
