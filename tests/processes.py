"""Many processes on one test data base: how rivals really meet."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.conf import settings
from django.db import connection


def together(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], processes: int = 8) -> list[Any]:
    """Run ``work(*argument)`` for each argument in so many processes at once; answers in order."""
    context = multiprocessing.get_context("spawn")
    name = str(connection.settings_dict["NAME"])
    connection.close()
    with ProcessPoolExecutor(processes, context, _open, (name, str(settings.DATA_DIR))) as pool:
        return list(pool.map(work, *zip(*arguments, strict=True)))


def _open(name: str, scratch: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings_test")
    os.environ["TEST_DATA_DIR"] = scratch
    import django

    django.setup()
    connection.settings_dict["NAME"] = name
