"""Figures as a file for spreadsheets: semicolons and decimal commas in German, as they expect them."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from scheduler.domain.utilisation import Figures

COLUMNS = {
    "offered": gettext_noop("Offered minutes"),
    "booked": gettext_noop("Booked minutes"),
    "attended": gettext_noop("Attended minutes"),
    "off_offer": gettext_noop("Minutes on times no longer offered"),
    "special": gettext_noop("Minutes of special appointments"),
    "lost": gettext_noop("Freed minutes that stayed empty"),
    "recovered": gettext_noop("Freed minutes taken again"),
    "due": gettext_noop("Appointments due"),
    "fulfilled": gettext_noop("Took place"),
    "noshow": gettext_noop("Did not appear"),
    "cancelled": gettext_noop("Cancelled"),
    "late_cancelled": gettext_noop("Cancelled at short notice"),
    "technical_failures": gettext_noop("Technical failures"),
    "office_failures": gettext_noop("Failed because of us"),
    "utilisation": gettext_noop("Utilisation"),
    "attendance": gettext_noop("Attended ÷ offered"),
    "noshow_rate": gettext_noop("Share that did not appear"),
    "late_cancel_rate": gettext_noop("Share cancelled at short notice"),
    "technical_failure_rate": gettext_noop("Share of technical failures"),
    "office_failure_rate": gettext_noop("Share failed because of us"),
    "lead_days_median": gettext_noop("Lead time in days (median)"),
    "lead_days_p90": gettext_noop("Lead time in days (90th percentile)"),
}


def utilisation(lines: Iterable[tuple[str, Figures]], first: date, until: date, heading: str) -> HttpResponse:
    """A line for each part under ``heading``, which says of what kind it is; units stand in the headings."""
    german = (translation.get_language() or "de").startswith("de")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"utilisation-{first}-{until - timedelta(days=1)}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";" if german else ",")
    writer.writerow([heading, *(_(title) for title in COLUMNS.values())])
    for label, figures in lines:
        writer.writerow([_safe(label), *(_cell(getattr(figures, name), german) for name in COLUMNS)])
    return answer


def _safe(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _cell(value: float | None, german: bool) -> str:
    if value is None:
        return ""
    text = str(value) if isinstance(value, int) else f"{value:.4f}"
    return text.replace(".", ",") if german else text
