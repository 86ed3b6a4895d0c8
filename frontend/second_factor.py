"""Staff pages open only with a second factor."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRefresh

GUARDED = ("/desk", "/lead", "/office", "/operators")


class SecondFactor:
    """Strangers are led to the sign-in, staff without TOTP to its activation, before anything is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not guarded(request.path):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if not has_second_factor(request.user.pk):
            return _in_part(request) or redirect("mfa_activate_totp")
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def guarded(path: str) -> bool:
    """Is this a page of staff? An office whose name only begins like one is not."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in GUARDED)


def has_second_factor(user: int) -> bool:
    """Has this user a TOTP device? Recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.path
    return _in_part(request) or redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")


def _in_part(request: HttpRequest) -> HttpResponse | None:
    """A part of a page that looks again lets the whole page find out; what somebody is typing stays."""
    if "HX-Request" not in request.headers:
        return None
    if request.method == "GET":
        return HttpResponseClientRefresh()
    return render(request, "frontend/errors/_signed_out.html", status=401)
