"""Publish, change one date, withdraw: the effect is shown before anything is saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import http, staff
from frontend.forms.desk import DateForm, OpeningForm
from scheduler import clock
from scheduler.domain import localtime
from scheduler.domain.recurrence import Opening
from scheduler.errors import Invalid, OpeningsCollide
from scheduler.events import Actor
from scheduler.models import Available, Caseworker
from scheduler.queries import effect
from scheduler.services import publishing


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new opening: type, look at the effect, publish."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    first = {"weekday": 1, "opens": "09:00", "closes": "12:00", "starts_on": today, "every_weeks": 1}
    form = OpeningForm(request.POST or None, caseworker=caseworker, initial=first)
    preview = None
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        if "publish" in request.POST and _publish(request, caseworker, form):
            messages.success(request, _("Published. Clients can book these times now."))
            return redirect("frontend:desk_week")
        preview = effect.effect_of_opening(caseworker.schedule, _as_opening(caseworker, wish), now)
    context = {"office": caseworker.office, "form": form, "effect": preview}
    return render(request, "frontend/desk/opening_new.html", context)


def _publish(request: HttpRequest, caseworker: Caseworker, form: OpeningForm) -> bool:
    try:
        publishing.publish(
            schedule=caseworker.schedule,
            wish=form.wish(),
            by=Actor.of(staff.user_of(request)),
            now=clock.now(),
        )
    except (OpeningsCollide, Invalid) as error:
        form.add_error(None, http.text_of(error))
        return False
    return True


def _as_opening(caseworker: Caseworker, wish: publishing.Wish) -> Opening:
    return Opening(
        key=0,
        schedule=caseworker.schedule.pk,
        weekday=wish.weekday,
        opens=wish.opens,
        closes=wish.closes,
        first=wish.starts_on,
        last=wish.ends_on,
        every=wish.every_weeks,
    )


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One date of a series, or its end."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    opening = (
        caseworker.schedule.openings.select_related("schedule__caseworker", "office").filter(pk=pk).first()
    )
    if opening is None:
        raise Http404
    form = DateForm(request.POST if "change" in request.POST else None)
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    if request.method == "POST":
        done = _step(request, opening, form, today)
        if done:
            return done
    context: dict[str, Any] = {
        "office": caseworker.office,
        "opening": opening,
        "form": form,
        "effect": effect.effect_of_withdrawal(opening, today, now),
        "exceptions": opening.exceptions.filter(day__gte=today),
    }
    return render(request, "frontend/desk/opening.html", context)


def _step(request: HttpRequest, opening: Available, form: DateForm, today: Any) -> HttpResponse | None:
    by, now = Actor.of(staff.user_of(request)), clock.now()
    if "withdraw" in request.POST:
        publishing.withdraw(opening=opening, on=today, by=by, now=now)
        messages.success(request, _("Withdrawn. Appointments that are booked stay booked."))
        return redirect("frontend:desk_week")
    if not form.is_valid():
        return None
    try:
        publishing.change_date(opening=opening, day=form.cleaned_data["day"], by=by, now=now, **form.hours())
    except Invalid as error:
        form.add_error("day" if error.field == "day" else "closes", http.text_of(error))
        return None
    messages.success(request, _("This date is changed."))
    return redirect("frontend:desk_opening", opening.pk)
