"""An invented appointment, as texts are shown and tested with: names and links as long as they may become."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from notifications import news
from scheduler import links
from scheduler.domain import localtime
from scheduler.models import Office

WORD = "Kastanie"
TOKEN = "p1K7mQ2wXtR9yB4nVcE8sLzJ6d"[: links.LONGEST]
HALF_PAST_NINE = timedelta(hours=9, minutes=30)


def context(office: Office, kind: str, now: datetime) -> dict[str, Any]:
    """What a message of this kind would know."""
    today = localtime.local_date(now, localtime.zone(office.zone))
    start = datetime(today.year, today.month, today.day) + timedelta(days=8) + HALF_PAST_NINE  # noqa: DTZ001 - a local time
    if kind == "code":
        return {"kind": kind, "code": "123456", "minutes": 10}
    return {
        "kind": kind,
        "appointment": SimpleNamespace(
            mode="video", location=None, caseworker=SimpleNamespace(display_name="Frau Muster")
        ),
        "soon": False,
        "changed": {news.OF_KIND[kind]: True} if kind in news.OF_KIND else {},
        "start": start,
        "weekday": date_format(start, "D"),
        "link": f"{settings.PUBLIC_BASE_URL}/t/{TOKEN}",
        "word": WORD,
        "by_client": False,
    }


def placeholders(office: Office, kind: str, now: datetime) -> dict[str, Any]:
    """The same, where each variable stands for itself."""
    known = context(office, kind, now)
    names = {
        name: f"{{{{ {name} }}}}" for name in known if name in {"weekday", "link", "word", "code", "minutes"}
    }
    if "appointment" in known:
        known["appointment"].caseworker.display_name = "{{ person }}"
    return {
        **known,
        **names,
        "office": SimpleNamespace(name="{{ office }}"),
        "office_short": "{{ office_short }}",
        "phone": "{{ phone }}" if office.phone else "",
    }
