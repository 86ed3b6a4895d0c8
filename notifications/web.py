"""Requests to providers that end in time, however slowly they answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from notifications.deadline import Deadline


@contextmanager
def session(seconds: float) -> Iterator[requests.Session]:
    """A session whose talks are cut after so many seconds: ``requests.Timeout``, for half an answer, too."""
    with Deadline(seconds) as deadline, requests.Session() as found:
        for scheme in ("https://", "http://"):
            found.mount(scheme, _Watched(deadline))
        late = requests.Timeout(f"not answered within {seconds} seconds")
        try:
            yield found
        except requests.RequestException as error:
            raise late if deadline.over else error from error
        if deadline.over:
            raise late


class _Watched(HTTPAdapter):
    """Shows each connection it opens to the deadline."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        deadline = self._deadline

        class Connection(pool.ConnectionCls):  # type: ignore[name-defined]
            def connect(self) -> None:
                super().connect()
                deadline.watch(self.sock)

        pool.ConnectionCls = Connection
        return pool
