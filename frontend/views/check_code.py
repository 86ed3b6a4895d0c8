"""Is this confirmation genuine? Anybody who holds the paper may ask; nobody learns a name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from frontend import access, tries
from frontend.forms.paper import CheckCodeForm
from scheduler import check_codes, clock


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, office: str) -> HttpResponse:
    """Known codes say what they confirm; wrong ones are counted, so that nobody can guess for long."""
    here, now = access.office_of(request, office), clock.now()
    form = CheckCodeForm(request.POST if request.method == "POST" else None)
    context = {"office": here, "form": form}
    if form.is_valid():
        if tries.used_up(request, "check-code", now):
            return render(request, "429.html", status=429)
        context["found"] = check_codes.find(here, form.cleaned_data["code"])
        context["asked"] = True
        if context["found"] is None:
            tries.count(request, "check-code", now)
    return render(request, "frontend/check_code.html", context, status=422 if form.errors else 200)
