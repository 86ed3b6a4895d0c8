"""Not here: the effect first, then what to do about each appointment that is hit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import http, staff
from frontend.forms.openings import AbsenceForm
from scheduler import clock
from scheduler.domain import localtime
from scheduler.errors import Invalid
from scheduler.events import Actor
from scheduler.queries import agenda, effect
from scheduler.services import publishing


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Today or later."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    start = {"first": today, "last": today, "kind": "away"}
    form = AbsenceForm(request.POST or None, initial=start, office=caseworker.office, now=now)
    schedule, found = caseworker.schedule, None
    if form.is_valid():
        span = {"start": form.cleaned_data["start"], "end": form.cleaned_data["end"]}
        if "save" in request.POST:
            kind, by = form.cleaned_data["kind"], Actor.of(caseworker.user)
            absence, _hit = publishing.set_absence(schedule=schedule, kind=kind, by=by, now=now, **span)
            messages.success(request, _("The absence is saved."))
            return redirect("frontend:desk_absence", absence.pk)
        found = effect.effect_of_absence(schedule, **span, now=now)
    context = {"title": _("Not here"), "form": form, "effect": found}
    return render(request, "frontend/desk/effect_form.html", context, status=422 if form.errors else 200)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Which appointments are hit; a person decides about each."""
    absence = staff.absence_of(request, pk)
    hit = agenda.hit_by(absence.schedule, absence.start, absence.end)
    return render(request, "frontend/desk/absence.html", {"absence": absence, "hit": hit})


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """There after all."""
    absence = staff.absence_of(request, pk)
    by = Actor.of(staff.user_of(request))
    try:
        publishing.lift_absence(absence=absence, by=by, now=clock.now())
    except Invalid as error:
        messages.warning(request, http.text_of(error))
    else:
        messages.success(request, _("The absence is lifted."))
    return redirect("frontend:desk_week")
