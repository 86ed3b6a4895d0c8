"""Which mails a member of staff wants to have."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import staff
from frontend.forms.mails import MailsForm
from notifications import to_staff
from scheduler import clock
from scheduler.events import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Each can be switched off; mails about her account and links for a password cannot."""
    user = staff.user_of(request)
    form = MailsForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        wanted = form.cleaned_data["wanted"]
        to_staff.choose(user=user, wanted=wanted, by=Actor.of(user), now=clock.now())
        messages.success(request, _("Saved."))
        return redirect("frontend:desk_mails")
    return render(request, "frontend/desk/mails.html", {"form": form}, status=422 if form.errors else 200)
