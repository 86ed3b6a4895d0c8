"""Many processes on one test data base: how rivals really meet."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from django.db import connection

ORIGIN = multiprocessing.get_context("forkserver")
ORIGIN.set_forkserver_preload(["tests.origin"])


def together(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], processes: int = 8) -> list[Any]:
    """Run ``work(*argument)`` for each argument in so many processes at once; answers in order."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    with ProcessPoolExecutor(processes, ORIGIN, _open, (name,)) as pool:
        return list(pool.map(work, *zip(*arguments, strict=True)))


def _open(name: str) -> None:
    """On the data base of the test, by a connection of its own."""
    import tests.origin  # noqa: F401 - where it could not be loaded beforehand

    assert connection.connection is None
    connection.settings_dict["NAME"] = name
