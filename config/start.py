"""A start that cannot succeed ends with one line that says why, and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError, connection


@contextmanager
def in_one_line(code: int = 1) -> Iterator[None]:
    """Say what is missing instead of showing where in the code that was noticed."""
    try:
        yield
    except (ImproperlyConfigured, CommandError) as error:
        _end(str(error), code)
    except OperationalError as error:
        if _answers():
            raise
        _end(f"the data base does not answer: {str(error).strip()}", code)


def refuse_bad_settings() -> None:
    """What the system checks find, for whoever starts without them. Raises ImproperlyConfigured."""
    from config.checks import problems

    if found := problems():
        raise ImproperlyConfigured(" ".join(found))


def _answers() -> bool:
    """Is it there, so that something else is wrong?"""
    try:
        connection.close()
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def _end(told: str, code: int) -> None:
    print(f"sprechzeit: {' '.join(told.split())}", file=sys.stderr)  # noqa: T201 - nothing else is set up yet
    sys.exit(code)
