"""Into the room by phone or tablet, for staff whose computer has no camera."""

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import http, staff
from scheduler import clock, phone_links
from scheduler.errors import SchedulerError


@require_POST
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A code for the phone's camera, made at the press of the button."""
    now = clock.now()
    participant = staff.own_participant_of(request, uid)
    try:
        token = phone_links.token(participant, now)
    except SchedulerError as error:
        messages.warning(request, http.text_of(error))
        return redirect("frontend:desk_appointment", uid)
    address = settings.PUBLIC_BASE_URL + reverse("frontend:phone", args=[token])
    context = {
        "appointment": participant.appointment,
        "address": address,
        "image": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        "until": now + phone_links.LASTS,
        "alternative": _("QR code with the link below"),
    }
    return render(request, "frontend/desk/phone.html", context)
