"""An office's own texts: shown before they are kept, kept, dropped. What is kept can be sent."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from notifications import gsm7, own_texts, samples, wordings
from notifications.models import TemplateOverride
from scheduler.errors import Invalid
from scheduler.events import Actor, record
from scheduler.models import Office


@dataclass(frozen=True)
class Preview:
    """What a client would get, with an invented appointment; ``price`` of the SMS in euros."""

    mail: wordings.Mail
    sms: str
    segments: int
    price: Decimal


def preview(*, office: Office, kind: str, language: str, own: wordings.Own, now: datetime) -> Preview:
    """Mail and SMS as they would go out with these own texts, which are sound."""
    with translation.override(language):
        context = {**wordings.of_office(office), **samples.context(office, kind, now)}
        sms = wordings.sms(kind, context, own)
        segments = gsm7.segments(sms)
        return Preview(
            wordings.mail(kind, context, own), sms, segments, segments * settings.SMS_SEGMENT_PRICE
        )


def examples(*, office: Office, kind: str, language: str, now: datetime) -> dict[str, str]:
    """What each variable stands for in the preview."""
    with translation.override(language):
        return wordings.values({**wordings.of_office(office), **samples.context(office, kind, now)})


def starter(*, office: Office, kind: str, part: str, language: str, now: datetime) -> str:
    """The default text of this language, with its variables."""
    with translation.override(language):
        return wordings.starter(office, kind, part, now)


def stored(*, office: Office, kind: str, language: str) -> dict[str, str]:
    """The own texts of a kind by part, sound or not."""
    rows = TemplateOverride.objects.of(office).filter(kind=kind, language=language)
    return dict(rows.values_list("part", "text"))


def fingerprint(stored: Mapping[str, str]) -> str:
    """The same for the same own texts: two windows may show different ones."""
    return hashlib.sha256(repr(sorted(stored.items())).encode()).hexdigest()[:16]


def replace(
    *, office: Office, kind: str, language: str, own: wordings.Own, seen: str, by: Actor, now: datetime
) -> bool:
    """From now on these own texts, and the default for every other part.

    False, and nothing is changed, where the stored ones are no longer those with the fingerprint ``seen``.
    """
    what: dict[str, Any] = {"office": office, "kind": kind, "language": language}
    with transaction.atomic():
        Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        if fingerprint(stored(**what)) != seen:
            return False
        for part in own_texts.PARTS:
            _put(own.get(part), **what, part=part, by=by, now=now)
    return True


def _put(text: str | None, **known: Any) -> bool:
    return restore(**known) if text is None else keep(**known, text=text)


def keep(*, office: Office, kind: str, part: str, language: str, text: str, by: Actor, now: datetime) -> bool:
    """Use this text from now on; False where nothing changes. Raises Invalid for what could not be sent."""
    found = own_texts.problems(kind, part, text)
    if found:
        raise Invalid(field="text", problem=found[0].code)
    known: dict[str, Any] = {"office": office, "kind": kind, "part": part, "language": language}
    if TemplateOverride.objects.filter(**known, text=text).exists():
        return False
    with transaction.atomic():
        row, _ = TemplateOverride.objects.update_or_create(**known, defaults={"text": text})
        record(**_what(row, by, now), verb="text.changed")
    return True


def restore(*, office: Office, kind: str, part: str, language: str, by: Actor, now: datetime) -> bool:
    """The default again; False where there was no own text."""
    row = TemplateOverride.objects.of(office).filter(kind=kind, part=part, language=language).first()
    if row is None:
        return False
    with transaction.atomic():
        record(**_what(row, by, now), verb="text.restored")
        row.delete()
    return True


def _what(row: TemplateOverride, by: Actor, now: datetime) -> dict[str, Any]:
    named = {"kind": row.kind, "part": row.part, "language": row.language}
    return {"office": row.office, "subject": row, "by": by, "now": now, **named}
