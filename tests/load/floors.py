"""The raw floor: psycopg on one persistent connection reads the taken times as timestamps, nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import psycopg

from tests.load import plan
from tools.postgres import Cluster

_TABLE = 'CREATE TABLE taken (schedule int NOT NULL, start timestamptz NOT NULL, "end" timestamptz NOT NULL)'
_INDEX = 'CREATE INDEX ON taken (schedule, start) INCLUDE ("end")'
_READ = 'SELECT schedule, start, "end" FROM taken WHERE schedule = ANY(%s) AND start < %s AND start >= %s'


@dataclass(frozen=True)
class Floor:
    """A table with the same rows as both products have, read through the index that suits it best.

    The connection is in the office's zone, as on a server that was set up there. In plain UTC psycopg
    takes a shortcut: ``in_utc`` shows that stricter floor.
    """

    address: str
    connection: psycopg.Connection
    schedules: list[int]

    def read(self, first: date, until: date) -> list[tuple[int, datetime, datetime]]:
        """All rows that start on these dates, as Python datetimes."""
        return self.connection.execute(_READ, [self.schedules, _midnight(until), _midnight(first)]).fetchall()

    @contextmanager
    def in_utc(self) -> Iterator["Floor"]:
        """The same rows over a connection in UTC."""
        with _connected(self.address, "UTC") as connection:
            yield Floor(self.address, connection, self.schedules)


@contextmanager
def floor(cluster: Cluster, frame: plan.Frame, filling: plan.Filling) -> Iterator[Floor]:
    """Fill a data base of its own by the plan and keep one connection to it."""
    address = cluster.url(f"floor_{filling}")
    with _connected(address, str(plan.ZONE)) as connection:
        connection.execute(_TABLE)
        for number in range(filling.caseworkers):
            _fill(connection, number, filling.taken(frame, number))
        connection.execute(_INDEX)
        connection.execute("VACUUM ANALYZE taken")
        yield Floor(address, connection, list(range(filling.caseworkers)))


def _connected(address: str, zone: str) -> psycopg.Connection:
    return psycopg.connect(address, autocommit=True, options=f"-c timezone={zone}")


def _fill(connection: psycopg.Connection, schedule: int, times: list[plan.Time]) -> None:
    with connection.cursor().copy("COPY taken FROM STDIN") as copy:
        for one in times:
            start = plan.instant(one)
            copy.write_row((schedule, start, start + timedelta(minutes=plan.MINUTES)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=plan.ZONE)
