"""When the caseworker is there: a preview of the effect first, saved only then."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import staff
from frontend.forms.openings import ChangeForm, DateForm, OpeningForm, RestoreForm, WithdrawForm
from frontend.forms.refusing import saved
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.recurrence import Change
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.models import Available, Office
from scheduler.queries import effect
from scheduler.services import publishing

page = require_http_methods(["GET", "HEAD", "POST"])


def _open(request: HttpRequest, pk: int, *, ending: bool = False) -> tuple[Available, Actor, datetime, date]:
    opening, now = staff.opening_of(request, pk, ending=ending), clock.now()
    return opening, Actor.of(opening.schedule.caseworker.user), now, _today(opening.office, now)


def _today(office: Office, now: datetime) -> date:
    return localtime.local_date(now, localtime.zone(office.zone))


def _to_week(request: HttpRequest, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("frontend:desk_week")


@page
def new(request: HttpRequest) -> HttpResponse:
    """A new opening, published or as a draft."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    today, schedule, found = _today(caseworker.office, now), caseworker.schedule, None
    start = {"starts_on": today, "weekday": today.weekday()}
    form = OpeningForm(request.POST or None, initial=start, caseworker=caseworker, today=today)
    if form.is_valid():
        wish, draft = form.wish(), "draft" in request.POST
        common = {"schedule": schedule, "wish": wish, "by": Actor.of(caseworker.user), "now": now}
        if not draft and "save" not in request.POST:
            wanted = publishing.opening_of(schedule, wish)
            if saved(form, lambda: publishing.refuse_unfit(schedule, wanted)):
                found = effect.effect_of_opening(schedule, wanted, now)
        elif saved(form, lambda: publishing.publish(draft=draft, **common)):
            drafted = _("The draft is saved. Clients do not see it yet.")
            return _to_week(request, drafted if draft else _("The opening is published."))
    return _page(request, _("New opening"), form, found, may_draft=True, verb=_("Publish"))


@page
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft is offered from today on; its effect stands above the button."""
    opening, by, now, today = _open(request, pk)
    form, found, wanted = forms.Form({}), None, publishing.from_today(opening, today)
    if "save" in request.POST:
        if saved(form, lambda: publishing.publish_draft(opening=opening, by=by, now=now)):
            return _to_week(request, _("The opening is published."))
    elif saved(form, lambda: publishing.refuse_unfit(opening.schedule, wanted, _own(opening))):
        found = effect.effect_of_opening(opening.schedule, wanted, now)
    return _page(request, _("Publish a draft"), form, found, opening=opening, verb=_("Publish"))


def _own(opening: Available) -> list[Change]:
    return [one.as_change() for one in opening.exceptions.all()]


@page
def one_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours on one date, or none."""
    opening, by, now, today = _open(request, pk)
    initial = {"day": request.GET.get("day", "")}
    form, found = DateForm(request.POST or None, initial=initial, today=today), None
    if form.is_valid():
        day, hours = form.cleaned_data["day"], form.hours()
        if "save" not in request.POST:
            found = effect.effect_of_date(opening, _change(opening, day, hours), now)
        elif saved(form, lambda: publishing.change_date(opening=opening, day=day, by=by, now=now, **hours)):
            return _to_week(request, _("This date is changed."))
    return _page(request, _("Change one date"), form, found, opening=opening)


def _change(opening: Available, day: date, hours: dict[str, Any]) -> Change:
    return Change(opening.pk, day, hours.get("cancelled", False), hours.get("opens"), hours.get("closes"))


@page
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours of a series from a date on; the past stays as it was offered."""
    if _was_just_saved(request, pk):
        raise staff.AlreadyDone
    opening, by, now, today = _open(request, pk)
    if request.method != "POST" and opening.ends_on and opening.ends_on < today:
        raise Invalid(field="opening", problem="changed")
    schedule, initial = opening.schedule, ChangeForm.told(opening, today)
    form, found = ChangeForm(request.POST or None, initial=initial, caseworker=schedule.caseworker), None
    if form.is_valid():
        wish, seen = publishing.continued(opening, form.wish(), today), form.cleaned_data["seen"]
        common = {"opening": opening, "wish": wish, "seen": seen, "by": by, "now": now}
        if "save" not in request.POST:
            publishing.refuse_changed(opening, wish, seen)
            if saved(form, lambda: publishing.refuse_unfit_change(opening, wish)):
                found = effect.effect_of_series(opening, publishing.opening_of(schedule, wish), now)
        elif saved(form, lambda: publishing.change_series(**common)):
            return _to_week(request, _("The opening is changed. What is booked stays booked."))
    return _page(request, _("Change an opening"), form, found, opening=opening)


def _was_just_saved(request: HttpRequest, pk: int) -> bool:
    """A second click on a change that took the place of a series which had not begun."""
    if "save" not in request.POST or staff.may_open(request, pk):
        return False
    caseworker = staff.caseworker_of(request)
    form = OpeningForm(request.POST, caseworker=caseworker)
    today = _today(caseworker.office, clock.now())
    return form.is_valid() and publishing.stands(caseworker.schedule, form.wish(), today)


@page
def restore_date(request: HttpRequest, pk: int) -> HttpResponse:
    """A changed date is offered again as the series says."""
    opening, by, now, today = _open(request, pk)
    form, found = RestoreForm(request.POST or request.GET, today=today), None
    if form.is_valid():
        day = form.cleaned_data["day"]
        if "save" not in request.POST:
            found = effect.effect_of_restored_date(opening, day, now)
        elif saved(form, lambda: publishing.restore_date(opening=opening, day=day, by=by, now=now)):
            return _to_week(request, _("This date is offered as usual again."))
    return _page(request, _("Offer a date as usual again"), form, found, opening=opening)


@page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer offered from a date on; what is booked stays."""
    opening, by, now, today = _open(request, pk, ending=True)
    form, found = WithdrawForm(request.POST or None, initial={"on": today}), None
    if form.is_valid():
        on = max(form.cleaned_data["on"], today)
        if "save" in request.POST:
            publishing.withdraw(opening=opening, on=on, by=by, now=now)
            return _to_week(request, _("The opening is withdrawn. What is booked stays booked."))
        found = effect.effect_of_withdrawal(opening, on, now)
    return _page(request, _("Withdraw an opening"), form, found, opening=opening, verb=_("Withdraw"))


def _page(
    request: HttpRequest, title: str, form: Any, found: effect.Effect | None, **more: Any
) -> HttpResponse:
    context = {"title": title, "form": form, "effect": found, **more}
    return render(request, "frontend/desk/effect_form.html", context, status=422 if form.errors else 200)
