"""Not here: the effect first, then the list of appointments that somebody must care for."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frontend import staff
from frontend.forms.desk import AbsenceForm
from scheduler import clock
from scheduler.domain import localtime
from scheduler.events import Actor
from scheduler.queries import effect
from scheduler.services import publishing


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Type, look at the effect, save."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    today = localtime.local_date(now, localtime.zone(caseworker.office.zone))
    form = AbsenceForm(request.POST or None, initial={"first": today, "last": today, "kind": "away"})
    context = {"office": caseworker.office, "form": form}
    if request.method == "POST" and form.is_valid():
        start, end = form.span(caseworker.office)
        if end <= start:
            form.add_error("last", _("The end must be after the start."))
        elif "save" in request.POST:
            hit = publishing.set_absence(
                schedule=caseworker.schedule,
                start=start,
                end=end,
                kind=form.cleaned_data["kind"],
                by=Actor.of(staff.user_of(request)),
                now=now,
            )[1]
            return render(request, "frontend/desk/absence_saved.html", {**context, "hit": hit})
        else:
            context["effect"] = effect.effect_of_absence(caseworker.schedule, start, end, now)
    return render(request, "frontend/desk/absence_new.html", context)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Here after all."""
    caseworker = staff.caseworker_of(request)
    absence = caseworker.schedule.absences.filter(pk=pk).first()
    if absence is None:
        raise Http404
    publishing.lift_absence(absence=absence, by=Actor.of(staff.user_of(request)), now=clock.now())
    messages.success(request, _("The absence is lifted."))
    return redirect("frontend:desk_week")
