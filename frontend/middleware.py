"""Language and refusals of pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils import translation

from frontend import http
from frontend.second_factor import SecondFactor
from frontend.staff import AlreadyDone
from scheduler.errors import SchedulerError

__all__ = ["Language", "Refusals", "SecondFactor"]

Handler = Callable[[HttpRequest], HttpResponse]


def page_above(path: str) -> str:
    """The nearest address above this one that leads somewhere."""
    parts = path.strip("/").split("/")[:-1]
    above = (f"/{'/'.join(parts[:length])}/" for length in range(len(parts), 0, -1))
    return next((address for address in above if is_valid_path(address)), "/")


class Language:
    """The language that was chosen, else the browser's, else German."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(self._chosen(request))
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    @staticmethod
    def _chosen(request: HttpRequest) -> str:
        chosen = str(request.session.get("language", ""))
        if chosen in dict(settings.LANGUAGES):
            return chosen
        return translation.get_language_from_request(request)


class Refusals:
    """Turns what the rules refuse into a page; reading the address of a button leads to its page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            return HttpResponseRedirect(page_above(request.path_info))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only errors of the rules; everything else is our fault and a 500."""
        if isinstance(exception, AlreadyDone):
            return http.already_done(request)
        return http.refused(request, exception) if isinstance(exception, SchedulerError) else None
