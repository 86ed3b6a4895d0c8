"""Dates in addresses: nonsense is today."""

from datetime import date

from django.http import HttpRequest

YEARS = range(2000, 2100)


def day_from(request: HttpRequest, name: str, fallback: date) -> date:
    """The ISO date of a parameter, else ``fallback``."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return fallback
    return day if day.year in YEARS else fallback
