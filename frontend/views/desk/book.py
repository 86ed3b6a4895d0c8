"""Book for a client who is on the phone: the next free time at once, or any time that is really free."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import http, staff
from frontend.forms.desk import BookForm
from scheduler import clock
from scheduler.errors import NotOffered, SchedulerError, SlotTaken
from scheduler.events import Actor
from scheduler.models import Appointment, Caseworker
from scheduler.queries.free_slots import Search, Slot, next_free
from scheduler.services import booking, people

SHOWN = 6


@require_http_methods(["GET", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Who, what, when."""
    caseworker, now = staff.caseworker_of(request), clock.now()
    service = caseworker.services.filter(active=True).first()
    form = BookForm(
        request.POST or None, caseworker=caseworker, initial={"service": service, "mode": "video"}
    )
    nearest: list[datetime] = []
    if request.method == "POST" and form.is_valid():
        try:
            booked = _book(request, caseworker, form, now)
            if booked:
                messages.success(request, _("The appointment is booked. Everybody is told."))
                return redirect("frontend:desk_appointment", booked.uid)
            form.add_error("day", _("Please choose a time."))
        except (SlotTaken, NotOffered) as error:
            nearest = error.values["alternatives"]
            form.add_error("at", http.text_of(error))
        except SchedulerError as error:
            form.add_error(None, http.text_of(error))
    context = {"office": caseworker.office, "form": form, "nearest": nearest}
    return render(request, "frontend/desk/book.html", {**context, "free": _free(caseworker, form, now)})


def _book(request: HttpRequest, caseworker: Caseworker, form: BookForm, now: datetime) -> Appointment | None:
    start = _chosen(request, caseworker, form)
    if start is None:
        return None
    by, typed = Actor.of(staff.user_of(request)), form.cleaned_data
    client = people.match_client(
        office=caseworker.office,
        name=typed["name"],
        email=typed["email"],
        mobile=typed["mobile"],
        now=now,
        by=by,
    )
    return booking.book(
        office=caseworker.office,
        service=typed["service"],
        start=start,
        mode=typed["mode"],
        client=client,
        by=by,
        now=now,
        caseworker=caseworker,
        special=typed["special"],
    )


def _chosen(request: HttpRequest, caseworker: Caseworker, form: BookForm) -> datetime | None:
    try:
        tapped = datetime.fromisoformat(request.POST.get("start", ""))
        return tapped if tapped.tzinfo and 2000 < tapped.year < 2100 else None
    except ValueError:
        return form.start(caseworker.office)


def _free(caseworker: Caseworker, form: BookForm, now: datetime) -> list[Slot]:
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    service = chosen.get("service") or form.initial["service"]
    if service is None:
        return []
    search = Search(caseworker.office, service, chosen.get("mode") or "", caseworker.pk)
    return next_free(search, now=now, count=SHOWN)
