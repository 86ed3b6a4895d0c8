"""When a service reminds, and the example that shows it."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms.desk import ClockField, DayField, instant, minute
from notifications.triggers import Stage
from scheduler.domain import localtime
from scheduler.models import Appointment, Office, Service
from scheduler.models.appointment import MODES

EXAMPLE_IN = timedelta(days=8)
NINE = time(9)
LEAST_MINUTES, MOST_MINUTES = 15, 180


class StageForm(forms.Form):
    """One reminder: whether, by which ways, when on that day, for which talks."""

    channels = forms.MultipleChoiceField(
        label=gettext_lazy("By"),
        required=False,
        choices=[("email", gettext_lazy("E-mail")), ("sms", gettext_lazy("SMS"))],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: this reminder is switched off."),
    )
    at = ClockField(label=gettext_lazy("Time of day"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes before the start"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid", "required"),
            format_lazy(
                gettext_lazy("Please enter {least} to {most}."), least=LEAST_MINUTES, most=MOST_MINUTES
            ),
        ),
    )
    modes = forms.MultipleChoiceField(
        label=gettext_lazy("Only for"),
        required=False,
        choices=MODES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: video, phone and on site."),
    )

    def __init__(self, *args: Any, stage: Stage, about: str, **kwargs: Any) -> None:
        initial = {**vars(stage), "at": time(stage.at // 60, stage.at % 60)}
        super().__init__(*args, prefix=stage.name, initial=initial, **kwargs)
        self.stage, self.about = stage, about
        del self.fields["at" if stage.minutes else "minutes"]

    def chosen(self) -> Stage:
        """The stage as it was filled in."""
        values = self.cleaned_data
        when = {"minutes": values["minutes"]} if self.stage.minutes else {"at": minute(values["at"])}
        ways = {"channels": tuple(values["channels"]), "modes": tuple(values["modes"])}
        return replace(self.stage, **when, **ways)


class ExampleForm(forms.Form):
    """An appointment that somebody books now."""

    day = DayField(label=gettext_lazy("Date"))
    clock = ClockField(label=gettext_lazy("Time"))
    mode = forms.ChoiceField(label=gettext_lazy("How"), choices=Appointment._meta.get_field("mode").choices)

    def __init__(self, *args: Any, service: Service, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, prefix="example", initial=usual(service, now), **kwargs)
        self.office, self.now = service.office, now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("day") and values.get("clock") is not None:
            values["start"] = instant(values["day"], values["clock"], self.office)
            if values["start"] <= self.now:
                self.add_error("day", _("This time is over. Please choose another one."))
        return values


def usual(service: Service, now: datetime) -> dict[str, Any]:
    """The example that is shown first."""
    return {"day": _today(service.office, now) + EXAMPLE_IN, "clock": NINE, "mode": service.offered_modes[0]}


def _today(office: Office, now: datetime) -> Any:
    return localtime.local_date(now, localtime.zone(office.zone))
