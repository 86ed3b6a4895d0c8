"""Call-backs that were asked for."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import staff
from scheduler import clock
from scheduler.models import CallbackRequest
from scheduler.services import people


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """She was called."""
    user = staff.user_of(request)
    row = CallbackRequest.objects.of(user.office).filter(pk=pk, done_at=None).first()
    if row is None:
        raise Http404
    people.finish_callback(request=row, user=user, now=clock.now())
    messages.success(request, _("Noted."))
    return redirect("frontend:desk_today")
