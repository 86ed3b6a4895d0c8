"""Dates and times as people read them: with the day of the week, in the office's zone."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from scheduler.domain import localtime
from scheduler.models import Office


def day(value: datetime | date | None, office: Office | None = None) -> str:
    """``Dienstag, 24. November 2026``"""
    return date_format(_local(value, office), pgettext("date format", "l, j F Y")) if value else ""


def short_day(value: datetime | date | None, office: Office | None = None) -> str:
    """``Di., 24.11.2026``"""
    if not value:
        return ""
    local = _local(value, office)
    shown = date_format(local, pgettext("short date format", "d/m/Y"))
    return f"{WEEKDAYS_ABBR[local.weekday()]}, {shown}"


def clock(value: datetime | None, office: Office | None = None) -> str:
    """``9:05`` — without a word behind it, for times in lists."""
    return date_format(_local(value, office), "G:i") if value else ""


def hour(value: datetime | None, office: Office | None = None) -> str:
    """``9:05 Uhr`` — for running text."""
    return date_format(_local(value, office), pgettext("time format", "G:i")) if value else ""


def moment(value: datetime | None, office: Office | None = None) -> str:
    """``Dienstag, 24. November 2026, 9:05 Uhr``"""
    return f"{day(value, office)}, {hour(value, office)}" if value else ""


def period(start: datetime, end: datetime, office: Office) -> str:
    """``Dienstag, 24. November 2026, ganztägig``: whole days are named without hours."""
    first, last = _local(start, office), _local(end, office)
    if not _begins_a_day(first) or not _begins_a_day(last):
        return f"{moment(start, office)} – {moment(end, office)}"
    days = dict.fromkeys([day(start, office), day(end - timedelta(seconds=1), office)])
    return _("%(days)s, all day") % {"days": " – ".join(days)}


def stamp(value: datetime | None) -> str:
    """The instant in UTC for forms and machines: ``2026-11-24T08:05:00Z``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _begins_a_day(value: datetime | date) -> bool:
    return isinstance(value, datetime) and value.time() == time.min


def _local(value: datetime | date, office: Office | None) -> datetime | date:
    if not isinstance(value, datetime):
        return value
    return localtime.local(value, localtime.zone(office.zone if office else "Europe/Berlin"))
