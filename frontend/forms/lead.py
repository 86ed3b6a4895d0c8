"""Which period, team and concern a lead looks at."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.forms.concerns import ConcernField
from frontend.forms.desk import DayField
from scheduler.models import Service, Team

LONGEST = timedelta(days=366)


class PeriodForm(forms.Form):
    """From the first to the last date, both included."""

    first = DayField(label=gettext_lazy("From"))
    last = DayField(label=gettext_lazy("Until"))
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("Team"), empty_label=None)
    service = ConcernField(
        Service.objects.none(),
        label=gettext_lazy("Concern"),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    by = forms.ChoiceField(
        label=gettext_lazy("Lines by"),
        choices=[
            ("week", gettext_lazy("Week")),
            ("month", gettext_lazy("Month")),
            ("mode", gettext_lazy("Mode")),
            ("service", gettext_lazy("Concern")),
        ],
    )

    def __init__(self, *args: Any, teams: "QuerySet[Team]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams
        self.fields["service"].queryset = Service.objects.filter(office__in=teams.values("office"))

    @property
    def heading(self) -> str:
        """What each line stands for, as it was chosen."""
        return str(dict(self.fields["by"].choices)[self.cleaned_data["by"]])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last:
            if last < first:
                self.add_error("last", _("The end must be after the start."))
            elif last - first >= LONGEST:
                self.add_error("last", _("Please choose a year at most."))
        return values

    @staticmethod
    def usual(today: date, team: Team) -> dict[str, str]:
        """The last four whole weeks and the present one."""
        monday = today - timedelta(days=today.weekday())
        first, last = monday - timedelta(weeks=4), monday + timedelta(days=6)
        return {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "team": str(team.pk),
            "service": "",
            "by": "week",
        }
