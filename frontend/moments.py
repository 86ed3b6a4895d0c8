"""Dates and times as people read them: with the day of the week, in the office's zone."""

from datetime import UTC, date, datetime

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
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


def stamp(value: datetime | None) -> str:
    """The instant in UTC for forms and machines: ``2026-11-24T08:05:00Z``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def _local(value: datetime | date, office: Office | None) -> datetime | date:
    if not isinstance(value, datetime):
        return value
    return localtime.local(value, localtime.zone(office.zone if office else "Europe/Berlin"))
