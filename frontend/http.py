"""Refusals as pages: what happened, and what to do next."""

import logging
import sys
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from frontend import moments
from scheduler.errors import LinkExpired, LinkInvalid, SchedulerError, TooEarly

logger = logging.getLogger(__name__)

TEXTS = {
    "slot_taken": gettext_noop("This time has just been taken. Please choose another one."),
    "not_offered": gettext_noop("This time cannot be booked. Please choose another one."),
    "too_late": gettext_noop("It is too late for this now. Please call us."),
    "too_early": gettext_noop("This is possible from %(time)s on."),
    "illegal_transition": gettext_noop(
        "This appointment has changed in the meantime. Please look at it again."
    ),
    "limit_reached": gettext_noop("You have reached the limit. Please call us, we will help you."),
    "hold_expired": gettext_noop("The time is no longer reserved for you. Please choose a time again."),
    "link_expired": gettext_noop("This link is no longer valid. The appointment was some time ago."),
    "link_invalid": gettext_noop("This link is not valid. Please open the link from your newest message."),
    "code_wrong": gettext_noop("This code is not right. Please check the newest message."),
    "door_closed": gettext_noop("The room is not open now."),
    "no_room": gettext_noop("There is no video room for this appointment."),
    "room_server_down": gettext_noop("The video room does not answer. Please call instead (plan B)."),
    "room_open": gettext_noop("The room is open already."),
    "openings_collide": gettext_noop(
        "There is another opening at this time already. Please change one of them."
    ),
    "stale_sequence": gettext_noop("This appointment has changed in the meantime. Please look at it again."),
    "forbidden": gettext_noop("You may not do this."),
    "idempotency_mismatch": gettext_noop("This was sent before, with other entries. Nothing was changed."),
    "reason_needed": gettext_noop("Please say first why you open this person."),
    "invalid": gettext_noop("Please check your entries."),
    "error": gettext_noop("This did not work. Nothing was changed."),
}
PROBLEMS = {
    "past": gettext_noop("This time is over. Please choose another one."),
    "too_far": gettext_noop("This is more than a year ahead. Please choose an earlier time."),
    "required": gettext_noop("Please fill this in."),
    "too_long": gettext_noop("This is too long."),
    "control_character": gettext_noop("This holds a sign that cannot be shown. Please type it anew."),
    "no_mobile": gettext_noop(
        "This is not a German mobile number. It starts with 015, 016 or 017 and has 11 or 12 digits."
    ),
    "no_number": gettext_noop(
        "We cannot call this number. Numbers from abroad begin with + and the country, such as +43."
    ),
    "no_phone": gettext_noop("We know no phone number. Please enter one."),
    "unknown": gettext_noop("We do not understand this entry. Please check it."),
    "not_offered": gettext_noop("This is not offered. Please choose something else."),
    "whole_minutes": gettext_noop("Please choose a time on a full minute."),
    "out_of_range": gettext_noop("This value is not possible. Please check it."),
    "before_start": gettext_noop("The end must be after the start."),
    "changed": gettext_noop("This opening has changed in the meantime. Your change was not saved."),
    "gone": gettext_noop("This is no longer there. Please look at your week."),
    "not_in_series": gettext_noop("There is no opening on this date."),
    "no_date": gettext_noop("No such day lies between the first and the last date."),
    "too_short": gettext_noop("This is too short for any of your concerns."),
    "same": gettext_noop("Nothing would change."),
}


def text_of(error: SchedulerError) -> str:
    """What is said to a person about this refusal, in her language."""
    if isinstance(error, TooEarly):
        return _(TEXTS[error.code]) % {"time": moments.moment(error.opens_at, error.office)}
    if error.code == "invalid":
        return _(PROBLEMS.get(error.values["problem"], TEXTS["invalid"]))
    return _(TEXTS.get(error.code, TEXTS["error"]))


def refused(request: HttpRequest, error: SchedulerError) -> HttpResponse:
    """A page for a refusal that no view has turned into something better."""
    if isinstance(error, LinkInvalid):
        return _replaced(request, error) if "office" in error.values else not_found(request)
    if isinstance(error, LinkExpired):
        return _ended(request, error)
    early, of_opening = isinstance(error, TooEarly), error.values.get("field") == "opening"
    return conflict(request, text_of(error), early=early, to_week=of_opening)


def _ended(request: HttpRequest, error: LinkExpired) -> HttpResponse:
    context = {"office": error.values.get("office"), "text": text_of(error)}
    return render(request, "frontend/errors/410.html", context, status=410)


def _replaced(request: HttpRequest, error: LinkInvalid) -> HttpResponse:
    """A link that was ours once; a forged one is not found."""
    context = {"office": error.values["office"], "text": text_of(error)}
    return render(request, "frontend/errors/link.html", context, status=404)


def conflict(request: HttpRequest, text: str, *, early: bool = False, to_week: bool = False) -> HttpResponse:
    """409: something changed in the meantime, or it is too early.

    Whoever came by her link finds back to her appointment, a caseworker to her openings in her week.
    """
    match = request.resolver_match
    link = match.kwargs.get("link", "") if match else ""
    context = {"text": text, "early": early, "link": link, "to_week": to_week}
    return render(request, "frontend/errors/409.html", context, status=409)


def already_done(request: HttpRequest) -> HttpResponse:
    """A second click on what ended an opening or an absence: nothing is left to do."""
    messages.info(request, _("This was done already."))
    return redirect("frontend:desk_week")


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """429: too many wrong passwords for one account from one network address."""
    return render(request, "429.html", status=429)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400"""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403"""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, the same for what is not there and for what is somebody else's."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; where even that page fails (no files), one that needs nothing. 503 where the data base is away."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return unavailable()
    try:
        return render(request, "500.html", status=500)
    except Exception:
        logger.exception("the page for our own errors failed")
        return HttpResponse(get_template("500_plain.html").render(), status=500)


def unavailable() -> HttpResponse:
    """503: the data base does not answer. The page asks it for nothing: neither session nor office."""
    try:
        text = get_template("frontend/errors/503.html").render()
    except Exception:
        logger.exception("the page for a data base that is away failed")
        text = get_template("500_plain.html").render()
    return HttpResponse(text, status=503, headers={"Retry-After": "120"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A browser without cookies, or a page that was open for too long.

    The page in which somebody has gone on after signing in anew gets what its forms need to be sent.
    """
    if "HX-Request" in request.headers:
        return render(request, "frontend/errors/_signed_in_again.html", status=403)
    if request.COOKIES:
        text = _("This page was open for too long. Please go back, load it anew and try again.")
        return render(request, "frontend/errors/409.html", {"text": text}, status=403)
    return render(request, "frontend/errors/cookies.html", status=403)
