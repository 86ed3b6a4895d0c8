"""What the client may show to others: that she talked with us, or that an appointment was cancelled."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from frontend import access, paper
from scheduler import clock


@require_safe
def confirmation(request: HttpRequest, link: str) -> HttpResponse:
    """The paper, once there is something to confirm."""
    now = clock.now()
    client = access.client_of(request, link, now)
    if not paper.offered(client.appointment):
        raise Http404
    return paper.answer(client.appointment, now)
