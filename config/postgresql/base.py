"""The data base backend behind ``DATABASE_URL=postgres://…``."""

from select import POLLIN, poll

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Before the first statement of a request Django asks whether a kept connection still lives.

    A server that ended has closed its socket, and a closed socket is readable. So only a readable one is
    asked ``SELECT 1``; a silent one is as alive as that question could prove.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.pgconn.status != ConnStatus.OK:
            return False
        return super().is_usable() if _readable(self.connection.fileno()) else True


def _readable(descriptor: int) -> bool:
    waiting = poll()
    waiting.register(descriptor, POLLIN)
    return bool(waiting.poll(0))
