"""When: the next free time as one tap, then only days that have times."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from frontend import access, draft, http
from frontend.forms.client import StartForm
from scheduler import clock
from scheduler.errors import Invalid, LimitReached, NotOffered, SchedulerError, SlotTaken
from scheduler.models import Office, Service
from scheduler.queries.free_slots import Search, first_days
from scheduler.services import booking

DAYS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest, office: str) -> HttpResponse:
    """Choose a free time; it is then reserved while the form is filled in."""
    here = access.office_of(request, office)
    chosen = draft.of(request, here)
    service = chosen.service_of(here)
    if service is None:
        return redirect("frontend:topic", here.slug)
    if chosen.mode not in service.offered_modes:
        return redirect("frontend:how", here.slug)
    form, now = StartForm(request.POST if request.method == "POST" else None), clock.now()
    if form.is_valid():
        return _hold(request, here, service, chosen, form.cleaned_data["start"], now)
    return _page(request, here, chosen.search(here, service), now, form, status=422 if form.errors else 200)


def _hold(
    request: HttpRequest,
    office: Office,
    service: Service,
    chosen: draft.Draft,
    start: datetime,
    now: datetime,
) -> HttpResponse:
    try:
        kept = booking.hold(
            office=office,
            service=service,
            start=start,
            mode=chosen.mode,
            session=draft.visitor(request),
            address=draft.address(request),
            interpreter=chosen.interpreter,
            now=now,
        )
    except (SlotTaken, NotOffered, Invalid) as error:
        gone = {"text": http.text_of(error), "nearest": error.values.get("alternatives", [])}
        return _page(request, office, chosen.search(office, service), now, None, gone=gone, status=409)
    except LimitReached as error:
        return http.conflict(request, http.text_of(error))
    chosen.start, chosen.hold = start.isoformat(), str(kept.pk)
    draft.keep(request, office, chosen)
    proof = chosen.proof_of(office)
    return redirect("frontend:check" if proof and proof.proved_at else "frontend:contact", office.slug)


def _page(
    request: HttpRequest,
    office: Office,
    search: Search,
    now: datetime,
    form: StartForm | None,
    *,
    gone: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"office": office, "form": form, "gone": gone or _gone_before(request)}
    context |= times(request, search, now)
    return render(request, "frontend/client/when.html", context, status=status)


def times(request: HttpRequest, search: Search, now: datetime) -> dict[str, Any]:
    """What a page of free times shows: days with times, the next one first, and where to look on."""
    after = _date(request.GET.get("after", ""))
    days = first_days(search, now=now, days=DAYS, after=after)
    first = days[0][1][0] if days and after is None else None
    return {
        "days": days,
        "next": first,
        "more_after": days[-1][0] if len(days) == DAYS else None,
        "after": after,
    }


def _gone_before(request: HttpRequest) -> dict[str, Any] | None:
    """What was just taken when somebody pressed the last button."""
    stored = request.session.pop("gone", None)
    if not stored:
        return None
    return {**stored, "nearest": [datetime.fromisoformat(start) for start in stored["nearest"]]}


def remember_gone(request: HttpRequest, error: SchedulerError) -> None:
    """For the page of times that comes next."""
    nearest = [start.isoformat() for start in error.values.get("alternatives", [])]
    request.session["gone"] = {"text": http.text_of(error), "nearest": nearest}


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 < found.year < 2100 else None
