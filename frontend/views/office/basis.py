"""On what messages to clients rest: their consent, or the office's task."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import staff
from frontend.forms.basis import BasisForm
from scheduler import clock
from scheduler.events import Actor
from scheduler.services import offices


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Consent or task, for each channel."""
    office = staff.administrator_of(request)
    form = BasisForm(request.POST if request.method == "POST" else None, office=office)
    if form.is_valid():
        by = Actor.of(staff.user_of(request))
        offices.set_message_basis(office=office, by_task=form.by_task(), by=by, now=clock.now())
        messages.success(request, _("Noted. It holds for every message from now on."))
        return redirect("frontend:office_overview")
    return render(request, "frontend/office/basis.html", {"form": form}, status=422 if form.errors else 200)
