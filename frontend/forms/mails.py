"""Mails to staff, to be switched on and off."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from notifications import to_staff
from scheduler.models import User

WORDS = {
    "staff_booked": gettext_noop("An appointment was booked with me"),
    "staff_moved": gettext_noop("An appointment was moved or changed"),
    "staff_cancelled": gettext_noop("An appointment was cancelled"),
    "staff_waits": gettext_noop("Somebody waits in front of the video room"),
    "staff_outcomes": gettext_noop("Each morning: outcomes to record"),
    "digest": gettext_noop("Each morning: messages that did not arrive"),
}


class MailsForm(forms.Form):
    """What is ticked is sent."""

    wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Please write to me when"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = to_staff.offered(user)
        self.fields["wanted"].choices = [(kind, _(WORDS[kind])) for kind in offered]  # type: ignore[attr-defined]
        self.fields["wanted"].initial = [kind for kind in offered if kind not in user.muted_kinds]
