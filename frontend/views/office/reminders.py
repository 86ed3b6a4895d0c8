"""The reminder plan of a service: shown with an example before it is kept."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend import staff
from frontend.forms.desk import instant
from frontend.forms.reminders import ExampleForm, StageForm, usual
from frontend.templatetags.fates import stage_word
from notifications import plans
from notifications.plans import Forecast
from notifications.triggers import CATALOGUE, DEFAULT_PLAN, Stage, plan_of
from scheduler import clock
from scheduler.events import Actor
from scheduler.models import Service


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose, look at the example, save; or back to the default."""
    service, now = staff.service_of(request, pk), clock.now()
    data = request.POST if request.method == "POST" else None
    if data and data.get("do") == "default":
        return _keep(request, service, DEFAULT_PLAN, now)
    stages = [
        StageForm(data, stage=stage, about=capfirst(stage_word(stage.name))) for stage in _offered(service)
    ]
    example = ExampleForm(data, service=service, now=now)
    every: list[BaseForm] = [*stages, example]
    sound = not any(form.errors for form in every)
    plan = [form.chosen() if data and sound else form.stage for form in stages]
    if data and sound and data.get("do") == "save":
        return _keep(request, service, plan, now)
    context = {
        "service": service,
        "stages": stages,
        "example": example,
        "forms": every,
        "errors": not sound,
        "default": not service.reminder_plan,
        "forecast": _forecast(service, plan, example, now) if sound else None,
    }
    return render(request, "frontend/office/reminders.html", context, status=200 if sound else 422)


def _keep(request: HttpRequest, service: Service, plan: Sequence[Stage], now: datetime) -> HttpResponse:
    plans.keep(service=service, plan=plan, by=Actor.of(staff.user_of(request)), now=now)
    messages.success(request, _("Saved. It holds for whatever is booked or changed from now on."))
    return redirect("frontend:office_reminders", service.pk)


def _offered(service: Service) -> list[Stage]:
    """Every stage of the catalogue as this service has it; what it lacks is switched off."""
    own = {stage.name: stage for stage in plan_of(service.reminder_plan)}
    return [own.get(stage.name) or _off(stage) for stage in CATALOGUE]


def _off(stage: Stage) -> Stage:
    return Stage(**{**vars(stage), "channels": ()})


def _forecast(service: Service, plan: list[Stage], example: ExampleForm, now: datetime) -> list[Forecast]:
    values = example.cleaned_data if example.is_bound else usual(service, now)
    start = values.get("start") or instant(values["day"], values["clock"], service.office)
    return plans.forecast(service=service, plan=plan, start=start, mode=values["mode"], now=now)
