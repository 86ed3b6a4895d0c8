"""What every answer carries, and where a request really comes from."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import resolve

Handler = Callable[[HttpRequest], HttpResponse]


class Headers:
    """Camera and microphone are for us and the Jitsi host only; personal pages are not cached."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        host = f' "https://{settings.JITSI_HOST}"' if settings.JITSI_HOST else ""
        self.policy = f"camera=(self{host}), microphone=(self{host}), geolocation=(), payment=()"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.policy)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def address_of(request: HttpRequest) -> str:
    """The client's network address, taken from X-Forwarded-For only behind a trusted proxy."""
    peer = request.META.get("REMOTE_ADDR", "")
    if not _trusted(peer):
        return peer
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if hop.strip() and not _trusted(hop.strip()):
            return hop.strip()
    return peer


def _trusted(address: str) -> bool:
    try:
        return any(ip_address(address) in ip_network(net, strict=False) for net in settings.TRUSTED_PROXIES)
    except ValueError:
        return False


class ClientAddress:
    """Sets ``REMOTE_ADDR`` to the client's own address once; nobody else has to know about proxies."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = address_of(request)
        return self.get_response(request)


class Programs:
    """Calls of programs need no session, language or sign-in: they pass by everything that comes after."""

    ADDRESSES = ("/api/v1/", "/jitsi/", "/sms/")
    PAGE = "/api/v1/docs"
    POLICY = "default-src 'none'; frame-ancestors 'none'"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.ADDRESSES) or request.path_info == self.PAGE:
            return self.get_response(request)
        request.resolver_match = match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response = response.render()
        response.headers["Content-Security-Policy"] = self.POLICY
        response.headers["Content-Length"] = str(len(response.content))
        return response
