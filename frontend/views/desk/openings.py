"""When the caseworker is there: a preview of the effect first, saved only then."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import http, staff
from frontend.forms.openings import DateForm, OpeningForm, RestoreForm, WithdrawForm
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.recurrence import Change
from scheduler.errors import SchedulerError
from scheduler.events import Actor
from scheduler.models import Available, Schedule
from scheduler.queries import effect
from scheduler.services import publishing
from scheduler.services.publishing import Wish

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def new(request: HttpRequest) -> HttpResponse:
    """A new opening."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    start = {"starts_on": today, "weekday": today.weekday()}
    form = OpeningForm(
        request.POST if request.method == "POST" else None, initial=start, caseworker=caseworker
    )
    schedule, found = caseworker.schedule, None
    if form.is_valid():
        wish = form.wish()
        if "save" in request.POST:
            by = Actor.of(caseworker.user)
            if _save(form, lambda: _publish_once(schedule, wish, by, now)):
                messages.success(request, _("The opening is published."))
                return redirect("frontend:desk_week")
        else:
            found = effect.effect_of_opening(schedule, publishing.opening_of(schedule, wish), now)
    return _page(request, _("New opening"), form, found)


def _publish_once(schedule: Schedule, wish: Wish, by: Actor, now: datetime) -> Available:
    """A second click finds the opening that the first one made."""
    same = schedule.openings.filter(
        weekday=wish.weekday,
        opens=wish.opens,
        closes=wish.closes,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        every_weeks=wish.every_weeks,
        modes=list(wish.modes),
        status=Available.PUBLISHED,
    )
    wanted = {one.pk for one in wish.services}
    for row in same.prefetch_related("services"):
        if {one.pk for one in row.services.all()} == wanted:
            return row
    return publishing.publish(schedule=schedule, wish=wish, by=by, now=now)


@page
def one_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours on one date, or none."""
    opening, now = staff.opening_of(request, pk), clock.now()
    initial = {"day": request.GET.get("day", "")}
    form, found = DateForm(request.POST if request.method == "POST" else None, initial=initial), None
    if form.is_valid():
        day, hours, by = form.cleaned_data["day"], form.hours(), Actor.of(opening.schedule.caseworker.user)
        if "save" in request.POST:
            change = publishing.change_date
            if _save(form, lambda: change(opening=opening, day=day, by=by, now=now, **hours)):
                messages.success(request, _("This date is changed."))
                return redirect("frontend:desk_week")
        else:
            change_of = Change(
                opening.pk, day, hours.get("cancelled", False), hours.get("opens"), hours.get("closes")
            )
            found = effect.effect_of_date(opening, change_of, now)
    return _page(request, _("Change one date"), form, found, opening=opening)


@page
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other hours of a series from a date on; the past stays as it was offered."""
    opening, now = staff.opening_of(request, pk), clock.now()
    schedule, today = opening.schedule, localtime.local_date(now, localtime.zone(opening.office.zone))
    data, initial = request.POST if request.method == "POST" else None, OpeningForm.told(opening, today)
    form, found = OpeningForm(data, initial=initial, caseworker=schedule.caseworker), None
    if form.is_valid():
        wish = publishing.continued(opening, form.wish(), today)
        if "save" in request.POST:
            by = Actor.of(schedule.caseworker.user)
            if _save(form, lambda: publishing.change_series(opening=opening, wish=wish, by=by, now=now)):
                messages.success(request, _("The opening is changed. What is booked stays booked."))
                return redirect("frontend:desk_week")
        else:
            found = effect.effect_of_series(opening, publishing.opening_of(schedule, wish), now)
    return _page(request, _("Change an opening"), form, found, opening=opening)


@page
def restore_date(request: HttpRequest, pk: int) -> HttpResponse:
    """A changed date is offered again as the series says."""
    opening, now = staff.opening_of(request, pk), clock.now()
    form, found = RestoreForm(request.POST if request.method == "POST" else request.GET), None
    if form.is_valid():
        day, by = form.cleaned_data["day"], Actor.of(opening.schedule.caseworker.user)
        if "save" in request.POST:
            restore = publishing.restore_date
            if _save(form, lambda: restore(opening=opening, day=day, by=by, now=now)):
                messages.success(request, _("This date is offered as usual again."))
                return redirect("frontend:desk_week")
        else:
            found = effect.effect_of_restored_date(opening, day, now)
    return _page(request, _("Offer a date as usual again"), form, found, opening=opening)


@page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer offered from a date on; what is booked stays."""
    opening, now = staff.opening_of(request, pk), clock.now()
    today = localtime.local_date(now, localtime.zone(opening.office.zone))
    form, found = (
        WithdrawForm(request.POST if request.method == "POST" else None, initial={"on": today}),
        None,
    )
    if form.is_valid():
        on, by = max(form.cleaned_data["on"], today), Actor.of(opening.schedule.caseworker.user)
        if "save" in request.POST:
            publishing.withdraw(opening=opening, on=on, by=by, now=now)
            messages.success(request, _("The opening is withdrawn. What is booked stays booked."))
            return redirect("frontend:desk_week")
        found = effect.effect_of_withdrawal(opening, on, now)
    return _page(request, _("Withdraw an opening"), form, found, opening=opening)


def _save(form: Any, step: Any) -> bool:
    """Did the rules let it through? Their word stands in the form else."""
    try:
        step()
    except SchedulerError as error:
        field = error.values.get("field")
        form.add_error(field if field in form.fields else None, http.text_of(error))
        return False
    return True


def _page(
    request: HttpRequest, title: str, form: Any, found: effect.Effect | None, opening: Any = None
) -> HttpResponse:
    context = {"title": title, "form": form, "effect": found, "opening": opening}
    return render(request, "frontend/desk/effect_form.html", context, status=422 if form.errors else 200)
