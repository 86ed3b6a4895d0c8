"""What staff type about when they are there."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import http
from frontend.forms.concerns import ConcernsField
from frontend.forms.desk import ClockField, DayField, clock_of, instant, last_minute, minute
from frontend.forms.refusing import refuse_past
from scheduler.domain import localtime
from scheduler.domain.recurrence import ON_SITE
from scheduler.models import Absence, Available, Caseworker, Location, Office, Service
from scheduler.models.appointment import MODES
from scheduler.services import publishing
from scheduler.services.publishing import Wish

HOME = "home"


class HoursForm(forms.Form):
    """From … to …; the end comes after the start."""

    opens = ClockField(label=gettext_lazy("From"))
    closes = ClockField(label=gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        opens, closes = values.get("opens"), values.get("closes")
        if opens is not None and closes is not None and closes <= opens:
            self.add_error("closes", _("The end must be after the start."))
        return values


class OpeningForm(HoursForm):
    """A recurring opening."""

    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"), coerce=int, choices=list(WEEKDAYS.items())
    )
    every_weeks = forms.TypedChoiceField(
        label=gettext_lazy("How often"),
        coerce=int,
        choices=[
            (1, gettext_lazy("every week")),
            (2, gettext_lazy("every second week")),
            (3, gettext_lazy("every third week")),
            (4, gettext_lazy("every fourth week")),
        ],
    )
    starts_on = DayField(label=gettext_lazy("First date"))
    ends_on = DayField(
        label=gettext_lazy("Last date"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for"),
        required=False,
        choices=MODES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them. From home office never on site."),
    )
    services = ConcernsField(
        Service.objects.none(),
        label=gettext_lazy("Only for these concerns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of yours."),
    )
    place = forms.ChoiceField(label=gettext_lazy("Where are you?"))
    field_order = ("weekday", "opens", "closes", "every_weeks", "starts_on", "ends_on", "modes", "services")

    def __init__(self, *args: Any, caseworker: Caseworker, today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.locations = {str(row.pk): row for row in Location.objects.of(caseworker.office)}
        self.fields["services"].queryset = caseworker.services.filter(active=True)
        sites = [(key, row.name) for key, row in self.locations.items()]
        self.fields["place"].choices = [*sites, (HOME, _("Home office"))]

    @staticmethod
    def told(opening: Available, today: date) -> dict[str, Any]:
        """An opening as somebody would have typed it, from today on."""
        return {
            "weekday": opening.weekday,
            "opens": clock_of(opening.opens),
            "closes": clock_of(opening.closes),
            "every_weeks": opening.every_weeks,
            "starts_on": max(today, opening.starts_on),
            "ends_on": opening.ends_on,
            "modes": opening.modes,
            "services": list(opening.services.all()),
            "place": str(opening.location_id) if opening.location_id else HOME,
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The end must be after the start."))
        if values.get("place") == HOME and values.get("modes") == [ON_SITE]:
            self.add_error("modes", _("From home office nobody is met on site. Please choose another way."))
        refuse_past(self, "starts_on", self.today)
        return values

    def wish(self) -> Wish:
        """What the rules want to know."""
        values = self.cleaned_data
        return Wish(
            weekday=values["weekday"],
            opens=minute(values["opens"]),
            closes=last_minute(values["closes"]),
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            every_weeks=values["every_weeks"],
            modes=values["modes"],
            services=list(values["services"]),
            location=self.locations.get(values["place"]),
            home_office=values["place"] == HOME,
        )


class ChangeForm(OpeningForm):
    """Other hours of a series; it brings back how the series stood when the page was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def told(opening: Available, today: date) -> dict[str, Any]:
        return {**OpeningForm.told(opening, today), "seen": publishing.state_of(opening)}


class DateForm(HoursForm):
    """One date of a series: other hours, or none."""

    day = DayField(label=gettext_lazy("Which date?"))
    cancelled = forms.BooleanField(label=gettext_lazy("No opening on this date"), required=False)
    field_order = ("day", "cancelled", "opens", "closes")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if self.data.get("cancelled"):
            self.fields["opens"].required = self.fields["closes"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        refuse_past(self, "day", self.today)
        return values

    def hours(self) -> dict[str, Any]:
        """As the rules want it: minutes, or nothing where it is cancelled."""
        values = self.cleaned_data
        if values["cancelled"]:
            return {"cancelled": True}
        return {"opens": minute(values["opens"]), "closes": last_minute(values["closes"])}


class RestoreForm(forms.Form):
    """Which changed date is offered again."""

    day = DayField(label=gettext_lazy("Which date?"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        refuse_past(self, "day", self.today)
        return values


class WithdrawForm(forms.Form):
    """From which date on."""

    on = DayField(label=gettext_lazy("No longer from this date on"))


class AbsenceForm(forms.Form):
    """Not here from … to …: never why."""

    first = DayField(label=gettext_lazy("From"))
    first_time = ClockField(
        label=gettext_lazy("From what time"), required=False, help_text=gettext_lazy("Empty: the whole day.")
    )
    last = DayField(label=gettext_lazy("Until"))
    last_time = ClockField(
        label=gettext_lazy("Until what time"), required=False, help_text=gettext_lazy("Empty: the whole day.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of absence"), choices=Absence.KINDS, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, office: Office, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.now = office, now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and not self.errors:
            values["start"], values["end"] = self._span(values)
            if values["end"] <= values["start"]:
                self.add_error("last", _("The end must be after the start."))
            elif values["end"] <= self.now:
                self.add_error("last", _(http.PROBLEMS["past"]))
        return values

    def _span(self, values: dict[str, Any]) -> tuple[datetime, datetime]:
        begins = values["first_time"] or datetime.min.time()
        start = instant(values["first"], begins, self.office)
        if values["last_time"] is not None:
            return start, instant(values["last"], values["last_time"], self.office)
        return start, localtime.at(values["last"], 1440, localtime.zone(self.office.zone))
