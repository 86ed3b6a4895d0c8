"""How many SQL statements a request costs, counted by the data base itself: alike for all sides."""

import re
import statistics
from dataclasses import dataclass

import psycopg

from tests.load.databases import ADMINISTRATION
from tests.load.timing import Job
from tools.postgres import Cluster

REPEATS = 7
_HOUSEKEEPING = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|SELECT (\$1|1|set_config\(.*\))$)", re.I
)
_COUNTED = """
    SELECT query, calls FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = %s)
"""


@dataclass(frozen=True)
class Statements:
    """Medians of several requests; transaction control and connection checks are not counted."""

    work: int
    authentication: int

    def __str__(self) -> str:
        return f"{self.work}" + (f" + {self.authentication}" if self.authentication else "")


def count(cluster: Cluster, database: str, job: Job, authentication: tuple[str, ...] = ()) -> Statements:
    """Statements of one run; those that name a table of ``authentication`` are kept apart."""
    with psycopg.connect(cluster.url(ADMINISTRATION), autocommit=True) as connection:
        found = [_once(connection, database, job, authentication) for _ in range(REPEATS)]
    return Statements(*(int(statistics.median(column)) for column in zip(*found, strict=True)))


def _once(
    connection: psycopg.Connection, database: str, job: Job, authentication: tuple[str, ...]
) -> tuple[int, int]:
    connection.execute("SELECT pg_stat_statements_reset()")
    job()
    rows = connection.execute(_COUNTED, [database]).fetchall()
    work = [(query, calls) for query, calls in rows if not _HOUSEKEEPING.match(query)]
    known = sum(calls for query, calls in work if any(table in query for table in authentication))
    return sum(calls for _, calls in work) - known, known
