"""The raw floor: psycopg on one persistent connection reads the taken times as timestamps, and nothing else."""

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
    """A table with the same rows as both products have, read through the index that suits it best."""

    connection: psycopg.Connection
    schedules: list[int]

    def read(self, first: date, until: date) -> list[tuple[int, datetime, datetime]]:
        """All rows that start on these dates, as Python datetimes."""
        return self.connection.execute(_READ, [self.schedules, _midnight(until), _midnight(first)]).fetchall()


@contextmanager
def floor(
    cluster: Cluster, frame: plan.Frame, *, name: str, caseworkers: int, appointments: int
) -> Iterator[Floor]:
    """Fill a data base of its own by the plan and keep one connection to it."""
    address = cluster.url(f"floor_{name}_{caseworkers}_{appointments}")
    with psycopg.connect(address, autocommit=True, options="-c timezone=UTC") as connection:
        connection.execute(_TABLE)
        for number in range(caseworkers):
            _fill(connection, number, plan.taken(name, frame, appointments, number))
        connection.execute(_INDEX)
        connection.execute("VACUUM ANALYZE taken")
        yield Floor(connection, list(range(caseworkers)))


def _fill(connection: psycopg.Connection, schedule: int, times: list[plan.Time]) -> None:
    with connection.cursor().copy("COPY taken FROM STDIN") as copy:
        for one in times:
            start = plan.instant(one)
            copy.write_row((schedule, start, start + timedelta(minutes=plan.MINUTES)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=plan.ZONE)
