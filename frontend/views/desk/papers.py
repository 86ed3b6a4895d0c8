"""The client's confirmation, printed for her by staff."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend import paper, staff
from scheduler import clock


@require_safe
def confirmation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The paper, once there is something to confirm."""
    now = clock.now()
    appointment = staff.appointment_of(request, uid, now)
    if not paper.offered(appointment):
        raise Http404
    return paper.answer(appointment, now)
