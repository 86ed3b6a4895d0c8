"""What staff type."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import http
from frontend.forms.client import MODES
from frontend.forms.widgets import DateInput, PhoneInput, TimeInput
from scheduler.domain import localtime
from scheduler.errors import Invalid
from scheduler.models import Absence, Caseworker, Location, Office
from scheduler.services import identity, people
from scheduler.services.publishing import Wish

WEEKDAYS = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)
EVERY = (
    (1, gettext_lazy("Every week")),
    (2, gettext_lazy("Every second week")),
    (4, gettext_lazy("Every fourth week")),
)


class OpeningForm(forms.Form):
    """When somebody can counsel."""

    weekday = forms.TypedChoiceField(label=gettext_lazy("Day of the week"), choices=WEEKDAYS, coerce=int)
    opens = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    closes = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)
    every_weeks = forms.TypedChoiceField(label=gettext_lazy("How often"), choices=EVERY, coerce=int)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput, required=False)
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for"),
        choices=tuple(MODES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: all ways."),
    )
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these topics"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: all your topics."),
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Where"), queryset=None, required=False, empty_label=gettext_lazy("Home office")
    )

    def __init__(self, *args: Any, caseworker: Caseworker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].queryset = caseworker.services.all()
        self.fields["location"].queryset = Location.objects.of(caseworker.office)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (
            "opens" in values
            and "closes" in values
            and _minute(values["closes"], end=True) <= _minute(values["opens"])
        ):
            self.add_error("closes", _("The end must be after the start."))
        if values.get("ends_on") and "starts_on" in values and values["ends_on"] < values["starts_on"]:
            self.add_error("ends_on", _("The end must be after the start."))
        for name in ("starts_on", "ends_on"):
            if values.get(name) and not 2000 <= values[name].year < 2100:
                self.add_error(name, _("This value is not possible. Please check it."))
        return values

    def wish(self) -> Wish:
        """What was typed, as the service wants it."""
        values = self.cleaned_data
        return Wish(
            weekday=values["weekday"],
            opens=_minute(values["opens"]),
            closes=_minute(values["closes"], end=True),
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            every_weeks=values["every_weeks"],
            modes=values["modes"],
            services=list(values["services"]),
            location=values["location"],
            home_office=values["location"] is None,
        )


def _minute(value: time, *, end: bool = False) -> int:
    """Minutes of the day; midnight as an end is the day's last minute."""
    return (value.hour * 60 + value.minute) or (1440 if end else 0)


class DateForm(forms.Form):
    """One date of a series."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput)
    opens = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput, required=False)
    closes = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput, required=False)

    def hours(self) -> dict[str, Any]:
        """Other hours, or cancelled where none are typed."""
        opens, closes = self.cleaned_data["opens"], self.cleaned_data["closes"]
        if opens is None or closes is None:
            return {"cancelled": True}
        return {"opens": _minute(opens), "closes": _minute(closes, end=True)}


class AbsenceForm(forms.Form):
    """Not here from … to …"""

    first = forms.DateField(label=gettext_lazy("From day"), widget=DateInput)
    starts = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput, required=False)
    last = forms.DateField(label=gettext_lazy("Until day"), widget=DateInput)
    ends = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Absence.KINDS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("first", "last"):
            if values.get(name) and not 2000 <= values[name].year < 2100:
                self.add_error(name, _("This value is not possible. Please check it."))
        return values

    def span(self, office: Office) -> tuple[datetime, datetime]:
        """As instants; without times whole days. Raises ValidationError into the form where it is empty."""
        values, zone = self.cleaned_data, localtime.zone(office.zone)
        starts, ends = values["starts"] or time(), values["ends"] or time()
        return (
            localtime.at(values["first"], _minute(starts), zone),
            localtime.at(values["last"], _minute(ends, end=True), zone),
        )


class BookForm(forms.Form):
    """Book for a client on the phone."""

    name = forms.CharField(label=gettext_lazy("Name of the client"), max_length=people.NAME_LENGTH)
    email = forms.CharField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    mobile = forms.CharField(
        label=gettext_lazy("Mobile number"), required=False, max_length=40, widget=PhoneInput
    )
    service = forms.ModelChoiceField(label=gettext_lazy("Topic"), queryset=None)
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=tuple(MODES.items()))
    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput, required=False)
    at = forms.TimeField(label=gettext_lazy("Time"), widget=TimeInput, required=False)
    special = forms.BooleanField(
        label=gettext_lazy("Special appointment: also outside of the free times"), required=False
    )

    def __init__(self, *args: Any, caseworker: Caseworker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = caseworker.services.filter(active=True)

    def clean_email(self) -> str:
        text = self.cleaned_data["email"]
        return _or_refuse(identity.normal_email, text) if text else ""

    def clean_mobile(self) -> str:
        text = self.cleaned_data["mobile"]
        return _or_refuse(identity.normal_mobile, text) if text else ""

    def start(self, office: Office) -> datetime | None:
        """The typed time, if there is one."""
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if day is None or at is None or not 2000 <= day.year < 2100:
            return None
        return localtime.at(day, _minute(at), localtime.zone(office.zone))


class ReasonForm(forms.Form):
    """Why somebody opens a client who is not hers."""

    reason = forms.CharField(label=gettext_lazy("Why do you open this card?"), min_length=5, max_length=200)


class PeriodForm(forms.Form):
    """What a lead looks at."""

    first = forms.DateField(label=gettext_lazy("From"), widget=DateInput, required=False)
    last = forms.DateField(label=gettext_lazy("Until"), widget=DateInput, required=False)
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=None, required=False)
    service = forms.ModelChoiceField(label=gettext_lazy("Topic"), queryset=None, required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("By"),
        required=False,
        choices=(
            ("week", gettext_lazy("Week")),
            ("month", gettext_lazy("Month")),
            ("mode", gettext_lazy("Way")),
            ("service", gettext_lazy("Topic")),
        ),
    )

    def __init__(self, *args: Any, teams: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset, self.fields["service"].queryset = teams, services

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("The end must be after the start."))
        for name, day in (("first", first), ("last", last)):
            if isinstance(day, date) and not 2000 <= day.year < 2099:
                self.add_error(name, _("This value is not possible. Please check it."))
        return values


def _or_refuse(clean: Any, text: str) -> str:
    try:
        return clean(text)
    except Invalid as error:
        raise forms.ValidationError(http.text_of(error)) from None
