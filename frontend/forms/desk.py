"""What staff type about appointments and clients."""

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms.client import language_in_words
from frontend.forms.concerns import ConcernField
from frontend.forms.refusing import refusing
from frontend.forms.widgets import DateInput, PhoneInput, TimeInput
from scheduler.domain import localtime
from scheduler.models import Appointment, Caseworker, Office, Service
from scheduler.services import identity, people

FAR = date(2099, 12, 31)


class DayField(forms.DateField):
    """A date between 2000 and 2099."""

    widget = DateInput

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not 2000 <= day.year <= FAR.year:
            raise forms.ValidationError(_("This date is not possible. Please check it."))
        return day


class ClockField(forms.TimeField):
    """A time of the day."""

    widget = TimeInput


def minute(clock: time) -> int:
    """The minute of the local day."""
    return clock.hour * 60 + clock.minute


def last_minute(clock: time) -> int:
    """When something ends: the day's last minute stands for midnight, which no clock shows."""
    return 1440 if minute(clock) == 1439 else minute(clock)


def clock_of(minute: int) -> time:
    """The time of a minute of the local day; midnight at its end is the last minute."""
    return time(*divmod(min(minute, 1439), 60))


def instant(day: date, clock: time, office: Office) -> datetime:
    """The instant of a date and time on the office's clock."""
    return localtime.at(day, minute(clock), localtime.zone(office.zone)).astimezone(UTC)


class SpecialForm(forms.Form):
    """Any time, off the offer too."""

    day = DayField(label=gettext_lazy("Date"))
    clock = ClockField(label=gettext_lazy("Time"))

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "special", **kwargs})
        self.office = office

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("day") and values.get("clock") is not None:
            values["start"] = instant(values["day"], values["clock"], self.office)
        return values


class HandOverForm(forms.Form):
    """To which colleague."""

    caseworker = forms.ModelChoiceField(
        Caseworker.objects.none(),
        label=gettext_lazy("Hand over to"),
        empty_label=gettext_lazy("Please choose"),
    )

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Caseworker.objects.of(appointment.office).filter(active=True, services=appointment.service)
        self.fields["caseworker"].queryset = rows.exclude(pk=appointment.caseworker_id)


class CancelForm(forms.Form):
    """Whose wish it is, and why."""

    on_behalf_of = forms.ChoiceField(
        label=gettext_lazy("Who cancels?"),
        choices=[("office", gettext_lazy("We do")), ("client", gettext_lazy("The client does"))],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        required=False,
        choices=[("", gettext_lazy("No reason given")), *Appointment.REASONS],
        widget=forms.RadioSelect,
    )


class ClientForm(forms.Form):
    """A new client: only what is needed to reach her."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=people.NAME_LENGTH)
    email = forms.CharField(label=gettext_lazy("E-mail address"), required=False, max_length=254)
    mobile = forms.CharField(
        label=gettext_lazy("Mobile number"), required=False, max_length=40, widget=PhoneInput
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the messages"))
    consent = forms.BooleanField(
        label=gettext_lazy("The client agrees to get messages about appointments."), required=False
    )

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = dict.fromkeys([*office.offered_languages, "de"])
        self.fields["language"].choices = [(tag, language_in_words(tag)) for tag in tags]

    def clean_name(self) -> str:
        return refusing(people.clean_name, self.cleaned_data["name"])

    def clean_email(self) -> str:
        text = self.cleaned_data["email"]
        return refusing(identity.normal_email, text) if text else ""

    def clean_mobile(self) -> str:
        text = self.cleaned_data["mobile"]
        return refusing(identity.normal_mobile, text) if text else ""


class ReasonForm(forms.Form):
    """Why somebody opens a person outside of her circle."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you open this person?"),
        help_text=gettext_lazy("It is recorded. It holds for twelve hours."),
        min_length=5,
        max_length=200,
    )


class WishForm(forms.Form):
    """What is to be booked, before times are shown."""

    service = ConcernField(Service.objects.none(), label=gettext_lazy("Concern"), empty_label=None)
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=Appointment._meta.get_field("mode").choices)
    who = forms.ChoiceField(
        label=gettext_lazy("With whom"),
        choices=[("me", gettext_lazy("With me")), ("any", gettext_lazy("With anybody of my team"))],
    )

    def __init__(self, *args: Any, caseworker: Caseworker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = caseworker.services.filter(active=True)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        service, mode = values.get("service"), values.get("mode")
        if service and mode and mode not in service.offered_modes:
            self.add_error("mode", _("This is not offered. Please choose something else."))
        return values


class NoteForm(forms.Form):
    """A word for the appointment; nothing about health, nothing about the case."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Nothing about health, nothing about the case."),
        required=False,
        max_length=500,
    )
