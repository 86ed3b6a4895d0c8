"""The office's own texts: chosen, shown as mail and SMS, kept, tested, dropped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend import staff
from frontend.forms.client import language_name
from frontend.forms.texts import FIELDS, TextsForm
from notifications import own_texts, queries, texts, to_staff
from scheduler import clock
from scheduler.events import Actor

CHANGED = gettext_noop(
    "Somebody has changed these texts in the meantime. Nothing was saved. Your texts are still in the "
    "fields: saving again replaces the others. You see those when you open this page in a new window."
)


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
        if _replaced(request, what, own):
            return redirect("frontend:office_text", kind, language)
        form.add_error(None, _(CHANGED))
    preview = texts.preview(**what, own=own, now=now) if sound else None
    shown = {**what, "form": form, "preview": preview}
    if "HX-Request" in request.headers:
        return render(request, "frontend/office/_text_preview.html", {**shown, "live": True})
    context = {
        **shown,
        "seen": _seen(request, form, texts.fingerprint(stored)),
        "name": language_name(language),
        "stored": [name for name, part in FIELDS.items() if part in stored],
        "variables": _variables(kind, texts.examples(**what, now=now)),
    }
    return render(request, "frontend/office/text.html", context, status=_status(request, form))


def _seen(request: HttpRequest, form: TextsForm, present: str) -> str:
    """What the page counts as known: a preview adds nothing to it, being told of the change does."""
    told = request.method != "POST" or form.non_field_errors()
    return present if told else request.POST.get("seen", "")


def _status(request: HttpRequest, form: TextsForm) -> int:
    if form.non_field_errors():
        return 409
    return 422 if form.errors and request.method == "POST" else 200


def _replaced(request: HttpRequest, what: dict[str, Any], own: dict[str, str]) -> bool:
    user, now = staff.user_of(request), clock.now()
    seen = request.POST.get("seen", "")
    if not texts.replace(**what, own=own, seen=seen, by=Actor.of(user), now=now):
        return False
    messages.success(request, _("Saved. From now on these texts are sent."))
    if request.POST["do"] == "test":
        to_staff.send_test(user=user, kind=what["kind"], language=what["language"], now=now)
        messages.info(request, _("A test is on its way to %(address)s.") % {"address": user.email})
    return True


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
