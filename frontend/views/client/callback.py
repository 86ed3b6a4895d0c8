"""Please call me: for everybody who finds no time, or no way through the pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from frontend import access, draft, http
from frontend.forms.client import CallbackForm
from scheduler import clock
from scheduler.errors import LimitReached
from scheduler.services import people


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, office: str) -> HttpResponse:
    """Ask to be called."""
    here = access.office_of(request, office)
    form = CallbackForm(request.POST or None, initial={"window": "any"})
    if request.method == "POST" and form.is_valid():
        try:
            people.ask_callback(
                office=here,
                language=translation.get_language(),
                origin=draft.address(request),
                now=clock.now(),
                **form.cleaned_data,
            )
        except LimitReached as error:
            form.add_error("phone", http.text_of(error))
        else:
            return render(request, "frontend/client/callback_done.html", {"office": here})
    context = {"office": here, "form": form}
    return render(request, "frontend/client/callback.html", context, status=422 if form.errors else 200)
