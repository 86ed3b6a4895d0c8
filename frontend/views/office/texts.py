"""The office's own texts: chosen, shown as mail and SMS, kept, tested, dropped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import staff
from frontend.forms.client import language_name
from frontend.forms.texts import FIELDS, TextsForm
from notifications import own_texts, queries, texts, to_staff
from scheduler import clock
from scheduler.events import Actor


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind in every language: default, own, or own and broken."""
    office = staff.administrator_of(request)
    found: dict[tuple[str, str], str] = {}
    for row in queries.own_texts_of(office):
        broken = own_texts.problems(row.kind, row.part, row.text)
        key = (row.kind, row.language)
        found[key] = "broken" if broken or found.get(key) == "broken" else "own"
    lines = [
        (kind, [(tag, language_name(tag), found.get((kind, tag), "")) for tag in own_texts.LANGUAGES])
        for kind in own_texts.KINDS
    ]
    return render(request, "frontend/office/texts.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """One kind in one language; nothing is kept before it could be sent.

    While somebody types, the preview alone is asked for: what it says is in it, errors too.
    """
    office, now = staff.administrator_of(request), clock.now()
    what = {"office": office, "kind": _one_of(own_texts.KINDS, kind), "language": _language(language)}
    starters = {part: texts.starter(**what, part=part, now=now) for part in FIELDS.values()}
    stored = texts.stored(**what)
    current = {name: stored.get(part, starters[part]) for name, part in FIELDS.items()}
    form = TextsForm(request.POST if request.method == "POST" else current, kind=kind)
    sound = form.is_valid()
    own = form.own(starters) if sound else {}
    if sound and request.POST.get("do") in {"save", "test"}:
        return _keep(request, what, own)
    preview = texts.preview(**what, own=own, now=now) if sound else None
    shown = {**what, "form": form, "preview": preview}
    if "HX-Request" in request.headers:
        return render(request, "frontend/office/_text_preview.html", {**shown, "live": True})
    context = {
        **shown,
        "name": language_name(language),
        "stored": [name for name, part in FIELDS.items() if part in stored],
        "variables": _variables(kind, texts.examples(**what, now=now)),
    }
    status = 422 if form.errors and request.method == "POST" else 200
    return render(request, "frontend/office/text.html", context, status=status)


def _keep(request: HttpRequest, what: dict[str, Any], own: dict[str, str]) -> HttpResponse:
    user, now = staff.user_of(request), clock.now()
    for part in FIELDS.values():
        known = {**what, "part": part, "by": Actor.of(user), "now": now}
        if part in own:
            texts.keep(**known, text=own[part])
        else:
            texts.restore(**known)
    messages.success(request, _("Saved. From now on these texts are sent."))
    if request.POST["do"] == "test":
        to_staff.send_test(user=user, kind=what["kind"], language=what["language"], now=now)
        messages.info(request, _("A test is on its way to %(address)s.") % {"address": user.email})
    return redirect("frontend:office_text", what["kind"], what["language"])


@require_POST
def restore(request: HttpRequest, kind: str, language: str) -> HttpResponse:
    """The default of one part again."""
    office, now = staff.administrator_of(request), clock.now()
    part = FIELDS.get(request.POST.get("part", ""))
    if part is None:
        raise Http404
    what = {"office": office, "kind": _one_of(own_texts.KINDS, kind), "language": _language(language)}
    texts.restore(**what, part=part, by=Actor.of(staff.user_of(request)), now=now)
    messages.success(request, _("The default text is back."))
    return redirect("frontend:office_text", kind, language)


def _variables(kind: str, examples: dict[str, str]) -> list[tuple[str, str, list[Any]]]:
    """Each variable as it is typed, an example, and the fields in which it may stand."""
    allowed = {name: own_texts.variables(kind, part) for name, part in FIELDS.items()}
    names = dict.fromkeys(variable for variables in allowed.values() for variable in variables)
    labels = {name: field.label for name, field in TextsForm.base_fields.items()}
    return [
        (
            f"{{{{ {name} }}}}",
            examples[name],
            [labels[field] for field, variables in allowed.items() if name in variables],
        )
        for name in names
    ]


def _one_of(known: tuple[str, ...], asked: str) -> str:
    if asked not in known:
        raise Http404
    return asked


def _language(asked: str) -> str:
    return _one_of(own_texts.LANGUAGES, asked)
